from odoo import api, fields, models


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "serialized_parts.document"]

    serial_count = fields.Integer("Serials", compute="_compute_serial_count")

    def _compute_serial_count(self):
        for order in self:
            order.serial_count = len(order._get_serials())

    def _get_history_serials(self, vals):
        return self.order_line.move_ids._get_history_serials(vals)

    def _get_serials(self):
        """Return the serial numbers that were received on this order."""
        return self.order_line.move_ids.filtered(
            lambda move: move.state == "done" and move.has_tracking == "serial"
        ).lot_ids

    @api.readonly
    def action_view_serials(self):
        """Open the serial numbers that were received on this order.

        :return: window action on ``stock.lot``
        """
        self.ensure_one()
        return self.env["stock.lot"]._action_view_serials(self._get_serials())
