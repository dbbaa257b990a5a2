from collections import Counter, defaultdict


class UnserializedStock:
    """The unserialized units that stand where a transfer begins: those that a serial number which
    is not in stock can name on their way out.

    :param picking: a transfer out of stock
    :param lines: those of its lines that have their serial number already; one that stands
        nowhere in stock names one of these units
    """

    def __init__(self, picking, lines):
        self._counts = defaultdict(Counter)
        for product, *position, quantity in picking.env["stock.quant"]._read_group(
            [
                ("product_id", "in", picking.serial_line_ids.product_id.ids),
                ("location_id", "child_of", picking.location_id.ids),
                ("lot_id", "=", False),
            ],
            ["product_id", "location_id", "package_id", "owner_id"],
            ["quantity:sum"],
        ):
            if quantity >= 1:
                self._counts[product][tuple(position)] = int(quantity)
        known = lines._find_known_serials()
        for line in lines:
            serial = line.lot_id or known.get((line.product_id, line.lot_name))
            if not serial or serial.location_id.usage not in ("internal", "transit"):
                self.claim(line.product_id, line._get_unit_place())

    def find(self, product, location=None, line=None):
        """Return the position of a unit of *product*, None where none is left.

        :param location: the bin that it has to be in
        :param line: a line whose own position is preferred
        """
        positions = self._counts[product]
        own = line._get_unit_place() if line else None
        if own in positions and location in (None, own[0]):
            return own
        return next(
            (position for position in positions if location in (None, position[0])), None
        )

    def claim(self, product, position):
        """Count a unit of *product* in *position* as named."""
        positions = self._counts[product]
        positions[position] -= 1
        if positions[position] <= 0:
            del positions[position]
