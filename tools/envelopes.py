"""Codes in the envelope of ISO/IEC 15434, as parts and phones of many makers have them.

    [)> RS 06 GS 1PABC GS SXYZ123 RS EOT

Format 05 has elements of GS1, 06 those of ANSI MH10.8.2 with a data identifier each, 12 those of
ATA Spec 2000, with a text element identifier each.
"""

import re
from dataclasses import replace

from .gs1 import make_code
from .gs1_elements import read_elements
from .scanned_code import EOT, GS, RS, Code, Unreadable, check_quantity, pick_one, restore_controls

#: How an envelope begins.
START = "[)>"
_WHOLE = r"(?:\][A-Za-z][0-9A-Za-z])?\[\)>(?:(?!\[\)>).)*?(?:\x04|[<\[{]EOT[>\]}]|␄|♦)"
#: A whole envelope: line ends in it are those of a scanner. And the same with marks around it or a
#: bin behind it.
WHOLE = re.compile(_WHOLE, re.DOTALL | re.IGNORECASE)
ENTRY = re.compile(
    rf"""["'“„«]?{_WHOLE}["'“”»]?(?:[ \t]*[@\t][^\n,;]*)?""", re.DOTALL | re.IGNORECASE
)

_FORMAT = re.compile(r"(05|06|12)\x1d?")
_DATA = re.compile(r"([0-9]{0,3}[A-Z])(.*)", re.DOTALL)
_TEXT = re.compile(r"([A-Z]{3}) (.*)", re.DOTALL)
# Text element identifiers can be found without separators: a blank follows them.
_LOST_TEXT = re.compile(r"(?=(?:MFR|CAG|DUN|SPL|SER|SEQ|UCN|UID|UST|USN|PNR|PNO|LOT|QTY) )")
_LINE_ENDS = re.compile(r"[\r\n\t]+")

_PARTS = ("P", "1P", "PNR", "PNO")
#: Of the numbers that an envelope has, the first kind is the serial number.
_SERIALS = (("S",), ("SER",), ("SEQ",), ("1S",), ("25S",), ("18S",), ("UID",))
_QUANTITIES = ("Q", "7Q", "QTY")
_DIGITS = re.compile("[0-9]+")
# Elements that may have grown onto a serial number: a quantity, a date, identifiers with digits.
_GROWN = re.compile(r"Q[0-9]+$|D[0-9]{6,8}$|(?:1T|4L|7Q|1P|15S|18S|25S|1V|18V|9D|14D|16D)")


def read_envelope(text, _separator=None):
    """Return the :class:`Code` of *text*, None if it isn't an envelope.

    Without any separators, the code has its elements ``uncut``: see :func:`cut`.

    :raise Unreadable: if it can't be read, or is for several units
    """
    if not text.startswith(START):
        return None
    body = _LINE_ENDS.sub(GS, restore_controls(text))[len(START) :].partition(EOT)[0]
    elements = []
    for part in body.split(RS):
        found = _FORMAT.match(part.strip(GS))
        if not found:
            continue
        data = part.strip(GS)[found.end() :]
        if found[1] == "05":
            return make_code(read_elements(data), is_separated=GS in body)
        if found[1] == "06" and GS not in body:
            return Code(uncut=data)
        elements += _read_elements(found[1], data)
    return _make_code(elements)


def _read_elements(format_, data):
    """Yield the elements of *data* as ``(identifier, value)``."""
    pattern = _DATA
    if format_ == "12":
        pattern, data = _TEXT, data if GS in data else _LOST_TEXT.sub(GS, data)
    for element in filter(None, data.split(GS)):
        found = pattern.fullmatch(element)
        if not found:
            raise Unreadable("code", rest=element)
        yield found[1], found[2].strip()


def _make_code(elements):
    """Return the :class:`Code` that *elements*, ``[(identifier, value)]``, are."""

    def read(identifiers):
        return [value for identifier, value in elements if identifier in identifiers and value]

    serial = next(filter(None, (pick_one(read(kind)) for kind in _SERIALS)), "")
    parts = tuple(read(_PARTS))
    if not serial and not parts:
        raise Unreadable("nameless")
    if serial:
        check_quantity(found[0] for found in map(_DIGITS.match, read(_QUANTITIES)) if found)
    return Code(part_numbers=parts, serial=serial)


def cut(code, numbers):
    """Return *code*, whose separators are lost, with its part number and serial number.

    :param numbers: the part numbers that it may have
    :return: a :class:`Code`; with the serial number only ``offered``, if it might begin
        elsewhere; with the error ``separators``, if no part number fits, or several do
    """
    found = {
        (number, serial)
        for number in filter(None, numbers)
        for serial in _list_serials(code.uncut, number)
    }
    if len(found) != 1 or any(_GROWN.search(serial) for _number, serial in found):
        return replace(code, error="separators")
    [(number, serial)] = found
    is_sure = "S" not in serial
    return Code(
        part_numbers=(number,),
        serial=serial if is_sure else "",
        offered="" if is_sure else serial,
    )


def _list_serials(data, number):
    """Yield what *data* has as serial number, if *number* is its part number."""
    number = re.escape(number)
    for pattern in (rf"1?P{number}1?S(?P<serial>.+)", rf"1?S(?P<serial>.+?)1?P{number}"):
        if match := re.fullmatch(pattern, data, re.IGNORECASE):
            yield match["serial"]
