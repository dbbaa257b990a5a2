# A subject of its own: pylint: disable=consider-merging-classes-inherited

from collections import defaultdict

from odoo import fields, models

from ..tools.position import Position
from .stock_lot_value import KEEP_MOVES

#: Context key: ``{line id: cost}`` of the lines that take units without a serial number.
TAKEN = "serialized_parts_taken"


class StockMove(models.Model):
    """Values what moves do to units without a serial number, of parts that are valued by it."""

    _inherit = "stock.move"

    unit_value = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="What the unit is worth whose serial number was taken back.",
    )

    def _action_done(self, cancel_backorder=False):
        taken = self.move_line_ids._take_unserialized()
        if not taken:
            return super()._action_done(cancel_backorder=cancel_backorder)
        moves = self.with_context(**{TAKEN: taken})
        done = super(StockMove, moves)._action_done(cancel_backorder=cancel_backorder)
        done = done.with_env(self.env)
        done.move_line_ids.filtered(lambda line: line.id in taken)._book_taken(taken)
        return done

    def _set_value(self, correction_quantity=None):
        if self.env.context.get(KEEP_MOVES):
            return None
        products = self.product_id._filter_valued_by_serial()
        moves = self.filtered(lambda move: move.product_id in products)
        before = {move: move.value for move in moves}
        result = super()._set_value(correction_quantity=correction_quantity)
        taken = self.env.context.get(TAKEN) or {}
        for move in moves:
            if move.is_in:
                move._add_unserialized_value(move.value - before[move])
            elif correction_quantity and move.is_out:
                move._add_unserialized_value(before[move] - move.value)
            elif not correction_quantity and move._is_out():
                move.value += move.move_line_ids._get_taken_difference(taken)
        return result

    def _add_unserialized_value(self, difference):
        """Add to the value of the units without a serial number what this move's units of them
        are worth more than before."""
        lines = self._get_in_move_lines() if self.is_in else self._get_out_move_lines()
        unnamed = lines.filtered(lambda line: not line.lot_id)
        if not unnamed or not difference:
            return
        units = sum(lines.mapped("quantity_product_uom"))
        share = sum(unnamed.mapped("quantity_product_uom")) / units
        # Warehouse users may not write parts.
        product = self.product_id.sudo().with_company(self.company_id)
        product.unserialized_value += difference * share

    def _list_unserialized_costs(self):
        """Return what the units cost that this move brought in without a serial number, or that
        are without one since it took it back, a list."""
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
        # Odoo takes the part's cost, though each unit left at its own.
        return sum(self.mapped("value")) / units


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _take_unserialized(self):
        """Return ``{line id: cost}`` of those of these lines, about to be done, that take units
        without a serial number out of stock, or give them one."""
        products = self.product_id._filter_valued_by_serial()
        if not products:
            return {}
        lines = self.filtered(
            lambda line: (
                line.product_id in products
                and line.quantity
                and line.location_id._should_be_valued()
            )
        )
        units = lines._find_units_to_take()
        # Another owner's units are worth nothing to us.
        consigned = units.filtered(lambda line: line._should_exclude_for_valuation())
        taken = dict.fromkeys(consigned.ids, 0.0)
        for (product, company), its_lines in (units - consigned).grouped(_get_part).items():
            # Warehouse users may not see costs.
            product = product.sudo().with_company(company)
            counts = [round(line.quantity_product_uom) for line in its_lines]
            costs = iter(product._list_unserialized_costs(sum(counts)))
            for line, count in zip(its_lines, counts, strict=True):
                taken[line.id] = sum(next(costs) for _unit in range(count))
        return taken

    def _find_units_to_take(self):
        """Return the lines whose units have no serial number where they stand, the oldest unit
        first."""
        known = self._find_known_serials()
        lots = {line: line.lot_id or known.get((line.product_id, line.lot_name)) for line in self}
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("location_id", "in", self.location_id.ids),
                ("quantity", "!=", 0),
            ]
        )
        present = quants._filter_present()
        there = {(Position.of(quant), quant.lot_id) for quant in present if quant.lot_id}
        unnamed, dates = defaultdict(float), {}
        for quant in quants.filtered(lambda quant: not quant.lot_id):
            key = (quant.product_id, Position.of(quant))
            unnamed[key] += quant.quantity
            dates[key] = quant.in_date
        found = self.browse()
        for line in self:
            key = (line.product_id, Position.of(line))
            named = line.lot_name or line.lot_id
            leaves = not line.location_dest_id._should_be_valued()
            if (named or leaves) and (key[1], lots[line]) not in there and unnamed[key] > 0:
                unnamed[key] -= line.quantity_product_uom
                found |= line
        return found.sorted(lambda line: (dates[line.product_id, Position.of(line)], line.id))

    def _get_taken_difference(self, taken):
        """Return by how much Odoo values the units that these lines take too low.

        :param taken: see :meth:`_take_unserialized`
        """
        return sum(
            taken[line.id]
            - (line.lot_id or line.product_id).standard_price * line.quantity_product_uom
            for line in self
            if line.id in taken
        )

    def _book_taken(self, taken):
        """Take the units of these lines out of the value of those without a serial number, and
        record what each serial number costs.

        :param taken: see :meth:`_take_unserialized`
        """
        for (product, company), lines in self.grouped(_get_part).items():
            # Warehouse users may not write parts.
            product = product.sudo().with_company(company)
            product.unserialized_value -= sum(taken[line.id] for line in lines)
            named = lines.filtered("lot_id")
            costs = {line.lot_id.with_env(product.env): taken[line.id] for line in named}
            if costs:
                self.env["stock.lot"].with_env(product.env)._record_costs(costs)


def _get_part(line):
    return line.product_id, line.company_id
