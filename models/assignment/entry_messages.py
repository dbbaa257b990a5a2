"""What people read about their entries."""

from odoo.tools.i18n import format_list

from .code_messages import CODE_ERRORS, explain_code


def explain_error(env, entry):
    """Return why *entry* could not be read."""
    facts = entry.facts
    match entry.error:
        case "rest":
            return env._(
                "At most %(limit)s units at a time. The rest was not read: enter it next.",
                limit=facts["limit"],
            )
        case "limit":
            return env._("At most %(limit)s units at a time.", limit=facts["limit"])
        case "long":
            return env._(
                "A serial number has at most %(limit)s characters; this has %(length)s.",
                limit=facts["limit"],
                length=facts["length"],
            )
        case "cells" | "table" | "no_rows" | "row" | "columns":
            return _explain_table_error(env, entry)
        case key if key in CODE_ERRORS:
            return explain_code(env, entry)
        case _other:
            return _explain_serial_error(env, entry)


def _explain_table_error(env, entry):
    facts = entry.facts
    match entry.error:
        case "cells":
            return env._(
                "Has a value in a column without a header: give the column a header, or clear it."
            )
        case "table":
            return env._("Choose which column is which: the header of this list doesn't say it.")
        case "no_rows":
            return env._("This is the header of a list: enter it with the rows below it.")
        case "row":
            return env._("A row can have at most %(limit)s characters.", limit=facts["limit"])
        case _columns:
            return env._("Too many columns: only serial number and location are read.")


def _explain_serial_error(env, entry):
    match entry.error:
        case "range":
            return env._(
                "This isn't a range: write both ends in full, the lower first, like SN008..SN011."
            )
        case "digits":
            return env._(
                "There is no number to count up from; a range or count needs one, like SN008*4."
            )
        case "count":
            return env._("The count behind * must be at least 1.")
        case "scientific":
            return env._(
                "The spreadsheet has lost digits of this number: format the column as text, and "
                "enter the number again."
            )
        case "sheet_error":
            return env._("This is an error in the spreadsheet, not a serial number.")
        case "total":
            return env._("This is the total of a list, not a serial number.")
        case "formula":
            return env._("A serial number can't start with =, like a formula.")
        case "location":
            return env._("Name one bin, like SN008@R1-1A.")
        case "empty":
            return env._("The serial number before the bin is missing.")
        case _unprintable:
            return env._("Contains characters that can't be printed or seen.")


def explain_column(product, label):
    """Return why *label*, a column of a table, is no custom field of *product*."""
    env = product.env
    definition = product.part_type_id._get_questions()
    return env._(
        "%(part)s has no custom field %(column)s, only: %(columns)s.",
        part=product.display_name,
        column=label,
        columns=", ".join(question["string"] for question in definition) or "-",
    )


def explain_part(picking, name, products):
    """Return why *name* is not the name of one part of *picking*.

    :param products: the parts with this name: none, or several
    """
    if len(products) > 1:
        return picking.env._("Several parts are called %(name)s; use the barcode.", name=name)
    return picking.env._(
        "No part of %(transfer)s is called %(name)s.", transfer=picking._get_names(), name=name
    )


def explain_quantity(env, quantity):
    """Return what people should know about the *quantity* in a list beside one serial number."""
    return env._("stands for 1 unit, but the list has quantity %(quantity)s.", quantity=quantity)


def explain_location(picking, name, locations):
    """Return why *name* is not the name of one bin.

    :param locations: the bins of the transfer with this name: none, or several
    """
    if locations:
        return picking.env._("Several bins are called %(name)s; scan the bin's barcode.", name=name)
    return picking.env._(
        "There is no bin %(name)s in %(location)s. Check its name or barcode.",
        name=name,
        location=", ".join(picking._get_serial_root().mapped("display_name")),
    )


def explain_barcode(env, products):
    """Return why the part of a barcode can't be chosen.

    :param products: the parts that have it, none of which is on the transfer
    """
    if not products:
        return env._("No part has this barcode.")
    return env._(
        "is the barcode of %(part)s, which has no unit on this transfer.",
        part=", ".join(products.mapped("display_name")),
    )


def explain_duplicate(env, units, is_only_part):
    """Return where a serial number already is on the transfer.

    :param units: ``[(bin, part)]``
    :param is_only_part: whether the transfer has no other part
    """
    [(location, product), *others] = units
    if is_only_part:
        return env._(
            "is already on this transfer, in %(location)s.", location=location.display_name
        )
    if not others:
        return env._(
            "is already on this transfer (%(part)s), in %(location)s.",
            part=product.display_name,
            location=location.display_name,
        )
    where = [f"{location.display_name} ({product.display_name})" for location, product in units]
    return env._("is already on this transfer, in %(places)s.", places=format_list(env, where))


def ask_part(products):
    """Return the request to choose one of *products*, which all have a serial number."""
    return products.env._(
        "is a serial number of %(parts)s. Scan the part's barcode first, or choose it under Part.",
        parts=format_list(products.env, products.mapped("display_name")),
    )


def ask_similar(env, name, where):
    """Return the question whether *name*, which looks the same, is meant.

    :param where: the visible bins that it is in; empty if it is gone; None if it is on this
        transfer
    """
    if where is None:
        return env._("%(serial)s is on this transfer. Is this the same unit?", serial=name)
    if where:
        return env._(
            "%(serial)s is in %(location)s. Is this the same unit?",
            serial=name,
            location=", ".join(where.mapped("display_name")),
        )
    return env._("%(serial)s was here before. Is this the same unit?", serial=name)


def ask_range(env, meant):
    """Return the question whether the range *meant* is what was typed."""
    return env._("Is this the range %(range)s?", range=meant)


def ask_addition(env, addition):
    """Return the question whether the scanner has added the signs of *addition* to an entry, see
    ``tools.additions``."""
    head, tail = addition.head.strip(), addition.tail.strip()
    if not tail:
        return env._(
            "begins with “%(sign)s”. Does the scanner add it? Turn the prefix off in the scanner's "
            "settings.",
            sign=head,
        )
    if not head:
        return env._(
            "ends with “%(sign)s”. Does the scanner add it? Turn the suffix off in the scanner's "
            "settings.",
            sign=tail,
        )
    return env._(
        "begins with “%(head)s” and ends with “%(tail)s”. Does the scanner add them? Turn prefix "
        "and suffix off in the scanner's settings.",
        head=head,
        tail=tail,
    )


def ask_signs(env):
    """Return the question whether signs alone are a serial number."""
    return env._(
        "has neither letters nor digits. Is this really the serial number? If the scanner adds it, "
        "turn its prefix and suffix off in its settings."
    )


def ask_blanks(env, serial):
    """Return the question whether the blanks are part of *serial*."""
    return env._("Are the blanks part of the serial number, or is it %(serial)s?", serial=serial)


def ask_zeros(env, serial):
    """Return the question whether a spreadsheet made the number of *serial*."""
    return env._(
        "The others have leading zeros: is this %(serial)s? Spreadsheets keep the zeros where the "
        "column is formatted as text.",
        serial=serial,
    )


def ask_date(env):
    """Return the question whether a date is a serial number."""
    return env._(
        "This is a date: is it really the serial number? Spreadsheets keep numbers such as MAR1 "
        "where the column is formatted as text."
    )


def ask_format(env, problem):
    """Return the question whether a number is right in spite of *problem*, what is wrong with it."""
    return env._("%(problem)s Is this number really on the unit?", problem=problem)


def explain_no_unit(product, others):
    """Return the message that no unit of *product* waits for a serial number.

    :param others: the parts that have a waiting unit
    """
    env, part = product.env, product.display_name
    if others:
        return env._(
            "Every unit of %(part)s already has a serial number; units of %(others)s don't. Scan "
            "that part's barcode first, or choose it under Part.",
            part=part,
            others=format_list(env, others.mapped("display_name")),
        )
    return env._("Every unit of %(part)s already has a serial number.", part=part)
