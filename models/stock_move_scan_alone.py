"""The moves and lines of units that are added to a transfer as they are scanned."""

from odoo import models

#: Context key: the demand of moves follows what is scanned, and the chatter doesn't name each unit.
SCANNING = "serialized_parts_scanning"


class StockMove(models.Model):
    _inherit = "stock.move"

    def _count_units_short(self):
        """Return how many units this move asks for beyond those that it has."""
        if self.product_id.tracking != "serial" or self.state in ("done", "cancel"):
            return 0
        short = self.product_qty - sum(self.move_line_ids.mapped("quantity_product_uom"))
        # Twelfths of a dozen add up to a little less than a unit.
        return max(0, int(round(short, 3)))

    def _prepare_scanned_line(self, position, serial):
        """Return the values of a line for the unit of *serial*, which is in *position*; without a
        serial number, of a line that reserves nothing yet."""
        return {
            "move_id": self.id,
            "picking_id": self.picking_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "lot_id": serial.id,
            "quantity": 1 if serial else 0,
            "picked": False,
            **position._asdict(),
            "location_dest_id": self.location_dest_id.id,
        }

    def _add_demand(self, units):
        """Let this move, of a transfer from scans alone, ask for so many *units* more, or less."""
        quantity = self.product_id.uom_id._compute_quantity(units, self.product_uom)
        self.with_context(**{SCANNING: True, "do_not_unreserve": True}).product_uom_qty += quantity
        self._recompute_state()

    def _drop_scanned(self, units):
        """Let this move, of a transfer from scans alone, ask for so many *units* less, which are off
        it; it is deleted with the last one."""
        if not self.move_line_ids and self.product_qty <= units:
            self._action_cancel()
            self.sudo().unlink()  # Only inventory managers may delete moves; this one is empty.
        else:
            self._add_demand(-units)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _log_message(self, record, move, template, vals):
        if self.env.context.get(SCANNING):
            return None
        return super()._log_message(record, move, template, vals)

    def action_undo_scan(self):
        result = super().action_undo_scan()
        added = self.filtered("picking_id.serial_from_scans")
        counts = {move: len(lines) for move, lines in added.grouped("move_id").items()}
        added.unlink()
        for move, count in counts.items():
            move._drop_scanned(count)
        return result
