"""Messages about many units: they name a few and count the rest."""

from odoo.tools.i18n import format_list

#: How many serial numbers a message names; the rest are counted.
MOST_NAMED = 3
#: How many reasons, or lines of text, a message has; the rest are counted.
MOST_LINES = 10


def name_some(env, names):
    """Return *names* as text, like "SN1, SN2, SN3, and 197 more"."""
    names = list(names)
    shown = names[:MOST_NAMED]
    if left := len(names) - len(shown):
        shown.append(env._("%(count)s more", count=left))
    return format_list(env, shown)


def group_by_reason(env, problems):
    """Return a line of text for each reason, with the units that it is true of.

    :param problems: ``[(name of the unit, reason)]``
    :return: like "SN1, SN2, SN3, and 197 more: already in stock."
    """
    names = {}
    for name, reason in problems:
        names.setdefault(reason, {})[name] = True
    lines = [f"{name_some(env, units)}: {reason}" for reason, units in names.items()]
    return count_lines(env, lines)


def count_lines(env, lines):
    """Return the first of *lines* as one text, and how many are left out."""
    lines = list(dict.fromkeys(lines))
    shown = lines[:MOST_LINES]
    if left := len(lines) - len(shown):
        shown.append(env._("And %(count)s more.", count=left))
    return "\n".join(shown)
