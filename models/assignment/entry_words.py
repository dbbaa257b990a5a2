import re
from dataclasses import replace

from ...tools.additions import list_around_names
from .entry_codes import EntryCodes
from .transfer_names import TransferNames

# A code with a bin behind it, as in a file that is pasted without its header.
_BIN_BEHIND = re.compile(r"(.+)[,;]([^,;]+)", re.DOTALL)


class EntryWords:
    """What entries name besides serial numbers: bins of the transfer, barcodes and numbers of parts.
    All are read at once.

    :param picking: the transfer
    :param entries: list of :class:`~odoo.addons.serialized_parts.tools.entry_grammar.Entry`
    :ivar entries: the same entries, with their codes completed
    :ivar serials: the set of all serial numbers that the entries stand for
    """

    def __init__(self, picking, entries):
        self._picking = picking
        self._codes = EntryCodes(picking, entries)
        entries = self._codes.entries
        words = {word for entry in entries for word in entry.words}
        words |= {added.rest for entry in entries for added in self.list_additions(entry)}
        names = {name for entry in entries for name in (entry.location, entry.product)}
        names |= {found[2].strip() for found in map(_match_bin, entries) if found}
        codes = [entry.code for entry in entries if entry.code]
        barcodes = {barcode for code in codes for barcode in code.barcodes}
        self._names = TransferNames(picking, words | names, barcodes)
        self.entries = [self._cut_bin(entry) for entry in entries]
        self.serials = {serial for entry in self.entries for serial in entry.serials}

    def _cut_bin(self, entry):
        """Return *entry*, and if it is a code with a bin of the transfer behind it, the two apart."""
        found = _match_bin(entry)
        if not found or len(self.find_locations(found[2].strip())) != 1:
            return entry
        return replace(entry, serials=(found[1].strip(),), location=found[2].strip())

    @staticmethod
    def list_additions(entry):
        """Return what a scanner may have added to *entry*, if the rest is a bin or a part, see
        ``list_around_names``."""
        return list_around_names(*entry.serials) if entry.is_plain else []

    def find_locations(self, word):
        """Return the bins of the transfer whose barcode, or else name, is *word*."""
        return self._names.find_bins(word)

    def find_products(self, words):
        """Return the parts that one of *words* names."""
        return self._picking.env["product.product"].union(*map(self._names.find_parts, words))

    def find_numbered(self, numbers):
        """Return the parts of the transfer that have one of *numbers*, in any letter case."""
        return self._codes.find_numbered(numbers)


def _match_bin(entry):
    """Return the match of the serial number and the bin in the code *entry*, None if there is no
    separator in it, or it has its bin already."""
    if not entry.code or entry.location or not entry.serials:
        return None
    return _BIN_BEHIND.fullmatch(entry.serials[0])
