from collections import defaultdict

from odoo.fields import Domain

from ..similar_names import get_same_domain

#: The fields by which a bin is found; the first that has the word counts.
BIN_FIELDS = ("barcode", "complete_name", "name")


class CountWords:
    """What entries of a count name besides serial numbers: bins, by barcode or name in any letter
    case, and parts, by barcode or number. All are read at once.

    :param count: the count
    :param words: the texts that may be such names
    :param barcodes: further texts that may be barcodes of parts
    :ivar parts: the parts that one of them names
    """

    def __init__(self, count, words, barcodes=()):
        self._count = count
        words = {word for word in words if word}
        self._locations = count.env["stock.location"].search(
            Domain("usage", "=", "internal")
            & Domain.OR(
                get_same_domain(field, words, "lower({})".format, has_index=False)
                for field in BIN_FIELDS
            )
        )
        self._bins = {field: _group(self._locations, field, str.lower) for field in BIN_FIELDS}
        parts = count.env["product.product"].search(
            Domain("barcode", "in", [*words, *barcodes]) | Domain("default_code", "in", [*words])
        )
        self.parts = parts
        self._barcodes, self._numbers = _group(parts, "barcode"), _group(parts, "default_code")

    def find_bins(self, word):
        """Return the bins that *word* names; of several, those that the count may count."""
        for field in BIN_FIELDS:
            if bins := self._bins[field].get(word.lower()):
                return bins.filtered(self._count._has_location) or bins
        return self._locations.browse()

    def find_parts(self, word):
        """Return the parts that have *word* as barcode, or else as number."""
        found = self._barcodes.get(word) or self._numbers.get(word)
        return found or self._count.env["product.product"]


def _group(records, field, fold=str):
    """Return ``{text: records}`` by what *fold* makes of the texts in their *field*."""
    groups = defaultdict(records.browse)
    for record in records.filtered(field):
        groups[fold(record[field])] |= record
    return groups
