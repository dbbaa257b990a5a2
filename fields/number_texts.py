"""Formats of numbers, and what is wrong with a number, as people read it."""

from ..tools.number_formats import WrongNumber, check_number

#: The formats that serial numbers of a part, and answers to a custom field, may have.
FORMATS = [("imei", "IMEI"), ("ean", "EAN / GTIN"), ("vin", "VIN"), ("mac", "MAC Address")]


def explain_number(env, kind, text):
    """Return what is wrong with *text* as a number of the format *kind*; an empty text if nothing
    is, or there is no format."""
    if not kind:
        return ""
    try:
        check_number(kind, text)
    except WrongNumber as wrong:
        if wrong.reason == "check_digit":
            return env._("The check digit is wrong.")
        if wrong.reason == "length":
            return _explain_length(env, kind, len(text))
        return _explain_signs(env, kind)
    return ""


def _explain_length(env, kind, length):
    match kind:
        case "imei":
            return env._("An IMEI has 15 digits; this has %(length)s.", length=length)
        case "ean":
            return env._(
                "An EAN or GTIN has 8, 12, 13 or 14 digits; this has %(length)s.", length=length
            )
        case "vin":
            return env._("A VIN has 17 characters; this has %(length)s.", length=length)
        case _mac:
            return env._(
                "A MAC address has 12 characters, or 17 with separators; this has %(length)s.",
                length=length,
            )


def _explain_signs(env, kind):
    match kind:
        case "imei":
            return env._("An IMEI has digits only, without blanks and hyphens.")
        case "ean":
            return env._("An EAN or GTIN has digits only, without blanks and hyphens.")
        case "vin":
            return env._("A VIN has letters and digits only, and no I, O or Q.")
        case _mac:
            return env._(
                "A MAC address has the digits 0 to 9 and the letters A to F, in pairs that may be "
                "separated by : or -."
            )
