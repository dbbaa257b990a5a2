"""Serial numbers whose names people can't tell apart: found by an index among millions, and told
from each other where that can be done without anybody."""

import logging

from odoo.fields import Domain
from odoo.tools import SQL

from .serial_names import clean_name, sql_clean, sql_is_unclean

_logger = logging.getLogger(__name__)

#: How many names are cleaned at a time.
BATCH = 50_000
#: The most serial numbers that the log names.
MOST_LOGGED = 100

#: The names of a part, whatever their letter case. With the name in it, PostgreSQL finds those
#: that are there twice without reading the table.
ALIKE_INDEX = "(product_id, lower(name)) INCLUDE (name)"
#: The names that are not as they are kept now: there are hardly any. The name is in it for the same
#: reason.
UNCLEAN_INDEX = f"(product_id, name) WHERE {sql_is_unclean('name')}"

_LOOK = SQL(f"lower({sql_clean('name')})")
_UNCLEAN = SQL(sql_is_unclean("name"))


def get_alike_domain(names):
    """Return the domain of the lots that have one of *names*, in whatever letter case."""
    # PostgreSQL and Python don't agree on the lower case of each letter.
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            "lower(%s) = ANY(ARRAY(SELECT lower(typed) FROM unnest(%s::varchar[]) AS typed))",
            SQL.identifier(alias, "name", to_flush=model._fields["name"]),
            list(names),
        )
    )


def get_look_domain(lot):
    """Return the domain of the lots of the same part that look like *lot*, itself included."""
    look = SQL("(SELECT %s FROM stock_lot WHERE id = %s)", _LOOK, lot.id)
    ids = SQL(
        "(SELECT id FROM stock_lot WHERE product_id = %(part)s AND lower(name) = %(look)s"
        " UNION SELECT id FROM stock_lot"
        " WHERE product_id = %(part)s AND %(unclean)s AND %(their_look)s = %(look)s)",
        part=lot.product_id.id,
        look=look,
        unclean=_UNCLEAN,
        their_look=_LOOK,
    )
    lot.flush_model(["name", "product_id"])
    return Domain("id", "in", ids)


def select_look_alikes():
    """Return the SQL of the serial numbers in use that look like another one of their part, which
    a company has both of: ``serial.checkup`` says which columns."""
    # PostgreSQL can't know how few look alike: OFFSET 0 has it look them up one by one.
    return SQL(
        """
        SELECT alike.id AS record_id, alike.product_id, alike.id AS lot_id, alike.location_id,
               location.warehouse_id, NULL::int AS picking_id,
               COALESCE(alike.company_id, location.company_id) AS company_id,
               alike.bearers AS quantity, 1 AS expected
          FROM (SELECT lot.id, lot.product_id, lot.location_id, lot.company_id,
                       CASE WHEN lot.company_id IS NULL
                            THEN count(*) OVER bearer
                            ELSE count(*) FILTER (WHERE lot.company_id IS NULL) OVER bearer
                               + count(*) OVER (PARTITION BY lot.product_id, same.look,
                                                             lot.company_id)
                            END AS bearers
                  FROM (SELECT product_id, lower(name) AS look
                          FROM stock_lot
                      GROUP BY product_id, lower(name)
                        HAVING min(name COLLATE "C") != max(name COLLATE "C")
                         UNION
                       (SELECT product_id, %(look)s FROM stock_lot WHERE %(unclean)s
                        OFFSET 0)) AS same
            CROSS JOIN LATERAL
                       (SELECT id, product_id, location_id,
                               COALESCE(company_id, unit_company_id) AS company_id
                          FROM stock_lot
                         WHERE product_id = same.product_id AND lower(name) = same.look AND active
                         UNION
                        SELECT id, product_id, location_id, COALESCE(company_id, unit_company_id)
                          FROM stock_lot
                         WHERE product_id = same.product_id AND %(unclean)s AND active
                           AND %(look)s = same.look
                        OFFSET 0) AS lot
                WINDOW bearer AS (PARTITION BY lot.product_id, same.look)) AS alike
     LEFT JOIN stock_location location ON location.id = alike.location_id
         WHERE alike.bearers > 1
           AND 'serial' = (SELECT part.tracking
                             FROM product_product product
                             JOIN product_template part ON part.id = product.product_tmpl_id
                            WHERE product.id = alike.product_id)
        """,
        look=_LOOK,
        unclean=_UNCLEAN,
    )


def clean_stored_names(cr, parts=None):
    """Write the names of serial numbers, and what is typed of them on transfers, as they are kept
    now (see ``clean_name``), past Odoo's models: what is pending has to be written before.

    A name that would be that of another serial number then, or empty, is left as it is.

    :param parts: the ids of the ``product.template``, by default all that use serial numbers
    :return: ``{lot id: name}`` of those that are left as they are
    """
    cleaned, left = 0, {}
    for rows in _read_unclean(cr, "stock_lot", "name", SQL("TRUE"), parts):
        written = _write_lot_names(cr, rows)
        cleaned += len(written)
        left.update((id_, name) for id_, name in rows if id_ not in written)
        _logger.info("Names of serial numbers: %s cleaned, %s left", cleaned, len(left))
    # What is typed of a serial number that is left as it is goes on to mean that one.
    named = SQL(
        "NOT EXISTS (SELECT FROM stock_lot lot"
        " WHERE lot.product_id = named.product_id AND lot.name = named.lot_name)"
    )
    for rows in _read_unclean(cr, "stock_move_line", "lot_name", named, parts):
        _write_line_names(cr, rows)
        _logger.info("Serial numbers typed on transfers: %s cleaned", len(rows))
    if left:
        _logger.warning(
            "%s serial numbers can't be told from another one of their part, or are blank. Rename "
            "them: Inventory / Reporting / Serial Check-up lists those that look alike. %s",
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
    """Clean the names of the lots *rows*, ``(id, name)``; return the ids of those whose name is
    free, or the first of these, and not blank."""
    same = "twin.product_id = new.product_id AND twin.name = new.name AND {} AND (" + (
        "twin.company_id = new.company_id OR twin.company_id IS NULL OR new.company_id IS NULL)"
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
             AND NOT EXISTS (SELECT FROM stock_lot twin WHERE %(stored)s)
             AND NOT EXISTS (SELECT FROM new twin WHERE %(earlier)s)
       RETURNING lot.id
            """,
            ids=[id_ for id_, _name in rows],
            names=[clean_name(name) for _id, name in rows],
            stored=SQL(same.format("twin.id != new.id")),
            earlier=SQL(same.format("twin.id < new.id")),
        )
    )
    return {id_ for [id_] in cr.fetchall()}


def _write_line_names(cr, rows):
    """Clean what is typed on the move lines *rows*, ``(id, name)``; what is blank is no name."""
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
