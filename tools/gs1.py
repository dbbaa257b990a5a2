"""GS1 codes as scanners send them, read by Odoo's own barcode nomenclature."""

import re
from dataclasses import dataclass

from odoo.exceptions import ValidationError

#: What a code with the application identifier 01 (a GTIN) or 21 (a serial number) begins with; a
#: scanner may send its symbology first, and the separator FNC1 as the group separator.
_CODE = re.compile(r"(\][A-Za-z][0-9])?\x1d?(01[0-9]{14}|21[^\x1d]+\x1d)")


@dataclass(frozen=True)
class Code:
    """What a GS1 code says.

    :ivar barcodes: the barcodes that a part with this GTIN may have: 14 digits, or shorter ones
        without the leading zeros
    :ivar serial: the serial number (21), else the lot (10), else an empty string
    """

    barcodes: tuple
    serial: str


def read_codes(env, texts):
    """Return ``{text: Code}`` of those *texts* that are GS1 codes."""
    candidates = [text for text in texts if _CODE.match(text)]
    if not candidates:
        return {}
    # How barcodes are read is no secret, but only Inventory's settings show it.
    nomenclature = env.company.sudo().nomenclature_id
    if not nomenclature.is_gs1_nomenclature:
        # The same.
        nomenclature = env.ref("barcodes_gs1_nomenclature.default_gs1_nomenclature").sudo()
    codes = {text: _read_code(nomenclature, text) for text in candidates}
    return {text: code for text, code in codes.items() if code}


def _read_code(nomenclature, text):
    try:
        elements = nomenclature.gs1_decompose_extended(text)
    except ValidationError:
        return None
    values = {element["ai"]: element["value"] for element in elements or ()}
    gtin, serial = values.get("01", ""), values.get("21") or values.get("10") or ""
    if not gtin and not serial:
        return None
    lengths = (14, 13, 12, 8)
    barcodes = [gtin[-length:] for length in lengths if set(gtin[:-length]) <= {"0"}]
    return Code(tuple(barcodes) if gtin else (), serial)
