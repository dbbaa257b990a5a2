"""Opening the serial number whose code was scanned, outside of a transfer."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..tools.codes import clean_cell, read_code
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
        """Return the window action of the serial number that a scanned code means, archived or not.

        It is a list where several parts have that number, or where the part has only similar ones;
        a notification where there is none.

        :param str text: a code of one of our labels, of GS1 or ISO/IEC 15434, or a serial number
        :raise AccessError: for portal users, who have no such form
        :raise UserError: if it isn't a text
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only your own employees can open serial numbers."))
        text = self.env["stock.picking"]._check_text(text)
        code = self._read_scanned(text)
        serials = self.with_context(active_test=False)
        domain, name = self._get_scanned_domain(code), clean_name(code.serial or code.offered)
        if found := serials.search(domain & Domain("name", "=", name), limit=MOST_FOUND):
            return found.get_formview_action() if len(found) == 1 else found._action_view_found()
        if found := serials.search(domain & get_folded_domain([name]), limit=MOST_FOUND):
            return found._action_view_found()
        return self._action_warn(self.env._("There is no serial number for %(code)s.", code=text))

    @api.model
    def _read_scanned(self, text):
        """Return *text* as a :class:`Code`."""
        text = clean_cell(text.strip())
        return read_code(text, read_separator(self.env.company)) or Code(serial=text)

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
        if code.part_numbers:
            return domain & Domain("product_id.default_code", "in", code.part_numbers)
        return domain
