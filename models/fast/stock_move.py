from odoo import models

from .quant_batch import get_batch


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        if batch := get_batch(self.env):
            # A validation inside another one has to find its quants in the books.
            batch.flush()
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _check_quantity(self):
        # Odoo reads the serial numbers from the database, so it would write all lines, which are
        # written again in a moment. As in Odoo, serial numbers of all companies count.
        moves = self.sudo()
        with self.env.protecting([self._fields["lot_ids"]], self):
            for move in moves:
                move.lot_ids = move.move_line_ids.filtered("quantity").lot_id
        return super()._check_quantity()
