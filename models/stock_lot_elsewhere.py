"""A serial number that came back is one unit: the books no longer have it at a customer."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.position import INTERNAL_USAGES


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _remove_units_elsewhere(self, moved=()):
        """Post moves that leave each of these serial numbers one unit: the one that moved last.

        A unit that was sold and came back without a return (it was bought back, or counted) is
        still at the customer in Odoo's books, so it could never be sold again. An inventory move,
        which has no value, removes it from there.

        :param moved: ``{lot id: location id}``, where a document that is not done yet brings them
        """
        if elsewhere := self._find_units_elsewhere(moved):
            moves = self.env["stock.move"].sudo()  # Other companies' customers count, too.
            moves.create(
                [quant._prepare_removal(units) for quant, units in elsewhere]
            )._action_done()

    def _find_units_elsewhere(self, moved=()):
        """Return ``[(quant, units)]``: the units of these serial numbers that the books still have
        at customers, at vendors or in production, though they are on hand or moved on."""
        lots = self._filter_booked_twice()
        if not lots:
            return []
        here = {
            **lots._read_last_locations(),
            **dict(moved),
            **dict.fromkeys(lots._read_positions(), False),  # on hand
        }
        Quant = self.env["stock.quant"].sudo()  # Quants of all companies count.
        quants = Quant.search(
            Domain("lot_id", "in", lots.ids)
            & Domain("quantity", ">", 0)
            & Domain("location_id.usage", "in", ("customer", "supplier", "production"))
        )
        elsewhere = []
        for quant in quants:
            is_here = here.get(quant.lot_id.id) == quant.location_id.id
            if is_here:
                # Of all units booked here, one stays.
                here[quant.lot_id.id] = False
            elsewhere.append((quant, quant.quantity - is_here))
        return [(quant, units) for quant, units in elsewhere if units > 0]

    def _filter_booked_twice(self):
        """Return the serial numbers that have several units in the books, not all of them in
        internal locations."""
        if not self:
            return self
        self.env["stock.quant"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT quant.lot_id
                  FROM stock_quant quant
                  JOIN stock_location location ON location.id = quant.location_id
                 WHERE quant.lot_id = ANY(%s) AND quant.quantity > 0
                       AND location.usage NOT IN ('inventory', 'view')
              GROUP BY quant.lot_id
                HAVING round(sum(quant.quantity)::numeric, 6) > 1
                   AND bool_or(location.usage NOT IN %s)
                """,
                self.ids,
                INTERNAL_USAGES,
            )
        )
        return self.browse(lot for [lot] in rows).filtered(
            lambda lot: lot.product_id.tracking == "serial"
        )
