from odoo import models


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    def _is_serialize(self):
        """Whether this operation type gives units in stock their serial number."""
        return bool(self) and self.warehouse_id.serialize_type_id == self
