"""What people read about what they scan in a count."""

from odoo.tools import format_date
from odoo.tools.i18n import format_list


def explain_no_bin(env):
    """Return that something was scanned before its bin."""
    return env._("Scan the bin first, then what is in it.")


def explain_bins(count, name, locations):
    """Return why *name* is not a bin of *count*.

    :param locations: the bins with this name: none, several, or one that doesn't belong to it
    """
    env = count.env
    if not locations:
        return env._("There is no bin %(name)s. Check its name or barcode.", name=name)
    if len(locations) > 1:
        return env._("Several bins are called %(name)s; scan the bin's barcode.", name=name)
    if locations.company_id != count.company_id:
        return env._(
            "%(location)s belongs to another company: count it there.",
            location=locations.display_name,
        )
    return env._(
        "%(location)s isn't part of this count, only %(bins)s. Put what you scanned back, or add the "
        "bin to the count.",
        location=locations.display_name,
        bins=format_list(env, count.location_ids.mapped("display_name")),
    )


def explain_closed(counted_bin):
    """Return that the bin *counted_bin*, a ``serial.count.bin``, is closed."""
    return counted_bin.env._(
        "%(location)s is closed: %(user)s counted it. Reopen it in the list of bins to go on.",
        location=counted_bin.location_id.display_name,
        # Who counted it is no secret, but other companies' users can't be read.
        user=counted_bin.sudo().user_id.name,
    )


def explain_parts(env, name, products):
    """Return why *name* is not the barcode or number of one part.

    :param products: the parts that have it: none, or several
    """
    if products:
        return env._("Several parts have the number %(name)s; use the barcode.", name=name)
    return env._("No part has the barcode or number %(name)s.", name=name)


def explain_label(env):
    """Return why the address of a unit on one of our labels can't be used."""
    return env._("is the label of a unit that isn't known here. Scan or type its serial number.")


def explain_number(env, text):
    """Return why *text* is no number of units."""
    return env._("%(text)s is not a whole number of units.", text=text)


def explain_not_counted(product):
    """Return that the count leaves out *product*."""
    if product.tracking == "lot":
        return product.env._(
            "%(part)s has lots: count it in Physical Inventory.", part=product.display_name
        )
    return product.env._("%(part)s isn't part of this count.", part=product.display_name)


def explain_units(product):
    """Return that *product*, which uses serial numbers, is counted unit by unit."""
    return product.env._(
        "%(part)s uses serial numbers: scan each unit. Units without one get theirs by Assign Serial "
        "Numbers on the part.",
        part=product.display_name,
    )


def ask_word(lots, location, product):
    """Return the question whether a word is a serial number, or the bin or part of that name."""
    return lots.env._(
        "is a serial number of %(part)s, and %(other)s is called the same. Scan the unit's label; or "
        "the full name of the bin.",
        part=format_list(lots.env, lots.product_id.mapped("display_name")),
        other=(location or product)[:1].display_name,
    )


def describe_counted(env, location, user, is_here):
    """Return where and by whom something was counted before.

    :param is_here: whether that was in the current bin
    """
    if is_here:
        return env._("already counted here, by %(user)s.", user=user)
    return env._(
        "already counted in %(location)s, by %(user)s. One of the two is another unit, or it was "
        "carried there.",
        location=location.display_name,
        user=user,
    )


def describe_misplaced(env, location):
    """Return that a unit belongs in *location*, which is empty if the user may not know it."""
    if location:
        return env._("belongs in %(location)s.", location=location.display_name)
    return env._("belongs in a bin you don't have access to.")


def describe_missing_found(env):
    """Return that a unit that was moved to Missing was found."""
    return env._("was missing: it comes back into this bin when the count is applied.")


def describe_gone(env, text, since):
    """Return what became of a unit that is not in stock in the books.

    :param text: that as a sentence; empty for a unit that was never in stock
    :param since: when it left, in UTC
    """
    if not text:
        return env._("was never in stock. Receive it, or move it here.")
    if not since:
        return f"{text}."
    return env._("%(what)s on %(date)s.", what=text, date=format_date(env, since))


def describe_reserved(text):
    """Return which document reserves a unit, as a sentence."""
    return f"{text}." if text else ""


def describe_unknown(env):
    """Return that no part has a serial number."""
    return env._("is not known. Is it really the serial number? If so, receive the unit.")


def describe_other_company(env):
    """Return that a serial number is another company's."""
    return env._("belongs to another company that shares its part.")


def describe_quantity(product, quantity, expected=None):
    """Return how many units of *product*, which has no serial numbers, were counted in a bin.

    :param expected: how many there should be, if people may know
    """
    env, part, unit = product.env, product.display_name, product.uom_id.name
    if expected is None:
        return env._(
            "%(part)s: %(quantity)g %(unit)s counted.", part=part, quantity=quantity, unit=unit
        )
    return env._(
        "%(part)s: %(quantity)g of %(expected)g %(unit)s counted.",
        part=part,
        quantity=quantity,
        expected=expected,
        unit=unit,
    )


def ask_several(lots):
    """Return the request to say which part a serial number is of."""
    return lots.env._(
        "is a serial number of %(parts)s. Scan the part's barcode first.",
        parts=format_list(lots.env, lots.product_id.mapped("display_name")),
    )
