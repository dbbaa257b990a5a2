"""Stores the year of dates before the year 1000 with four digits, so that answers can be sorted."""

import json
import re

from odoo.tools import SQL

TABLES = {
    "product_template": "default_serial_answers",
    "stock_lot": "serial_answers",
    "stock_move_line": "serial_answers",
}
#: Matches stored answers that may include such a date.
FIND = r'"\d{1,3}-\d\d-\d\d'
SHORT_YEAR = re.compile(r"^(\d{1,3})(-\d\d-\d\d.*)$")


def migrate(cr, version):
    cr.execute("SELECT key FROM serial_question WHERE question_type IN ('date', 'datetime')")
    keys = {key for [key] in cr.fetchall()}
    for table, column in TABLES.items():
        table, column = SQL.identifier(table), SQL.identifier(column)
        cr.execute(SQL("SELECT id, %s FROM %s WHERE %s::text ~ %s", column, table, column, FIND))
        for record, answers in cr.fetchall():
            dates = {key: _pad(value) if key in keys else value for key, value in answers.items()}
            cr.execute(
                SQL("UPDATE %s SET %s = %s WHERE id = %s", table, column, json.dumps(dates), record)
            )


def _pad(value):
    found = SHORT_YEAR.match(value) if isinstance(value, str) else None
    return f"{found[1]:0>4}{found[2]}" if found else value
