"""What installing and uninstalling do beyond the data files."""

import logging

from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column, drop_constraint, drop_index

_logger = logging.getLogger(__name__)

#: How many lots are read and written at a time.
BATCH = 50_000


def _pre_init_hook(env):
    """Add the columns that Odoo would fill record by record; the post-init hook fills them."""
    for table in ("product_template", "stock_lot"):
        if not column_exists(env.cr, table, "part_type_id"):
            create_column(env.cr, table, "part_type_id", "int4")


def _post_init_hook(env):
    """Make a database ready that may hold warehouses, parts and serials already."""
    _adopt_parts(env)
    _adopt_serials(env)
    _turn_on_features(env)
    env["stock.warehouse"].with_context(active_test=False).search([])._add_serialize_type()


def _adopt_parts(env):
    """Give every part its part type, and lock those that have serial numbers."""
    env.cr.execute(
        SQL(
            """
            UPDATE product_template part
               SET part_type_id = COALESCE(categ_id, %s),
                   serials_started = tracking = 'serial' AND is_storable AND EXISTS (
                       SELECT FROM product_product variant
                              JOIN stock_lot lot ON lot.product_id = variant.id
                        WHERE variant.product_tmpl_id = part.id)
            """,
            env["product.category"]._get_uncategorized().id,
        )
    )
    env.invalidate_all()


def _adopt_serials(env):
    """Give every lot its part type, and the serial numbers their documents.

    Each row is written once, so many at a time that neither memory nor a log that says nothing
    makes people wonder. What the addon adds to the table is made when all is there: PostgreSQL
    builds an index of a million rows in seconds, and needs minutes to keep it up to date.
    """
    Serial = env["stock.lot"]
    guard = Serial._serialized_parts_unique
    indexes = (
        *(Serial._serial_name_index, Serial._serial_part_index),
        *(Serial._serial_source_index, Serial._serial_used_on_index),
    )
    if guard.is_armed(Serial):
        drop_constraint(env.cr, Serial._table, guard.full_name(Serial))
    for index in indexes:
        drop_index(env.cr, index.full_name(Serial), Serial._table)
    env.cr.execute("SELECT count(*) FROM stock_lot")
    [total] = env.cr.fetchone()
    done, last = 0, 0
    while rows := _read_lots(env, last):
        serials = Serial.browse(lot for lot, is_serial in rows if is_serial)
        _write_lots(env, [lot for lot, _is_serial in rows], serials)
        env.invalidate_all()
        done, last = done + len(rows), rows[-1][0]
        _logger.info("Source and Used On: %s of %s lots and serial numbers", done, total)
    for made_anew in (*indexes, guard):
        made_anew.apply_to_database(Serial)


def _read_lots(env, last):
    """Return the next ``(id, whether it is a serial number)`` after the *last* id."""
    return env.execute_query(
        SQL(
            """
            SELECT lot.id, part.tracking = 'serial'
              FROM stock_lot lot
              JOIN product_product variant ON variant.id = lot.product_id
              JOIN product_template part ON part.id = variant.product_tmpl_id
             WHERE lot.id > %s
          ORDER BY lot.id
             LIMIT %s
            """,
            last,
            BATCH,
        )
    )


def _write_lots(env, lots, serials):
    """Write the part type of the *lots*, ids, and the documents of the *serials* of them."""
    columns = serials._prepare_documents() if serials else ([], [], [])
    env.cr.execute(
        SQL(
            """
            UPDATE stock_lot lot
               SET part_type_id = part.part_type_id,
                   source = new.source::jsonb,
                   used_on = new.used_on::jsonb
              FROM stock_lot old
              JOIN product_product variant ON variant.id = old.product_id
              JOIN product_template part ON part.id = variant.product_tmpl_id
         LEFT JOIN unnest(%s::int[], %s::varchar[], %s::varchar[])
                   AS new(id, source, used_on) ON new.id = old.id
             WHERE old.id = ANY(%s) AND lot.id = old.id
            """,
            *columns,
            lots,
        )
    )


def _turn_on_features(env):
    """Turn on serial numbers and locations, as the Settings screen does it."""
    env["res.config.settings"].create(
        {"group_stock_production_lot": True, "group_stock_multi_locations": True}
    ).execute()


def _uninstall_hook(env):
    """Leave plain Odoo behind: no open Serialize transfer, no operation type in use, none of
    the check-up's activities, which would keep their type."""
    operation_types = (
        env["stock.warehouse"].with_context(active_test=False).search([]).serialize_type_id
    )
    env["stock.picking"].search(
        [
            ("picking_type_id", "in", operation_types.ids),
            ("state", "not in", ("done", "cancel")),
        ]
    ).action_cancel()
    operation_types.active = False
    env["mail.activity"].with_context(active_test=False).search(
        [("activity_type_id", "=", env.ref("serialized_parts.mail_activity_type_checkup").id)]
    ).unlink()
