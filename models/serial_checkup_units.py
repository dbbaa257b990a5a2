"""Findings about unserialized units: some await a serial number, some are negative stock."""

from odoo import api, models
from odoo.tools import SQL

from .serial_checkup import ON_HAND


class SerialCheckup(models.Model):
    _inherit = "serial.checkup"

    @api.model
    def _select_unserialized_units(self, sign):
        """Return the SQL of the positions (location, package, owner) where the sum of the
        unserialized units is positive (*sign* ``>``) or negative (``<``), one row each. They are
        counted as in product.product._compute_serial_quantities."""
        return SQL(
            """
            SELECT min(quant.id) AS record_id, quant.product_id, NULL::int AS lot_id,
                   quant.location_id, location.warehouse_id, NULL::int AS picking_id,
                   quant.company_id, sum(quant.quantity) AS quantity, 0 AS expected
              FROM stock_quant quant
              JOIN stock_location location ON location.id = quant.location_id
              JOIN product_product product ON product.id = quant.product_id
              JOIN product_template part ON part.id = product.product_tmpl_id
             WHERE part.tracking = 'serial' AND quant.lot_id IS NULL AND %(on_hand)s
          GROUP BY quant.product_id, quant.location_id, location.warehouse_id, quant.company_id,
                   quant.package_id, quant.owner_id
            HAVING round(sum(quant.quantity)::numeric, 6) %(sign)s 0
            """,
            sign=SQL(sign),
            on_hand=ON_HAND,
        )

    # --------------------------------------------------------------------------- unserialized

    @api.model
    def _select_unserialized(self):
        return self._select_unserialized_units(">")

    def _describe_unserialized(self):
        return [
            self.env._(
                "Without a serial number, on the way: %(units)g. They get one when they are received.",
                units=row.quantity,
            )
            if row.location_id.usage == "transit"
            else self.env._(
                "Without a serial number in %(place)s: %(units)g. Assign one to each.",
                place=position,
                units=row.quantity,
            )
            for row, position in zip(self, self._describe_own_positions(), strict=True)
        ]

    @api.model
    def _summarize_unserialized(self, count):
        if count == 1:
            return self.env._("1 unit without a serial number")
        return self.env._("%(count)g units without a serial number", count=count)

    @api.model
    def _open_unserialized(self, quant):
        if quant.location_id.usage == "transit":
            return self._open_arrivals(quant)
        return quant.product_id.action_assign_serials()

    @api.model
    def _open_arrivals(self, quant):
        """Open the transfers that will receive the units of *quant*, which are in transit."""
        return {
            "name": self.env._("Arrivals"),
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("location_id", "=", quant.location_id.id),
                ("product_id", "=", quant.product_id.id),
                ("state", "not in", ("done", "cancel")),
            ],
        }

    # ------------------------------------------------------------------------- negative stock

    @api.model
    def _select_below_zero(self):
        return self._select_unserialized_units("<")

    def _describe_below_zero(self):
        return [
            self.env._(
                "%(units)g in %(place)s: more units left than came in. Receive them, or correct the "
                "count.",
                units=row.quantity,
                place=position,
            )
            for row, position in zip(self, self._describe_own_positions(), strict=True)
        ]

    @api.model
    def _summarize_below_zero(self, count):
        if count == 1:
            return self.env._("1 unit of negative stock")
        return self.env._("%(count)g units of negative stock", count=count)

    @api.model
    def _open_below_zero(self, quant):
        return self._open_count(quant)
