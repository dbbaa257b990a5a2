import base64
import csv
import io
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import get_lang

from ..tools.entry_grammar import MAX_UNITS
from ..tools.files.limits import MAX_FILE, UnreadableFile
from ..tools.plain_text import quote
from ..tools.serial_file import list_sheets, read_file


class SerialPrompt(models.AbstractModel):
    """Files of serial numbers: reading one, and a template to fill in."""

    _inherit = "serial.prompt"

    @api.model
    @api.readonly
    def read_serial_file(self, name, content, sheet=False):
        """Return the text to enter for a file of serial numbers; nothing is written.

        Numbers have the decimal sign of the user's language.

        :param str name: the file's name, for messages
        :param str content: a text, CSV, XLSX, XLS or ODS file, in base64
        :param str sheet: the sheet of a spreadsheet to read; by default the first visible one that
            has cells
        :raise AccessError: unless the user is a warehouse user
        :raise UserError: if it can't be read, there is nothing in it, or it has no such sheet
        """
        self._check_serial_access()
        language = get_lang(self.env)
        how = {"decimal_point": language.decimal_point, "language": language.code}
        with self._explain_unreadable(name, sheet):
            text = read_file(self._decode_file(content), sheet, **how)
            if not text.strip():
                raise UnreadableFile("empty")
            return text

    @api.model
    @api.readonly
    def get_file_sheets(self, name, content):
        """Return the names of the sheets that have cells, the hidden ones last; of a file that is
        no spreadsheet none.

        *name* and *content* are those of :meth:`read_serial_file`, and so are the errors.
        """
        self._check_serial_access()
        with self._explain_unreadable(name):
            return list_sheets(self._decode_file(content))

    @contextmanager
    def _explain_unreadable(self, name, sheet=False):
        try:
            yield
        except UnreadableFile as problem:
            message = self._describe_problem(str(problem), quote(name), quote(sheet))
            raise UserError(message) from None

    @api.model
    def _describe_problem(self, reason, file, sheet):
        facts = {"file": file, "sheet": sheet, "size": MAX_FILE // 1024**2, "rows": MAX_UNITS}
        match reason:
            case "large":
                return self.env._("%(file)s is too large: the limit is %(size)s MB.", **facts)
            case "much":
                return self.env._(
                    "%(file)s is too large when unpacked. Save only the sheet with the serial "
                    "numbers, or save it as CSV.",
                    **facts,
                )
            case "long":
                return self.env._("%(file)s has more than %(rows)s rows. Split it.", **facts)
            case "empty":
                return self.env._("There is nothing in %(file)s.", **facts)
            case "sheet":
                return self.env._("%(file)s has no sheet '%(sheet)s'.", **facts)
            case "password":
                return self.env._(
                    "%(file)s is protected with a password. Save a copy without it.", **facts
                )
            case "encoding":
                return self.env._(
                    "The letters of %(file)s can't be read. Save it as CSV in UTF-8, or as XLSX.",
                    **facts,
                )
        if kind := self._get_kind_labels().get(reason):
            return self.env._(
                "%(file)s is %(kind)s. Save the list in it as CSV or XLSX.", file=file, kind=kind
            )
        return self.env._("%(file)s can't be read. Save it as CSV or XLSX.", **facts)

    @api.model
    def _get_kind_labels(self):
        """Return what a file is that can't be read, by its key in ``tools.files.kinds``."""
        return {
            "archive": self.env._("an archive"),
            "document": self.env._("a text document or a presentation"),
            "html": self.env._("a web page"),
            "json": self.env._("JSON data"),
            "numbers": self.env._("a document of Apple Numbers, Pages or Keynote"),
            "pdf": self.env._("a PDF document"),
            "picture": self.env._("a picture"),
            "xls": self.env._("an old Excel workbook (XLS)"),
            "xlsb": self.env._("a binary workbook (XLSB)"),
            "xml": self.env._("an XML file"),
        }

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
        headers = self._get_headers()
        names = [headers.get_name(question["name"]) for question in definition]
        text = io.StringIO()
        csv.writer(text).writerow([self.env._("Serial"), self.env._("Location"), *names])
        return text.getvalue()
