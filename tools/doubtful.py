"""Texts that may not be the serial number they look like: what a person most likely meant, and what
a spreadsheet made of a number."""

import re
from collections import Counter

from .entry_grammar import Unreadable, read_units

# Names of months, as spreadsheets write them in English, German, French and Spanish.
_MONTH = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mrz|mär|mai|okt|dez|janv|févr|fév|mars|avr|juin"
    "|juil|août|sept|déc|ene|abr|ago|dic"
)
_DATE = re.compile(
    rf"""
    [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(\ 00:00:00)?
    | [0-9]{{1,2}}([./])[0-9]{{1,2}}\2[0-9]{{2}}([0-9]{{2}})?
    | ([0-9]{{1,2}}[-. ])?({_MONTH})\.?[- ][0-9]{{2}}([0-9]{{2}})?
    | [0-9]{{1,2}}[-. ]({_MONTH})\.?([- ][0-9]{{2}}([0-9]{{2}})?)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SEPARATOR = re.compile(r"\s*(\.{2,}|…|[-–—]|\s(?:to|bis)\s)\s*")


def is_date(text):
    """Return whether *text* is a date as spreadsheets write it."""
    return bool(_DATE.fullmatch(text))


def find_range(text):
    """Return the range that *text* most likely means, written as one, like ``SN001..SN005`` for
    ``SN001-SN005`` or ``SN001..005``; an empty text if it means none."""
    for separator in _SEPARATOR.finditer(text):
        first, last = text[: separator.start()].strip(), text[separator.end() :].strip()
        if meant := _join_ends(first, last, is_dotted="." in separator[1] or "…" in separator[1]):
            return meant
    return ""


def _join_ends(first, last, is_dotted):
    digits = re.search(r"[0-9]+\Z", first)
    if not digits or not last:
        return ""
    if is_dotted and last.isdigit() and len(last) <= len(digits[0]):
        last = first[: len(first) - len(last)] + last
    head = first[: digits.start()]
    if not last.startswith(head) or not (head or is_dotted):
        return ""
    meant = f"{first}..{last}"
    try:
        serials = read_units(meant).serials
    except Unreadable:
        return ""
    return meant if len(serials) > 1 else ""


class LostZeros:
    """Finds numbers that a spreadsheet has taken the leading zeros from, where the others of the same
    list have them.

    :param serials: the serial numbers of the list
    """

    def __init__(self, serials):
        padded = Counter(len(serial) for serial in serials if serial.isdigit() and serial[0] == "0")
        [(self._length, count)] = padded.most_common(1) or [(0, 0)]
        if count < 2:
            self._length = 0

    def restore(self, serial):
        """Return *serial* with the zeros it lost; an empty text if it lost none."""
        is_short = serial.isdigit() and len(serial) < self._length
        return serial.zfill(self._length) if is_short else ""
