"""Finding the serial number whose code was scanned, outside of a transfer."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.codes import clean_cell, read_code
from ..tools.envelopes import cut
from ..tools.scanned_code import Code
from ..tools.serial_names import clean_name
from .assignment.entry_codes import read_separator
from .similar_names import get_folded_domain

#: How many serial numbers a scan may find: of so many parts with one number, none is meant.
MOST_FOUND = 80


class StockLot(models.Model):
    _inherit = "stock.lot"

    @api.model
    @api.readonly
    def action_open_scanned(self, text):
        """Return the action that opens what a scanned text means, see ``open_scanned`` of
        ``serial.scan``."""
        return self.env["serial.scan"].open_scanned(text)

    @api.model
    def _find_scanned(self, code):
        """Return the serial numbers that *code* means, archived or not; several, if several parts
        have that number."""
        return self._search_scanned(code, Domain("name", "=", self._get_scanned_name(code)))

    @api.model
    def _find_scanned_similar(self, code):
        """Return the serial numbers that look like that of *code*, archived or not."""
        return self._search_scanned(code, get_folded_domain([self._get_scanned_name(code)]))

    @api.model
    def _search_scanned(self, code, domain):
        serials = self.with_context(active_test=False)
        return serials.search(self._get_scanned_domain(code) & domain, limit=MOST_FOUND)

    @api.model
    def _get_scanned_name(self, code):
        return clean_name(code.serial or code.offered)

    @api.model
    def _read_scanned(self, text):
        """Return *text* as a :class:`Code`; if its separators are lost, cut at a part's number."""
        code = self._read_code(text)
        return cut(code, self._read_contained_numbers(code.uncut)) if code.uncut else code

    @api.model
    def _read_code(self, text):
        """Return *text* as a :class:`Code`, without reading parts."""
        text = clean_cell(text.strip())
        return read_code(text, read_separator(self.env.company)) or Code(serial=text)

    @api.model
    def _read_contained_numbers(self, text):
        """Return the numbers and barcodes of parts that *text* contains, in any letter case, as a
        set of texts."""
        numbers = ("default_code", "barcode")
        parts = self.env["product.product"].search_fetch(
            Domain("tracking", "=", "serial")
            & Domain.OR(_get_contained_domain(number, text) for number in numbers),
            numbers,
        )
        return {part[number] for part in parts for number in numbers if part[number]}

    def _action_view_found(self):
        """Return the window action that lists these serial numbers, archived ones, too."""
        action = self._action_view_serials(self)
        return {**action, "context": {**action["context"], "active_test": False}}

    @api.model
    def _get_scanned_domain(self, code):
        """Return the domain of the serial numbers of the parts that *code* names."""
        domain = Domain("product_id.tracking", "=", "serial")
        if code.product_id:
            return domain & Domain("product_id", "=", code.product_id)
        if code.barcodes:
            return domain & Domain("product_id.barcode", "in", code.barcodes)
        if numbers := code.part_numbers:
            return domain & (
                Domain("product_id.default_code", "in", numbers)
                | Domain("product_id.barcode", "in", numbers)
            )
        return domain


def _get_contained_domain(field, text):
    """Return the domain of the records whose *field* is a part of *text*, in any letter case."""
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            "strpos(lower(%s), lower(%s)) > 0",
            text,
            SQL.identifier(alias, field, to_flush=model._fields[field]),
        )
    )
