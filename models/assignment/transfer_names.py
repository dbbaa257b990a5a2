from odoo.fields import Domain

from ..similar_names import get_same_domain


class TransferNames:
    """What people call the bins and parts of a transfer: barcode, name or full name, in any letter
    case. All are read at once.

    :param picking: the transfer
    :param words: the texts that may be such names
    :param barcodes: further texts that may be barcodes of parts
    """

    def __init__(self, picking, words, barcodes=()):
        self._env = picking.env
        words = {word for word in words if word}
        bins = picking.env["stock.location"].search(
            Domain(picking._get_serial_location_domain())
            & Domain.OR(
                get_same_domain(field, words, "lower({})".format, has_index=False)
                for field in ("barcode", "name", "complete_name")
            )
        )
        parts = picking._get_serial_parts()
        scanned = picking.env["product.product"].search(
            Domain("barcode", "in", [*words, *barcodes])
        )
        # What comes later wins: a barcode is unique, a name may not be.
        self._bins = _Index(bins, ("complete_name", "name", "barcode"))
        self._parts = _Index(parts, ("display_name", "name", "default_code", "barcode"))
        self._barcodes = scanned.grouped("barcode")

    def find_bins(self, word):
        """Return the bins of the transfer that *word* names, by barcode, or else by name."""
        return self._bins.find(word) or self._env["stock.location"]

    def find_parts(self, word):
        """Return the parts that *word* names: any by its barcode, or else those of the transfer."""
        return self._barcodes.get(word) or self._parts.find(word) or self._env["product.product"]


class _Index:
    """Records by the texts in some of their fields; the same letter case goes first."""

    def __init__(self, records, fields):
        self._exact, self._lower = {}, {}
        for field in fields:
            named = records.filtered(field)
            self._exact.update(named.grouped(field))
            self._lower.update(named.grouped(lambda record, field=field: record[field].lower()))

    def find(self, word):
        return self._exact.get(word) or self._lower.get(word.lower())
