from odoo import api, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """The labels of the units of a transfer."""

    _inherit = "stock.picking"

    @api.readonly
    def action_print_serial_labels(self):
        """Open the dialog that prints the labels of the units of these transfers.

        :return: window action on ``lot.label.layout``
        :raise UserError: if none of the units has a serial number yet
        """
        self.check_access("read")
        lines = self.serial_line_ids
        if lines.lot_id:
            return self.env["stock.lot"]._action_label_layout(default_lot_ids=lines.lot_id.ids)
        if not any(lines.mapped("lot_name")):
            self.env["stock.lot"]._raise_no_label()
        raise UserError(
            self.env._(
                "The serial numbers of this transfer are created when it is validated. Print their "
                "labels then."
            )
        )

    def action_open_label_type(self):
        action = super().action_open_label_type()
        if action["res_model"] == "picking.label.type" and self.serial_line_ids.lot_id:
            action["context"]["default_label_type"] = "lots"
        return action
