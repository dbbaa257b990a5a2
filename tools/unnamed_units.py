"""The units without a serial number that stand where a transfer takes its units from."""

from collections import Counter, defaultdict


class UnnamedUnits:
    """The units that a new serial number can name on its way out of stock.

    :param picking: a transfer out of stock
    :param lines: those of its lines that have their serial number already; one that stands
        nowhere in stock names one of these units
    """

    def __init__(self, picking, lines):
        self._left = defaultdict(Counter)
        for product, *place, quantity in picking.env["stock.quant"]._read_group(
            [
                ("product_id", "in", picking.serial_line_ids.product_id.ids),
                ("location_id", "child_of", picking.location_id.ids),
                ("lot_id", "=", False),
            ],
            ["product_id", "location_id", "package_id", "owner_id"],
            ["quantity:sum"],
        ):
            if quantity >= 1:
                self._left[product][tuple(place)] = int(quantity)
        known = lines._find_known_serials()
        for line in lines:
            serial = line.lot_id or known.get((line.product_id, line.lot_name))
            if not serial or serial.location_id.usage not in ("internal", "transit"):
                self.take(line.product_id, line._get_unit_place())

    def find(self, product, location=None, line=None):
        """Return the place (bin, package, owner) of a unit of *product*, None where none is left.

        :param location: the bin that it has to be in
        :param line: a line whose own place is preferred
        """
        places = self._left[product]
        own = line._get_unit_place() if line else None
        if own in places and location in (None, own[0]):
            return own
        return next((place for place in places if location in (None, place[0])), None)

    def take(self, product, place):
        """Take a unit of *product* in *place*."""
        places = self._left[product]
        places[place] -= 1
        if places[place] <= 0:
            del places[place]
