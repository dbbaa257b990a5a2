"""The grammar of one entry, see :mod:`.serial_entries`."""

import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .codes import clean_cell, read_code
from .envelopes import WHOLE
from .plain_text import LOST
from .scanned_code import Code, Unreadable
from .serial_names import clean_name

#: The most units one call may enter; more is refused, never cut off.
MAX_UNITS = 10_000
#: The longest serial number, in characters.
MAX_LENGTH = 128

_COUNT = re.compile(r"(?P<first>.+)\*(?P<count>[0-9]+)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
#: What is in no entry for a single serial number.
NOT_ALONE = re.compile(r"[\n\r\t,;@]")
#: STX and ETX, which scanners may frame an entry with.
FRAME = "\x02\x03"
#: Blanks around an entry; not the separators of codes, which Python strips, too.
BLANKS = f" \t\n\r\v\f\x85\xa0{FRAME}"
# What spreadsheets make of a number that is too long for them, and of a formula that fails, in
# English and German; and the line below a column of numbers.
_SPOILED = re.compile(
    r"""
    (?P<scientific> [-+]?[0-9]+(?:[.,][0-9]+)?E\+[0-9]+)
    | (?P<sheet_error> \#(?:[A-Z0/]+[!?]|N/A|NV))
    | (?P<total> (?:(?:grand\ |sub-?)?total|sum|(?:gesamt|zwischen)?summe|gesamt|somme|suma)
        \s*:?\s*[0-9.,]*)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LAST_DIGITS = re.compile(r"[0-9]+(?=[^0-9]*\Z)")


@dataclass(frozen=True)
class Entry:
    """One entry.

    :ivar text: as it was typed, without the blanks around it
    :ivar serials: the serial numbers it stands for, in order; empty when ``error`` is set
    :ivar location: what follows ``@`` or is in the second column, else an empty string
    :ivar error: why it can't be read, a key of the caller's messages, else an empty string
    :ivar facts: what that message names
    :ivar product: the part that a table's column names, else an empty string
    :ivar quantity: the quantity in a table that is not the number of its serial numbers, else an
        empty string
    :ivar answers: what is in a table's columns of custom fields, by their key; no empty ones
    :ivar cell: the text of its serial number alone, without marks around it
    :ivar code: what that says, if it is a code or a label; the serial number is then its own
    """

    text: str
    serials: tuple = ()
    location: str = ""
    error: str = ""
    facts: dict = field(default_factory=dict)
    product: str = ""
    quantity: str = ""
    answers: dict = field(default_factory=dict)
    cell: str = ""
    code: Code | None = None

    @property
    def is_plain(self):
        """Whether it is a single word, which may also be a location or a product."""
        is_word = self.serials in ((clean_name(self.text),), (clean_name(self.cell),))
        return is_word and not (self.location or self.answers or self.code)

    @property
    def words(self):
        """The text as typed and cleaned, which may be a location or a product; else none."""
        words = (self.text, self.cell, *self.serials) if self.is_plain else ()
        return tuple(dict.fromkeys(words))

    def write_unit(self, serial):
        """Return the text of *serial* alone, one of several that this entry stands for."""
        return f"{serial}@{self.location}" if self.location else serial


def is_serial(text):
    """Return whether *text*, once it is cleaned, can be a serial number: printable, not blank and
    not too long."""
    name = clean_name(text)
    return 0 < len(name) <= MAX_LENGTH and name.isprintable() and not _CONTROL.search(text.strip())


class Units(NamedTuple):
    """What the text of an entry stands for, see :class:`Entry`."""

    serials: tuple
    location: str
    cell: str
    code: Code | None


def read_entry(text):
    """Return the :class:`Entry` that *text* is."""
    try:
        units = read_units(text)
    except Unreadable as problem:
        return Entry(text, error=problem.key, facts=problem.facts)
    return Entry(text, **units._asdict())


def read_units(text, location=""):
    """Return the :class:`Units` that *text* stands for.

    :param location: the location, if it has a column of its own
    :raise Unreadable: when it can't be read
    """
    body, behind = _split_location(text)
    if location and behind:
        raise Unreadable("location")
    cell = clean_cell(body)
    code = read_code(cell)
    location = location or behind
    serials = _list_serials(code, location) if code else _expand(cell)
    return Units(tuple(serials), location, cell, code)


def use_code(entry, code):
    """Return *entry* with *code* in place of its serial number."""
    try:
        serials = tuple(_list_serials(code, entry.location))
    except Unreadable as problem:
        return replace(entry, serials=(), code=None, error=problem.key, facts=problem.facts)
    return replace(entry, serials=serials, code=code, error="", facts={})


def find_code(text):
    """Return the code that an entry has in place of its serial number, with its error if it can't
    be used; else None."""
    try:
        body, _location = _split_location(text)
    except Unreadable:
        return None
    return read_code(clean_cell(body))


def _list_serials(code, location):
    """Return the serial numbers of *code*: one, or none.

    :raise Unreadable: if it can't be used, or there is none for *location*
    """
    if code.error:
        raise Unreadable(code.error, **code.facts)
    # What is offered has to be an entry that means itself.
    if offered := code.offered:
        if NOT_ALONE.search(offered) or _expand(offered) != [offered]:
            raise Unreadable("alone")
    elif location and not (code.serial or code.uncut):
        raise Unreadable("empty")
    return [_check_serial(code.serial)] if code.serial else []


def _split_location(text):
    """Return ``(serials part, location)``; the location is empty when none is given."""
    # What is inside an envelope is no location, nor are the lines of a label.
    envelope = WHOLE.match(text)
    end = envelope.end() if envelope else 0
    if "\n" in text[end:].strip(BLANKS):
        return text.strip(BLANKS), ""
    body, *columns = (column.strip(BLANKS) for column in text[end:].split("\t"))
    location = "".join(columns[:1])
    if any(columns[1:]):
        raise Unreadable("columns")
    if "@" in body:
        body, _at, behind = (part.strip(BLANKS) for part in body.rpartition("@"))
        if location or not behind:
            raise Unreadable("location")
        location = behind
    if not end and not body:
        raise Unreadable("empty")
    return text[:end] + body, location


def _expand(body):
    """Return the serial numbers that *body* stands for."""
    if ".." in body:
        return _expand_range(body)
    if counted := _COUNT.fullmatch(body):
        digits = counted["count"].lstrip("0")
        if not digits:
            raise Unreadable("count")
        # The digits are counted before they become a number: there may be thousands.
        if len(digits) > len(str(MAX_UNITS)):
            raise Unreadable("limit", limit=MAX_UNITS)
        return count_up(counted["first"].strip(), int(digits))
    return [_check_serial(body)]


def _expand_range(body):
    first, _dots, last = (part.strip() for part in body.partition(".."))
    if not first or not last:
        raise Unreadable("range")
    first, last = _check_serial(first), _check_serial(last)
    first_run, last_run = _last_digits(first), _last_digits(last)
    count = int(last_run[0]) - int(first_run[0]) + 1
    if count < 1:
        raise Unreadable("range", first=first, last=last)
    if _number(first, first_run, count - 1) != last:
        raise Unreadable("range", first=first, last=last)
    return count_up(first, count)


def count_up(first, count):
    """Return *count* serial numbers from *first* on, at most MAX_UNITS.

    The last run of digits counts up; its padding and the text around it stay, as in
    Odoo's ``stock.lot.generate_lot_names``.
    """
    first = _check_serial(first)
    run = _last_digits(first)
    if count > MAX_UNITS:
        raise Unreadable("limit", limit=MAX_UNITS)
    _check_serial(_number(first, run, count - 1))
    return [_number(first, run, step) for step in range(count)]


def _last_digits(serial):
    """Return the last run of digits in *serial*, its start and its end."""
    run = _LAST_DIGITS.search(serial)
    if not run:
        raise Unreadable("digits", serial=serial)
    return run[0], run.start(), run.end()


def _number(serial, run, step):
    """Return *serial* with *run*, its last digits, counted up by *step*."""
    digits, start, end = run
    number = str(int(digits) + step).zfill(len(digits))
    return f"{serial[:start]}{number}{serial[end:]}"


def _check_serial(serial):
    """Return *serial*, cleaned, when it can be one: printable, not too long, and not a
    formula to the spreadsheets it is exported to."""
    if _CONTROL.search(serial):
        # A misread code has them: without them it would be a wrong number.
        raise Unreadable("unprintable")
    serial = clean_name(serial)
    if len(serial) > MAX_LENGTH:
        raise Unreadable("long", length=len(serial), limit=MAX_LENGTH)
    if not serial or not serial.isprintable() or LOST in serial:
        raise Unreadable("unprintable")
    if serial.startswith("="):
        raise Unreadable("formula")
    if spoiled := _SPOILED.fullmatch(serial):
        raise Unreadable(spoiled.lastgroup)
    return serial
