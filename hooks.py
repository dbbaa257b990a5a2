"""What installing and uninstalling do beyond the data files."""


def _post_init_hook(env):
    """Make a database ready that may hold warehouses, parts and serials already."""
    _turn_on_features(env)
    env["stock.warehouse"].with_context(active_test=False).search([])._add_serialize_type()
    _adopt_serials(env)


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
    """Leave plain Odoo behind: no open Serialize transfer, no operation type in use."""
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
