from odoo import api, models
from odoo.exceptions import UserError

#: Context key: who validates is asked whether labels are to be printed.
OFFER_LABELS = "serialized_parts_offer_labels"


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

    def button_validate(self):
        """Also offer the labels of new serial numbers to who has validated in the prompt."""
        result = super().button_validate()
        if result is not True or not self.env.context.get(OFFER_LABELS):
            return result
        return self._offer_labels() or result

    def _offer_labels(self):
        """Return the client action that offers to print the labels of the units that these transfers
        have received or serialized, None if there is none."""
        received = self.filtered(
            lambda picking: (
                picking.state == "done"
                and (picking.is_serialize or picking.picking_type_code == "incoming")
            )
        )
        count = len(received.serial_line_ids.lot_id)
        if not count:
            return None
        message, button = self._describe_offer(count, all(received.mapped("is_serialize")))
        return {
            "type": "ir.actions.client",
            "tag": "serialized_parts_offer_labels",
            "params": {
                "message": message,
                "button": button,
                "picking_ids": received.ids,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _describe_offer(self, count, is_serialize):
        """Return what was done with *count* units, and what prints their labels, as text."""
        match count, is_serialize:
            case 1, True:
                message = self.env._("1 unit serialized.")
            case 1, False:
                message = self.env._("1 unit received.")
            case _, True:
                message = self.env._("%(count)s units serialized.", count=count)
            case _:
                message = self.env._("%(count)s units received.", count=count)
        if count == 1:
            return message, self.env._("Print 1 Label")
        return message, self.env._("Print %(count)s Labels", count=count)
