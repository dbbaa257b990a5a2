# Copyright 2026 Serialized Parts contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
{
    "name": "Serialized Parts",
    "summary": "Every unit its own serial number, location and history",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "Serialized Parts contributors",
    "license": "LGPL-3",
    "depends": ["purchase_stock"],
    "data": [
        "security/ir.model.access.csv",
        "security/stock_lot_security.xml",
        "security/serial_checkup_security.xml",
        "data/product_category.xml",
        "data/serial_checkup_data.xml",
        "views/serial_question_views.xml",
        "views/product_category_views.xml",
        "views/stock_lot_views.xml",
        "views/stock_picking_views.xml",
        "views/product_views.xml",
        "views/purchase_order_views.xml",
        "views/serial_checkup_views.xml",
    ],
    "demo": ["demo/parts_yard.xml"],
    "assets": {
        "web.assets_backend": ["serialized_parts/static/src/**/*"],
        "web.assets_tests": ["serialized_parts/static/tests/tours/**/*"],
        "web.assets_unit_tests": ["serialized_parts/static/tests/**/*.test.js"],
    },
    "pre_init_hook": "_pre_init_hook",
    "post_init_hook": "_post_init_hook",
    "uninstall_hook": "_uninstall_hook",
}
