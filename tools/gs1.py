"""GS1 codes, as the GS1 General Specifications and the GS1 Digital Link standard describe them: as
scanners send them, as they are printed in brackets, and as web addresses."""

import re
from calendar import monthrange
from datetime import date
from urllib.parse import parse_qsl, unquote

from .gs1_elements import (
    FIXED,
    GTIN_LENGTHS,
    find_identifier,
    is_identifier,
    is_value,
    read_elements,
)
from .scanned_code import GS, Code, Unreadable, check_quantity, pick_one, restore_controls
from .unit_address import read_own_path

# What scanners send before a GS1 code: the symbology identifiers of GS1-128, GS1 DataBar and
# composites, GS1 DataMatrix, GS1 QR Code and GS1 DotCode (ISO/IEC 15424).
_PREFIX = re.compile(r"\](?:C1|e[0-9]|d2|Q3|J1)")
# Odoo's own signs for FNC1, besides the character itself.
_SIGN = re.compile("Alt029|#")
_ITEM = re.compile(r"01[0-9]{14}|00[0-9]{18}")
_DATED = re.compile(r"1[1-7][0-9]{6}")
_PRINTED = re.compile(r"\s*\(([0-9]{2,4})\)")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s/?#]+([^\s?#]*)(?:\?([^\s#]*))?(?:#\S*)?", re.IGNORECASE
)

#: Names that Digital Links may have in place of application identifiers.
_NAMES = {"gtin": "01", "lot": "10", "ser": "21", "cpv": "22"}
_DATES = ("11", "12", "13", "15", "16", "17")
#: The batch, and the second serial number of a unit.
_TEXTS = ("10", "250")
#: A date this many years from today is no date.
_FAR = 30


def read_element_string(text, separator=None):
    """Return the :class:`Code` of *text* as a scanner sends it, None if it isn't a GS1 code.

    It surely is one with a GS1 symbology identifier or a GS in it. Without, it is taken for one if
    it begins with a GTIN or an SSCC whose check digit is right, or with a date, and is made of
    known elements to its end.

    :param separator: a compiled regular expression of what else stands for a GS
    :raise Unreadable: if it surely is one and can't be read, or a GS is missing
    """
    body = _PREFIX.sub("", text, count=1) if text.startswith("]") else text
    is_sure = body != text or GS in body
    begins_well = _begins_with_item(body)
    if is_sure or begins_well:
        body = restore_controls(_SIGN.sub(GS, separator.sub(GS, body) if separator else body))
    elif not _DATED.match(body):
        return None
    try:
        elements = read_elements(body)
    except Unreadable as problem:
        if is_sure or (begins_well and problem.key == "separator"):
            raise
        return None
    if not (is_sure or begins_well or _is_dated_serial(elements)):
        return None
    return make_code(elements, is_separated=GS in body)


def _begins_with_item(text):
    """Return whether *text* begins with a GTIN or an SSCC whose check digit is right."""
    return bool(found := _ITEM.match(text)) and is_checked(found[0][2:])


def _is_dated_serial(elements):
    """Return whether *elements* are dates, others of a fixed length, and a serial number."""
    *first, (last, _serial) = elements
    return (
        last == "21"
        and first != []
        and all(identifier in FIXED for identifier, _value in first)
        and all(_read_date(value) for identifier, value in first if identifier in _DATES)
    )


def read_printed(text, _separator=None):
    """Return the :class:`Code` of *text* as it is printed below a GS1 code, with the application
    identifiers in brackets; None if it isn't one.

    :raise Unreadable: if it surely is one and can't be read
    """
    first = _PRINTED.match(text)
    if not first or not is_identifier(first[1]):
        return None
    if elements := _read_printed(text):
        return make_code(elements, is_separated=True)
    if first[1] in ("00", "01", "02"):
        raise Unreadable("code", rest=text)
    return None


def _read_printed(text):
    """Return the elements of *text*, None if it can't be read. A value may have brackets: it ends
    before the next application identifier from which on the rest can be read."""
    readable = {len(text): []}
    for label in reversed([*_PRINTED.finditer(text)]):
        for end in reversed(readable if is_identifier(label[1]) else ()):
            value = text[label.end() : end].strip()
            if label[1] in FIXED:
                value = value.replace(" ", "")
            if is_value(label[1], value):
                readable[label.start()] = [(label[1], value), *readable[end]]
                break
    return readable.get(0)


def read_link(text, _separator=None):
    """Return the :class:`Code` of a GS1 Digital Link, or of the address on our own labels; None if
    *text* isn't a web address.

    :raise Unreadable: if it is any other web address
    """
    found = _LINK.fullmatch(text)
    if not found:
        return None
    if own := read_own_path(found[1]):
        return Code(product_id=own[0], serial=unquote(own[1]))
    steps = [unquote(step) for step in found[1].strip("/").split("/")]
    keys = [_NAMES.get(step, step) for step in steps]
    start = next((index for index, key in enumerate(keys[:-1]) if key in ("00", "01")), None)
    if start is None:
        raise Unreadable("web")
    pairs = [*zip(keys[start::2], steps[start + 1 :: 2], strict=False)]
    pairs += [(_NAMES.get(key, key), value) for key, value in parse_qsl(found[2] or "")]
    pairs[0] = (pairs[0][0], pairs[0][1].zfill(14))
    elements = [(key, value) for key, value in pairs if is_identifier(key)]
    if not all(is_value(key, value) for key, value in elements):
        raise Unreadable("web")
    return make_code(elements, is_separated=True)


def make_code(elements, is_separated):
    """Return the :class:`Code` that *elements* are.

    :param elements: ``[(application identifier, value)]``
    :param is_separated: whether it is sure where each of them ends
    :raise Unreadable: if a check digit is wrong, the code is for several units, or elements may have
        grown together
    """

    def read(*identifiers):
        return pick_one(value for identifier, value in elements if identifier in identifiers)

    gtin, sscc, serial = read("01", "02"), read("00"), read("21")
    texts = {identifier: value for identifier, value in elements if identifier in _TEXTS}
    if not serial and not sscc:
        # Many vendors print the serial number as a batch; on a package it is that of its units.
        serial = read("10")
        texts.pop("10", None)
    for number in filter(None, (gtin, sscc)):
        if not is_checked(number):
            raise Unreadable("gtin", gtin=number)
    if not (gtin or sscc or serial):
        raise Unreadable("nameless")
    if serial:
        check_quantity(value for identifier, value in elements if identifier in ("30", "37"))
    numbers = [value for identifier, value in elements if identifier in ("240", "241")]
    dates = {key: _read_date(value) for key, value in elements if key in _DATES}
    return Code(
        barcodes=tuple(list_barcodes(gtin)),
        part_numbers=tuple(numbers),
        serial=serial,
        offered="" if is_separated else _find_swallowed(elements, serial),
        sscc=sscc,
        dates={key: day for key, day in dates.items() if day},
        texts=texts,
    )


def list_barcodes(gtin):
    """Yield the barcodes that a part with *gtin* may have: without some of its leading zeros."""
    for length in GTIN_LENGTHS if gtin else ():
        if set(gtin[:-length]) <= {"0"}:
            yield gtin[-length:]


def _find_swallowed(elements, serial):
    """Return *serial* without a date that seems to follow it without a separator, else an empty
    string.

    :raise Unreadable: if another element seems to go on with the serial number
    """
    identifiers = {identifier for identifier, _value in elements}
    for identifier, value in elements if "21" not in identifiers else ():
        if identifier not in FIXED and "21" in value[1:-1]:
            raise Unreadable("separator")
    before, behind = serial[:-8], serial[-8:]
    is_date = find_identifier(behind) in _DATES and _read_date(behind[2:])
    return before if is_date else ""


def _read_date(text):
    """Return the day that *text* (YYMMDD) means, None if there is none near today. As GS1 has it,
    the century is the nearest one, and day 00 is the last of its month."""
    if not text.isdecimal():
        return None
    today = date.today()
    year, month, day = (int(text[index : index + 2]) for index in (0, 2, 4))
    year += 100 * round((today.year - year) / 100)
    if not 1 <= month <= 12 or abs(year - today.year) > _FAR:
        return None
    last = monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None


def is_checked(digits):
    """Return whether the last of *digits* is the right check digit: the sum of all digits, every
    second one three times, is a multiple of ten."""
    weighted = (int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits[::-1]))
    return sum(weighted) % 10 == 0
