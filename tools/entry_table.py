"""A table of serial numbers that was typed, pasted or read from a file, see :mod:`.serial_entries`."""

import csv
import io
import re
from contextlib import suppress

from .entry_grammar import Entry, Unreadable, read_units

#: The longest row of a table, in characters; well below what the csv module accepts.
MAX_ROW = 100_000
#: The headers that the two columns of a table may have, besides those the caller adds.
HEADERS = {
    "serial": {"serial", "serial #", "serial number"},
    "location": {"location", "bin"},
}

_BLANKS = re.compile(r"[\n\r\t ,;]*")
_FIRST_LINE = re.compile(r"(?:\s*\n)?([^\n]*)")
_ROW = re.compile(r"^[\r\t ,;]*[^\n\r\t ,;]", re.MULTILINE)


class Table:
    """A table that was typed or pasted: its columns, and how to read its rows.

    :ivar header: the first line, as it was typed
    """

    def __init__(self, text, header, delimiter, headers):
        self.header = header
        self._text = text
        self._delimiter = delimiter
        self._labels = [label.strip() for label in _cells(header, delimiter)]
        self._columns = {}
        for index, label in enumerate(self._labels):
            kinds = [kind for kind, words in headers.items() if label.casefold() in words]
            self._columns.setdefault(kinds[0] if kinds else label, []).append(index)

    @classmethod
    def find(cls, text, headers=None):
        """Return *text* as a table, or None when its first line is not a header."""
        headers = headers or HEADERS
        # A leading tab stands for an empty column.
        header = _FIRST_LINE.match(text)[1].strip("\r ")
        delimiter = next((sign for sign in "\t;," if sign in header), "\t")
        try:
            labels = {label.strip().casefold() for label in _cells(header, delimiter)}
        except Unreadable:
            return None
        return cls(text, header, delimiter, headers) if labels & headers["serial"] else None

    def rows(self):
        """Yield ``(start, row)`` for each row below the header that is not blank."""
        start = self._text.index(self.header) + len(self.header)
        while start < len(self._text):
            blank = _BLANKS.match(self._text, start).end()
            start = self._text.rfind("\n", start, blank) + 1 or start
            end = self._end_of_row(start)
            row = self._text[start:end].strip("\r\n")
            if row.strip(" ,;\t"):
                yield start, row
            start = end

    def count_rows(self):
        """Return how many rows :meth:`rows` yields."""
        if '"' in self._text:
            return sum(1 for _row in self.rows())
        below = self._text.index(self.header) + len(self.header)
        return sum(1 for _row in _ROW.finditer(self._text, below))

    def _end_of_row(self, start):
        """Return where the row at *start* ends; a quoted cell may have line breaks."""
        end = self._text.find("\n", start) + 1 or len(self._text)
        if '"' not in self._text[start:end]:
            return end
        end = start

        def read_lines():
            nonlocal end
            while end < len(self._text) and end - start <= MAX_ROW:
                line, end = end, self._text.find("\n", end) + 1 or len(self._text)
                yield self._text[line:end]

        # The reader asks for as many lines as the row has.
        with suppress(csv.Error):
            next(csv.reader(read_lines(), delimiter=self._delimiter), None)
        return end

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
            serials, location = read_units(
                self._get_cell(cells, "serial"), self._get_cell(cells, "location")
            )
            answers = {
                label: self._get_cell(cells, label)
                for label in self._columns
                if label not in ("serial", "location")
            }
        except Unreadable as problem:
            return Entry(row, error=problem.key, facts=problem.facts)
        answers = {label: answer for label, answer in answers.items() if answer}
        return Entry(row, serials, location, answers=answers)

    def _split(self, row):
        cells = [cell.strip() for cell in _cells(row, self._delimiter)]
        if any(cells[len(self._labels) :]):
            raise Unreadable("cells", columns=len(self._labels))
        return cells

    def _get_cell(self, cells, column):
        indexes = self._columns.get(column, [])
        if len(indexes) > 1:
            raise Unreadable("twice", column=self._labels[indexes[0]])
        return "".join(cells[index] for index in indexes if index < len(cells))

    def write_unit(self, serial, row):
        """Return a table of *serial* alone, one of several that *row* stands for."""
        cells = self._split(row)
        [index] = self._columns["serial"]
        cells[index] = serial
        line = io.StringIO()
        csv.writer(line, delimiter=self._delimiter, lineterminator="").writerow(cells)
        return self.add_header(line.getvalue())


def _cells(row, delimiter):
    if len(row) > MAX_ROW:
        raise Unreadable("row", limit=MAX_ROW)
    try:
        return next(csv.reader(io.StringIO(row), delimiter=delimiter), [])
    except csv.Error:
        raise Unreadable("unprintable") from None
