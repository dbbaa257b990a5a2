from odoo import models


class StockMoveLine(models.Model):
    """The document in whose prompt the unit of a line gets its serial number."""

    _inherit = "stock.move.line"

    def _get_prompts(self):
        """Return the documents, see ``serial.prompt``, in whose prompt the units of these lines get
        their serial numbers. A bridge returns others for lines that are on no transfer."""
        return self.picking_id

    def _group_by_prompt(self):
        """Return these lines by their document, see :meth:`_get_prompts`."""
        return self.grouped(lambda line: line._get_prompts())
