"""What a person types, scans or pastes, read into entries.

Text in, :class:`Entry` objects out. Whether a serial number may be used, and what a location or
a product barcode means, is up to the caller.

    SN008            one serial number
    SN008..SN011     a range, both ends written in full
    SN008*4          a count: SN008, SN009, SN010, SN011
    …@R1-1A          any of these, into that location
    SN008<tab>R1-1A  the same from two spreadsheet columns

Entries are separated by newline, comma or semicolon. A code is one entry, whatever is in it, and so
is a label with several numbers of one unit, see :mod:`.codes`.

A text with columns is a table: each row below its header is one entry. Where the header doesn't
name every column, nothing of it is read until a person says which column is which: the whole text
is one entry with the error ``table``.
"""

import re

from .codes import find_spans
from .entry_grammar import FRAME, MAX_UNITS, Entry, find_code, read_entry
from .entry_table import Table
from .table_headers import Headers

_SEPARATOR = re.compile(r"[\n\r,;]+")


def parse(text, limit=MAX_UNITS, headers=None, columns=None):
    """Read *text* into a list of :class:`Entry`, in the order typed.

    *headers* and *columns* are those of :func:`find_table`.

    An entry that can't be read carries its error; the others are read all the same.
    What :func:`read_step` leaves comes back whole as one entry with the error ``rest``, so
    that nothing is lost and nothing hangs.
    """
    entries, rest = read_step(text, limit, headers, columns)
    if rest:
        entries.append(Entry(rest, error="rest", facts={"limit": limit}))
    return entries


def read_step(text, limit, headers=None, columns=None):
    """Read the first entries of *text*: as many as stand for *limit* units together.

    An entry is never divided: one that stands for more by itself is a step of its own. One
    that can't be read counts as one unit.

    :return: ``(entries, rest)``: a list of :class:`Entry` in the order typed, and the text
        left for the next step, a table with its header; empty when all was read
    """
    table = find_table(text, headers, columns)
    if table and not table.is_sure:
        return [Entry(text, error="table")], ""
    text = unify_line_ends(text)
    entries, left = [], limit
    for start, piece in _pieces(text, table):
        entry = table.read_row(piece) if table else read_entry(piece)
        left -= max(1, len(entry.serials))
        if left < 0 and entries:
            return entries, table.cut(start) if table else text[start:].strip(" \t\n")
        entries.append(entry)
    if table and not entries:
        entries = [Entry(text, error="no_rows")]
    return entries, ""


def find_table(text, headers=None, columns=None):
    """Return the :class:`Table` that *text* is, or None.

    :param headers: the :class:`Headers` to know, by default those of every language
    :param columns: which column is which, see :meth:`Table.find`; none at all for a text that is no
        table
    """
    if columns == {}:
        return None
    return Table.find(unify_line_ends(text), headers or Headers(), columns)


def unify_line_ends(text):
    """Return *text* with a line feed at the end of each line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def count_entries(text, headers=None, columns=None):
    """Return how many entries *text* has, without reading them."""
    table = find_table(text, headers, columns)
    if table:
        return max(1, table.count_rows()) if table.is_sure else 1
    return sum(1 for _piece in _pieces(unify_line_ends(text)))


def _pieces(text, table=None):
    """Yield ``(start, piece)`` for each piece of *text*, or row of *table*, that is not blank."""
    if table:
        yield from table.rows()
        return
    position = 0
    for start, end in sorted(find_spans(text)):
        if start >= position and _is_whole(text[start:end]):
            yield from _split(text, position, start)
            yield start, text[start:end].strip(" \t\n")
            position = end
    yield from _split(text, position, len(text))


def _is_whole(text):
    """Return whether *text* is one entry, whatever separators are in it: a code, but not several."""
    code = find_code(text)
    if not code or code.offered:
        return bool(code)
    parts = [find_code(piece) for _start, piece in _split(text, 0, len(text))]
    return len(parts) == 1 or not all(part and not part.error for part in parts)


def _split(text, start, end):
    """Yield ``(start, piece)`` for each piece of *text* from *start* to *end* that is not blank."""
    while start < end:
        separator = _SEPARATOR.search(text, start, end)
        stop = separator.start() if separator else end
        piece = text[start:stop].strip(" \t\n")
        if piece.strip(f" \t\n{FRAME}"):
            yield start, piece
        start = separator.end() if separator else end
