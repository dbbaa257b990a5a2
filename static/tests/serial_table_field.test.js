import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    clickSave,
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";

const QUESTIONS = [
    { name: "mileage", string: "Mileage", type: "integer", required: true },
    { name: "runs", string: "Runs", type: "boolean" },
    { name: "remark", string: "Remark", type: "char", help: "In a few words" },
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

class Serial extends models.Model {
    _name = "serial";
    name = fields.Char();
    part_id = fields.Many2one({ relation: "part" });
    part_type_id = fields.Many2one({ relation: "part.type" });
    answers_missing = fields.Char();
    serial_answers = fields.Properties({
        definition_record: "part_type_id",
        definition_record_field: "questions",
    });
    _records = [
        { id: 1, name: "SN1", part_id: 1, part_type_id: 1, serial_answers: { mileage: 0 } },
        {
            id: 2,
            name: "SN2",
            part_id: 1,
            part_type_id: 1,
            answers_missing: "Mileage",
            serial_answers: { remark: "rusty" },
        },
        { id: 3, name: "SN3", part_id: 2, part_type_id: 2, serial_answers: {} },
    ];
}

class Part extends models.Model {
    _name = "part";
    name = fields.Char();
    part_type_id = fields.Many2one({ relation: "part.type" });
    serial_ids = fields.One2many({ relation: "serial", relation_field: "part_id" });
    _records = [
        { id: 1, name: "V8", part_type_id: 1, serial_ids: [1, 2] },
        { id: 2, name: "Jack", part_type_id: 2, serial_ids: [3] },
        { id: 3, name: "Hood", part_type_id: 2, serial_ids: [] },
    ];
}

defineModels([PartType, Serial, Part]);
defineMailModels();

const LIST = `
    <list editable="bottom" create="0">
        <field name="name"/>
        <field name="part_type_id" column_invisible="1"/>
        <field name="serial_answers" optional="hide"/>
        <field name="answers_missing"/>
    </list>`;

const mountPart = (resId = 1, attributes = "") => {
    onRpc("has_group", () => true);
    return mountView({
        type: "form",
        resModel: "part",
        resId,
        arch: `
            <form ${attributes}>
                <field name="part_type_id" invisible="1"/>
                <field name="serial_ids" widget="serial_table">${LIST}</field>
            </form>`,
    });
};

const TITLE = ".o_serial_box h4";
const ANSWER = (key, inside = "input, select") => `.o_serial_answer[name=${key}] :is(${inside})`;

test("the first row with answers missing is shown, and stays when it is answered", async () => {
    await mountPart();
    expect(TITLE).toHaveText("Custom fields – SN2");
    expect(ANSWER("remark")).toHaveValue("rusty");
    await contains(ANSWER("mileage")).edit("7");
    expect(TITLE).toHaveText("Custom fields – SN2");
});

test("selecting a row shows its fields in the box", async () => {
    await mountPart();
    await contains(".o_data_row:contains(SN1) td").click();
    expect(TITLE).toHaveText("Custom fields – SN1");
    expect(ANSWER("mileage")).toHaveValue("0");
    expect(".o_data_row:eq(0)").toHaveClass("table-active");
    expect(queryAllTexts(".o_serial_answer label")).toEqual(["Mileage*", "Runs", "Remark ?"]);
});

test("arrow keys select rows too", async () => {
    await mountPart(1, 'edit="0"');
    await contains(".o_data_row:eq(0) td:eq(0)").focus();
    expect(TITLE).toHaveText("Custom fields – SN1");
    await press("ArrowDown");
    await animationFrame();
    expect(TITLE).toHaveText("Custom fields – SN2");
});

test("answers are saved with the form, unanswered ones stay unanswered", async () => {
    onRpc("part", "web_save", ({ args }) => {
        const [[command, id, { serial_answers: answers }]] = args[1].serial_ids;
        expect([command, id]).toEqual([1, 2]);
        expect.step(answers.map(({ name, value }) => `${name}: ${value}`).join(", "));
    });
    await mountPart();
    expect(ANSWER("mileage")).toHaveValue("");
    expect(ANSWER("runs")).toHaveValue("");
    await contains(ANSWER("mileage")).edit("0");
    await clickSave();
    expect.verifySteps(["mileage: 0, runs: undefined, remark: rusty"]);
});

test("yes, no and not answered are three things", async () => {
    await mountPart();
    await contains(ANSWER("runs", "select")).select("no");
    expect(ANSWER("runs")).toHaveValue("no");
    await contains(ANSWER("runs", "select")).select("yes");
    expect(ANSWER("runs")).toHaveValue("yes");
    await contains(ANSWER("runs", "select")).select("");
    expect(ANSWER("runs")).toHaveValue("");
});

test("what is not a number stays where it was typed and is not saved", async () => {
    onRpc("part", "web_save", () => expect.step("saved"));
    await mountPart();
    await contains(ANSWER("mileage")).edit("many");
    expect(ANSWER("mileage")).toHaveValue("many");
    expect(".o_serial_answer[name=mileage] [role=alert]").toHaveCount(1);
    expect(".o_form_button_save").not.toBeEnabled();
    await contains(ANSWER("mileage")).edit("12");
    await clickSave();
    expect.verifySteps(["saved"]);
});

test("a required field without an answer is marked", async () => {
    await mountPart();
    expect(".o_serial_answer_open").toHaveCount(1);
    await contains(ANSWER("mileage")).edit("0");
    expect(".o_serial_answer_open").toHaveCount(0);
});

test("a part type without custom fields says so, with a link for managers", async () => {
    serverState.userId = 7;
    await mountPart(2);
    await animationFrame();
    expect(".o_serial_box").toHaveText(/No custom fields are set up for Tools\./);
    expect(".o_serial_box button:contains(Set them up)").toHaveCount(1);
});

test("an empty table has no box", async () => {
    await mountPart(3);
    expect(".o_serial_box").toHaveCount(0);
});

test("a bulk edit writes the one answer that was edited", async () => {
    onRpc("serial", "web_save", ({ args }) => {
        expect(args[0]).toEqual([1, 2, 3]);
        expect.step(args[1].serial_answers.map(({ name, value }) => `${name}: ${value}`).join());
    });
    await mountView({
        type: "list",
        resModel: "serial",
        arch: `
            <list multi_edit="1" js_class="serial_list">
                <field name="name"/>
                <field name="part_type_id" column_invisible="1"/>
                <field name="serial_answers"/>
            </list>`,
    });
    await contains(".o_optional_columns_dropdown button").click();
    await contains(".o-dropdown--menu input[type=checkbox]:eq(0)").click();
    await contains("thead .o_list_record_selector input").click();
    await contains(".o_data_row:eq(1) td[name$=mileage]").click();
    await contains(".o_data_row:eq(1) td[name$=mileage] input").edit("9");
    await contains(".modal .btn-primary").click();
    expect.verifySteps(["mileage: 9"]);
});
