from odoo import api, models

from ..models.stock_lot_returns import RETURNED


class StockReturnPicking(models.TransientModel):
    """The return of certain units, opened from their serial numbers: they are filled in."""

    _inherit = "stock.return.picking"

    @api.model
    def _prepare_stock_return_picking_line_vals_from_move(self, stock_move):
        vals = super()._prepare_stock_return_picking_line_vals_from_move(stock_move)
        if returned := self._get_returned_serials() & stock_move.lot_ids:
            vals["quantity"] = len(returned)
        return vals

    def _create_return(self):
        picking = super()._create_return()
        if serials := self._get_returned_serials():
            # Odoo has filled in units of the delivery, not those that came back.
            picking._enter_returned(serials, picking.serial_line_ids)
        return picking

    @api.model
    def _get_returned_serials(self):
        return self.env["stock.lot"].browse(self.env.context.get(RETURNED, ())).exists()
