from odoo import models
from odoo.exceptions import AccessError


class SerialCount(models.Model):
    """Applying a count: only then does anything in stock change."""

    _inherit = "serial.count"

    def action_apply(self):
        """Move what the count's lines say, by Odoo's own relocations and inventory adjustments.

        :raise AccessError: when the user is not an inventory manager
        """
        self.ensure_one()
        self._check_manager()

    def _check_manager(self):
        """:raise AccessError: when the user is not an inventory manager"""
        if not (self.env.su or self.env.user.has_group("stock.group_stock_manager")):
            raise AccessError(self.env._("Only an inventory manager may apply counts."))
