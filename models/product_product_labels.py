from odoo import api, models


class ProductProduct(models.Model):
    """The labels of a part's units."""

    _inherit = "product.product"

    @api.readonly
    def action_print_serial_labels(self):
        """Open the dialog that prints the labels of these variants' units on hand.

        :return: window action on ``lot.label.layout``
        :raise AccessError: if the user may not read them
        :raise UserError: if no unit on hand has a serial number
        """
        self.check_access("read")
        serials = self.env["stock.lot"].search(
            [("product_id", "in", self.ids), ("is_on_hand", "=", True)]
        )
        return serials.action_print_labels()
