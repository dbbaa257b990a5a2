from odoo import models


class StockMoveLine(models.Model):
    """A part that a repair order adds, removes or recycles."""

    _inherit = "stock.move.line"

    def _get_prompts(self):
        moves = self.move_id.filtered("repair_line_type")
        if not moves:
            return super()._get_prompts()
        units = self.env["repair.order.units"]
        for kind, same in moves.grouped("repair_line_type").items():
            units |= same.repair_id._get_units(kind)
        return units
