from collections import defaultdict

from odoo.fields import Domain

from ..readable import filter_readable
from . import pick_messages as messages


class PickedUnits:
    """The reserved units of transfers out of stock, which people tick by scan, and the other units
    that they take in their place.

    :param assignment: the :class:`~.serial_assignment.SerialAssignment` of the transfers
    """

    def __init__(self, assignment):
        self._assignment = assignment
        self._known = assignment.known
        self._units = assignment.units
        self.env = assignment.env
        self._expected = defaultdict(dict)
        if assignment.is_from_stock:
            for line in self._units.serialized._filter_expected():
                self._expected[line.product_id][line] = True
        self._reserving = {}
        self._usable = self._readable = frozenset()
        self._taken = {}
        self._scanned = {}

    def read_reservations(self):
        """Read at once which lines of other transfers reserve the serial numbers that
        ``known`` has read."""
        if not self._assignment.is_from_stock:
            return
        lots = self._known.list_reserved()
        lines = self.env["stock.move.line"].sudo()  # Other people's documents count, too.
        lines = lines.search(
            Domain("lot_id", "in", [lot.id for lot in lots])
            & Domain("id", "not in", self._units.lines.ids)
            & Domain("state", "not in", ("done", "cancel", "draft"))
            & Domain("quantity_product_uom", ">", 0)
        )
        self._reserving = {line.lot_id.id: line for line in lines}
        self._usable = set(
            # With no rights but the user's.
            lines.sudo(False)._filtered_access("write").filtered(lambda line: not line.picked).ids
        )
        documents = [line.move_id._get_pick_document() for line in lines]
        self._readable = {
            document for document in documents if document and filter_readable(document)
        }

    def is_expected(self, line):
        """Return whether the unit of *line* is reserved, and not scanned yet."""
        return line in self._expected[line.product_id]

    def scan(self, line, serial):
        """Note that the unit of *line*, called *serial*, was scanned."""
        self._expected[line.product_id].pop(line, None)
        self._scanned[line] = serial

    def find_replaced(self, product, lot):
        """Return the line of an expected unit of *product* whose place the unit of *lot* can take,
        preferably one in the same bin; or None."""
        bins = self._known.get_quants_at_source(lot).location_id
        if not bins:
            return None
        lines = self._expected[product]
        return next((line for line in lines if line.location_id in bins), next(iter(lines), None))

    def explain_assigned(self, line, lot):
        """Return what people should know when the unit of *lot* is assigned to *line*: which serial
        number it replaces, and from which document it is taken; an empty text if neither."""
        name = line.lot_id.name or line.lot_name or ""
        if lot and (other := self._reserving.get(lot.id)):
            document = other.move_id._get_pick_document().display_name
            return messages.explain_taken(self.env, name, document)
        return messages.explain_replaced(self.env, name) if name else ""

    # --------------------------------------------------------------- reserved for another document

    def explain_reserved(self, lot):
        """Return ``(problem, can_take)``: for which other document the unit of *lot* is reserved, an
        empty text if it is for none; and whether it can be taken all the same."""
        line = lot and self._reserving.get(lot.id)
        if not line:
            return "", False
        document = line.move_id._get_pick_document()
        name = document.display_name if document in self._readable else ""
        if line.picked:
            return messages.explain_scanned_for(self.env, name), False
        return messages.explain_reserved_for(self.env, name), line.id in self._usable

    def take(self, line, lot):
        """Note that *line* takes the unit of *lot* from the document that has reserved it, if any."""
        if lot and (other := self._reserving.pop(lot.id, None)):
            self._taken[line] = other

    def exchange(self):
        """Exchange the units that are taken from other documents."""
        for line, other in self._taken.items():
            line._take_unit(other)

    def save(self):
        """Write that units were scanned."""
        self.env["stock.move.line"].concat(*self._scanned).picked = True
        for line, serial in self._scanned.items():
            line.sudo().scanned_name = serial  # A field of our own.
