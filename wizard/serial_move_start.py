from odoo import fields, models


class SerialMoveStart(models.TransientModel):
    """The question in which warehouse units are moved from scans alone, where there are several."""

    _name = "serial.move.start"
    _description = "Warehouse to Move Serials In"

    warehouse_id = fields.Many2one(
        "stock.warehouse", required=True, domain="[('company_id', 'in', allowed_company_ids)]"
    )

    def action_start(self):
        """Open the prompt of the transfer.

        :return: window action on the transfer, in a dialog
        :raise AccessError: if the user is not a warehouse user
        """
        self.ensure_one()
        return self.warehouse_id.int_type_id.action_move_serials()
