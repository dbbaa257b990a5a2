from odoo import models


class StockMoveLine(models.Model):
    """A unit that a manufacturing order consumes or produces."""

    _inherit = "stock.move.line"

    def _get_prompts(self):
        moves = self.move_id
        if orders := moves.raw_material_production_id:
            return orders._get_units("consumed")
        if orders := moves.production_id:
            return orders._get_units("produced")
        return super()._get_prompts()
