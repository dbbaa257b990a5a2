from collections import defaultdict

from ..assignment.entry_codes import EntryCodes


class CountCodes(EntryCodes):
    """Completes the codes among entries for a count: their parts may be any that have the number.

    :param count: the count
    :param entries: list of :class:`~odoo.addons.serialized_parts.tools.entry_grammar.Entry`
    """

    def _read_numbers(self):
        """Return ``{number: parts}``, in lower case, of the parts that a code names."""
        codes = [entry.code for entry in self.entries if entry.code]
        numbers = {number for code in codes for number in code.part_numbers}
        parts = self._picking.env["product.product"].search([("default_code", "in", [*numbers])])
        products = defaultdict(parts.browse)
        for part in parts:
            products[part.default_code.casefold()] |= part
        return products
