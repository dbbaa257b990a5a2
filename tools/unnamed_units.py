"""The units without a serial number that stand where a transfer takes its units from."""

from collections import Counter, defaultdict

from .position import INTERNAL_USAGES, Position


class UnnamedUnits:
    """The units that a new serial number can name on its way out of stock.

    :param picking: a transfer out of stock
    :param lines: those of its lines that have their serial number already; one that stands
        nowhere in stock names one of these units
    """

    def __init__(self, picking, lines):
        self._left = defaultdict(Counter)
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
                self._left[product][Position(*(record.id for record in records))] = int(quantity)
        known = lines._find_known_serials()
        for line in lines:
            serial = line.lot_id or known.get((line.product_id, line.lot_name))
            if not serial or serial.location_id.usage not in INTERNAL_USAGES:
                self.take(line.product_id, Position.of(line))

    def find(self, product, location=None, line=None):
        """Return the position of a unit of *product*, None where none is left.

        :param location: the bin that it has to be in
        :param line: a line whose own position is preferred
        """
        positions = [
            position
            for position in self._left[product]
            if not location or location.id == position.location_id
        ]
        own = line and Position.of(line)
        return own if own in positions else next(iter(positions), None)

    def take(self, product, position):
        """Take a unit of *product* in *position*."""
        positions = self._left[product]
        positions[position] -= 1
        if positions[position] <= 0:
            del positions[position]
