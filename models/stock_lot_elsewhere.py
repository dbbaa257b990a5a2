"""A serial number that came back is one unit: it no longer stands at a customer in the books."""

# A subject of its own: pylint: disable=consider-merging-classes-inherited

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.position import INTERNAL_USAGES


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _remove_units_elsewhere(self, moved=()):
        """Post moves that leave each of these serial numbers one unit: that which moved last.

        A unit that was sold, and came back by another document than its return (it was bought
        back, or counted), still stands at the customer in Odoo's books, so that it could never
        be sold again. It leaves there by an inventory move, which has no value.

        :param moved: ``{lot id: location id}``, where a document brings them that is not done yet
        """
        if elsewhere := self._find_units_elsewhere(moved):
            moves = self.env["stock.move"].sudo()  # It is at others' customers, too.
            moves.create(
                [quant._prepare_removal(units) for quant, units in elsewhere]
            )._action_done()

    def _find_units_elsewhere(self, moved=()):
        """Return ``[(quant, units)]``: what these serial numbers have at customers, vendors or in
        production in the books, though their unit is on hand, or moved on from there."""
        lots = self._filter_booked_twice()
        if not lots:
            return []
        here = {
            **lots._read_last_locations(),
            **dict(moved),
            **dict.fromkeys(lots._read_positions(), False),  # on hand
        }
        Quant = self.env["stock.quant"].sudo()  # The books know them, whosever they are.
        quants = Quant.search(
            Domain("lot_id", "in", lots.ids)
            & Domain("quantity", ">", 0)
            & Domain("location_id.usage", "in", ("customer", "supplier", "production"))
        )
        elsewhere = []
        for quant in quants:
            is_here = here.get(quant.lot_id.id) == quant.location_id.id
            if is_here:
                # One unit stays, of all that are booked here.
                here[quant.lot_id.id] = False
            elsewhere.append((quant, quant.quantity - is_here))
        return [(quant, units) for quant, units in elsewhere if units > 0]

    def _filter_booked_twice(self):
        """Return those of these serial numbers that have several units in the books, not all of
        them in internal locations."""
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
