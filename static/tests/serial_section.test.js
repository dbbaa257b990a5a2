import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    clickSave,
    contains,
    defineModels,
    fields,
    MockServer,
    models,
    mountView,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";

const QUESTIONS = [
    { name: "mileage", string: "Mileage", type: "integer", required: true },
    { name: "remark", string: "Remark", type: "char" },
];

class PartType extends models.Model {
    _name = "part.type";
    name = fields.Char();
    questions = fields.PropertiesDefinition();
    _records = [
        { id: 1, name: "Engines", questions: QUESTIONS },
        { id: 2, name: "Tools", questions: [] },
    ];
}

class Bin extends models.Model {
    _name = "bin";
    name = fields.Char();
    company_id = fields.Many2one({ relation: "res.company" });
    _records = [
        { id: 1, name: "R1-1A", company_id: 1 },
        { id: 2, name: "R1-1B", company_id: 1 },
    ];
}

const answers = () =>
    fields.Properties({ definition_record: "part_type_id", definition_record_field: "questions" });

class Serial extends models.Model {
    _name = "stock.lot";
    name = fields.Char({ sortable: true });
    product_tmpl_id = fields.Many2one({ relation: "product.template" });
    part_type_id = fields.Many2one({ relation: "part.type" });
    location_id = fields.Many2one({ relation: "bin" });
    is_on_hand = fields.Boolean();
    answers_missing = fields.Char();
    serial_answers = answers();
    _records = [
        ...Array.from({ length: 50 }, (_, index) => ({
            id: index + 1,
            name: `SN${String(index + 1).padStart(2, "0")}`,
            product_tmpl_id: 1,
            part_type_id: 1,
            location_id: index < 45 ? 1 : false,
            is_on_hand: index < 45,
            serial_answers: { mileage: index, remark: "rusty" },
        })),
        { id: 60, name: "OTHER", product_tmpl_id: 2, part_type_id: 1, location_id: 1 },
    ];
    _views = {
        "list,serialized_parts.stock_lot_view_list_part": `
            <list limit="40" default_order="name, id">
                <field name="part_type_id" column_invisible="1"/>
                <field name="name"/>
                <field name="location_id"/>
                <field name="serial_answers" optional="hide"/>
                <field name="answers_missing"/>
            </list>`,
    };
}

class Part extends models.Model {
    _name = "product.template";
    name = fields.Char();
    part_type_id = fields.Many2one({ relation: "part.type" });
    product_variant_count = fields.Integer();
    serial_count = fields.Integer();
    unserialized_quantity = fields.Float();
    serial_edits = fields.Json();
    default_serial_answers = answers();
    _records = [
        {
            id: 1,
            name: "V8",
            part_type_id: 1,
            serial_count: 6,
            unserialized_quantity: 2,
            default_serial_answers: { mileage: 50 },
        },
        { id: 2, name: "Starter", part_type_id: 1 },
        { id: 3, name: "Jack", part_type_id: 2 },
    ];
}

defineModels([PartType, Bin, Serial, Part]);
defineMailModels();

const mountPart = (resId = 1, attributes = "") => {
    onRpc("has_group", () => true);
    onRpc("stock.lot", "web_search_read", ({ kwargs }) => {
        // The mock server knows nothing of companies.
        kwargs.domain = [kwargs.domain[0], ...kwargs.domain.slice(4)];
    });
    return mountView({
        type: "form",
        resModel: "product.template",
        resId,
        arch: `
            <form ${attributes}>
                <field name="name"/>
                <field name="part_type_id" invisible="1"/>
                <field name="product_variant_count" invisible="1"/>
                <field name="unserialized_quantity" invisible="1"/>
                <field name="default_serial_answers" invisible="1"/>
                <field name="serial_count" widget="serial_progress"
                    options="{'without': 'unserialized_quantity'}"/>
                <field name="serial_edits" widget="serial_section"
                    options="{'defaults': 'default_serial_answers'}"/>
            </form>`,
    });
};

const stepEdits = () =>
    onRpc("product.template", "web_save", ({ args }) => {
        expect.step(args[1]);
        args[1].serial_edits = false;
    });

const stepSearches = () =>
    onRpc("stock.lot", "web_search_read", ({ kwargs }) => {
        const { domain, limit, offset, order } = kwargs;
        const filters = domain.filter(([name]) => ["is_on_hand", "name"].includes(name));
        expect.step({ filters, limit, offset, order });
    });

const TITLE = ".o_serial_box h4";
const ANSWER = (key) => `.o_serial_answer[name=${key}] :is(input, select)`;
const SERIAL = (name) => `.o_data_row:contains(${name})`;
const DEFAULTS = ".o_serial_defaults_row";

test("the units with a serial number are counted", async () => {
    await mountPart();
    expect(".o_serial_progress").toHaveText("6 of 8 units have a serial number");
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "6");
    expect("[role=progressbar]").toHaveAttribute("aria-valuemax", "8");
    expect(".progress-bar").toHaveStyle({ width: "75%" }, { inline: true });
});

test("a click selects a row and shows its fields in the box", async () => {
    await mountPart();
    expect(TITLE).toHaveText("Custom fields – SN01");
    await contains(`${SERIAL("SN03")} td:eq(0)`).click();
    expect(TITLE).toHaveText("Custom fields – SN03");
    expect(SERIAL("SN03")).toHaveClass("table-active");
    expect(".table-active:not(th)").toHaveCount(1);
    expect(ANSWER("mileage")).toHaveValue("2");
});

test("the first row with answers missing is selected, and stays when it is answered", async () => {
    Serial._records[4].answers_missing = "Mileage";
    await mountPart();
    expect(TITLE).toHaveText("Custom fields – SN05");
    await contains(ANSWER("mileage")).edit("7");
    expect(TITLE).toHaveText("Custom fields – SN05");
});

test("arrow keys select rows, from a cell, a row and the defaults", async () => {
    await mountPart();
    await contains(`${SERIAL("SN02")} td:eq(0)`).focus();
    for (const [key, title] of [
        ["ArrowDown", "SN03"],
        ["ArrowUp", "SN02"],
        ["ArrowUp", "SN01"],
        ["ArrowUp", "Default Serial Q&A"],
        ["ArrowDown", "SN01"],
    ]) {
        await press(key);
        await animationFrame();
        expect(TITLE).toHaveText(`Custom fields – ${title}`);
    }
    expect(SERIAL("SN01")).toBeFocused();
    expect("tbody tr[tabindex='0']").toHaveCount(1);
    await press("Enter");
    expect(queryOne(".o_serial_box").contains(document.activeElement)).toBe(true);
});

test("Enter on a header sorts, on the server", async () => {
    await mountPart();
    stepSearches();
    await contains("th[data-name=name]").focus();
    await press("Enter");
    await animationFrame();
    expect.verifySteps([{ filters: [], limit: 40, offset: 0, order: "name DESC, id ASC" }]);
    expect(".o_data_row:eq(0)").toHaveText(/SN50/);
});

test("the defaults are a row of the table and a field of the form", async () => {
    onRpc("product.template", "web_save", ({ args }) => {
        const { default_serial_answers: saved, serial_edits: edits } = args[1];
        expect(edits).toBe(undefined);
        expect.step(saved.map(({ name, value }) => `${name}: ${value}`).join(", "));
    });
    await mountPart();
    await contains(DEFAULTS).click();
    expect(TITLE).toHaveText("Custom fields – Default Serial Q&A");
    expect(DEFAULTS).toHaveClass("table-active");
    expect(ANSWER("mileage")).toHaveValue("50");
    expect(".o_serial_location").toHaveCount(0);
    await contains(ANSWER("remark")).edit("clean");
    await clickSave();
    expect.verifySteps(["mileage: 50, remark: clean"]);
});

test("a required field may stay open among the defaults", async () => {
    await mountPart();
    await contains(DEFAULTS).click();
    await contains(ANSWER("mileage")).edit("");
    expect(ANSWER("mileage")).toHaveValue("");
    expect(".o_serial_answer_open").toHaveCount(0);
});

test("pages, sizes and filters are asked of the server", async () => {
    stepSearches();
    await mountPart();
    expect(".o_data_row").toHaveCount(40);
    expect(".o_serial_section .o_pager_counter").toHaveText("1-40 / 50");
    await contains(".o_serial_section .o_pager_next").click();
    expect(queryAllTexts(".o_data_row td:first-child").at(0)).toBe("SN41");
    await contains(".o_serial_limit").select("80");
    expect(".o_data_row").toHaveCount(50);
    await contains(".o_serial_filter button:contains(On Hand)").click();
    expect(".o_data_row").toHaveCount(45);
    await contains(".o_serial_search").edit("SN4", { confirm: false });
    await advanceTime(500);
    await animationFrame();
    expect(".o_data_row").toHaveCount(6);
    const order = "name ASC, id ASC";
    const onHand = ["is_on_hand", "=", true];
    expect.verifySteps([
        { filters: [], limit: 40, offset: 0, order },
        { filters: [], limit: 40, offset: 40, order },
        { filters: [], limit: 80, offset: 0, order },
        { filters: [onHand], limit: 80, offset: 0, order },
        { filters: [onHand, ["name", "ilike", "SN4"]], limit: 80, offset: 0, order },
    ]);
});

test("what was edited is saved with the form, and nothing else", async () => {
    stepEdits();
    await mountPart();
    await contains(ANSWER("mileage")).edit("7");
    await contains(`${SERIAL("SN02")} td:eq(0)`).click();
    await contains(".o_serial_location input").edit("R1-1B", { confirm: false });
    await advanceTime(500);
    await contains(".o-autocomplete--dropdown-item:contains(R1-1B)").click();
    expect(SERIAL("SN02")).toHaveText(/R1-1B/);
    await contains(`${SERIAL("SN01")} td:eq(0)`).click();
    expect(ANSWER("mileage")).toHaveValue("7");
    expect(".o_form_status_indicator_buttons").not.toHaveClass("invisible");
    await clickSave();
    expect.verifySteps([
        { serial_edits: { 1: { serial_answers: { mileage: 7 } }, 2: { location_id: 2 } } },
    ]);
    expect(".o_form_status_indicator_buttons").toHaveClass("invisible");
});

test("an answer that is taken back is saved as none", async () => {
    stepEdits();
    await mountPart();
    await contains(ANSWER("mileage")).edit("");
    await clickSave();
    expect.verifySteps([{ serial_edits: { 1: { serial_answers: { mileage: null } } } }]);
});

test("what was edited is there again after a look at another page", async () => {
    stepEdits();
    await mountPart();
    await contains(ANSWER("mileage")).edit("7");
    await contains(".o_serial_section .o_pager_next").click();
    expect(TITLE).toHaveText("Custom fields – SN41");
    await contains(ANSWER("mileage")).edit("8");
    await contains(".o_serial_section .o_pager_previous").click();
    await contains(`${SERIAL("SN01")} td:eq(0)`).click();
    expect(ANSWER("mileage")).toHaveValue("7");
    await clickSave();
    const edit = (mileage) => ({ serial_answers: { mileage } });
    expect.verifySteps([{ serial_edits: { 1: edit(7), 41: edit(8) } }]);
});

test("what somebody else answered meanwhile is not put back", async () => {
    stepEdits();
    await mountPart();
    await contains(ANSWER("mileage")).edit("7");
    const [serial] = MockServer.env["stock.lot"];
    serial.serial_answers = { mileage: 0, remark: "clean" };
    await contains(".o_serial_section .o_pager_next").click();
    await contains(".o_serial_section .o_pager_previous").click();
    await contains(`${SERIAL("SN01")} td:eq(0)`).click();
    expect(ANSWER("mileage")).toHaveValue("7");
    expect(ANSWER("remark")).toHaveValue("clean");
    await clickSave();
    expect.verifySteps([{ serial_edits: { 1: { serial_answers: { mileage: 7 } } } }]);
});

test("Discard takes everything back", async () => {
    await mountPart();
    await contains(ANSWER("mileage")).edit("7");
    await contains(".o_form_button_cancel").click();
    await animationFrame();
    await animationFrame();
    expect(ANSWER("mileage")).toHaveValue("0");
    expect(".o_form_status_indicator_buttons").toHaveClass("invisible");
});

test("a row with an invalid answer is not left, and says so", async () => {
    stepEdits();
    await mountPart();
    await contains(ANSWER("mileage")).edit("many");
    for (const target of [
        `${SERIAL("SN02")} td:eq(0)`,
        DEFAULTS,
        ".o_serial_section .o_pager_next",
    ]) {
        await contains(target).click();
        expect(TITLE).toHaveText("Custom fields – SN01");
        expect(ANSWER("mileage")).toHaveValue("many");
        expect(".o_notification:contains(Correct the custom fields of SN01)").toHaveCount(1);
    }
    expect(".o_form_button_save").not.toBeEnabled();
    await contains(ANSWER("remark")).edit("clean");
    expect(".o_form_button_save").not.toBeEnabled();
    await contains(ANSWER("mileage")).edit("12");
    await contains(`${SERIAL("SN02")} td:eq(0)`).click();
    expect(TITLE).toHaveText("Custom fields – SN02");
    await clickSave();
    const saved = { mileage: 12, remark: "clean" };
    expect.verifySteps([{ serial_edits: { 1: { serial_answers: saved } } }]);
});

test("Discard ends an invalid answer", async () => {
    await mountPart();
    await contains(ANSWER("mileage")).edit("many");
    await contains(".o_form_button_cancel").click();
    await animationFrame();
    await animationFrame();
    expect(ANSWER("mileage")).toHaveValue("0");
    await contains(`${SERIAL("SN02")} td:eq(0)`).click();
    expect(TITLE).toHaveText("Custom fields – SN02");
});

test("a location can't be emptied", async () => {
    await mountPart();
    await contains(".o_serial_location input").edit("", { confirm: "tab" });
    await animationFrame();
    expect(".o_serial_location [role=alert]").toHaveCount(1);
    await contains(`${SERIAL("SN02")} td:eq(0)`).click();
    expect(TITLE).toHaveText("Custom fields – SN01");
});

test("a unit that is in no place can't be moved", async () => {
    await mountPart();
    await contains(".o_serial_section .o_pager_next").click();
    await contains(`${SERIAL("SN50")} td:eq(0)`).click();
    expect(".o_serial_location input").toHaveCount(0);
    expect(ANSWER("mileage")).toHaveCount(1);
});

test("who may not write the part selects, pages and reads", async () => {
    await mountPart(1, 'edit="0"');
    await contains(`${SERIAL("SN03")} td:eq(0)`).click();
    expect(TITLE).toHaveText("Custom fields – SN03");
    expect(".o_serial_answer[name=remark]").toHaveText(/rusty/);
    expect(".o_serial_box :is(input, select)").toHaveCount(0);
    await contains(".o_serial_section .o_pager_next").click();
    expect(TITLE).toHaveText("Custom fields – SN41");
});

test("an empty table has the defaults, and says so", async () => {
    serverState.userId = 7;
    await mountPart(3);
    await animationFrame();
    expect(".o_data_row").toHaveCount(0);
    expect(".o_serial_section tbody").toHaveText(/No serial numbers yet/);
    expect(".o_serial_progress").toHaveText("No units on hand.");
    expect(TITLE).toHaveText("Custom fields – Default Serial Q&A");
    expect(".o_serial_box").toHaveText(/No custom fields are set up for Tools\./);
    expect(".o_serial_box button:contains(Set them up)").toHaveCount(1);
});

test("a search that finds nothing says so", async () => {
    await mountPart();
    await contains(".o_serial_search").edit("nothing", { confirm: false });
    await advanceTime(500);
    await animationFrame();
    expect(".o_serial_section tbody").toHaveText(/No serial number matches/);
    expect(DEFAULTS).toHaveCount(1);
});
