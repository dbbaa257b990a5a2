"""What installing and uninstalling do beyond the data files."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


def _pre_init_hook(env):
    """Add the columns that Odoo would fill record by record; the post-init hook fills them."""
    for table in ("product_template", "stock_lot"):
        if not column_exists(env.cr, table, "part_type_id"):
            create_column(env.cr, table, "part_type_id", "int4")


def _post_init_hook(env):
    """Make a database ready that may hold warehouses, parts and serials already."""
    _fill_part_types(env)
    _turn_on_features(env)
    env["stock.warehouse"].with_context(active_test=False).search([])._add_serialize_type()
    _adopt_serials(env)


def _fill_part_types(env):
    """Give every part, and every serial number, its part type: two statements, whatever the
    size of the database."""
    uncategorized = env["product.category"]._get_uncategorized()
    env.cr.execute(
        SQL(
            "UPDATE product_template SET part_type_id = COALESCE(categ_id, %s)",
            uncategorized.id,
        )
    )
    env.cr.execute(
        SQL(
            """
            UPDATE stock_lot lot
               SET part_type_id = part.part_type_id
              FROM product_product variant
              JOIN product_template part ON part.id = variant.product_tmpl_id
             WHERE variant.id = lot.product_id
            """
        )
    )
    env.invalidate_all()


def _turn_on_features(env):
    """Turn on serial numbers and locations, as the Settings screen does it."""
    env["res.config.settings"].create(
        {"group_stock_production_lot": True, "group_stock_multi_locations": True}
    ).execute()


def _adopt_serials(env):
    """Take over the serials that are here: lock their parts, name their documents."""
    serials = env["stock.lot"].search([("product_id.tracking", "=", "serial")])
    serials.product_id.product_tmpl_id._start_serials()
    serials._update_documents()


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
