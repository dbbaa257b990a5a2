"""What installing and uninstalling do apart from the data files."""

import logging

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger
from odoo.tools.sql import add_index, column_exists, create_column, index_exists

from .models.serial_history import (
    HISTORY_INDEX,
    prepare_documents,
    read_history_ends,
    read_unit_companies,
)
from .models.stored_names import clean_stored_names

_logger = logging.getLogger(__name__)

#: How many lots are read and written at once.
BATCH = 50_000

#: The columns that installing fills in.
COLUMNS = {
    "product_template": {"part_type_id": "int4", "serials_started": "bool"},
    "stock_lot": {
        "part_type_id": "int4",
        "source": "jsonb",
        "used_on": "jsonb",
        "unit_company_id": "int4",
    },
}


def _pre_init_hook(env):
    """Fill in what Odoo would compute record by record, as the database may already have parts and
    serial numbers.

    The addon's models are not loaded yet, and its indexes don't exist: PostgreSQL creates an index
    of a million rows in seconds, but takes minutes to keep it up to date while rows are written.
    """
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            if not column_exists(env.cr, table, name):
                create_column(env.cr, table, name, kind)
    # With a default, PostgreSQL adds the column without writing a row.
    env.cr.execute("ALTER TABLE stock_lot ADD COLUMN IF NOT EXISTS active boolean DEFAULT true")
    _adopt_parts(env)
    _adopt_serials(env)


def _post_init_hook(env):
    """Turn on what the addon needs, and set up the warehouses that already exist."""
    _turn_on_features(env)
    env["stock.warehouse"].with_context(active_test=False).search([])._add_serialize_type()


def _adopt_parts(env):
    """Give every part its part type; *Uses Serial #s* of those with serial numbers can't be undone
    from now on."""
    uncategorized = {
        "xml_id": "serialized_parts.product_category_uncategorized",
        "values": {"name": "Uncategorized"},
        "noupdate": True,
    }
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
            env["product.category"]._load_records([uncategorized]).id,
        )
    )
    env.invalidate_all()


def _adopt_serials(env):
    """Clean the names of serial numbers, then give every lot its part type, and serial numbers
    their documents. Each row is written once, ``BATCH`` at a time: memory does not grow with their
    number."""
    clean_stored_names(env.cr)
    index = "stock_move_line_serial_lot_index"
    if not index_exists(env.cr, index):
        add_index(
            *(env.cr, index, "stock_move_line", HISTORY_INDEX),
            unique=False,
            comment=f"INDEX {HISTORY_INDEX}",
        )
    env.cr.execute("SELECT count(*) FROM stock_lot")
    [total] = env.cr.fetchone()
    done, last = 0, 0
    while rows := _read_lots(env, last):
        serials = env["stock.lot"].browse(lot for lot, is_serial in rows if is_serial)
        _write_lots(env, [lot for lot, _is_serial in rows], serials)
        env.invalidate_all()
        done, last = done + len(rows), rows[-1][0]
        _logger.info("Source and Used On: %s of %s lots and serial numbers", done, total)


def _read_lots(env, last):
    """Return ``(id, whether it is a serial number)`` of the next ``BATCH`` lots after the id
    *last*."""
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
    """Write the part type of *lots*, a list of ids, and the documents of *serials*, those of them
    that are serial numbers."""
    columns = [[], [], [], []]
    if serials:
        columns = [
            *prepare_documents(serials, read_history_ends(serials)),
            read_unit_companies(serials),
        ]
    env.cr.execute(
        SQL(
            """
            UPDATE stock_lot lot
               SET part_type_id = part.part_type_id,
                   source = new.source::jsonb,
                   used_on = new.used_on::jsonb,
                   unit_company_id = new.unit_company_id
              FROM stock_lot old
              JOIN product_product variant ON variant.id = old.product_id
              JOIN product_template part ON part.id = variant.product_tmpl_id
         LEFT JOIN unnest(%s::int[], %s::varchar[], %s::varchar[], %s::int[])
                   AS new(id, source, used_on, unit_company_id) ON new.id = old.id
             WHERE old.id = ANY(%s) AND lot.id = old.id
            """,
            *columns,
            lots,
        )
    )


def _turn_on_features(env):
    """Turn on serial numbers and locations, the way the Settings screen does."""
    env["res.config.settings"].create(
        {"group_stock_production_lot": True, "group_stock_multi_locations": True}
    ).execute()


def _uninstall_hook(env):
    """Leave plain Odoo behind: cancel open Serialize transfers, delete or archive their operation
    types, and delete the check-up's activities, which would keep their type from being deleted."""
    warehouses = env["stock.warehouse"].with_context(active_test=False).search([])
    operation_types = warehouses.serialize_type_id
    env["stock.picking"].search(
        [
            ("picking_type_id", "in", operation_types.ids),
            ("state", "not in", ("done", "cancel")),
        ]
    ).action_cancel()
    # An operation type that a warehouse uses can't be deleted.
    warehouses.serialize_type_id = False
    operation_types.active = False
    _drop_operation_types(operation_types)
    env["mail.activity"].with_context(active_test=False).search(
        [("activity_type_id", "=", env.ref("serialized_parts.mail_activity_type_checkup").id)]
    ).unlink()


def _drop_operation_types(operation_types):
    """Delete those of these operation types that nothing refers to, and their sequences."""
    env = operation_types.env
    moves = env["stock.move"]._read_group(
        [("picking_type_id", "in", operation_types.ids)], ["picking_type_id"]
    )
    for operation_type in operation_types.filtered(lambda kind: (kind,) not in moves):
        sequence = operation_type.sequence_id
        # A transfer, or something people set up, may refer to it: then it can't be deleted.
        try:
            with mute_logger("odoo.sql_db"), env.cr.savepoint():
                operation_type.unlink()
                sequence.unlink()
        except (IntegrityError, UserError):
            _logger.info("%s is kept, archived: it was used", operation_type.display_name)
