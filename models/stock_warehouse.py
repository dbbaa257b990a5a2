from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    serialize_type_id = fields.Many2one(
        "stock.picking.type",
        check_company=True,
        copy=False,
        help="Operation type that gives units already in stock their serial number.",
    )

    def _add_serialize_type(self):
        """Give each warehouse its operation type *Serialize*; one left by an earlier
        installation is taken up again."""
        for warehouse in self.filtered(lambda wh: not wh.serialize_type_id):
            warehouse.serialize_type_id = self.env["stock.picking.type"].search(
                [
                    ("warehouse_id", "=", warehouse.id),
                    ("sequence_code", "=", "SER"),
                    ("code", "=", "internal"),
                ],
                limit=1,
            )
            values = warehouse._create_or_update_sequences_and_picking_types()
            if values:
                warehouse.write(values)

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name=name, code=code)
        name, code = name or self.name, code or self.code
        short = self.serialize_type_id.sequence_code or "SER"
        values["serialize_type_id"] = {
            "name": self.env._("%(name)s Sequence serialize", name=name),
            "prefix": f"{code}/{short}/",
            "padding": 5,
            "company_id": self.company_id.id,
        }
        return values

    def _get_picking_type_create_values(self, max_sequence):
        values, next_sequence = super()._get_picking_type_create_values(max_sequence)
        values["serialize_type_id"] = {
            "name": self.env._("Serialize"),
            "code": "internal",
            "use_create_lots": True,
            "use_existing_lots": False,
            "reservation_method": "manual",
            "create_backorder": "always",
            "default_location_src_id": self.lot_stock_id.id,
            "default_location_dest_id": self.lot_stock_id.id,
            "sequence": next_sequence + 1,
            "sequence_code": "SER",
            "company_id": self.company_id.id,
        }
        return values, next_sequence + 2

    def _get_picking_type_update_values(self):
        values = super()._get_picking_type_update_values()
        values["serialize_type_id"] = {
            "active": self.active,
            "barcode": self.code.replace(" ", "").upper() + "SER",
        }
        return values
