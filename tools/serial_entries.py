"""What a person types, scans or pastes to name units, read into entries.

Pure Python, no Odoo: text in, :class:`Entry` objects out. Whether a serial number may be
used, and what a location or a product barcode means, is for the caller to say.

    SN008            one serial number
    SN008..SN011     a range, both ends written in full
    SN008*4          a count: SN008, SN009, SN010, SN011
    …@R1-1A          any of these, into that location
    SN008<tab>R1-1A  the same from two spreadsheet columns

Entries are separated by newline, comma or semicolon.

A table is read by its columns: where a cell of the first line says "Serial", that line is the
header and each line below is one entry. Columns other than the serial number and its location
are answers, by the label of their question.
"""

import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass, field

from .plain_text import LOST
from .serial_names import clean_name

#: The most units one call takes; more is refused, never cut off.
MAX_UNITS = 10_000
#: The longest serial number, in characters.
MAX_LENGTH = 128
#: The longest row of a table, in characters; well below what the csv module takes.
MAX_ROW = 100_000
#: What the two columns of a table may be headed by, beside what the caller adds.
HEADERS = {
    "serial": {"serial", "serial #", "serial number"},
    "location": {"location", "bin"},
}

_SEPARATOR = re.compile(r"[\n\r,;]+")
_COUNT = re.compile(r"(?P<first>.+)\*(?P<count>[0-9]+)", re.DOTALL)
_BLANKS = re.compile(r"[\n\r\t ,;]*")
_FIRST_LINE = re.compile(r"(?:\s*\n)?([^\n]*)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LAST_DIGITS = re.compile(r"[0-9]+(?=[^0-9]*\Z)")


@dataclass(frozen=True)
class Entry:
    """One entry.

    :ivar text: as it was typed, without the blanks around it
    :ivar serials: the serial numbers it stands for, in order; empty when ``error`` is set
    :ivar location: what stands behind ``@`` or in the second column, else an empty string
    :ivar error: why it can't be read, a key of the caller's messages, else an empty string
    :ivar facts: what such a message names
    :ivar answers: what a table's other columns hold, by their header; no empty ones
    """

    text: str
    serials: tuple = ()
    location: str = ""
    error: str = ""
    facts: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)

    @property
    def is_plain(self):
        """Whether it is one bare word, which may also be a location or a product."""
        return self.serials == (clean_name(self.text),)

    @property
    def words(self):
        """The words that it may also be, as typed and without what can't be seen."""
        return (self.text, *self.serials) if self.is_plain else ()


def is_serial(text):
    """Whether *text*, once it is cleaned, can be a serial number: printable, not blank and not
    too long."""
    name = clean_name(text)
    return 0 < len(name) <= MAX_LENGTH and name.isprintable() and not _CONTROL.search(text.strip())


class _Unreadable(ValueError):
    """Raised with an error key and the facts its message names."""

    def __init__(self, key, **facts):
        super().__init__(key)
        self.key = key
        self.facts = facts


def parse(text, limit=MAX_UNITS, headers=None):
    """Read *text* into a list of :class:`Entry`, in the order typed.

    An entry that can't be read carries its error and takes nothing away from the others.
    What :func:`read_step` leaves comes back whole as one entry with the error ``rest``, so
    that nothing is lost and nothing hangs.
    """
    entries, rest = read_step(text, limit, headers)
    if rest:
        entries.append(Entry(rest, error="rest", facts={"limit": limit}))
    return entries


def read_step(text, limit, headers=None):
    """Read the first entries of *text*: as many as stand for *limit* units together.

    An entry is never divided: one that stands for more by itself is a step of its own. One
    that can't be read counts as one unit.

    :return: ``(entries, rest)``: a list of :class:`Entry` in the order typed, and the text that
        is left to be read next, a table with its header; empty when all was read
    """
    text = _unify_line_ends(text)
    table = Table.find(text, headers)
    entries, left = [], limit
    for start, piece in _pieces(text, table):
        entry = table.read_row(piece) if table else _read(piece)
        left -= max(1, len(entry.serials))
        if left < 0 and entries:
            return entries, table.cut(start) if table else text[start:].strip()
        entries.append(entry)
    return entries, ""


def _unify_line_ends(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")


def count_entries(text, headers=None):
    """Return of how many entries *text* is, without reading them."""
    text = _unify_line_ends(text)
    return sum(1 for _piece in _pieces(text, Table.find(text, headers)))


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
        for position, label in enumerate(self._labels):
            kinds = [kind for kind, words in headers.items() if label.casefold() in words]
            self._columns.setdefault(kinds[0] if kinds else label, []).append(position)

    @classmethod
    def find(cls, text, headers=None):
        """Return the table that *text* is, or None where its first line is no header."""
        headers = headers or HEADERS
        # A tab at its beginning stands for an empty column.
        header = _FIRST_LINE.match(text)[1].strip("\r ")
        delimiter = next((sign for sign in "\t;," if sign in header), "\t")
        try:
            labels = {label.strip().casefold() for label in _cells(header, delimiter)}
        except _Unreadable:
            return None
        return cls(text, header, delimiter, headers) if labels & headers["serial"] else None

    def rows(self):
        """Yield ``(position, row)`` for each row below the header that is not blank."""
        start = self._text.index(self.header) + len(self.header)
        while start < len(self._text):
            blank = _BLANKS.match(self._text, start).end()
            start = self._text.rfind("\n", start, blank) + 1 or start
            end = self._end_of_row(start)
            row = self._text[start:end].strip("\r\n")
            if row.strip(" ,;\t"):
                yield start, row
            start = end

    def _end_of_row(self, start):
        """Return where the row from *start* on ends; a quoted cell may hold line breaks."""
        end = start

        def read_lines():
            nonlocal end
            while end < len(self._text) and end - start <= MAX_ROW:
                line, end = end, self._text.find("\n", end) + 1 or len(self._text)
                yield self._text[line:end]

        # The reader takes as many lines as the row has.
        with suppress(csv.Error):
            next(csv.reader(read_lines(), delimiter=self._delimiter), None)
        return end

    def cut(self, start):
        """Return the rows from the position *start* on as a table of their own."""
        rows = self._text[start:].strip("\r\n")
        return f"{self.header}\n{rows}"

    def read_row(self, row):
        """Return the :class:`Entry` that *row* is."""
        try:
            cells = self._split(row)
            body, location = _split_location(self._take(cells, "serial"))
            if column := self._take(cells, "location"):
                if location:
                    raise _Unreadable("location")
                location = column
            serials = tuple(_expand(body))
            answers = {
                label: self._take(cells, label)
                for label in self._columns
                if label not in ("serial", "location")
            }
        except _Unreadable as problem:
            return Entry(row, error=problem.key, facts=problem.facts)
        answers = {label: answer for label, answer in answers.items() if answer}
        return Entry(row, serials, location, answers=answers)

    def _split(self, row):
        cells = [cell.strip() for cell in _cells(row, self._delimiter)]
        if any(cells[len(self._labels) :]):
            raise _Unreadable("cells", columns=len(self._labels))
        return cells

    def _take(self, cells, column):
        positions = self._columns.get(column, [])
        if len(positions) > 1:
            raise _Unreadable("twice", column=self._labels[positions[0]])
        return "".join(cells[position] for position in positions if position < len(cells))

    def name(self, row, serial):
        """Return *row*, which stands for several units, as the row of *serial* alone."""
        cells = self._split(row)
        [position] = self._columns["serial"]
        cells[position] = serial
        line = io.StringIO()
        csv.writer(line, delimiter=self._delimiter, lineterminator="").writerow(cells)
        return line.getvalue()


def _cells(row, delimiter):
    if len(row) > MAX_ROW:
        raise _Unreadable("row", limit=MAX_ROW)
    try:
        return next(csv.reader(io.StringIO(row), delimiter=delimiter), [])
    except csv.Error:
        raise _Unreadable("unprintable") from None


def _pieces(text, table=None):
    """Yield ``(position, piece)`` for each piece of *text*, or row of the table that it is, that
    is not blank."""
    if table:
        yield from table.rows()
        return
    start = 0
    for separator in _SEPARATOR.finditer(text):
        piece = text[start : separator.start()].strip(" \t")
        if piece:
            yield start, piece
        start = separator.end()
    piece = text[start:].strip(" \t")
    if piece:
        yield start, piece


def _read(piece):
    try:
        body, location = _split_location(piece)
        return Entry(piece, tuple(_expand(body)), location)
    except _Unreadable as problem:
        return Entry(piece, error=problem.key, facts=problem.facts)


def _split_location(piece):
    """Return ``(serials part, location)``; the location is empty when none is given."""
    body, *columns = (column.strip() for column in piece.split("\t"))
    location = "".join(columns[:1])
    if any(columns[1:]):
        raise _Unreadable("columns")
    if "@" in body:
        body, _at, behind = (part.strip() for part in body.rpartition("@"))
        if location or not behind:
            raise _Unreadable("location")
        location = behind
    if not body:
        raise _Unreadable("empty")
    return body, location


def _expand(body):
    """Return the serial numbers that *body* stands for."""
    if ".." in body:
        return _expand_range(body)
    if counted := _COUNT.fullmatch(body):
        digits = counted["count"].lstrip("0")
        if not digits:
            raise _Unreadable("count")
        # Digits are counted before they are turned into a number: it may have thousands.
        if len(digits) > len(str(MAX_UNITS)):
            raise _Unreadable("limit", limit=MAX_UNITS)
        return count_up(counted["first"].strip(), int(digits))
    return [_checked(body)]


def _expand_range(body):
    first, _dots, last = (part.strip() for part in body.partition(".."))
    if not first or not last:
        raise _Unreadable("range")
    first, last = _checked(first), _checked(last)
    first_run, last_run = _last_digits(first), _last_digits(last)
    count = int(last_run[0]) - int(first_run[0]) + 1
    if count < 1:
        raise _Unreadable("range", first=first, last=last)
    if _number(first, first_run, count - 1) != last:
        raise _Unreadable("range", first=first, last=last)
    return count_up(first, count)


def count_up(first, count):
    """Return *count* serial numbers from *first* on, at most MAX_UNITS.

    The last run of digits counts up; what is before it, its padding and what is behind it
    stay, as in Odoo's ``stock.lot.generate_lot_names``.
    """
    first = _checked(first)
    run = _last_digits(first)
    if count > MAX_UNITS:
        raise _Unreadable("limit", limit=MAX_UNITS)
    _checked(_number(first, run, count - 1))
    return [_number(first, run, step) for step in range(count)]


def _last_digits(serial):
    """Return the last run of digits in *serial* and where it stands."""
    run = _LAST_DIGITS.search(serial)
    if not run:
        raise _Unreadable("digits", serial=serial)
    return run[0], run.start(), run.end()


def _number(serial, run, step):
    """Return *serial* with *run*, its last digits, counted up by *step*."""
    digits, start, end = run
    number = str(int(digits) + step).zfill(len(digits))
    return f"{serial[:start]}{number}{serial[end:]}"


def _checked(serial):
    """Return *serial*, cleaned, when it can be one: printable, not too long, and no formula to
    the spreadsheets that it is exported to."""
    if _CONTROL.search(serial):
        # A scanner's code that is read wrongly has them: what is left would be a wrong number.
        raise _Unreadable("unprintable")
    serial = clean_name(serial)
    if len(serial) > MAX_LENGTH:
        raise _Unreadable("long", length=len(serial), limit=MAX_LENGTH)
    if not serial or not serial.isprintable() or LOST in serial:
        raise _Unreadable("unprintable")
    if serial.startswith("="):
        raise _Unreadable("formula")
    return serial
