from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class StockLot(models.Model):
    _inherit = "stock.lot"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            product = self.env["product.product"].browse(vals.get("product_id"))
            if product.tracking == "serial" and not product.lot_properties_definition:
                # Odoo would make a record in memory for each to compute its properties.
                vals.setdefault("lot_properties", False)
        lots = super().create(vals_list)
        # Odoo reads the currency lot by lot, with all rights, to write the cost of each.
        lots.filtered(lambda lot: not lot.lot_valuated).sudo().mapped("company_currency_id")
        return lots

    def _get_outgoing_domain(self):
        # Odoo would read the moves of all deliveries to find those of one serial number.
        return Domain(super()._get_outgoing_domain()).map_conditions(
            lambda condition: (
                self._get_delivered_domain()
                if [*condition] == [("move_id.picking_code", "=", "outgoing")]
                else condition
            )
        )

    @api.model
    def _get_delivered_domain(self):
        """Return the domain of the move lines whose move belongs to a delivery, which PostgreSQL
        checks line by line."""
        picking = self.env["stock.move"]._fields["picking_id"]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """
                EXISTS (SELECT FROM stock_move move
                          JOIN stock_picking picking ON picking.id = %s
                          JOIN stock_picking_type kind ON kind.id = picking.picking_type_id
                         WHERE move.id = %s AND kind.code = 'outgoing')
                """,
                SQL.identifier("move", "picking_id", to_flush=picking),
                SQL.identifier(alias, "move_id", to_flush=model._fields["move_id"]),
            )
        )
