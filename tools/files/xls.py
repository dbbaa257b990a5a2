"""The sheets of an XLS file, as Excel 5 to 2003 write it."""

import io
import math
from itertools import compress

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from .limits import MAX_COLUMNS, UnreadableFile
from .sheet import Sheet
from .shown import show_number
from .xls_records import Records


class XlsBook:
    """An XLS file.

    :param bytes stream: its stream of records
    :param str decimal_point: the decimal sign to write
    :ivar sheets: ``[(name, is_hidden)]`` of its sheets, in order
    :raise UnreadableFile: as :class:`~.xls_records.Records`; ``xls`` where xlrd is missing
    """

    def __init__(self, stream, decimal_point):
        try:
            import xlrd
        except ImportError:
            # It comes with Odoo, but Odoo can do without it.
            raise UnreadableFile("xls") from None
        self._decimal_point, self._xlrd = decimal_point, xlrd
        self._records = Records(stream)
        self._book = xlrd.open_workbook(
            file_contents=self._records.stream,
            # Without it, messages go to the server's output.
            logfile=io.StringIO(),
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
        )
        self._epoch = MAC_EPOCH if self._book.datemode else WINDOWS_EPOCH
        formats = self._book.format_map
        # A workbook need not have styles.
        self._codes = [formats[style.format_key].format_str for style in self._book.xf_list] or [""]
        hidden = [is_hidden for _start, is_hidden in self._records.sheets]
        self.sheets = list(zip(self._book.sheet_names(), hidden))

    def has_text(self, index):
        """Return whether a sheet has any text.

        :raise UnreadableFile: as :meth:`read_sheet`
        """
        rows = self._list_rows(self._load(index))
        return any(text.strip() for _number, cells in rows for text in cells.values())

    def read_sheet(self, index):
        """Return a :class:`Sheet`.

        :raise UnreadableFile: when there is too much in it
        """
        loaded, sheet = self._load(index), Sheet()
        for number, cells in self._list_rows(loaded):
            sheet.add_row(number, cells)
        for first, end, column, _end in loaded.merged_cells:
            sheet.merge(column + 1, first + 1, end)
        return sheet

    def _load(self, index):
        """Return a sheet of xlrd, which keeps it."""
        if not self._book.sheet_loaded(index):
            self._records.clean_sheet(index)
        return self._book.sheet_by_index(index)

    def _list_rows(self, loaded):
        """Yield ``(number, {column: text})`` of the rows of a loaded sheet, numbered from 1."""
        for row in range(loaded.nrows):
            # The type of a cell that isn't there is 0.
            columns = compress(range(MAX_COLUMNS), loaded.row_types(row))
            yield row + 1, {column + 1: self._show(loaded, row, column) for column in columns}

    def _show(self, loaded, row, column):
        """Return the text of a cell of a loaded sheet."""
        value = loaded.cell_value(row, column)
        match loaded.cell_type(row, column):
            case self._xlrd.XL_CELL_TEXT:
                return value
            case self._xlrd.XL_CELL_BOOLEAN:
                return str(bool(value))
            case self._xlrd.XL_CELL_ERROR:
                return self._xlrd.error_text_from_code.get(value, "#N/A")
        if not math.isfinite(value):
            return str(value)
        code = self._codes[loaded.cell_xf_index(row, column)]
        return show_number(value, code, self._decimal_point, self._epoch)
