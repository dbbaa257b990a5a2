# Copyright 2026 Serialized Parts contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
{
    "name": "Serialized Parts: Manufacturing",
    "summary": "Serial numbers of manufactured and consumed units in the prompt",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Manufacturing",
    "author": "Serialized Parts contributors",
    "license": "LGPL-3",
    "depends": ["serialized_parts", "mrp"],
    "data": [
        "security/ir.model.access.csv",
        "security/mrp_production_units_security.xml",
        "views/mrp_production_units_views.xml",
        "views/mrp_production_views.xml",
        "views/mrp_unbuild_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["serialized_parts_mrp/static/src/**/*"],
        "web.assets_tests": ["serialized_parts_mrp/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
