import { expect, test } from "@odoo/hoot";
import { resize, waitFor, waitForNone } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    MockServer,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class PartType extends models.Model {
    _name = "part.type";
    name = fields.Char();
    questions = fields.PropertiesDefinition();
    _records = [
        {
            id: 1,
            name: "Engines",
            questions: [{ name: "mileage", string: "Mileage", type: "integer", required: true }],
        },
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
    _records = [1, 2, 3, 4].map((id) => ({
        id,
        name: `SN${id}`,
        part_id: 1,
        part_type_id: 1,
        answers_missing: id > 2 && "Mileage",
        serial_answers: id > 2 ? {} : { mileage: id },
    }));
}

class Part extends models.Model {
    _name = "part";
    missing = fields.Char();
    serial_ids = fields.One2many({ relation: "serial", relation_field: "part_id" });
    _records = [{ id: 1, missing: "Mileage is missing", serial_ids: [1, 2, 3, 4] }];
}

defineModels([PartType, Serial, Part]);
defineMailModels();

const TITLE = ".o_serial_box h4";
const MILEAGE = ".o_serial_answer[name=mileage] input";

const mountPart = (context = {}) => {
    onRpc("has_group", () => true);
    return mountView({
        type: "form",
        resModel: "part",
        resId: 1,
        context,
        arch: `
            <form>
                <field name="missing" invisible="1"/>
                <field name="serial_ids" widget="serial_table"
                    options="{'copy': 'copy', 'fill': 'fill', 'missing': 'missing'}">
                    <list editable="bottom" create="0" limit="2">
                        <field name="name"/>
                        <field name="part_type_id" column_invisible="1"/>
                        <field name="serial_answers" optional="hide"/>
                        <field name="answers_missing"/>
                    </list>
                </field>
            </form>`,
    });
};

test("the line that lacks an answer is shown with its field in focus, on any page", async () => {
    await mountPart({ serial_line_to_answer: 4 });
    expect(TITLE).toHaveText("Custom fields – SN4");
    expect(MILEAGE).toBeFocused();
    expect(".o_data_row:contains(SN4)").toHaveClass("table-active");
    expect(".o_data_row:contains(SN1)").toHaveCount(0);
});

test("one answer is given to all that lack it", async () => {
    onRpc("part", "web_save", () => expect.step("saved"));
    onRpc("part", "fill", ({ args }) => expect.step(`filled from ${args[1]}`));
    await mountPart({ serial_line_to_answer: 4 });
    expect("button[name=fill]").not.toBeEnabled();
    await contains(MILEAGE).edit("7");
    await contains("button[name=fill]").click();
    expect.verifySteps(["saved", "filled from 4"]);
});

test("there are no empty rows, nor a column of missing answers where none are", async () => {
    await mountPart();
    expect(".o_data_row").toHaveCount(2);
    expect("tbody tr").toHaveCount(2);
    expect("th[data-name=answers_missing]").toHaveCount(0);
    await contains(".o_x2m_control_panel .o_pager_next").click();
    await waitFor(".o_data_row:contains(SN4)");
    expect("th[data-name=answers_missing]").toHaveCount(1);
});

test("what is missing is read again once a row is answered", async () => {
    Serial._onChanges.serial_answers = (serial) => {
        serial.answers_missing = false;
    };
    onRpc("part", "web_save", ({ args }) => {
        expect.step(args[1].serial_ids.map(([, id]) => id));
        MockServer.env.part.write([1], { missing: "Mileage is missing on SN3" });
    });
    await mountPart({ serial_line_to_answer: 4 });
    expect(".o_serial_missing").toHaveText("Mileage is missing");
    await contains(MILEAGE).edit("7");
    await waitFor(".o_serial_missing:contains(SN3)");
    expect.verifySteps([[4]]);
    await contains(".o_data_row:contains(SN3) td").click();
    expect.verifySteps([]);
});

test("on a phone the box stays open once its row is answered", async () => {
    Serial._onChanges.serial_answers = (serial) => {
        serial.answers_missing = false;
    };
    await resize({ width: 360, height: 720 });
    await mountPart({ serial_line_to_answer: 4 });
    await contains(MILEAGE).edit("7");
    await waitForNone(".o_data_row:contains(SN4):contains(Mileage)");
    expect(MILEAGE).toHaveValue("7");
    expect("button[name=fill]").toBeEnabled();
});

test("on a phone the box opens by itself where a required answer is missing", async () => {
    await resize({ width: 360, height: 720 });
    await mountPart();
    expect(TITLE).toHaveText("Custom fields – SN1");
    expect(MILEAGE).toHaveCount(0);
    await contains("button[name=fold]").click();
    expect(MILEAGE).toHaveCount(1);
    await contains(".o_x2m_control_panel .o_pager_next").click();
    await waitFor(`${TITLE}:contains(SN3)`);
    expect(MILEAGE).toHaveCount(1);
    await contains(".o_data_row:contains(SN4) td").click();
    expect(TITLE).toHaveText("Custom fields – SN4");
    expect(MILEAGE).toHaveCount(1);
    await contains("button[name=fold]").click();
    expect(MILEAGE).toHaveCount(0);
});
