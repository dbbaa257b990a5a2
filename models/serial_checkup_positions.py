"""Findings about serial numbers that are not one unit in one position, and about those that are in
stock and still somewhere else in the books. A position is a location, a package and an owner."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.position import INTERNAL_USAGES
from .serial_checkup import INTERNAL


class SerialCheckup(models.Model):
    _inherit = "serial.checkup"

    @api.model
    def _select_serial_positions(self):
        """Return the SQL of ``serial_position``: how many units of a serial number are in one
        position, for the serial numbers that may be misplaced."""
        # They are few, which PostgreSQL can't know: OFFSET 0 makes it look them up one by one.
        return SQL(
            """
            SELECT min(quant.id) AS record_id, quant.product_id, quant.lot_id,
                   quant.location_id, location.warehouse_id, quant.company_id,
                   round(sum(quant.quantity)::numeric, 6) AS units
              FROM (%(suspects)s) AS suspect
        CROSS JOIN LATERAL
                   (SELECT * FROM stock_quant WHERE lot_id = suspect.lot_id OFFSET 0) AS quant
              JOIN stock_location location ON location.id = quant.location_id
              JOIN product_product product ON product.id = quant.product_id
              JOIN product_template part ON part.id = product.product_tmpl_id
             WHERE part.tracking = 'serial' AND %(internal)s
          GROUP BY quant.product_id, quant.lot_id, quant.location_id, location.warehouse_id,
                   quant.company_id, quant.package_id, quant.owner_id
            """,
            suspects=self._select_suspects(),
            internal=INTERNAL,
        )

    @api.model
    def _select_suspects(self):
        """Return the SQL of the lots that may be misplaced: those with several quants, or with one
        that is not one unit."""
        return SQL(
            """
            %(several)s
             UNION
            SELECT quant.lot_id
              FROM stock_location location
        CROSS JOIN LATERAL
                   (SELECT lot_id
                      FROM stock_quant
                     WHERE location_id = location.id AND lot_id IS NOT NULL
                       AND quantity NOT IN (0, 1)
                    OFFSET 0) AS quant
             WHERE %(internal)s
            """,
            several=self._select_lots_of_several_quants(),
            internal=INTERNAL,
        )

    @api.model
    def _select_lots_of_several_quants(self):
        return SQL(
            """
            SELECT lot_id
              FROM stock_quant
             WHERE lot_id IS NOT NULL AND quantity > 0
          GROUP BY lot_id
            HAVING count(*) > 1
            """
        )

    @api.model
    def _open_count(self, quant):
        """Open the count of the serial number of *quant*, or of unserialized units in its bin."""
        if quant.lot_id:
            # All positions of the serial number are shown side by side, wrong and right.
            which = Domain("lot_id", "=", quant.lot_id.id) & Domain("quantity", "!=", 0)
        else:
            which = Domain("location_id", "=", quant.location_id.id) & Domain("lot_id", "=", False)
        action = self.env["stock.quant"].action_view_inventory()
        filters = {key for key in action["context"] if key.startswith("search_default_")}
        return {
            **action,
            "domain": which
            & Domain("product_id", "=", quant.product_id.id)
            & Domain("location_id.usage", "in", INTERNAL_USAGES),
            "context": {
                key: value for key, value in action["context"].items() if key not in filters
            },
        }

    # ---------------------------------------------------------------------- several positions

    @api.model
    def _select_several_positions(self):
        # One row a position, as each has to be looked at.
        return SQL(
            """
            SELECT record_id, product_id, lot_id, location_id, warehouse_id,
                   NULL::int AS picking_id, company_id, positions AS quantity, 1 AS expected
              FROM (SELECT *, count(*) OVER (PARTITION BY lot_id) AS positions
                      FROM serial_position WHERE units > 0) AS position
             WHERE positions > 1
            """
        )

    def _describe_several_positions(self):
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", self.lot_id.ids),
                ("location_id.usage", "in", INTERNAL_USAGES),
            ]
        )
        positions = {
            serial: ", ".join(dict.fromkeys(quant._describe_position() for quant in found))
            for serial, found in quants._filter_present().grouped("lot_id").items()
        }
        return [
            self.env._(
                "In the books in %(places)s. Find it, and count it there only.",
                places=positions.get(row.lot_id),
            )
            for row in self
        ]

    @api.model
    def _summarize_several_positions(self, count):
        if count == 1:
            return self.env._("1 serial number in several places")
        return self.env._("%(count)g serial numbers in several places", count=count)

    @api.model
    def _open_several_positions(self, quant):
        return self._open_count(quant)

    # --------------------------------------------------------------------------- odd quantity

    @api.model
    def _select_odd_quantity(self):
        return SQL(
            """
            SELECT record_id, product_id, lot_id, location_id, warehouse_id,
                   NULL::int AS picking_id, company_id, units AS quantity,
                   CASE WHEN units < 0 THEN 0 ELSE 1 END AS expected
              FROM serial_position
             WHERE units NOT IN (0, 1)
            """
        )

    def _describe_odd_quantity(self):
        return [
            self.env._(
                "%(units)g in %(place)s, but a serial number is one unit. Correct the count.",
                units=row.quantity,
                place=position,
            )
            for row, position in zip(self, self._describe_own_positions(), strict=True)
        ]

    @api.model
    def _summarize_odd_quantity(self, count):
        if count == 1:
            return self.env._("1 serial number whose quantity is not 1")
        return self.env._("%(count)g serial numbers whose quantity is not 1", count=count)

    @api.model
    def _open_odd_quantity(self, quant):
        return self._open_count(quant)

    # ------------------------------------------------------------------------------ elsewhere

    @api.model
    def _select_elsewhere(self):
        # This has to find what stock.lot._find_units_elsewhere finds for those on hand.
        return SQL(
            """
            SELECT here.id AS record_id, here.product_id, here.lot_id, here.location_id,
                   location.warehouse_id, NULL::int AS picking_id, here.company_id,
                   here.quantity + elsewhere.units AS quantity, 1 AS expected
              FROM (%(several)s) AS suspect
        CROSS JOIN LATERAL
                   (SELECT min(id) AS id, product_id, lot_id, location_id, company_id,
                           sum(quantity) AS quantity
                      FROM stock_quant
                     WHERE lot_id = suspect.lot_id
                  GROUP BY product_id, lot_id, location_id, company_id, package_id, owner_id
                    HAVING round(sum(quantity)::numeric, 6) > 0) AS here
              JOIN stock_location location ON location.id = here.location_id
              JOIN product_product product ON product.id = here.product_id
              JOIN product_template part ON part.id = product.product_tmpl_id
        CROSS JOIN LATERAL
                   (SELECT sum(quant.quantity) AS units
                      FROM stock_quant quant
                      JOIN stock_location away ON away.id = quant.location_id
                     WHERE quant.lot_id = suspect.lot_id AND quant.quantity > 0
                       AND away.usage IN ('customer', 'supplier', 'production')) AS elsewhere
             WHERE part.tracking = 'serial' AND %(internal)s AND elsewhere.units > 0
            """,
            several=self._select_lots_of_several_quants(),
            internal=INTERNAL,
        )

    def _describe_elsewhere(self):
        return [
            self.env._(
                "In stock, in %(place)s, but the books still have it at a customer or vendor. If the "
                "unit is here, settle it; otherwise count it as 0 here.",
                place=position,
            )
            for position in self._describe_own_positions()
        ]

    @api.model
    def _summarize_elsewhere(self, count):
        if count == 1:
            return self.env._("1 serial number in stock and still at a customer or vendor")
        return self.env._(
            "%(count)g serial numbers in stock and still at a customer or vendor", count=count
        )

    @api.model
    def _open_elsewhere(self, quant):
        return self._open_count(quant)

    def action_settle(self):
        """Remove serial numbers that are in stock from everywhere else in the books.

        :return: a notification
        :raise AccessError: when the user may not see the check-up, or these serial numbers
        """
        self.check_access("read")
        found = self.filtered(lambda row: row.kind == "elsewhere").lot_id
        found.check_access("read")
        found._remove_units_elsewhere()
        return self._notify_settled()
