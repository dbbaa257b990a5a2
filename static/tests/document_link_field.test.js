import { expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Serial extends models.Model {
    _name = "serial";
    source = fields.Char();
    _records = [
        { id: 1, source: "P00014" },
        { id: 2, source: false },
    ];
}
defineModels([Serial]);
defineMailModels();

const ARCH = `
    <list>
        <field name="source" widget="document_link" options="{'action': 'action_open_source'}"/>
    </list>`;

test("the name of the document is a link that opens it", async () => {
    onRpc("serial", "action_open_source", ({ args }) => {
        expect.step(`open source of ${args[0]}`);
        return { type: "ir.actions.act_window", res_model: "purchase.order" };
    });
    mockService("action", { doAction: (action) => expect.step(action.res_model) });
    await mountView({ type: "list", resModel: "serial", arch: ARCH });
    await contains(".o_document_link:contains(P00014)").click();
    expect.verifySteps(["open source of 1", "purchase.order"]);
});

test("without a document there is no link", async () => {
    await mountView({ type: "list", resModel: "serial", arch: ARCH });
    expect(".o_data_row").toHaveCount(2);
    expect(".o_document_link").toHaveCount(1);
});
