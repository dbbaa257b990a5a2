from odoo import api, models
from odoo.fields import Domain

from ..tools.position import INTERNAL_USAGES


class StockQuant(models.Model):
    """What is in a bin or a package: its units and other stock, to look at."""

    _inherit = "stock.quant"

    @api.model
    def _action_view_contents(self, holder, field):
        """Return the window action that lists what is in *holder*, a bin or a package.

        :param str field: which of a quant's fields names it
        """
        domain = Domain(field, "child_of", holder.ids) & Domain("quantity", "!=", 0)
        in_stock = Domain("location_id.usage", "in", INTERNAL_USAGES)
        views = ("stock_quant_view_list_contents", "stock_quant_view_kanban_contents")
        ids = [self.env.ref(f"serialized_parts.{name}").id for name in views]
        return {
            "name": holder.display_name,
            "type": "ir.actions.act_window",
            "res_model": "stock.quant",
            "views": [*zip(ids, ("list", "kanban"), strict=True)],
            "mobile_view_mode": "kanban",
            "domain": [*(domain & in_stock)],
            "help": self.env._("Nothing is in %(name)s.", name=holder.display_name),
        }

    @api.readonly
    def action_open_unit(self):
        """Return the window action of the serial number or lot of this stock, else of its part.

        :raise AccessError: if the user may not read it
        """
        self.ensure_one()
        self.check_access("read")
        record = self.lot_id or self.product_id
        record.check_access("read")
        return record.get_formview_action()
