import { expect, test } from "@odoo/hoot";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
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

class Unit extends models.Model {
    _name = "unit";
    name = fields.Char();
    _records = [
        { id: 1, name: "SN1", write_date: "2026-03-01 08:00:00" },
        { id: 2, name: "SN2", write_date: "2026-03-01 08:00:00" },
    ];
    write(...args) {
        const result = super.write(...args);
        this.env["unit"].browse(args[0])[0].write_date = "2026-03-01 09:00:00";
        return result;
    }
}
defineModels([Unit]);
defineMailModels();

const ENTRY = ".o_serial_history_entry";
const DELIVERY = { model: "stock.picking", id: 7, name: "WH/OUT/00007" };
const newEntry = (values) => ({
    key: String(values.text),
    date: "2026-03-01 08:00:00",
    kind: "note",
    document: false,
    user: false,
    ...values,
});

const mountUnit = (resId = 1, params = {}) =>
    mountView({
        type: "form",
        resModel: "unit",
        resId,
        arch: `<form><field name="name"/><widget name="serial_history"/></form>`,
        ...params,
    });

test("what happened, when and by whom", async () => {
    mockDate("2026-03-01 10:00:00");
    onRpc("unit", "get_serial_history", ({ args }) => {
        expect(args).toEqual([1]);
        return [
            newEntry({ kind: "delivered", text: "Delivered to Azure Interior", user: "Marc" }),
            newEntry({ kind: "unheard of", text: "Cracked cover" }),
        ];
    });
    await mountUnit();
    await animationFrame();
    expect(ENTRY).toHaveCount(2);
    expect(`${ENTRY}:first`).toHaveText(/Delivered to Azure Interior\s+2 hours ago · Marc/);
    expect(`${ENTRY}:first .fa`).toHaveClass("fa-truck");
    expect(`${ENTRY}:last .fa`).toHaveClass("fa-comment-o");
    expect("time:first").toHaveAttribute("title", /03\/01\/2026/);
    expect(`${ENTRY} a`).toHaveCount(0);
    expect("button:contains(Show more)").toHaveCount(0);
});

test("the document is a link, in the text where the text names it", async () => {
    onRpc("unit", "get_serial_history", () => [
        newEntry({ text: "Reserved for WH/OUT/00007", document: DELIVERY }),
        newEntry({ text: "Delivered to a customer", document: DELIVERY }),
    ]);
    mockService("action", { doAction: (action) => expect.step([action.res_model, action.res_id]) });
    await mountUnit();
    await animationFrame();
    expect(`${ENTRY}:first a`).toHaveAttribute("href", "/odoo/stock.picking/7");
    expect(`${ENTRY}:first`).toHaveText(/^Reserved for WH\/OUT\/00007\s/);
    expect(`${ENTRY}:last`).toHaveText(/^Delivered to a customer · WH\/OUT\/00007\s/);
    await contains(`${ENTRY}:last a`).click();
    expect.verifySteps([["stock.picking", 7]]);
});

test("earlier entries are shown by Show more", async () => {
    const all = Array.from({ length: 25 }, (_, index) => newEntry({ text: `Note ${index}` }));
    onRpc("unit", "get_serial_history", ({ kwargs: { limit, before } }) => {
        expect.step([limit, before]);
        const start = before ? all.findIndex(({ key }) => key === before) + 1 : 0;
        return all.slice(start, start + limit);
    });
    await mountUnit();
    await animationFrame();
    expect(ENTRY).toHaveCount(10);
    await contains("button:contains(Show more)").click();
    expect(ENTRY).toHaveCount(20);
    await contains("button:contains(Show more)").click();
    expect(ENTRY).toHaveCount(25);
    expect("button:contains(Show more)").toHaveCount(0);
    expect.verifySteps([
        [10, undefined],
        [10, "Note 9"],
        [10, "Note 19"],
    ]);
});

test("a unit to which nothing has happened", async () => {
    onRpc("unit", "get_serial_history", () => []);
    await mountUnit();
    await animationFrame();
    expect(".o_serial_history").toHaveText("Nothing has happened to this unit yet.");
});

test("it is read again once the record is saved, and for each record", async () => {
    onRpc("unit", "get_serial_history", ({ args }) => {
        expect.step(args[0]);
        return [newEntry({ text: `Unit ${args[0]}` })];
    });
    await mountUnit(1, { resIds: [1, 2] });
    await animationFrame();
    await contains("[name=name] input").edit("SN7");
    expect.verifySteps([1]);
    await contains(".o_form_button_save").click();
    await animationFrame();
    expect.verifySteps([1]);
    await contains(".o_pager_next").click();
    await animationFrame();
    expect.verifySteps([2]);
    expect(ENTRY).toHaveText(/^Unit 2/);
});

test("nothing is read for a record that isn't saved", async () => {
    onRpc("unit", "get_serial_history", () => expect.step("read"));
    await mountUnit(false);
    await animationFrame();
    expect.verifySteps([]);
});
