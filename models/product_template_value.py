"""The value of a part when its valuation by serial number is ticked or unticked, or its category
changes, see product_product_value.py."""

from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        if not {"categ_id", "lot_valuated"} & vals.keys():
            return super().write(vals)
        products = self.with_context(active_test=False).product_variant_ids
        ticked = products.filtered(
            lambda product: product.lot_valuated != vals.get("lot_valuated", product.lot_valuated)
        )
        values = ticked._read_values()
        # Another category may have another costing method.
        with (products - ticked)._keep_unserialized():
            result = super().write(vals)
        for product, value in values:
            if product.tracking == "serial":
                product._keep_value(value)
        return result
