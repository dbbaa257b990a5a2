from odoo import models
from odoo.fields import Domain

from .stock_lot_state import UnitState


class StockLot(models.Model):
    """A unit that a count missed, and that was moved to the Missing location of its warehouse."""

    _inherit = "stock.lot"

    def _find_missing(self):
        """Return ``{serial number: UnitState}`` of those whose units are in a Missing location."""
        quants = self.env["stock.quant"].sudo()  # Where a unit is decides, not who looks.
        groups = quants._read_group(
            Domain("lot_id", "in", self.ids)
            & Domain("location_id.is_serial_missing", "=", True)
            & Domain("quantity", ">", 0),
            ["lot_id"],
        )
        return {self.browse(lot.id): UnitState("missing") for [lot] in groups}
