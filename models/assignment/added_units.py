from collections import Counter

from ...tools.position import Position
from . import pick_messages as messages
from .entry_messages import explain_barcode


class AddedUnits:
    """The units that are added to a transfer because they are scanned: any unit in its source, on one
    from scans alone; on another, a unit of a part of which fewer are reserved than are asked for.

    They are found first, on lines in memory: nothing is written before :meth:`save`.

    :param assignment: the :class:`~.serial_assignment.SerialAssignment` of the transfers
    :param picks: the :class:`~.picked_units.PickedUnits` of the same call, which knows which units
        are taken from other documents
    :ivar takes_any: whether the transfer is from scans alone
    """

    def __init__(self, assignment, picks):
        self._picking = assignment.picking
        self._known = assignment.known
        self._picks = picks
        self.env = assignment.env
        self.takes_any = self._picking._takes_any_unit()
        self._short = Counter()
        if assignment.is_from_stock:
            for move in self._picking._get_open_moves():
                self._short[move.product_id] += move._count_units_short()
        self._found = {}

    def filter_parts(self, products):
        """Return which of *products*, known by a code or a name, can have units on the transfer."""
        if self.takes_any:
            return products.filtered(lambda product: product.tracking == "serial")
        return products & self._picking._get_serial_parts()

    def explain_part(self, products):
        """Return why none of *products*, which a code names, can be chosen."""
        if self.takes_any and products:
            return messages.explain_part_without_serials(products)
        return explain_barcode(self.env, products)

    def find_line(self, product, lot):
        """Return a line in memory for the unit of *lot*, which nothing reserves or is taken from
        what does; None if the transfer has no room for it."""
        quant = self._known.get_quants_at_source(lot)[:1]
        if not quant or not (self.takes_any or self._short[product] > 0):
            return None
        self._short[product] -= 1
        line = self.env["stock.move.line"].new({"product_id": product.id})
        self._found[line] = lot, Position.of(quant)
        return line

    def save(self):
        """Add the units that were found: as reserved lines, on moves of their parts. Assigning the
        same entries in another call finds them there.

        :return: ``{line id: what people should know about it}``
        """
        taken = self._picks.taken
        counts = Counter(line.product_id for line in self._found)
        moves = self._picking._find_moves_for_units(counts)
        vals_list = [
            moves[line.product_id]
            .pop()
            ._prepare_scanned_line(position, self.env["stock.lot"] if line in taken else lot)
            for line, (lot, position) in self._found.items()
        ]
        made = self.env["stock.move.line"].create(vals_list)
        explained = {}
        for line, found in zip(made, self._found, strict=True):
            if other := taken.get(found):
                explained[line.id] = self._picks.explain_taken(other)
                line._take_unit(other)
        # Confirmed once they have what they ask for: Odoo would reserve other units.
        made.move_id.filtered(lambda move: move.state == "draft")._action_confirm(merge=False)
        return explained
