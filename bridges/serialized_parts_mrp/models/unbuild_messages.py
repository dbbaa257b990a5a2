"""What people read about the units that they take apart."""

from odoo.tools.i18n import format_list


def explain_alone(env):
    """Return that an entry has to be a serial number and nothing else."""
    return env._("Scan or type the serial number of a unit, without a bin or part.")


def explain_unknown(env):
    """Return that no part has a serial number."""
    return env._("is not known. Check the number: only a unit in stock can be taken apart.")


def ask_part(units):
    """Return the request to say which part a serial number is of."""
    return units.env._(
        "is a serial number of %(parts)s. Choose the product on this order, then scan it again.",
        parts=format_list(units.env, units.product_id.mapped("display_name")),
    )


def explain_hidden(env):
    """Return that a unit is where the user may not see it."""
    return env._("is in a bin you don't have access to. Ask an inventory manager to move it.")


def explain_other_company(location):
    """Return that a unit is in *location*, a bin of another company than the order's."""
    return location.env._(
        "is in %(location)s, which belongs to another company: take it apart there.",
        location=location.display_name,
    )


def explain_reserved(env, status):
    """Return that a document reserves a unit: *status* is the sentence on its page."""
    return env._(
        "can't be taken apart: %(status)s. Let that document have another unit first, or scan "
        "another one.",
        status=status,
    )


def explain_other_production(production):
    """Return that a unit was not built by *production*, which the order has."""
    return production.env._(
        "was not built by %(order)s. Clear the manufacturing order here, or scan another unit.",
        order=production.name,
    )


def explain_not_built(env):
    """Return that nothing says what a unit was made of."""
    return env._(
        "was not built here, and its part has no bill of materials: nobody knows what it is made of."
    )


def explain_components_unknown(env):
    """Return that a unit without a manufacturing order has components with serial numbers."""
    return env._(
        "was not built here, and its components have serial numbers: nobody knows which of them are "
        "in it. Receive them by hand, and scrap the unit."
    )
