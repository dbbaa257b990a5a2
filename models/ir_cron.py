from odoo import api, models
from odoo.exceptions import UserError


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_serial_checkup(self):
        checkup = self.env.ref("serialized_parts.ir_cron_serial_checkup", raise_if_not_found=False)
        if checkup and checkup in self:
            raise UserError(
                self.env._(
                    "%(action)s can't be deleted: it finds what has to be checked. To stop it, archive "
                    "it.",
                    action=checkup.name,
                )
            )
