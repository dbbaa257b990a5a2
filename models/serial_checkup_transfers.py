"""Findings about Serialize transfers that nobody finishes."""

from odoo import api, models
from odoo.tools import SQL

#: A Serialize transfer that is open for longer than this many days is stuck.
STUCK_DAYS = 7


class SerialCheckup(models.Model):
    _inherit = "serial.checkup"

    @api.model
    def _select_stuck_transfer(self):
        return SQL(
            """
            SELECT picking.id AS record_id, min(move.product_id) AS product_id,
                   NULL::int AS lot_id, picking.location_id, warehouse.id AS warehouse_id,
                   picking.id AS picking_id, picking.company_id,
                   sum(move.product_qty) AS quantity, sum(unserialized.units) AS expected
              FROM stock_warehouse warehouse
              JOIN stock_picking picking ON picking.picking_type_id = warehouse.serialize_type_id
                                        AND picking.state NOT IN ('done', 'cancel')
              JOIN stock_move move ON move.picking_id = picking.id
                                  AND move.state NOT IN ('done', 'cancel')
        CROSS JOIN LATERAL
                   (SELECT COALESCE(sum(units) FILTER (WHERE units > 0), 0) AS units
                      FROM (SELECT sum(quant.quantity) AS units
                              FROM stock_quant quant
                              JOIN stock_location location ON location.id = quant.location_id
                             WHERE quant.product_id = move.product_id AND quant.lot_id IS NULL
                               AND quant.company_id = picking.company_id
                               AND location.usage = 'internal'
                               AND COALESCE(location.warehouse_id, warehouse.id) = warehouse.id
                          GROUP BY quant.location_id, quant.package_id, quant.owner_id) AS position
                   ) AS unserialized
          GROUP BY picking.id, warehouse.id
            HAVING picking.create_date < now() AT TIME ZONE 'UTC' - %s * interval '1 day'
                OR bool_or(move.product_qty > unserialized.units)
            """,
            STUCK_DAYS,
        )

    def _describe_stuck_transfer(self):
        return [
            self.env._(
                "%(transfer)s is for more units than there are (%(units)g, not %(there)g). Open its "
                "prompt, which updates it, or cancel it.",
                transfer=row.picking_id.name,
                units=row.quantity,
                there=row.expected,
            )
            if row.quantity > row.expected
            else self.env._(
                "%(transfer)s has been open for more than %(days)s days. Finish it, or cancel it.",
                transfer=row.picking_id.name,
                days=STUCK_DAYS,
            )
            for row in self
        ]

    @api.model
    def _summarize_stuck_transfer(self, count):
        if count == 1:
            return self.env._("1 Serialize transfer to finish")
        return self.env._("%(count)g Serialize transfers to finish", count=count)

    @api.model
    def _open_stuck_transfer(self, picking):
        return picking.get_formview_action()
