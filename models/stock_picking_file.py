import base64
import csv
import io

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.entry_grammar import MAX_UNITS
from ..tools.plain_text import quote
from ..tools.serial_file import MAX_FILE, read_file
from ..tools.spreadsheet import UnreadableFile


class StockPicking(models.Model):
    """Files of serial numbers: reading one, and a template to fill in."""

    _inherit = "stock.picking"

    @api.model
    @api.readonly
    def read_serial_file(self, name, content):
        """Return the text to enter for a file of serial numbers; nothing is written.

        :param str name: the file's name
        :param str content: a CSV, text or XLSX file, in base64
        :raise AccessError: unless the user is a warehouse user
        :raise UserError: if it can't be read
        """
        self._check_serial_access()
        try:
            return read_file(str(name), self._decode_file(content))
        except UnreadableFile as problem:
            raise UserError(self._explain_unreadable(str(problem), quote(name))) from None

    @api.model
    def _explain_unreadable(self, reason, file):
        match reason:
            case "large":
                return self.env._(
                    "%(file)s is too large: the limit is %(limit)s MB.",
                    file=file,
                    limit=MAX_FILE // 1024**2,
                )
            case "much":
                return self.env._(
                    "%(file)s is too large when unpacked. Save only the sheet with the serial numbers, "
                    "or save it as CSV.",
                    file=file,
                )
            case "long":
                return self.env._(
                    "%(file)s has more than %(limit)s rows. Split it.", file=file, limit=MAX_UNITS
                )
            case _kind:
                return self.env._("%(file)s can't be read. Save it as CSV or XLSX.", file=file)

    @api.model
    def _decode_file(self, content):
        try:
            return base64.b64decode(content or b"")
        except (TypeError, ValueError):
            raise UnreadableFile("kind") from None

    @api.readonly
    def get_serial_template(self, product_id=False):
        """Return a CSV text to fill in: the columns that a table of serial numbers may have.

        :param int product_id: the part; by default the first of this transfer
        :raise AccessError: if the user may not change this transfer
        """
        self.ensure_one()
        self._check_serial_access()
        product = (
            self._browse_chosen("product.product", product_id) or self.serial_line_ids.product_id
        )
        definition = product[:1].part_type_id._get_questions()
        labels = [question["string"] for question in definition]
        text = io.StringIO()
        csv.writer(text).writerow([self.env._("Serial"), self.env._("Location"), *labels])
        return text.getvalue()
