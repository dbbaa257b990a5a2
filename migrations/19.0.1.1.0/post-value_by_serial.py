"""Records the cost of units that got their serial number in stock before the addon recorded it, for
parts valued by serial number."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["product.product"]._value_units_named_in_stock()
