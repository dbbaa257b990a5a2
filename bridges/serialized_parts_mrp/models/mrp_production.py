from odoo import models


class MrpProduction(models.Model):
    _name = "mrp.production"
    _inherit = ["mrp.production", "serialized_parts.document"]

    def _get_history_serials(self, vals):
        moves = self.move_raw_ids | self.move_finished_ids
        return moves._get_history_serials(vals)
