"""Cells of exported files, and how they come back by import.

Odoo puts an apostrophe before a text that spreadsheets would take for a formula, in CSV, and takes
none away again. Import takes one away; export puts one more before a text that has its own. A cell
that nobody edited is not read at all, for not every value would be the same again: choices with a
comma, numbers of many digits, empty texts.
"""

import re
from contextlib import suppress

from odoo.tools.translate import code_translations

from .plain_text import is_id

# What Odoo's export guards, and what import takes for guarded.
_FORMULA = re.compile("[=+-]")
_GUARDED = re.compile("'+[=+-]")
# What XLSX writes by its number.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")


# What Odoo writes in XLSX for a text that is longer than a cell, in the user's language.
_MAX_CELL = 32_767
_TOO_LONG = (
    "The content of this cell is too long for an XLSX file (more than %s characters). "
    "Please use the CSV format for this export."
)


def keep_apostrophe(cell):
    """Return *cell* as it is exported, so that :func:`take_guard` gives it back."""
    return f"'{cell}" if isinstance(cell, str) and _GUARDED.match(cell) else cell


def take_guard(cell):
    """Return what *cell* of an import stands for, without the apostrophe of a guard."""
    return cell[1:] if isinstance(cell, str) and _GUARDED.match(cell) else cell


def _list_unedited(value, lang):
    """Return the texts that *value* comes back as from a file that nobody edited, as a set.

    :param value: what was exported, before a format was chosen
    :param lang: the code of the language of who exported it
    """
    if value is None or value is False:
        return {""}
    texts = {str(value)}
    if isinstance(value, int | float) and not isinstance(value, bool):
        # XLSX has no more digits. The database knows no difference between 1.0 and 1.
        with suppress(OverflowError):
            number = float(f"{value:.16G}")
            texts |= {str(number), str(int(number)) if number.is_integer() else str(number)}
    elif isinstance(value, str):
        one_line = value.replace("\r", " ")
        texts |= {one_line, _CONTROL.sub(lambda sign: f"_x{ord(sign[0]):04X}_", one_line)}
        if len(value) > _MAX_CELL:
            terms = code_translations.get_python_translations("web", lang or "en_US")
            texts.add(terms.get(_TOO_LONG, _TOO_LONG) % _MAX_CELL)
        texts |= {f"'{text}" for text in texts if _FORMULA.match(text) or _GUARDED.match(text)}
    return texts


def find_unedited(model, paths, rows, columns, limit=float("inf")):
    """Return which cells of an import are what the export has of their record now, as
    ``{position of the row: names of the fields}``. A constant number of queries.

    :param model: the records that are imported, an empty recordset
    :param list paths: for each column, the path of its field
    :param columns: the positions of the columns that are asked about
    :param limit: how many rows are imported
    """
    rows = rows[: int(limit)] if limit < len(rows) else rows
    ids = _read_ids(model, paths, rows)
    records = model.browse(dict.fromkeys(ids.values())).exists()._filtered_access("read")
    # Odoo passes over a row that lacks one of these.
    needed = model.env.context.get("import_skip_records") or ()
    columns = [
        at
        for at in sorted(columns)
        if len(paths[at]) == 1 and paths[at][0] not in needed and paths.count(paths[at]) == 1
    ]
    if not records or not columns:
        return {}
    exported = records.with_context(import_compat=True)._export_rows([paths[at] for at in columns])
    texts = {
        record.id: [_list_unedited(take_guard(cell), model.env.lang) for cell in cells]
        for record, cells in zip(records, exported, strict=True)
    }
    return {
        position: [
            paths[at][0]
            for at, unedited in zip(columns, texts[id_], strict=True)
            if _as_text(rows[position][at]) in unedited
        ]
        for position, id_ in ids.items()
        if id_ in texts
    }


def _as_text(cell):
    return "" if cell is None or cell is False else str(cell)


def leave_out(record, names):
    """Leave the fields, or answers, *names* out of a *record* that was read of an import."""
    for name in names:
        field, _dot, key = name.partition(".")
        if key:
            record[field] = [answer for answer in record[field] if answer["name"] != key]
        else:
            record.pop(name)


def _read_ids(model, paths, rows):
    """Return ``{position: id}`` of the records that *rows* name by an id."""
    names = [path[0] for path in paths]
    if ".id" in names:
        column = names.index(".id")
        cells = {position: _as_text(row[column]) for position, row in enumerate(rows)}
        return {
            position: int(cell)
            for position, cell in cells.items()
            if cell.isdecimal() and len(cell) < 20 and is_id(int(cell))
        }
    if "id" not in names:
        return {}
    column, module = names.index("id"), model.env.context.get("_import_current_module")
    cells = {position: _as_text(row[column]) for position, row in enumerate(rows)}
    xml_ids = {
        position: cell if "." in cell else f"{module}.{cell}"
        for position, cell in cells.items()
        if cell
    }
    # As Odoo's import: which record an external id stands for is no secret.
    data = model.env["ir.model.data"].sudo()
    found = {
        f"{prefix}.{name}": id_
        for _id, prefix, name, kind, id_, *_rest in data._lookup_xmlids({*xml_ids.values()}, model)
        if kind == model._name
    }
    return {position: found[xml_id] for position, xml_id in xml_ids.items() if xml_id in found}
