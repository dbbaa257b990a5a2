"""The address of a unit's own page: a GS1 Digital Link where its part has a GTIN, else one of our
own. Labels have it as a QR code."""

import re
from urllib.parse import quote, unquote

from .gs1_elements import is_value

#: What GS1 barcodes of a trade item have: GTIN-8, GTIN-12 (UPC), GTIN-13 (EAN) and GTIN-14.
_GTIN_LENGTHS = (8, 12, 13, 14)
_OWN = re.compile(r"/serial/([0-9]{1,10})/(.+)")


def make_gtin(barcode):
    """Return *barcode* as a GTIN of 14 digits, an empty string if it isn't as long as a GTIN. Its
    check digit isn't looked at."""
    is_gtin = barcode and barcode.isascii() and barcode.isdecimal()
    return barcode.zfill(14) if is_gtin and len(barcode) in _GTIN_LENGTHS else ""


def make_path(product_id, gtin, serial):
    """Return the path of the page of a unit.

    :param int product_id: the ID of its part
    :param str gtin: the GTIN of its part, 14 digits, if it has one
    :param str serial: its serial number. One that GS1 doesn't allow, because it is longer than 20
        or has other characters, gets an address of our own
    """
    name = quote(serial, safe="")
    if gtin and is_value("21", serial):
        return f"/01/{gtin}/21/{name}"
    return f"/serial/{product_id}/{name}"


def read_own_path(path):
    """Return ``(product_id, serial)`` of one of our own paths, None for any other."""
    found = _OWN.fullmatch(path)
    return (int(found[1]), unquote(found[2])) if found else None
