"""Values the units, of parts valued by serial number, that got it in stock before their cost was
recorded."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["product.product"]._value_units_named_in_stock()
