from psycopg2.errors import UniqueViolation

from odoo import models
from odoo.exceptions import ConcurrencyError

from ..tools.serial_entries import parse
from .counting.count_scan import CountScan
from .counting.count_words import CountWords


class SerialCount(models.Model):
    """Scanning: what the count's scan box, and RPC clients, call."""

    _inherit = "serial.count"

    def scan(self, text, as_new=False, columns=None):
        """Count what is in *text*, and keep it on this count.

        :param str text: entries as ``stock.picking.enter_serials`` takes them: bins, serial numbers,
            ranges, codes and labels, lists. A part without serial numbers is counted by its barcode
            or number: ``BOLT-1`` counts one, ``BOLT-1*4`` four
        :param bool as_new: whether a serial number that most likely means another, such as one that
            looks the same, is meant as it is; if not, the user is asked
        :param dict columns: which column of a list is which, as for ``enter_serials``
        :return: a row for each entry, or each serial number of a range: ``{"text", "serial",
            "status", "message", "line_id"}``. ``status`` is ``here``, ``misplaced`` (the books have
            it in another bin), ``gone`` (sold, scrapped, consumed …), ``unknown``, ``counted``
            (already), ``location`` (the bin of what follows), ``product`` (the part of what
            follows) or ``invalid``, of which nothing is kept. One that the user is asked about is
            ``invalid`` and has what it most likely means as ``similar`` (empty if nobody knows):
            scan that, or the same again with *as_new*
        :raise AccessError: if the user may not change this count
        :raise UserError: if it is applied or cancelled, or *text* is not a text
        """
        self.ensure_one()
        self.check_access("write")
        self._check_counting()
        text = self._check_text(text)
        columns = self._choose_columns(text, columns)
        entries = parse(text, headers=self._get_headers(), columns=columns)
        try:
            with self.env.cr.savepoint():
                return CountScan(self, as_new).scan(entries)
        except UniqueViolation as error:
            # Somebody else has just scanned the same unit or bin: the next try sees it.
            raise ConcurrencyError(str(error)) from error

    # --------------------------------------------------------------------------------- lists

    def _check_serial_access(self):
        self.check_access("write")

    def _find_list_names(self, words):
        return CountWords(self, words)
