"""A unit that another document has reserved is taken for this one: the two exchange their units."""

from odoo import models

from ..tools.position import Position


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _take_unit(self, taken):
        """Take the unit of *taken*, a line of another document that reserves it, for this line, which
        gets its serial number. The other document gets the unit of this line where it can use it,
        otherwise any that is free; its chatter names them.

        :param taken: a line that isn't picked; the user may write it
        """
        lot, position = self.lot_id, Position.of(self)
        wanted, move = taken.lot_id, taken.move_id
        fits = lot and taken._can_use(lot, self)
        taken.quantity = 0
        unit = {"lot_id": wanted.id, "lot_name": False, "quantity": 1}
        self.write({**unit, **Position.of(taken)._asdict()})
        if fits:
            taken.write({"lot_id": lot.id, "quantity": 1, **position._asdict()})
            given = lot.name
        else:
            before = move.move_line_ids
            taken.unlink()
            move._action_assign(force_qty=1)
            given = (move.move_line_ids - before).lot_id[:1].name
        move._note_taken(wanted.name, given, self.move_id)

    def _can_use(self, lot, line):
        """Return whether this line can move *lot*, the unit of *line*, instead of its own."""
        source = self.move_id.location_id
        return (
            lot != self.lot_id
            and line.location_id._child_of(source)
            and line.owner_id == self.owner_id
            and line.company_id == self.company_id
        )


class StockMove(models.Model):
    _inherit = "stock.move"

    def _get_pick_document(self):
        """Return what the people who pick the units of this move know it by: its transfer, or the
        order that consumes them."""
        return self.picking_id or self._get_serial_document()

    def _note_taken(self, taken, given, taker):
        """Post to the transfer or order of this move that its unit *taken* was taken for that of
        *taker*.

        :param str given: the unit that it has instead; empty if there is none
        """
        document = self._get_pick_document()
        names = {
            "taken": taken,
            "given": given,
            "document": taker._get_pick_document().display_name,
        }
        if given:
            text = self.env._(
                "%(taken)s was scanned for %(document)s. %(given)s is reserved here instead.",
                **names,
            )
        else:
            text = self.env._(
                "%(taken)s was scanned for %(document)s. No other unit is free for this transfer: "
                "check its availability.",
                **names,
            )
        if hasattr(document, "message_post"):
            document.message_post(body=text)
