"""What the address of a unit's page means, as a web server hands it over."""

import re
from typing import NamedTuple

from .entry_grammar import MAX_LENGTH
from .gs1 import is_checked, list_barcodes
from .plain_text import is_id, is_possible
from .unit_address import read_own_path

# Variant (22), batch (10) and third party (235) may be in a Digital Link, too.
_LINK = re.compile(r"/01/([0-9]{8,14})/(?:(?:22|10|235)/[^/]+/)*21/(.+)", re.DOTALL)
_FURTHER = re.compile("/(?:22|10|235)/")


class UnitAddress(NamedTuple):
    """The unit that an address is of: the part by its ID or by its GTIN, and the serial number."""

    #: The ID of the part, 0 where the address has a GTIN.
    product_id: int
    #: The barcodes that a part with this GTIN may have.
    barcodes: tuple
    #: What the serial number may be, the most likely first.
    serials: tuple


def read_page_path(path):
    """Return the :class:`UnitAddress` of a page's *path*, None if it can't be one.

    :param str path: as a web server hands it over: percent codes are decoded already. So a ``/`` is
        part of the serial number, unless another key of a Digital Link follows
    """
    if own := read_own_path(path):
        product_id, barcodes, serials = own[0], (), [own[1]]
    elif found := _LINK.fullmatch(path):
        gtin = found[1].zfill(14)
        product_id, barcodes = 0, tuple(list_barcodes(gtin)) if is_checked(gtin) else ()
        serials = [found[2], _FURTHER.split(found[2])[0]]
    else:
        return None
    usable = [name for name in dict.fromkeys(serials) if 0 < len(name) <= MAX_LENGTH]
    if not usable or not is_possible(path) or not (barcodes or is_id(product_id)):
        return None
    return UnitAddress(product_id, barcodes, tuple(usable))
