import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

export const BOX = ".o_serial_entry textarea";
/** What `preview_serials` returns. */
export const PREVIEW = {
    message: "12 serials; 1 in stock",
    assigned: 11,
    refused: 0,
    problems: [],
    several: true,
    more: 0,
    table: false,
};

/** Define the model of a transfer, with these records. */
export function defineTransfers(records) {
    class Transfer extends models.Model {
        _name = "transfer";
        serial_entry = fields.Text();
        serial_entry_refused = fields.Json();
        serial_units_in_stock = fields.Boolean();
        serial_is_scanned = fields.Boolean();
        serial_scanned_count = fields.Integer();
        serial_entry_product_id = fields.Many2one({ relation: "res.partner" });
        serial_entry_location_id = fields.Many2one({ relation: "res.partner" });
        serial_done_count = fields.Integer();
        serial_unit_count = fields.Integer();
        note = fields.Char();
        _records = records;
    }
    defineModels([Transfer]);
    defineMailModels();
}

/** Mount the form of a transfer: the entry box, and a field beside it. */
export function mountTransfer(resId = 1) {
    return mountView({
        type: "form",
        resModel: "transfer",
        resId,
        arch: `
            <form>
                <field name="serial_entry_product_id" invisible="1"/>
                <field name="serial_entry_location_id" invisible="1"/>
                <field name="serial_entry" widget="serial_entry"/>
                <field name="note"/>
            </form>`,
    });
}
