"""The address of a unit's own page: a GS1 Digital Link where its part has a GTIN, else one of our
own. Labels have it as a QR code."""

import re
from urllib.parse import quote

from .gs1_elements import GTIN_LENGTHS, is_value

_OWN = re.compile(r"/serial/([0-9]{1,10})/(.+)", re.DOTALL)


def make_gtin(barcode):
    """Return *barcode* as a GTIN of 14 digits, an empty string if it isn't as long as a GTIN. Its
    check digit isn't looked at."""
    is_gtin = barcode and barcode.isascii() and barcode.isdecimal()
    return barcode.zfill(14) if is_gtin and len(barcode) in GTIN_LENGTHS else ""


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
    """Return ``(product_id, serial)`` of one of our own paths, None for any other. The serial number
    is as it stands in *path*, with its percent codes if that has them."""
    found = _OWN.fullmatch(path)
    return (int(found[1]), found[2]) if found else None
