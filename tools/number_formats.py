"""Numbers of a known format, such as an IMEI: their length, their characters and their check digit.

The number has to be written in one way, so that one unit can't get two serial numbers: digits
without blanks or hyphens. Only a MAC address may have its separators, or none.
"""

import re

from stdnum import ean, imei, mac
from stdnum.exceptions import InvalidChecksum, InvalidFormat

#: By format: the lengths that a number has, and what all its characters match. A label shows an
#: IMEI with its check digit: with 14 digits, one was lost, and 16 are an IMEISV, another number.
_FORMS = {
    "imei": ({15}, re.compile("[0-9]*")),
    "ean": ({8, 12, 13, 14}, re.compile("[0-9]*")),
    "vin": ({17}, re.compile("[0-9A-HJ-NPR-Za-hj-npr-z]*")),
    "mac": ({12, 17}, re.compile("[0-9A-Fa-f:-]*")),
}

# 49 CFR 565.15: the values of the letters and the weights of the positions of a VIN.
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
#: ISO 3780: the first character of vehicles made in North America, whose VIN has a check digit.
_NORTH_AMERICA = "12345"


class WrongNumber(ValueError):
    """Raised when a number does not have its format.

    :ivar reason: ``length``, ``signs`` or ``check_digit``
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def check_number(kind, text):
    """Check that *text* is a number of this format.

    :param kind: ``imei``, ``ean`` (any GTIN), ``vin`` or ``mac``
    :raise WrongNumber: saying what is wrong
    """
    lengths, signs = _FORMS[kind]
    if not signs.fullmatch(text):
        raise WrongNumber("signs")
    if len(text) not in lengths:
        raise WrongNumber("length")
    try:
        _CHECKS[kind](text)
    except InvalidChecksum:
        raise WrongNumber("check_digit") from None
    except InvalidFormat:
        raise WrongNumber("signs") from None


def _check_vin(text):
    text = text.upper()
    if text[0] not in _NORTH_AMERICA:
        return
    total = sum(
        weight * int(_VIN_VALUES.get(sign, sign))
        for weight, sign in zip(_VIN_WEIGHTS, text, strict=True)
    )
    if text[8] != "0123456789X"[total % 11]:
        raise InvalidChecksum


def _check_mac(text):
    if len(text) == 12:
        text = ":".join(re.findall("..", text))
    # Any manufacturer: the list that comes with stdnum isn't complete.
    mac.validate(text, validate_manufacturer=False)


_CHECKS = {"imei": imei.validate, "ean": ean.validate, "vin": _check_vin, "mac": _check_mac}
