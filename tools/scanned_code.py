"""What a scanned code says, and the control characters in it."""

import re
from dataclasses import dataclass, field

#: Control characters of codes: they end an element, a format and a message.
GS, RS, EOT = "\x1d", "\x1e", "\x04"

# What scanners and programs write in their place: names in brackets, the pictures of control
# characters, caret notation, the numbers typed with Alt, escapes and the old signs of the PC.
_WRITTEN = {
    GS: r"[<\[{](?:GS|FNC1|0x1D)[>\]}]|␝|↔|\^\]|Alt029|\\x1d|\\u001d",
    RS: r"[<\[{](?:RS|0x1E)[>\]}]|␞|▲|\^\^|Alt030|\\x1e|\\u001e",
    EOT: r"[<\[{](?:EOT|0x04)[>\]}]|␄|♦|\^D|Alt004|\\x04|\\u0004",
}
_CONTROLS = {sign: re.compile(written, re.IGNORECASE) for sign, written in _WRITTEN.items()}


class Unreadable(ValueError):
    """Raised with an error key and the facts its message names."""

    def __init__(self, key, **facts):
        super().__init__(key)
        self.key = key
        self.facts = facts


@dataclass(frozen=True)
class Code:
    """What a scanned code says.

    :ivar barcodes: the barcodes that its part may have
    :ivar product_id: the ID of its part, on a label of our own; 0 on any other
    :ivar part_numbers: the numbers that its part may have: ours, the vendor's
    :ivar serial: the serial number, else an empty string
    :ivar offered: what is most likely the serial number; somebody has to agree
    :ivar uncut: its elements, if the separators between them are lost
    :ivar sscc: the number of the package that it is on, or that the unit is in, else an empty string
    :ivar dates: ``{application identifier: date}``
    :ivar texts: what else it says about the unit, ``{application identifier: text}``
    :ivar error: why it can't be used, a key of the caller's messages, else an empty string
    :ivar facts: what that message names
    """

    barcodes: tuple = ()
    product_id: int = 0
    part_numbers: tuple = ()
    serial: str = ""
    offered: str = ""
    uncut: str = ""
    sscc: str = ""
    dates: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)
    error: str = ""
    facts: dict = field(default_factory=dict)

    @property
    def names_part(self):
        """Whether it says which part the unit is of."""
        return bool(self.barcodes or self.product_id or self.part_numbers)


def restore_controls(text):
    """Return *text* with the control characters that were written out."""
    for sign, written in _CONTROLS.items():
        text = written.sub(sign, text)
    return text


def pick_one(values):
    """Return the one value among *values*, or an empty string if there is none.

    :raise Unreadable: if they differ
    """
    different = {*filter(None, values)}
    if len(different) > 1:
        raise Unreadable("several")
    return "".join(different)


def check_quantity(quantities):
    """Check that a code with a serial number is for one unit.

    :param quantities: texts of digits
    :raise Unreadable: if one of them isn't 1
    """
    for quantity in quantities:
        if quantity.lstrip("0") != "1":
            raise Unreadable("quantity", quantity=quantity.lstrip("0") or "0")
