"""The grammar of one entry, see :mod:`.serial_entries`."""

import re
from dataclasses import dataclass, field

from .plain_text import LOST
from .serial_names import clean_name

#: The most units one call may enter; more is refused, never cut off.
MAX_UNITS = 10_000
#: The longest serial number, in characters.
MAX_LENGTH = 128

_COUNT = re.compile(r"(?P<first>.+)\*(?P<count>[0-9]+)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
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
    """

    text: str
    serials: tuple = ()
    location: str = ""
    error: str = ""
    facts: dict = field(default_factory=dict)
    product: str = ""
    quantity: str = ""
    answers: dict = field(default_factory=dict)

    @property
    def is_plain(self):
        """Whether it is a single word, which may also be a location or a product."""
        return self.serials == (clean_name(self.text),)

    @property
    def words(self):
        """The text as typed and cleaned, which may be a location or a product; else none."""
        return (self.text, *self.serials) if self.is_plain else ()

    def write_unit(self, serial):
        """Return the text of *serial* alone, one of several that this entry stands for."""
        return f"{serial}@{self.location}" if self.location else serial


def is_serial(text):
    """Return whether *text*, once it is cleaned, can be a serial number: printable, not blank and
    not too long."""
    name = clean_name(text)
    return 0 < len(name) <= MAX_LENGTH and name.isprintable() and not _CONTROL.search(text.strip())


class Unreadable(ValueError):
    """Raised with an error key and the facts its message names."""

    def __init__(self, key, **facts):
        super().__init__(key)
        self.key = key
        self.facts = facts


def read_entry(text):
    """Return the :class:`Entry` that *text* is."""
    try:
        serials, location = read_units(text)
    except Unreadable as problem:
        return Entry(text, error=problem.key, facts=problem.facts)
    return Entry(text, serials, location)


def read_units(text, location=""):
    """Return ``(serials, location)``: the serial numbers that *text* stands for, and the location
    that it names, else an empty string.

    :param location: the location, if it has a column of its own
    :raise Unreadable: when it can't be read
    """
    body, behind = _split_location(text)
    if location and behind:
        raise Unreadable("location")
    return tuple(_expand(body)), location or behind


def _split_location(text):
    """Return ``(serials part, location)``; the location is empty when none is given."""
    body, *columns = (column.strip() for column in text.split("\t"))
    location = "".join(columns[:1])
    if any(columns[1:]):
        raise Unreadable("columns")
    if "@" in body:
        body, _at, behind = (part.strip() for part in body.rpartition("@"))
        if location or not behind:
            raise Unreadable("location")
        location = behind
    if not body:
        raise Unreadable("empty")
    return body, location


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
