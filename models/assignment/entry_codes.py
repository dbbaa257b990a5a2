import re
from collections import defaultdict

from ...tools.codes import read_code
from ...tools.entry_grammar import use_code
from ...tools.envelopes import cut


def read_separator(company):
    """Return the company's own sign for the separator in GS1 codes, as a compiled regular
    expression; None if there is none."""
    # How barcodes are read is no secret, but only Inventory's settings show it.
    nomenclature = company.sudo().nomenclature_id
    separator = nomenclature.is_gs1_nomenclature and nomenclature.gs1_separator_fnc1
    return re.compile(separator) if separator else None


class EntryCodes:
    """Completes the codes among entries with what only the database knows: the company's sign for
    separators, and the numbers of the transfer's parts.

    Both are read at once, and the numbers only if a code needs them.

    :param picking: the transfer
    :param entries: list of :class:`~odoo.addons.serialized_parts.tools.entry_grammar.Entry`
    :ivar entries: the same entries, completed
    """

    def __init__(self, picking, entries):
        self._picking = picking
        self._separator = read_separator(picking.env.company)
        self.entries = [self._read_again(entry) for entry in entries]
        codes = [entry.code for entry in self.entries if entry.code]
        needs_numbers = any(code.uncut or code.part_numbers for code in codes)
        numbers = {number for code in codes for number in code.part_numbers}
        self._products = self._read_numbers(numbers) if needs_numbers else {}
        self.entries = [self._cut(entry) for entry in self.entries]

    def _read_again(self, entry):
        """Return *entry* as it is read with the company's own separator."""
        text = entry.cell or entry.text
        if self._separator and self._separator.search(text):
            code = read_code(text, self._separator)
            return use_code(entry, code) if code else entry
        return entry

    def _read_numbers(self, numbers):
        """Return ``{number: parts}``, in any letter case: our own numbers and barcodes of the
        transfer's parts, and those of its vendor.

        :param numbers: those that the codes have
        """
        parts = self._picking._get_serial_parts()
        if self._picking._takes_any_unit():
            parts |= parts.search([("default_code", "in", list(numbers))])
        products = defaultdict(parts.browse)
        for part in parts:
            for number in filter(None, (part.default_code, part.barcode)):
                products[number.casefold()] |= part
        for info in self._search_vendor_numbers(parts):
            variants = info.product_tmpl_id.product_variant_ids
            products[info.product_code.casefold()] |= parts & (info.product_id or variants)
        return products

    def _search_vendor_numbers(self, parts):
        vendor = self._picking.partner_id
        return self._picking.env["product.supplierinfo"].search(
            [
                ("partner_id", "in", (vendor | vendor.commercial_partner_id).ids),
                ("product_tmpl_id", "in", parts.product_tmpl_id.ids),
                ("product_code", "!=", False),
            ]
        )

    def _cut(self, entry):
        """Return *entry* with its code cut at the number of a part, if its separators are lost."""
        if entry.code and entry.code.uncut:
            return use_code(entry, cut(entry.code, self._products))
        return entry

    def find_numbered(self, numbers):
        """Return the parts of the transfer that have one of *numbers*."""
        found = (self._products.get(number.casefold()) for number in numbers)
        return self._picking.env["product.product"].union(*filter(None, found))
