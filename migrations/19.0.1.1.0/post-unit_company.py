"""Fills in, for existing serial numbers, the company that has their units, or had them last."""

from odoo import SUPERUSER_ID, api
from odoo.tools import split_every

#: How many serial numbers are read and written at once.
BATCH = 50_000


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    serials = env["stock.lot"].with_context(active_test=False)
    found = serials.search([("product_id.tracking", "=", "serial")])
    for some in split_every(BATCH, found.ids, serials.browse):
        some._update_documents()
        env.invalidate_all()
