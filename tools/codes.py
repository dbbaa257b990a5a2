"""Whatever a scanner sends or a label shows in place of a plain serial number, see :class:`Code`."""

import re

from . import envelopes, gs1, labels
from .scanned_code import GS, Code, Unreadable

#: The longest code, in characters: a QR code has room for so many letters and digits.
MAX_CODE = 4296

# What codes begin with; anything else is seen at once not to be one.
_BEGINNING = (
    r"\[\)>|\]|\(|0[01][0-9]{14}|1[1-7][0-9]{6}|https?:|www\.|OBT|OCD|O-|"
    r"[A-Z][A-Z0-9 ./-]{0,20}[:#=]|S/N "
)
_MAYBE = re.compile(_BEGINNING, re.IGNORECASE)
# A line with a separator that may be a code as a whole.
_LINE = re.compile(
    rf"^(?=[^\w\n]{{0,4}}(?:{_BEGINNING})|.*\x1d).*[,;].*$", re.IGNORECASE | re.MULTILINE
)
# The barcodes that Odoo's screens read as a press on one of their buttons.
_COMMAND = re.compile(r"OBT[A-Z]{4}|OCD[A-Z]{4,10}|O-(?:BTN|CMD)\.[\w.-]+")
# What scanners may send before any code: its symbology, as in ISO/IEC 15424; a GS1 symbology is
# part of the code.
_SYMBOLOGY = re.compile(r"\](?!(?:C1|e[0-9]|d2|Q3|J1)(?!\[\)>))[A-Za-z][0-9A-Za-z]")
#: Marks around a whole entry; the asterisks are the first and last sign of a Code 39.
_MARKS = ('""', "''", "“”", "„“", "””", "‘’", "‚‘", "’’", "«»", "»«", "‹›", "**")
_FIRST = {"]", *(marks[0] for marks in _MARKS)}


def clean_cell(text):
    """Return *text* without the marks around it and without the symbology before it."""
    if text[:1] not in _FIRST:
        return text
    inside = text[1:-1]
    if any(text[:1] + text[-1:] == marks and not {*marks} & {*inside} for marks in _MARKS):
        return clean_cell(inside.strip(" ")) or text
    plain = _SYMBOLOGY.sub("", text, count=1)
    return clean_cell(plain) if plain and plain != text else text


def begins_code(text):
    """Return whether *text* begins as codes do, and may be one."""
    return bool(_MAYBE.match(text))


def find_spans(text):
    """Yield ``(start, end)`` of what may be one entry of *text* in spite of the separators in it:
    envelopes, labels of several lines, and single lines."""
    if envelopes.START in text:
        yield from (found.span() for found in envelopes.ENTRY.finditer(text))
    if labels.has_labels(text):
        yield from labels.find_blocks(text)
    if "," in text or ";" in text:
        yield from (found.span() for found in _LINE.finditer(text))


def read_code(text, separator=None):
    """Return the :class:`Code` that *text* is, None if it is none.

    :param text: without marks around it, see :func:`clean_cell`
    :param separator: a compiled regular expression of what else stands for a GS in GS1 codes
    """
    if not (begins_code(text) or GS in text) or len(text) > MAX_CODE:
        return None
    try:
        return next(filter(None, (read(text, separator) for read in _READERS)), None)
    except Unreadable as problem:
        return Code(error=problem.key, facts=problem.facts)


def _read_command(text, _separator=None):
    if _COMMAND.fullmatch(text):
        raise Unreadable("command")


_READERS = (
    _read_command,
    gs1.read_link,
    envelopes.read_envelope,
    gs1.read_printed,
    labels.read_label,
    gs1.read_element_string,
)
