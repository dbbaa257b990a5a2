"""Cleans the names of serial numbers that are already stored, where no decision is needed: on
installing, on upgrading, and when a part starts using serial numbers."""

import logging

from odoo.tools import SQL

from ..tools.serial_names import clean_name, sql_is_unclean

_logger = logging.getLogger(__name__)

#: How many names are cleaned in one query.
BATCH = 50_000
#: The most serial numbers that are listed in the log.
MOST_LOGGED = 100


def clean_stored_names(cr, parts=None):
    """Clean the names of serial numbers, and the names typed on transfers (see ``clean_name``), in
    SQL: the caller has to flush first.

    A name that would become empty, or the name of another serial number, is left as it is.

    :param parts: the ids of the ``product.template``, by default all that use serial numbers
    :return: ``{lot id: name}`` of the names that are left as they are
    """
    cleaned, left = 0, {}
    for rows in _read_unclean(cr, "stock_lot", "name", SQL("TRUE"), parts):
        written = _write_lot_names(cr, rows)
        cleaned += len(written)
        left.update((id_, name) for id_, name in rows if id_ not in written)
        _logger.info("Names of serial numbers: %s cleaned, %s left", cleaned, len(left))
    # Where a serial number keeps its unclean name, so does a transfer on which it is typed.
    named = SQL(
        "NOT EXISTS (SELECT FROM stock_lot lot"
        " WHERE lot.product_id = named.product_id AND lot.name = named.lot_name)"
    )
    for rows in _read_unclean(cr, "stock_move_line", "lot_name", named, parts):
        _write_line_names(cr, rows)
        _logger.info("Serial numbers typed on transfers: %s cleaned", len(rows))
    if left:
        _logger.warning(
            "Serial numbers that are blank, or differ from another of their part in invisible "
            "characters only: %s. Rename them: Inventory / Reporting / Serial Check-up lists them. %s",
            len(left),
            ", ".join(f"{id_}: {name!a}" for id_, name in list(left.items())[:MOST_LOGGED]),
        )
    return left


def _read_unclean(cr, table, column, condition, parts):
    """Yield lists of ``(id, name)`` of the rows of serialized parts whose name is not clean."""
    last = 0
    while True:
        cr.execute(
            SQL(
                """
                SELECT named.id, named.%(column)s
                  FROM %(table)s named
                  JOIN product_product variant ON variant.id = named.product_id
                  JOIN product_template part ON part.id = variant.product_tmpl_id
                 WHERE part.tracking = 'serial' AND (%(parts)s::int[] IS NULL
                                                     OR part.id = ANY(%(parts)s::int[]))
                   AND named.id > %(last)s AND %(unclean)s AND %(condition)s
              ORDER BY named.id
                 LIMIT %(batch)s
                """,
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                parts=parts,
                last=last,
                unclean=SQL(sql_is_unclean(f"named.{column}")),
                condition=condition,
                batch=BATCH,
            )
        )
        rows = cr.fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _write_lot_names(cr, rows):
    """Clean the names of the lots *rows*, ``(id, name)``, and return the ids of those written:
    those whose clean name is neither blank nor taken; of several with the same, the first."""
    same = "other.product_id = new.product_id AND other.name = new.name AND {} AND (" + (
        "other.company_id = new.company_id OR other.company_id IS NULL OR new.company_id IS NULL)"
    )
    cr.execute(
        SQL(
            """
            WITH new AS (SELECT lot.id, lot.product_id, lot.company_id, typed.name
                           FROM unnest(%(ids)s, %(names)s::varchar[]) AS typed(id, name)
                           JOIN stock_lot lot ON lot.id = typed.id
                          WHERE typed.name != '')
          UPDATE stock_lot lot
             SET name = new.name
            FROM new
           WHERE lot.id = new.id
             AND NOT EXISTS (SELECT FROM stock_lot other WHERE %(stored)s)
             AND NOT EXISTS (SELECT FROM new other WHERE %(earlier)s)
       RETURNING lot.id
            """,
            ids=[id_ for id_, _name in rows],
            names=[clean_name(name) for _id, name in rows],
            stored=SQL(same.format("other.id != new.id")),
            earlier=SQL(same.format("other.id < new.id")),
        )
    )
    return {id_ for [id_] in cr.fetchall()}


def _write_line_names(cr, rows):
    """Clean the names typed on the move lines *rows*, ``(id, name)``; a blank one is removed."""
    cr.execute(
        SQL(
            """
            UPDATE stock_move_line line
               SET lot_name = NULLIF(typed.name, '')
              FROM unnest(%s, %s::varchar[]) AS typed(id, name)
             WHERE line.id = typed.id
            """,
            [id_ for id_, _name in rows],
            [clean_name(name) for _id, name in rows],
        )
    )
