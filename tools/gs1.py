"""GS1 codes as scanners send them."""

import re
from dataclasses import dataclass

#: How a code with the application identifier 01 (a GTIN) or 21 (a serial number) begins; a
#: scanner may send its symbology first, and FNC1 as the group separator.
_CODE = re.compile(r"(\][A-Za-z][0-9])?\x1d?(01[0-9]{14}|21[^\x1d]+\x1d)")

#: How many digits the barcode of a part may have.
_LENGTHS = (14, 13, 12, 8)


@dataclass(frozen=True)
class Code:
    """What a GS1 code means.

    :ivar barcodes: the barcodes that a part with this GTIN may have: 14 digits, or shorter ones
        without the leading zeros
    :ivar serial: the serial number (21), else the lot (10), else an empty string
    """

    barcodes: tuple
    serial: str


def is_code(text):
    """Return whether *text* looks like a GS1 code."""
    return bool(_CODE.match(text))


def read_code(elements):
    """Return the :class:`Code` of *elements*, None when they name neither a part nor a serial
    number.

    :param elements: dicts with ``ai`` and ``value``, as Odoo's barcode nomenclature returns them
    """
    values = {element["ai"]: element["value"] for element in elements}
    gtin, serial = values.get("01", ""), values.get("21") or values.get("10") or ""
    if not gtin and not serial:
        return None
    barcodes = [gtin[-length:] for length in _LENGTHS if set(gtin[:-length]) <= {"0"}]
    return Code(tuple(barcodes) if gtin else (), serial)
