"""What people read about the units that they pick by scan."""


def explain_replaced(env, name):
    """Return that a unit took the place of the reserved serial number *name*."""
    return env._("takes the place of %(serial)s, which is free again.", serial=name)


def explain_taken(env, name, document):
    """Return that a unit was taken from *document*, a name.

    :param name: the serial number whose place it takes; empty if there was none
    """
    if not name:
        return env._(
            "was taken from %(document)s, whose chatter names what it gets instead.",
            document=document,
        )
    return env._(
        "takes the place of %(serial)s. It was taken from %(document)s, whose chatter names what it "
        "gets instead.",
        serial=name,
        document=document,
    )


def explain_reserved_for(env, document):
    """Return that a unit is reserved for *document*, a name; empty if nobody may know it."""
    if document:
        return env._(
            "is reserved for %(document)s. Scan another one, or take it all the same.",
            document=document,
        )
    return env._(
        "is reserved for a document you don't have access to. Scan another one, or ask an inventory "
        "manager."
    )


def explain_scanned_for(env, document):
    """Return that a unit was scanned for *document*, a name; empty if nobody may know it."""
    if document:
        return env._(
            "was scanned for %(document)s already. Scan another one, or undo the scan there.",
            document=document,
        )
    return env._("was scanned for a document you don't have access to. Scan another one.")


def explain_scanned(env):
    """Return that a unit was scanned for this transfer already."""
    return env._("was scanned already.")


def explain_all_scanned(product, count):
    """Return that all *count* units of *product* on the transfer are scanned."""
    if count == 1:
        return product.env._(
            "The unit of %(part)s is scanned. Put this one back, or undo the scan of the other.",
            part=product.display_name,
        )
    return product.env._(
        "All %(count)s units of %(part)s are scanned. Put this one back, or undo the scan of another.",
        count=count,
        part=product.display_name,
    )


def explain_placed(env, location, count):
    """Return that *count* scanned units go into *location*."""
    if count == 1:
        return env._("Bin: %(location)s. 1 unit goes there.", location=location.display_name)
    return env._(
        "Bin: %(location)s. %(count)s units go there.", location=location.display_name, count=count
    )


def explain_elsewhere(sources, where):
    """Return that a unit is in *where*, a name, and not in *sources*, where the transfer starts."""
    return sources.env._(
        "is in %(location)s, not in %(start)s, where this transfer starts. Move it there first, or "
        "scan another one.",
        location=where,
        start=", ".join(sources.mapped("display_name")),
    )


def explain_left(env, status):
    """Return that a unit left the stock: *status* is the sentence on its page."""
    return env._(
        "is not in stock: %(status)s. If it came back, receive its return first.", status=status
    )


def explain_absent(env):
    """Return that nobody knows where a unit is."""
    return env._("is not in stock. Check the number, or receive the unit first.")


def explain_unknown_unit(env):
    """Return that no unit of any part has a serial number."""
    return env._(
        "is not known. Check the number. A new unit has to be received first; one in stock gets its "
        "serial number on its part, with Assign Serial Numbers."
    )


def explain_part_without_serials(products):
    """Return that *products*, whose barcode was scanned, have no serial numbers to scan."""
    return products.env._(
        "is the barcode of %(part)s, whose units have no serial numbers. Move them with an ordinary "
        "transfer.",
        part=", ".join(products.mapped("display_name")),
    )


def explain_unknown(product, locations):
    """Return that a serial number is not known, and no unit of *product* in *locations* needs one."""
    return product.env._(
        "is not known, and every unit of %(part)s in %(location)s has a serial number. Check the "
        "number; a new unit has to be received first.",
        part=product.display_name,
        location=", ".join(locations.mapped("display_name")),
    )
