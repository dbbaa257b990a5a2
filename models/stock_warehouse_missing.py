from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    serial_missing_location_id = fields.Many2one(
        "stock.location",
        "Missing Location",
        check_company=True,
        copy=False,
        index="btree_not_null",
        help="Where units are that a count missed. It is beside the stock, so nothing is reserved "
        "from it.",
    )

    def _get_missing_location(self):
        """Return the location *Missing* of this warehouse; it is created if there is none, and
        unarchived if it is archived."""
        self.ensure_one()
        location = self.serial_missing_location_id
        if not location:
            location = self.serial_missing_location_id = location.create(
                {
                    "name": self.env._("Missing"),
                    "usage": "internal",
                    "location_id": self.view_location_id.id,
                    "company_id": self.company_id.id,
                }
            )
        if not location.active:
            location.active = True
        return location
