from odoo import api, models


class ProductTemplate(models.Model):
    """The labels of a part's units."""

    _inherit = "product.template"

    @api.readonly
    def action_print_serial_labels(self):
        """Open the dialog that prints the labels of the units on hand, of all variants, see
        ``product.product.action_print_serial_labels``."""
        return self.product_variant_ids.action_print_serial_labels()
