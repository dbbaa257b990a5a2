# Copyright 2026 Serialized Parts contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
{
    "name": "Serialized Parts: Repairs",
    "summary": "Serial numbers of added and removed parts in the prompt",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Repair",
    "author": "Serialized Parts contributors",
    "license": "LGPL-3",
    "depends": ["serialized_parts", "repair"],
    "data": [
        "security/ir.model.access.csv",
        "security/repair_order_units_security.xml",
        "views/repair_order_units_views.xml",
        "views/repair_order_views.xml",
    ],
    "auto_install": True,
}
