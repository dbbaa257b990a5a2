"""A table of serial numbers that was typed, pasted or read from a file, see :mod:`.serial_entries`."""

import re
from itertools import zip_longest

from .entry_grammar import BLANKS, Entry, Unreadable, read_units
from .table_headers import LEFT_OUT
from .table_layout import DELIMITERS, find_end, find_layout, read_cells, write_row

_BLANKS = re.compile(r"[\n\r\t ,;]*")
_ROW = re.compile(r"^[\r\t ,;]*[^\n\r\t ,;]", re.MULTILINE)


class Table:
    """A table in a text: its columns, and how to read its rows.

    :ivar layout: its :class:`~.table_layout.Layout`
    :ivar columns: ``{kind or key of a custom field: index}``, see :class:`~.table_headers.Headers`;
        empty where people have to say which column is which
    :ivar header: the line that makes its rows a table of their own
    """

    def __init__(self, text, layout, headers, columns=None):
        self.layout = layout
        self.columns = _match_columns(layout, headers) if columns is None else columns
        self._text = text
        self._delimiter = layout.delimiter
        self._names = layout.header
        if columns is not None:
            self._names = _name_columns(layout, columns, headers)
        self._quantities = [i for i, name in enumerate(self._names) if headers.is_quantity(name)]
        self.header = write_row(self._names, self._delimiter)
        if self._delimiter not in DELIMITERS:
            self.header = f"sep={self._delimiter}\n{self.header}"

    @classmethod
    def find(cls, text, headers, columns=None):
        """Return the table that *text* is, or None.

        :param text: a text whose lines end with a line feed
        :param columns: ``{kind or key: index}`` as a person chose them, and ``header_row`` if they
            said which line is the header; by default those that the header names
        """
        columns = None if columns is None else dict(columns)
        header_row = columns.pop("header_row", None) if columns else None
        layout = find_layout(text, headers, header_row)
        return cls(text, layout, headers, columns) if layout else None

    @property
    def is_sure(self):
        """Whether it is known which column is which."""
        return bool(self.columns)

    def rows(self):
        """Yield ``(start, row)`` for each row below the header that is not blank."""
        start = self.layout.start
        while start < len(self._text):
            blank = _BLANKS.match(self._text, start).end()
            start = self._text.rfind("\n", start, blank) + 1 or start
            end = find_end(self._text, start, self._delimiter)
            row = self._text[start:end].strip("\r\n")
            if row.strip(" ,;\t"):
                yield start, row
            start = end

    def count_rows(self):
        """Return how many rows :meth:`rows` yields."""
        if '"' in self._text:
            return sum(1 for _row in self.rows())
        return sum(1 for _row in _ROW.finditer(self._text, self.layout.start))

    def cut(self, start):
        """Return the rows from *start* on as a table of their own."""
        return self.add_header(self._text[start:].strip("\r\n"))

    def add_header(self, rows):
        """Return *rows* as a table of their own."""
        return f"{self.header}\n{rows}"

    def read_row(self, row):
        """Return the :class:`Entry` that *row* is."""
        try:
            cells = self._split(row)
            found = {column: self._get_cell(cells, index) for column, index in self.columns.items()}
            units = read_units(found.pop("serial"), found.pop("location", ""))
        except Unreadable as problem:
            return Entry(row, error=problem.key, facts=problem.facts)
        return Entry(
            row,
            **units._asdict(),
            product=found.pop("product", ""),
            quantity=self._find_quantity(cells, max(1, len(units.serials))),
            answers={key: answer for key, answer in found.items() if answer},
        )

    def _split(self, row):
        cells = [cell.strip(BLANKS) for cell in read_cells(row, self._delimiter)]
        if any(cell and not name for cell, name in zip_longest(cells, self._names)):
            raise Unreadable("cells")
        return cells

    @staticmethod
    def _get_cell(cells, index):
        return cells[index] if index < len(cells) else ""

    def _find_quantity(self, cells, count):
        """Return the quantity in *cells* that is not the *count* of its serial numbers."""
        for index in self._quantities:
            quantity = self._get_cell(cells, index)
            try:
                is_other = float(quantity.replace(",", ".")) != count
            except ValueError:
                continue
            if is_other:
                return quantity
        return ""

    def write_unit(self, serial, row):
        """Return a table of *serial* alone, one of several that *row* stands for."""
        cells = self._split(row)
        cells[self.columns["serial"]] = serial
        return self.add_header(write_row(cells, self._delimiter))


def _match_columns(layout, headers):
    """Return the columns that the header of *layout* names; empty unless it is known what each of
    its columns holds, and no two hold the same. A value in a column without a header is an error of
    its row."""
    kinds = headers.find_all(layout.header)
    columns = {}
    for index, (cell, kind) in enumerate(zip(layout.header, kinds, strict=True)):
        if not cell or cell.startswith(LEFT_OUT):
            continue
        if kind in ("", "number", "quantity") or kind in columns:
            return {}
        columns[kind] = index
    return columns if layout.is_clean and "serial" in columns else {}


def _name_columns(layout, columns, headers):
    """Return a header that names *columns*; the others keep theirs, marked as left out."""
    names = {index: headers.get_name(column) for column, index in columns.items()}
    return tuple(
        names.get(index) or f"{LEFT_OUT} {cell.lstrip(LEFT_OUT).strip()}".strip()
        for index, cell in enumerate(layout.names)
    )
