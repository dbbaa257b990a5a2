from odoo import models


class MrpUnbuild(models.Model):
    _name = "mrp.unbuild"
    _inherit = ["mrp.unbuild", "serialized_parts.document"]

    def _get_history_serials(self, vals):
        moves = self.consume_line_ids | self.produce_line_ids
        return moves._get_history_serials(vals)
