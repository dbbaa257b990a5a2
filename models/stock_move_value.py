from odoo import fields, models

from ..tools.validation import Validation
from .stock_lot_value import KEEP_MOVES


class StockMove(models.Model):
    """Values the unserialized units in moves of parts that are valued by serial number."""

    _inherit = "stock.move"

    unit_value = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="The value of the unit whose serial number was taken back.",
    )

    def _set_value(self, correction_quantity=None):
        if self.env.context.get(KEEP_MOVES):
            return None
        products = self.product_id._filter_valued_by_serial()
        moves = self.filtered(lambda move: move.product_id in products)
        before = {move: move.value for move in moves}
        result = super()._set_value(correction_quantity=correction_quantity)
        validation = Validation.of(self.env)
        costs = validation.costs if validation else {}
        for move in moves:
            if move.is_in:
                move._add_unserialized_value(move.value - before[move])
            elif correction_quantity and move.is_out:
                move._add_unserialized_value(before[move] - move.value)
            elif not correction_quantity and move._is_out():
                move.value += move.move_line_ids._get_cost_difference(costs)
        return result

    def _add_unserialized_value(self, difference):
        """Add to the value of the unserialized units their share of *difference*, by which the
        value of this move's units rose."""
        lines = self._get_in_move_lines() if self.is_in else self._get_out_move_lines()
        unserialized = lines.filtered(lambda line: not line.lot_id)
        if not unserialized or not difference:
            return
        units = sum(lines.mapped("quantity_product_uom"))
        share = sum(unserialized.mapped("quantity_product_uom")) / units
        # Warehouse users may not write parts.
        product = self.product_id.sudo().with_company(self.company_id)
        product.unserialized_value += difference * share

    def _list_unserialized_costs(self):
        """Return the list of what each unserialized unit cost that this move brought in, or whose
        serial number it removed."""
        self.ensure_one()
        if self.is_serial_correction and self.unit_value:
            return [self.unit_value]
        lines = self._get_in_move_lines().filtered(lambda line: not line.lot_id)
        units = round(sum(lines.mapped("quantity_product_uom")))
        return [self.value / self._get_valued_qty()] * units if units else []

    def _get_cogs_price_unit(self, quantity=0):
        products = self.product_id._filter_valued_by_serial()
        units = sum(move._get_valued_qty() for move in self)
        if len(products) != 1 or not units:
            return super()._get_cogs_price_unit(quantity=quantity)
        # Odoo would use the part's cost, though each unit left at its own.
        return sum(self.mapped("value")) / units
