from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...tools.gs1 import is_code, read_code


class EntryWords:
    """What entries name besides serial numbers: bins of the transfer, barcodes of parts, GS1 codes.
    All are read at once.

    :param picking: the transfer
    :param entries: list of :class:`~odoo.addons.serialized_parts.tools.entry_grammar.Entry`
    :ivar serials: the set of all serial numbers that the entries may stand for
    """

    def __init__(self, picking, entries):
        self._picking = picking
        self._codes = self._read_codes({entry.text for entry in entries})
        codes = self._codes.values()
        self.serials = {serial for entry in entries for serial in entry.serials}
        self.serials |= {code.serial for code in codes}
        words = {word for entry in entries for word in entry.words}
        names = {entry.location for entry in entries if entry.location}
        self._locations = self._read_locations(words | names)
        self._products = self._read_products(
            words | {barcode for code in codes for barcode in code.barcodes}
        )

    def _read_codes(self, texts):
        """Return ``{text: code}`` for the *texts* that are GS1 codes."""
        candidates = [text for text in texts if is_code(text)]
        if not candidates:
            return {}
        env = self._picking.env
        # How barcodes are read is no secret, but only Inventory's settings show it.
        nomenclature = env.company.sudo().nomenclature_id
        if not nomenclature.is_gs1_nomenclature:
            # How barcodes are read is no secret, but only Inventory's settings show it.
            nomenclature = env.ref("barcodes_gs1_nomenclature.default_gs1_nomenclature").sudo()
        codes = {text: self._read_code(nomenclature, text) for text in candidates}
        return {text: code for text, code in codes.items() if code}

    def _read_code(self, nomenclature, text):
        try:
            return read_code(nomenclature.gs1_decompose_extended(text) or ())
        except ValidationError:
            return None

    def _read_locations(self, words):
        bins = Domain(self._picking._get_serial_location_domain())
        fields = ("barcode", "name", "complete_name")
        named = self._picking.env["stock.location"].search(
            bins & Domain.OR(Domain(field, "in", list(words)) for field in fields)
        )
        locations = {}
        # Barcodes go last and win: a barcode is unique, a name may not be.
        for field in reversed(fields):
            locations.update(named.filtered(field).grouped(field))
        return locations

    def _read_products(self, barcodes):
        parts = self._picking.env["product.product"].search([("barcode", "in", list(barcodes))])
        return parts.grouped("barcode")

    def get_code(self, entry):
        """Return the GS1 code that *entry* is, or None."""
        return self._codes.get(entry.text)

    def find_locations(self, word):
        """Return the bins of the transfer whose barcode, or else name, is *word*."""
        return self._locations.get(word, self._picking.env["stock.location"])

    def find_products(self, barcodes):
        """Return the parts that have one of *barcodes*."""
        found = (self._products.get(barcode) for barcode in barcodes)
        return self._picking.env["product.product"].union(*filter(None, found))
