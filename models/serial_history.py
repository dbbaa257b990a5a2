"""What the done moves show about a serial number: the documents that it came in on and was used
on, and the company that has its unit.

Nothing here needs the addon's models: installing uses it before they are loaded.
"""

import json
from collections import defaultdict

from odoo.tools import SQL

from ..tools.position import INTERNAL_USAGES

#: The index on move lines by which the history of a serial number is read.
HISTORY_INDEX = "(lot_id) WHERE lot_id IS NOT NULL"


def get_document(move):
    """Return the document that people know this move by: the scrap order, count or unbuild order;
    the purchase, sale, manufacturing or repair order; the transfer; or an empty recordset for an
    inventory adjustment.
    """
    move.ensure_one()
    for field in ("scrap_id", "serial_count_id", "unbuild_id", "consume_unbuild_id"):
        if document := field in move._fields and move[field]:
            return document
    return move._get_source_document() or move.picking_id


def get_document_name(move):
    """Return the name of the document of *move*, or the reason of the inventory adjustment; None
    where there is neither."""
    return get_document(move).name or move.reference or None


def _sql_is_correction(env):
    """Return the SQL condition that *move* is a correction. While the addon is being installed,
    none is: the field does not exist yet."""
    if "is_serial_correction" not in env["stock.move"]._fields:
        return SQL("FALSE")
    env["stock.move"].flush_model(["is_serial_correction"])
    return SQL("move.is_serial_correction")


def read_history_ends(lots, records=None):
    """Return ``{(lot id, company id): (first move, last move)}`` of the done moves of these lots.

    The last move is empty where the company moved the lot only once. Corrections don't count.

    :param records: ``[(lot id, id of a lot whose moves count for it)]``; by default each lot's own
        moves count
    """
    env = lots.env
    records = records or [(lot, lot) for lot in lots.ids]
    env["stock.move.line"].flush_model()
    rows = env.execute_query(
        SQL(
            """
            SELECT unit.lot_id,
                   line.company_id,
                   (array_agg(line.move_id ORDER BY line.date, line.id))[1],
                   CASE WHEN count(*) > 1
                        THEN (array_agg(line.move_id ORDER BY line.date DESC, line.id DESC))[1] END
              FROM unnest(%s::int[], %s::int[]) AS unit(lot_id, record_id)
              JOIN stock_move_line line ON line.lot_id = unit.record_id
             WHERE line.state = 'done' AND line.quantity_product_uom > 0
                   AND NOT EXISTS (
                       SELECT FROM stock_move move WHERE move.id = line.move_id AND %s)
          GROUP BY unit.lot_id, line.company_id
            """,
            [lot for lot, _record in records],
            [record for _lot, record in records],
            _sql_is_correction(env),
        )
    )
    # sudo: whoever may read a serial number may read the names of its documents.
    moves = env["stock.move"].sudo()
    moves = moves.browse({row[2] for row in rows} | {row[3] for row in rows if row[3]})
    by_id = {move.id: move for move in moves}
    return {
        (lot, company): (by_id[first], by_id.get(last, moves.browse()))
        for lot, company, first, last in rows
    }


def read_unit_companies(lots):
    """Return, for each of these lots, the id of the company that has its unit, or had it last.

    That is the company of its bin, else that of the last move; None for a lot that was never moved,
    or whose bin has no company, as between two companies. Corrections don't count.
    """
    env = lots.env
    env["stock.move.line"].flush_model()
    env["stock.quant"].flush_model()
    rows = env.execute_query(
        SQL(
            """
            SELECT CASE WHEN here.id IS NULL THEN last.company_id ELSE here.company_id END
              FROM unnest(%s::int[]) WITH ORDINALITY AS lot(id, row)
         LEFT JOIN LATERAL
                   (SELECT location.id, location.company_id
                      FROM stock_quant quant
                      JOIN stock_location location ON location.id = quant.location_id
                     WHERE quant.lot_id = lot.id AND location.usage IN %s
                  GROUP BY location.id
                    HAVING sum(quant.quantity) > 0
                  ORDER BY location.company_id, location.id
                     LIMIT 1) AS here ON TRUE
         LEFT JOIN LATERAL
                   (SELECT line.company_id
                      FROM stock_move_line line
                     WHERE line.lot_id = lot.id AND line.state = 'done'
                           AND line.quantity_product_uom > 0
                           AND NOT EXISTS (
                               SELECT FROM stock_move move WHERE move.id = line.move_id AND %s)
                  ORDER BY line.date DESC, line.id DESC
                     LIMIT 1) AS last ON TRUE
          ORDER BY lot.row
            """,
            lots.ids,
            INTERNAL_USAGES,
            _sql_is_correction(env),
        )
    )
    return [company for [company] in rows]


def prepare_documents(lots, ends, get_name=get_document_name):
    """Return three lists: the ids of these lots, and for each lot Source and Used On as they are
    stored, JSON or None. A company that had the lot has its key in them, even where the document
    has no name.

    :param ends: what :func:`read_history_ends` returns for these lots
    :param get_name: returns the name of a move's document
    """
    names = {move: get_name(move) for move in set().union(*ends.values()) if move}
    sources, uses = defaultdict(dict), defaultdict(dict)
    for (lot, company), (first, last) in ends.items():
        sources[lot][company] = names[first]
        if last:
            uses[lot][company] = names[last]
    return [
        lots.ids,
        *(
            [json.dumps(column[lot]) if lot in column else None for lot in lots.ids]
            for column in (sources, uses)
        ),
    ]
