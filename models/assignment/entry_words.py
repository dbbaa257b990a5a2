from odoo.exceptions import ValidationError

from ...tools.gs1 import is_code, read_code
from .transfer_names import TransferNames


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
        names = {name for entry in entries for name in (entry.location, entry.product)}
        barcodes = {barcode for code in codes for barcode in code.barcodes}
        self._names = TransferNames(picking, words | names, barcodes)

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

    def get_code(self, entry):
        """Return the GS1 code that *entry* is, or None."""
        return self._codes.get(entry.text)

    def find_locations(self, word):
        """Return the bins of the transfer whose barcode, or else name, is *word*."""
        return self._names.find_bins(word)

    def find_products(self, words):
        """Return the parts that one of *words* names."""
        return self._picking.env["product.product"].union(*map(self._names.find_parts, words))
