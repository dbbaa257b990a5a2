"""What a person types, scans or pastes, read into entries.

Text in, :class:`Entry` objects out. Whether a serial number may be used, and what a location or
a product barcode means, is up to the caller.

    SN008            one serial number
    SN008..SN011     a range, both ends written in full
    SN008*4          a count: SN008, SN009, SN010, SN011
    …@R1-1A          any of these, into that location
    SN008<tab>R1-1A  the same from two spreadsheet columns

Entries are separated by newline, comma or semicolon.

A table is read by its columns: if a cell of the first line is "Serial", that line is the
header and each line below is one entry. Columns other than the serial number and its location
are answers, by the label of their question.
"""

import re

from .entry_grammar import MAX_UNITS, Entry, read_entry
from .entry_table import Table

_SEPARATOR = re.compile(r"[\n\r,;]+")


def parse(text, limit=MAX_UNITS, headers=None):
    """Read *text* into a list of :class:`Entry`, in the order typed.

    An entry that can't be read carries its error; the others are read all the same.
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

    :return: ``(entries, rest)``: a list of :class:`Entry` in the order typed, and the text
        left for the next step, a table with its header; empty when all was read
    """
    text = _unify_line_ends(text)
    table = Table.find(text, headers)
    entries, left = [], limit
    for start, piece in _pieces(text, table):
        entry = table.read_row(piece) if table else read_entry(piece)
        left -= max(1, len(entry.serials))
        if left < 0 and entries:
            return entries, table.cut(start) if table else text[start:].strip()
        entries.append(entry)
    return entries, ""


def _unify_line_ends(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")


def count_entries(text, headers=None):
    """Return how many entries *text* has, without reading them."""
    text = _unify_line_ends(text)
    table = Table.find(text, headers)
    return table.count_rows() if table else sum(1 for _piece in _pieces(text))


def _pieces(text, table=None):
    """Yield ``(start, piece)`` for each piece of *text*, or row of *table*, that is not blank."""
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
