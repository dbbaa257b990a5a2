import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

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

export class Serial extends models.Model {
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

/** Define a part's models, for the tests of the file that calls it. */
export function defineParts() {
    defineModels([PartType, Bin, Serial, Part]);
    defineMailModels();
}

export const mountPart = (resId = 1, attributes = "") => {
    onRpc("has_group", () => true);
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
                    options="{'unserialized': 'unserialized_quantity'}"/>
                <field name="serial_edits" widget="serial_section"
                    options="{'defaults': 'default_serial_answers'}"/>
            </form>`,
    });
};

export const TITLE = ".o_serial_box h4";
export const ANSWER = (key) => `.o_serial_answer[name=${key}] :is(input, select)`;
export const SERIAL = (name) => `.o_data_row:contains(${name})`;
export const DEFAULTS = ".o_serial_defaults_row";
