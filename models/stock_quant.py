from odoo import api, models
from odoo.fields import Domain


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model
    def _get_on_hand_domain(self):
        """Return the domain of the quants that are on hand: the places that Odoo counts
        in ``stock.lot.product_qty``."""
        return Domain("location_id.usage", "=", "internal") | (
            Domain("location_id.usage", "=", "transit")
            & Domain("location_id.company_id", "!=", False)
        )

    def _describe_places(self, env):
        """Return the names of these quants' bins that the user of *env* may see, as text."""
        visible = self.location_id.with_env(env)._filtered_access("read")
        return ", ".join(visible.mapped("display_name")) or env._("a place you have no access to")

    def _get_serialize_type(self):
        """Return the operation type under which this quant's units get their serial number:
        its warehouse's, or that of the company's first where it is in none."""
        self.ensure_one()
        warehouse = self.location_id.warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return warehouse.serialize_type_id

    def _get_unit_place(self):
        """Return what tells units without a serial number apart: bin, package and owner."""
        self.ensure_one()
        return self.location_id, self.package_id, self.owner_id

    def _find_reserving_lines(self):
        """Return the move lines that reserve units of this quant, the oldest first."""
        self.ensure_one()
        return self.env["stock.move.line"].search(
            [
                ("state", "not in", ("draft", "done", "cancel")),
                ("product_id", "=", self.product_id.id),
                ("lot_id", "=", self.lot_id.id),
                ("location_id", "=", self.location_id.id),
                ("package_id", "=", self.package_id.id),
                ("owner_id", "=", self.owner_id.id),
                ("quantity_product_uom", ">", 0),
            ],
            order="id",
        )
