import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";
import { openSerialTab } from "@serialized_parts/serial_tab/open_serial_tab";

class Part extends models.Model {
    _name = "part";
    name = fields.Char();
    _records = [{ id: 1, name: "V8" }];
}

defineModels([Part]);
defineMailModels();

const LIST = { name: "Serial Numbers" };
const mountPart = (pages) =>
    mountView({
        type: "form",
        resModel: "part",
        resId: 1,
        arch: `<form><sheet><notebook>${pages}</notebook></sheet></form>`,
    });

test("the tab of the open form is opened", async () => {
    await mountPart(`
        <page name="general" string="General"><field name="name"/></page>
        <page name="serial" string="Serial">V8</page>`);
    expect(openSerialTab({}, { params: { list: LIST } })).toBe(undefined);
    await animationFrame();
    expect("a[name=serial]").toHaveClass("active");
});

test("without the tab, the list opens", async () => {
    await mountPart(`<page name="general" string="General"><field name="name"/></page>`);
    expect(openSerialTab({}, { params: { list: LIST } })).toEqual(LIST);
});
