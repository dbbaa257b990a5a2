from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _restore_typed(self):
        result = super()._restore_typed()
        # What was entered is restored even if somebody else changes the order.
        moves = self.sudo().filtered("repair_line_type")
        if any(moves.repair_id.units_ids.mapped("serial_entry_refused")):
            moves.move_line_ids._restore_typed()
        return result
