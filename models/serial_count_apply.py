from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .counting.count_posting import CountPosting
from .counting.posting_messages import describe_posting, explain_open_bins


class SerialCount(models.Model):
    """Applying a count: only then does anything in stock change."""

    _inherit = "serial.count"

    def action_apply(self):
        """Do what the count's lines say, by Odoo's own relocations and inventory adjustments, which
        name the count. What moved meanwhile is skipped, and the chatter and its line say so.

        :raise AccessError: when the user is not an inventory manager
        :raise UserError: if it is applied or cancelled, or one of its bins is open
        """
        self.ensure_one()
        self._check_manager()
        self.check_access("write")
        self._check_counting()
        if open_bins := self.bin_ids.filtered(lambda counted_bin: counted_bin.state == "open"):
            raise UserError(explain_open_bins(self, open_bins))
        posting = CountPosting(self)
        posting.post()
        for line, problem in posting.skipped.items():
            line.sudo().message = problem  # Only the addon itself writes it.
        # Odoo's own counts set it with all rights, too.
        self.bin_ids.location_id.sudo().last_inventory_date = fields.Date.today()
        self._message_log(body=describe_posting(self, posting))
        # Only the addon itself writes these. If two people apply it at once, they meet here at the
        # latest: Odoo repeats the second call, which finds it applied.
        self.sudo().write({"state": "done", "date": fields.Datetime.now()})

    def _check_manager(self):
        """:raise AccessError: when the user is not an inventory manager"""
        if not (self.env.su or self.env.user.has_group("stock.group_stock_manager")):
            raise AccessError(self.env._("Only an inventory manager may apply counts."))
