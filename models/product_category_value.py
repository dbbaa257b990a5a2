"""The value of parts when the costing method of their category changes, see
product_product_value.py."""

from odoo import models


class ProductCategory(models.Model):
    _inherit = "product.category"

    def write(self, vals):
        if "property_cost_method" not in vals:
            return super().write(vals)
        products = self.env["product.product"].with_context(active_test=False)
        products = products.search([("categ_id", "in", self.ids), ("lot_valuated", "=", True)])
        with products._keep_unserialized():
            return super().write(vals)
