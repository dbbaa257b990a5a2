from odoo import api, fields, models
from odoo.fields import Domain


class StockLocation(models.Model):
    _inherit = "stock.location"

    is_serial_missing = fields.Boolean(
        compute="_compute_is_serial_missing",
        search="_search_is_serial_missing",
        compute_sudo=True,
        help="Units that a count missed are here, until a later count finds them.",
    )

    @api.depends("warehouse_id.serial_missing_location_id")
    def _compute_is_serial_missing(self):
        for location in self:
            location.is_serial_missing = (
                location == location.warehouse_id.serial_missing_location_id
            )

    @api.model
    def _search_is_serial_missing(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Which bin it is in another warehouse is no secret.
        warehouses = self.env["stock.warehouse"].sudo().with_context(active_test=False)
        missing = warehouses.search([("serial_missing_location_id", "!=", False)])
        domain = Domain("id", "in", missing.serial_missing_location_id.ids)
        return domain if True in value else ~domain
