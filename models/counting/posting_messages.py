"""What people read about a count that is applied, and the references of its moves."""

from markupsafe import Markup

from ..readable import name_readable


def name_relocation(count):
    """Return the reference of the moves into the bins where units were found."""
    return count.env._("%(count)s: relocated", count=count.name)


def name_missing(count):
    """Return the reference of the moves of missing units."""
    return count.env._("%(count)s: missing", count=count.name)


def name_found(count):
    """Return the reference of the adjustment that brings units back into stock."""
    return count.env._("%(count)s: found", count=count.name)


def name_write_off(count):
    """Return the reference of the adjustment that takes missing units out of stock."""
    return count.env._("%(count)s: written off", count=count.name)


def name_quantities(count):
    """Return the reference of the adjustment of parts without serial numbers."""
    return count.env._("%(count)s: counted", count=count.name)


def explain_open_bins(count, bins):
    """Return that *count* can't be applied while *bins* are open."""
    return count.env._(
        "%(bins)s is still being counted: close it first, so that what is missing is known.",
        bins=", ".join(bins.location_id.mapped("display_name")),
    )


def explain_already_here(env):
    """Return that a unit is in its bin by now."""
    return env._("is in this bin by now: nothing to do.")


def explain_moved(lot, location):
    """Return that the unit of *lot* moved after it was counted.

    :param location: where it is now, with all rights; empty if it left
    """
    env = lot.env
    if location:
        return env._(
            "moved meanwhile: it is in %(location)s now. Nothing was changed; count it again.",
            location=name_readable(location, env._("a bin you don't have access to")),
        )
    return env._(
        "moved meanwhile: %(state)s. Nothing was changed; count it again.", state=lot.unit_status
    )


def explain_picked(lines):
    """Return that a unit is picked on *lines*, so that it can't be moved."""
    return lines.env._(
        "is picked for %(documents)s: untick or unreserve it there first.",
        documents=", ".join(lines.move_id._name_serial_documents()),
    )


def explain_quantity_changed(line, quantity):
    """Return that the stock of a part without serial numbers changed after its bin was closed."""
    return line.env._(
        "%(part)s changed meanwhile from %(before)g to %(now)g. Nothing was changed; count it again.",
        part=line.product_id.display_name,
        before=line.expected_quantity,
        now=quantity,
    )


def explain_several(env):
    """Return that a part without serial numbers is in several packages, or of several owners."""
    return env._(
        "is in several packages, or belongs to several owners: count it in Physical Inventory."
    )


def describe_freed(line):
    """Return what happened to the reserved unit of *line*, as a note on the transfer."""
    env = line.env
    values = {
        "serial": line.lot_id._get_html_link(title=line.lot_id.name),
        "count": line.count_id._get_html_link(title=line.count_id.name),
    }
    match line.resolution:
        case "to_missing":
            return env._(
                "%(serial)s was reserved here and is missing (%(count)s): its reservation was "
                "removed, and another unit reserved if there is one.",
                **values,
            )
        case "write_off":
            return env._(
                "%(serial)s was reserved here and was written off (%(count)s): its reservation was "
                "removed, and another unit reserved if there is one.",
                **values,
            )
        case _found:
            return env._(
                "%(serial)s was reserved here and was found in %(location)s (%(count)s): units were "
                "reserved anew.",
                location=line.bin_id.location_id.display_name,
                **values,
            )


def describe_posting(count, posting):
    """Return what was done when *count* was applied, as HTML for its chatter.

    :param posting: its :class:`~.count_posting.CountPosting`
    """
    env, done = count.env, posting.done
    left = count.line_ids.filtered(
        lambda line: line.status in ("missing", "misplaced", "gone") and line.resolution == "none"
    )
    moved = done.filtered(lambda line: line.resolution == "move_here")
    missing = done.filtered(lambda line: line.resolution == "to_missing")
    written_off = done.filtered(lambda line: line.lot_id and line.resolution == "write_off")
    adjusted = done.filtered(lambda line: not line.lot_id)
    numbers = (
        (env._("%(number)s moved into the bin where they were found"), moved),
        (env._("%(number)s moved to Missing"), missing),
        (env._("%(number)s written off"), written_off),
        (env._("%(number)s quantities adjusted"), adjusted),
        (env._("%(number)s left as they are"), left),
        (env._("%(number)s were reserved: see their transfers"), posting.find_freed()),
    )
    texts = [text % {"number": len(lines)} for text, lines in numbers if lines]
    texts += [f"{line.display_name}: {problem}" for line, problem in posting.skipped.items()]
    items = Markup().join(Markup("<li>%s</li>") % text for text in texts)
    return Markup("<ul>%s</ul>") % (items or env._("Nothing had to be changed"))
