from odoo import api, models

from ..models.stock_lot_state import RETURNED


class StockReturnPicking(models.TransientModel):
    """The return of one unit, opened from its serial number: that unit is filled in."""

    _inherit = "stock.return.picking"

    @api.model
    def _prepare_stock_return_picking_line_vals_from_move(self, stock_move):
        vals = super()._prepare_stock_return_picking_line_vals_from_move(stock_move)
        if self._get_returned_serial() in stock_move.lot_ids:
            vals["quantity"] = 1
        return vals

    def _create_return(self):
        picking = super()._create_return()
        serial = self._get_returned_serial()
        line = picking.move_line_ids.filtered(lambda line: line.product_id == serial.product_id)
        if len(line) == 1 and serial in line.move_id.origin_returned_move_id.lot_ids:
            line.lot_id = serial
        return picking

    @api.model
    def _get_returned_serial(self):
        return self.env["stock.lot"].browse(self.env.context.get(RETURNED)).exists()
