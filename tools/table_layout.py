"""Where the table is in a text: its delimiter, its header, and where its rows begin."""

import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass

from .entry_grammar import Unreadable

#: The longest row of a table, in characters; well below what the csv module accepts.
MAX_ROW = 100_000
#: The signs between columns. A tab is never part of a value, a comma may be.
DELIMITERS = "\t;,"
#: How many rows are searched for the header, and shown as samples.
MAX_HEAD = 30

_DIRECTIVE = re.compile(r"\s*\"?sep=(.)\"?[^\S\n]*(?:\n|\Z)", re.IGNORECASE)
_BLANK_LINES = re.compile(r"(?:[\s,;]*\n)?")


@dataclass(frozen=True)
class Row:
    """A row that is not blank: where it starts and ends in the text, and its cells."""

    start: int
    end: int
    cells: tuple

    @property
    def filled(self):
        """The number of cells that are not blank."""
        return sum(bool(cell) for cell in self.cells)


@dataclass(frozen=True)
class Layout:
    """A table in a text.

    :ivar delimiter: the sign between its columns
    :ivar header: the cells of its header; empty where it has none
    :ivar header_row: the line of the header, counted from 0, or None
    :ivar first_line: the line of its header, or else of its first row
    :ivar start: where its first row begins
    :ivar samples: its first rows, as tuples of cells
    :ivar above: the lines above it that are not blank
    :ivar is_clean: whether these are titles
    """

    delimiter: str
    header: tuple
    header_row: int | None
    first_line: int
    start: int
    samples: tuple
    above: tuple = ()
    is_clean: bool = True

    @property
    def names(self):
        """The header of each column, an empty text where it has none."""
        return (*self.header, *[""] * self.width)[: self.width]

    @property
    def width(self):
        """The number of columns, without blank ones at the end."""
        return max(map(_count_used, (self.header, *self.samples)), default=0)


def find_layout(text, headers, header_row=None):
    """Return the :class:`Layout` of *text*, or None when it is no table.

    It is a table when one of its first rows is a header that names serial numbers, when it begins
    with ``sep=;``, or when two of its lines have several cells.

    :param text: a text whose lines end with a line feed
    :param headers: the :class:`~.table_headers.Headers` to know
    :param header_row: the line that a person said is the header; False when there is none
    """
    directive = _DIRECTIVE.match(text)
    start = directive.end() if directive else 0
    signs = directive[1] if directive else DELIMITERS
    named = False
    if header_row is None:
        layout, named = _find_header(text, start, signs, headers)
        if layout:
            return layout
    delimiter = signs if directive else _find_delimiter(text, 1 if named else 2)
    if not delimiter:
        return None
    rows = read_head(text, start, delimiter)
    first = _find_first(text, rows, header_row, headers)
    return _lay_out(text, rows, first, delimiter)


def _find_header(text, start, signs, headers):
    """Return ``(layout, named)``: the layout of *text* below the header that names serial numbers,
    or None; and whether any row does."""
    named = False
    for delimiter in [sign for sign in signs if sign in text] or signs[:1]:
        rows = read_head(text, start, delimiter)
        found = [row for row in rows if any(map(headers.names_serials, row.cells))]
        found.sort(key=lambda row: len(row.cells) < 2)
        # A title such as "Serial numbers" has one cell, where the rows below have several.
        if found and (len(found[0].cells) > 1 or all(row.filled < 2 for row in rows)):
            return _lay_out(text, rows, (rows.index(found[0]), True), delimiter), True
        named = named or bool(found)
    return None, named


def _find_delimiter(text, least):
    """Return the sign that most lines have between two filled cells, at least *least* lines; or an
    empty text."""
    counts = {sign: _count_lines(text, sign) for sign in DELIMITERS}
    best = max(DELIMITERS, key=counts.get)
    return best if counts[best] >= least else ""


def _count_lines(text, sign, most=MAX_HEAD):
    """Return how many lines of *text* have *sign* between two filled cells, up to *most*."""
    count, start = 0, text.find(sign)
    while start >= 0 and count < most:
        line = text.rfind("\n", 0, start) + 1
        end = text.find("\n", start) + 1 or len(text)
        cells = text[line : min(end, line + MAX_ROW)].split(sign)
        count += sum(bool(cell.strip(" \r\n\t,;")) for cell in cells) > 1
        start = text.find(sign, end)
    return count


def _find_first(text, rows, header_row, headers):
    """Return ``(index, is_header)`` of the first row of a table that has no known header."""
    if header_row is not None and header_row is not False:
        lines = [text.count("\n", 0, row.start) for row in rows]
        return (lines.index(header_row), True) if header_row in lines else (0, False)
    index = next((index for index, row in enumerate(rows) if row.filled > 1), 0)
    below = rows[index + 1 :]
    if header_row is False or not below:
        return index, False
    cells = [cell for cell in rows[index].cells if cell]
    is_known = any(map(headers.find, cells))
    has_numbers = any(map(_has_digit, cells))
    return index, is_known or (
        not has_numbers and any(_has_digit(" ".join(r.cells)) for r in below)
    )


def _lay_out(text, rows, first, delimiter):
    index, has_header = first
    above, table = rows[:index], rows[index:]
    header, below = (table[0], table[1:]) if has_header else (None, table)
    start = table[0].start if table else len(text)
    line = text.count("\n", 0, start)
    is_table = any(row.filled > 1 for row in table)
    return Layout(
        delimiter,
        header.cells if header else (),
        line if header else None,
        line,
        header.end if header else start,
        tuple(row.cells for row in below),
        tuple(text[row.start : row.end].strip() for row in above),
        not above or (is_table and all(map(_is_title, above))),
    )


def _is_title(row):
    """Return whether *row* can't be a serial number that was typed above a table."""
    cell = "".join(row.cells)
    return row.filled == 1 and (" " in cell or not _has_digit(cell))


def read_head(text, start, delimiter):
    """Return the first rows of *text* from *start* on that have any cell filled."""
    rows = []
    while start < len(text) and len(rows) <= MAX_HEAD:
        start = _BLANK_LINES.match(text, start).end()
        end = find_end(text, start, delimiter)
        with suppress(Unreadable):
            cells = read_cells(text[start:end], delimiter)
            rows.append(Row(start, end, tuple(cell.strip() for cell in cells)))
        start = end
    return [row for row in rows if row.filled]


def find_end(text, start, delimiter):
    """Return where the row at *start* ends; a quoted cell may have line breaks."""
    end = text.find("\n", start) + 1 or len(text)
    if '"' not in text[start:end]:
        return end
    end = start

    def read_lines():
        nonlocal end
        while end < len(text) and end - start <= MAX_ROW:
            line, end = end, text.find("\n", end) + 1 or len(text)
            yield text[line:end]

    # The reader asks for as many lines as the row has.
    with suppress(csv.Error):
        next(csv.reader(read_lines(), delimiter=delimiter), None)
    return end


def read_cells(row, delimiter):
    """Return the cells of *row*.

    :raise Unreadable: when it is too long, or can't be read
    """
    if len(row) > MAX_ROW:
        raise Unreadable("row", limit=MAX_ROW)
    try:
        return next(csv.reader(io.StringIO(row), delimiter=delimiter), [])
    except csv.Error:
        raise Unreadable("unprintable") from None


def write_row(cells, delimiter):
    """Return *cells* as the row that :func:`read_cells` reads."""
    line = io.StringIO()
    # A cell that has one of the signs of a line end in it is quoted.
    csv.writer(line, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n")


def _has_digit(text):
    return any(sign.isdigit() for sign in text)


def _count_used(cells):
    return max((index + 1 for index, cell in enumerate(cells) if cell), default=0)
