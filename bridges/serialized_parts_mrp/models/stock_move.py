from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _restore_typed(self):
        result = super()._restore_typed()
        # What was entered is restored even if somebody else changes the order.
        moves = self.sudo()
        orders = moves.raw_material_production_id | moves.production_id
        if any(orders.units_ids.mapped("serial_entry_refused")):
            moves.move_line_ids._restore_typed()
        return result
