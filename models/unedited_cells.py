"""Finds the cells of an import that nobody edited: those that equal an export of their record."""

from odoo.tools.translate import code_translations

from ..tools.cells import MAX_CELL, as_text, list_unedited, strip_guard
from ..tools.plain_text import is_id

# What Odoo writes in XLSX for a text that is longer than a cell, in the user's language.
_TOO_LONG = (
    "The content of this cell is too long for an XLSX file (more than %s characters). "
    "Please use the CSV format for this export."
)


def find_unedited(model, paths, rows, columns, limit=float("inf")):
    """Return the cells of an import that nobody edited, as
    ``{position of the row: names of the fields}``. A constant number of queries.

    :param model: an empty recordset of the imported model
    :param list paths: for each column, the path of its field
    :param columns: the positions of the columns to look at
    :param limit: how many rows are imported
    """
    rows = rows[: int(limit)] if limit < len(rows) else rows
    ids = _read_ids(model, paths, rows)
    # Odoo skips rows that lack one of these.
    needed = model.env.context.get("import_skip_records") or ()
    columns = [
        at
        for at in sorted(columns)
        if len(paths[at]) == 1 and paths[at][0] not in needed and paths.count(paths[at]) == 1
    ]
    unedited = _read_unedited(model.browse(dict.fromkeys(ids.values())), paths, columns)
    return {
        position: [
            paths[at][0] for at in columns if as_text(rows[position][at]) in unedited[id_][at]
        ]
        for position, id_ in ids.items()
        if id_ in unedited
    }


def _read_unedited(records, paths, columns):
    """Return ``{id: {position of the column: the texts of an unedited cell}}`` for those of
    *records* that the user may read."""
    records = columns and records.exists()._filtered_access("read")
    if not records:
        return {}
    terms = code_translations.get_python_translations("web", records.env.lang or "en_US")
    too_long = terms.get(_TOO_LONG, _TOO_LONG) % MAX_CELL
    exported = records.with_context(import_compat=True)._export_rows([paths[at] for at in columns])
    return {
        record.id: {
            at: list_unedited(strip_guard(cell), too_long)
            for at, cell in zip(columns, cells, strict=True)
        }
        for record, cells in zip(records, exported, strict=True)
    }


def _read_ids(model, paths, rows):
    """Return ``{position: id}`` of the records that *rows* name by an id."""
    names = [path[0] for path in paths]
    if ".id" in names:
        column = names.index(".id")
        cells = {position: as_text(row[column]) for position, row in enumerate(rows)}
        return {
            position: int(cell)
            for position, cell in cells.items()
            if cell.isdecimal() and len(cell) < 20 and is_id(int(cell))
        }
    if "id" not in names:
        return {}
    column, module = names.index("id"), model.env.context.get("_import_current_module")
    cells = {position: as_text(row[column]) for position, row in enumerate(rows)}
    xml_ids = {
        position: cell if "." in cell else f"{module}.{cell}"
        for position, cell in cells.items()
        if cell
    }
    found = find_ids(model, xml_ids.values())
    return {position: found[xml_id] for position, xml_id in xml_ids.items() if xml_id in found}


def find_ids(model, xml_ids):
    """Return ``{external id: id}`` of the records of *model* that have one of *xml_ids*."""
    # sudo: an external id's record is no secret; Odoo's own import doesn't check it, either.
    data = model.env["ir.model.data"].sudo()
    return {
        f"{module}.{name}": id_
        for _id, module, name, kind, id_, *_rest in data._lookup_xmlids({*xml_ids}, model)
        if kind == model._name
    }
