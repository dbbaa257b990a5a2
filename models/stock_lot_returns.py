from odoo import models
from odoo.exceptions import UserError

from .readable import filter_readable

#: Context key: the ids of the serial numbers whose units are returned.
RETURNED = "serialized_parts_returned"


class StockLot(models.Model):
    """Units that may come back from a customer."""

    _inherit = "stock.lot"

    def _find_deliveries(self):
        """Return ``{serial number: transfer}`` of the units that are at a customer: the transfer
        that took each there, if the user may read it.

        The number of queries does not grow with the number of serial numbers.
        """
        last = self._read_last_moves()
        moves = self.env["stock.move"].sudo()  # Only those that the user may read are returned.
        moves = moves.browse({move for _location, move, _date in last.values()})
        out = moves.filtered(lambda move: move.location_dest_id.usage == "customer")
        readable = set(filter_readable(out.picking_id).ids)
        transfers = {
            move.id: self.env["stock.picking"].browse(move.picking_id.id)
            for move in out
            if move.picking_id.id in readable
        }
        gone = self - self._filter_in_stock()
        found = {lot: transfers.get(last[lot.id][1]) for lot in gone if lot.id in last}
        return {lot: transfer for lot, transfer in found.items() if transfer}

    def action_return_unit(self):
        """Return Odoo's dialog that returns this unit, with its delivery and one unit filled in.

        :raise UserError: if it wasn't delivered by a transfer
        """
        self.ensure_one()
        self.env["stock.picking"]._check_warehouse_user()
        self.check_access("read")
        delivery = self._find_deliveries().get(self)
        if not delivery:
            raise UserError(
                self.env._("%(serial)s wasn't delivered by a transfer.", serial=self.name)
            )
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.act_stock_return_picking")
        return {**action, "context": delivery._prepare_return_context(self)}
