"""What people read about the codes they scanned."""

from odoo.tools.i18n import format_list

#: The errors that :func:`explain_code` explains.
CODE_ERRORS = {
    *("alone", "code", "command", "gtin", "label", "nameless", "quantity"),
    *("separator", "separators", "several", "web"),
}


def explain_code(env, entry):
    """Return why the code of *entry* can't be used: its error is one of ``CODE_ERRORS``."""
    match entry.error:
        case "separator":
            return env._(
                "The scanner loses the separator between the lot and the serial number: set it to "
                "send GS (FNC1) characters."
            )
        case "separators":
            return env._(
                "The scanner loses the separators of this code: set it to send GS (ASCII 29) and RS "
                "(ASCII 30) characters."
            )
        case "gtin":
            return env._(
                "The check digit of %(gtin)s is wrong. Scan the code again.",
                gtin=entry.facts["gtin"],
            )
        case "code":
            return env._(
                "This code can't be read from “%(rest)s” on. Scan it again.",
                rest=entry.facts["rest"],
            )
        case _meaning:
            return _explain_meaning(env, entry)


def explain_address(env, product):
    """Return why the address of a unit on one of our labels can't be used.

    :param product: its part, if it is on the transfer
    """
    if not product:
        return env._("is the label of a part that has no unit on this transfer.")
    return env._(
        "is the label of a unit that %(part)s doesn't have. Enter its serial number.",
        part=product.display_name,
    )


def _explain_meaning(env, entry):
    """Return why what the code of *entry* says is no serial number of a unit."""
    facts = entry.facts
    match entry.error:
        case "quantity":
            return env._(
                "has one serial number for %(quantity)s units: scan the code of each unit.",
                quantity=facts["quantity"],
            )
        case "several":
            return env._("has several serial numbers or parts: scan the code of each unit.")
        case "web":
            return env._("is a web address, not a serial number.")
        case "command":
            return env._("is a command code of Odoo, not a serial number.")
        case "label":
            return env._(
                "%(label)s isn't the label of a serial number. Scan or type the serial number.",
                label=facts["label"],
            )
        case "alone":
            return env._("Enter the serial number alone, without its label.")
        case _nameless:
            return env._("This code has neither a part nor a serial number.")


def explain_numbers(env, numbers, products):
    """Return why the part of a code can't be chosen.

    :param numbers: the part numbers in the code
    :param products: the parts on the transfer that have one of them: none, or several
    """
    if products:
        return env._(
            "Several parts have the number %(numbers)s: %(parts)s. Scan the part's barcode, then "
            "type the serial number.",
            numbers=format_list(env, numbers),
            parts=format_list(env, products.mapped("display_name")),
        )
    return env._(
        "No part on this transfer has the number %(numbers)s.", numbers=format_list(env, numbers)
    )


def explain_other_part(product, other):
    """Return that a code is for *product*, and the list says that its unit is of *other*."""
    return product.env._(
        "The code is for %(part)s, not for %(other)s as in its column.",
        part=product.display_name,
        other=other.display_name,
    )


def explain_package(env, sscc):
    """Return that a package can't be scanned where units leave stock."""
    return env._("is a package (SSCC %(sscc)s): scan the units in it.", sscc=sscc)


def explain_no_packages(env, sscc):
    """Return that the user has no packages, and what to do."""
    return env._(
        "is a package (SSCC %(sscc)s), but Packages are off: an inventory manager turns them on in "
        "Inventory's settings. Without them, scan the units only.",
        sscc=sscc,
    )


def explain_empty(env, package):
    """Return that there is nothing to serialize in *package*, a name."""
    return env._(
        "The package %(package)s has no unit here without a serial number.", package=package
    )


def explain_package_elsewhere(picking, package, location):
    """Return that *package*, a name, is in *location*, where *picking* brings nothing."""
    return picking.env._(
        "The package %(package)s is in %(location)s, not in %(destination)s. Scan another one.",
        package=package,
        location=location.display_name,
        destination=", ".join(picking._get_serial_root().mapped("display_name")),
    )


def explain_package_bin(env, package, location):
    """Return that *package*, a name, is in the bin *location*, and nothing of it in another."""
    return env._(
        "The package %(package)s is in %(location)s and can't be in two bins. Scan that bin and then "
        "the package again, or another package.",
        package=package,
        location=location.display_name,
    )


def explain_end(env, package):
    """Return that units go into *package*, a name, no longer."""
    return env._("Units no longer go into package %(package)s.", package=package)


def ask_offered(env, serial):
    """Return the question whether *serial*, read from a label or a code, is the serial number."""
    return env._("Is the serial number %(serial)s?", serial=serial)
