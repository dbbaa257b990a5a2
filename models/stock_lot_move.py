"""Moving the serial numbers of a selection."""

from odoo import models
from odoo.exceptions import UserError

from ..tools.serial_entries import parse


class StockLot(models.Model):
    _inherit = "stock.lot"

    def action_move_serials(self):
        """Open the prompt of a new transfer from scans alone on which these units are expected: to
        be scanned, or moved at once. Those that can't be moved wait under the entry box, with the
        reason.

        :return: window action on the transfer, in a dialog
        :raise AccessError: if the user is not a warehouse user
        :raise UserError: if none is in stock, or they are in several warehouses
        """
        Picking = self.env["stock.picking"]
        Picking._check_warehouse_user()
        warehouses = self.location_id.warehouse_id
        if not warehouses:
            raise UserError(self.env._("None of these units is in one bin in stock."))
        if len(warehouses) > 1:
            raise UserError(
                self.env._(
                    "These units are in several warehouses: %(warehouses)s. Select those of one.",
                    warehouses=", ".join(warehouses.mapped("name")),
                )
            )
        picking = Picking._get_empty_from_scans(warehouses.int_type_id)
        picking._expect_units(self)
        return picking.action_open_serial_prompt()


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _expect_units(self, serials):
        """Add the units of *serials* to this transfer from scans alone, and keep with what was
        refused those that can't be."""
        # Our own addresses name the part, too.
        text = "\n".join(serials.mapped("serial_url"))
        assignment = self._start_assignment(False, False, "")
        rows = assignment.assign(parse(text), save=False)
        assignment.added.save()
        self._keep_refused(text, rows)
