from odoo import api, models
from odoo.exceptions import UserError


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_serialize(self):
        # Whoever sets up sequences may lack the right to read operation types.
        types = self.env["stock.picking.type"].sudo().with_context(active_test=False)
        types = types.search([("sequence_id", "in", self.ids)])
        for operation_type in types._filter_serialize():
            raise UserError(
                self.env._(
                    "%(sequence)s can't be deleted: it names the transfers of %(operation)s.",
                    sequence=operation_type.sequence_id.name,
                    operation=operation_type.display_name,
                )
            )
