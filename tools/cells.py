"""Cells of exported files, and how an import reads them back; for records, see
``models/unedited_cells.py``.

In CSV, Odoo puts an apostrophe before a text that spreadsheets would take for a formula, and never
removes it. Our import removes one; our export adds one to a text that has its own. A cell that
nobody edited is not read at all, because some values would change: choices with a comma, numbers
of many digits, empty texts.
"""

import re
from contextlib import suppress

# What Odoo's export guards, and what import takes for guarded.
_FORMULA = re.compile("[=+-]")
_GUARDED = re.compile("'+[=+-]")
# Characters that XLSX writes by number.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")

#: The most characters of a cell in XLSX.
MAX_CELL = 32_767


def keep_apostrophe(cell):
    """Return *cell* as it is exported, so that :func:`strip_guard` gives it back."""
    return f"'{cell}" if isinstance(cell, str) and _GUARDED.match(cell) else cell


def strip_guard(cell):
    """Return what *cell* of an import stands for, without its guarding apostrophe."""
    return cell[1:] if isinstance(cell, str) and _GUARDED.match(cell) else cell


def as_text(cell):
    """Return *cell* of an import as a text, empty where there is none."""
    return "" if cell is None or cell is False else str(cell)


def list_unedited(value, too_long):
    """Return the set of texts that *value* comes back as from a file that nobody edited.

    :param value: what was exported, before a format was chosen
    :param too_long: what Odoo writes in XLSX for a text that is longer than a cell
    """
    if value is None or value is False:
        return {""}
    texts = {str(value)}
    if isinstance(value, int | float) and not isinstance(value, bool):
        # XLSX keeps 16 digits. To the database, 1.0 and 1 are the same.
        with suppress(OverflowError):
            number = float(f"{value:.16G}")
            texts |= {str(number), str(int(number)) if number.is_integer() else str(number)}
    elif isinstance(value, str):
        one_line = value.replace("\r", " ")
        texts |= {one_line, _CONTROL.sub(lambda sign: f"_x{ord(sign[0]):04X}_", one_line)}
        if len(value) > MAX_CELL:
            texts.add(too_long)
        texts |= {f"'{text}" for text in texts if _FORMULA.match(text) or _GUARDED.match(text)}
    return texts


def leave_out(record, names):
    """Remove the fields or answers *names* from a *record* that an import read."""
    for name in names:
        field, _dot, key = name.partition(".")
        if key:
            record[field] = [answer for answer in record[field] if answer["name"] != key]
        else:
            record.pop(name)
