import itertools
from collections import Counter, defaultdict

from ...tools.position import INTERNAL_USAGES, Position


class UnserializedStock:
    """The unserialized units where a transfer starts: a serial number that is not in stock can name
    one of them on its way out.

    :param picking: a transfer out of stock
    :param lines: its lines that already have a serial number; each that is not in stock names one
        of these units
    """

    def __init__(self, picking, lines):
        self._counts = defaultdict(Counter)
        for product, *records, quantity in picking.env["stock.quant"]._read_group(
            [
                ("product_id", "in", picking.serial_line_ids.product_id.ids),
                ("location_id", "child_of", picking.location_id.ids),
                ("lot_id", "=", False),
            ],
            ["product_id", "location_id", "package_id", "owner_id"],
            ["quantity:sum"],
        ):
            if quantity >= 1:
                position = Position(*(record.id for record in records))
                self._counts[product][position] = int(quantity)
        known = lines._find_known_serials()
        for line in lines:
            serial = line.lot_id or known.get((line.product_id, line.lot_name))
            if not serial or serial.location_id.usage not in INTERNAL_USAGES:
                self.claim(line.product_id, Position.of(line))

    def find(self, product, location=None, line=None):
        """Return the position of a unit of *product*, or None if none is left.

        :param location: the bin that it must be in
        :param line: a line whose own position is preferred
        """
        positions = self._counts[product]
        own = Position.of(line) if line else None
        for position in itertools.chain([own] if own in positions else [], positions):
            if not location or position.location_id == location.id:
                return position
        return None

    def claim(self, product, position):
        """Count one unit of *product* in *position* as claimed."""
        positions = self._counts[product]
        positions[position] -= 1
        if positions[position] <= 0:
            del positions[position]
