"""The value of parts that are valued by serial number.

Odoo's valuation by lot is the sum of the lots, each worth the cost of the moves that brought it in.
It leaves out unserialized units, and no such move brought in the units that got their serial number
in stock. So the value of unserialized units is kept in ``unserialized_value``, for each part and
company; what leaves it goes to a serial number as a recorded cost (see stock_lot_value.py), or out
of stock (see stock_move_value.py). The sum stays the same throughout.
"""

from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..tools.amounts import round_together
from .stock_lot_value import KEEP_MOVES


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "serialized_parts.own.fields"]

    _own_fields = {"unserialized_value"}

    unserialized_value = fields.Float(
        "Value Without Serial Numbers",
        company_dependent=True,
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="The value of the units without serial numbers, for a part valued by serial number.",
    )

    # ------------------------------------------------------------------------ Odoo's valuation

    def _get_value_from_lots(self):
        return super()._get_value_from_lots() + self._get_unserialized_value()

    def _run_avco(self, at_date=None, lot=None, method="realtime"):
        cost, value = super()._run_avco(at_date=at_date, lot=lot, method=method)
        if lot and self.tracking == "serial" and not at_date and value != cost:
            # Odoo counts the units that moves brought in; this one may have been in stock before.
            value = cost * lot.product_qty
        return cost, value

    def _run_fifo(self, quantity, lot=None, at_date=None, location=None):
        if lot and self.tracking == "serial" and not location:
            cost = lot._find_recorded_cost(at_date)
            if cost is not None:
                return quantity * cost
        return super()._run_fifo(quantity, lot=lot, at_date=at_date, location=location)

    def _change_standard_price(self, old_price):
        result = super()._change_standard_price(old_price)
        for product in self._filter_valued_by_serial():
            if product.cost_method == "average" and product.standard_price != old_price[product]:
                # Odoo gives this cost to every serial number, too.
                value = product.standard_price * product._count_unserialized()
                # sudo: users may not write this field.
                product.sudo().unserialized_value = value
        return result

    # --------------------------------------------------------------------- unserialized units

    def _filter_valued_by_serial(self):
        """Return those of these parts that are valued by serial number."""
        return self.filtered(lambda product: product.lot_valuated and product.tracking == "serial")

    def _count_unserialized(self, *conditions):
        """Return how many unserialized units the company has, without other companies'.

        :param conditions: further conditions on the quants
        """
        self.ensure_one()
        # The value of all units does not depend on the user's rights.
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [*self._get_valued_domain(), ("lot_id", "=", False), *conditions],
                aggregates=["quantity:sum"],
            )
        )
        return groups[0][0] or 0.0

    def _get_valued_domain(self):
        """Return the domain of this part's quants that are the company's own."""
        return [
            ("product_id", "=", self.id),
            ("company_id", "=", self.env.company.id),
            ("location_id.is_valued_internal", "=", True),
            ("owner_id", "in", [False, self.env.company.partner_id.id]),
        ]

    def _get_unserialized_value(self):
        """Return the value of the company's unserialized units."""
        self.ensure_one()
        if not self._filter_valued_by_serial():
            return 0.0
        quantity = everywhere = self._count_unserialized()
        if warehouse := self.env.context.get("warehouse_id"):
            quantity = self._count_unserialized(("location_id.warehouse_id", "=", warehouse))
        if self.uom_id.is_zero(quantity) or self.uom_id.is_zero(everywhere):
            return 0.0
        if self.cost_method == "standard":
            return self.standard_price * quantity
        return self.unserialized_value * quantity / everywhere

    @contextmanager
    def _keep_unserialized(self):
        """Keep the value of unserialized units, whatever costing method their parts get within
        the ``with`` block."""
        # Whoever changes the costing method may lack access to some companies' stock.
        products = self.sudo()._filter_valued_by_serial()._split_by_company()
        values = [product._get_unserialized_value() for product in products]
        yield
        for product, value in zip(products, values, strict=True):
            product.unserialized_value = value

    def _list_unserialized_costs(self, count):
        """Return the costs of the next *count* unserialized units, a list. The costs of all
        unserialized units add up to their value; with FIFO, the oldest unit is the first."""
        self.ensure_one()
        if self.cost_method == "standard":
            return [self.standard_price] * count
        units = max(count, round(self._count_unserialized()))
        value = self._get_unserialized_value()
        costs = self._list_receipt_costs(units) if self.cost_method == "fifo" else [1] * units
        total = sum(costs)
        shares = [cost * value / total for cost in costs] if total else [value / units] * units
        return round_together(self.env.company.currency_id, shares)[:count]

    def _list_receipt_costs(self, count):
        """Return the costs of the *count* units that were the last to come in unserialized, the
        oldest first. Units without a receipt cost what the part costs."""
        moves = self.env["stock.move"].search(
            [
                ("product_id", "=", self.id),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "done"),
                *("|", "&", ("is_in", "=", True), ("move_line_ids.lot_id", "=", False)),
                *("&", ("is_serial_correction", "=", True), ("unit_value", ">", 0)),
            ],
            order="date desc, id desc",
        )
        costs = []
        for move in moves:
            costs += move._list_unserialized_costs()
            if len(costs) >= count:
                break
        costs += [self.standard_price] * (count - len(costs))
        return costs[:count][::-1]

    # ------------------------------------------------------------------- ticking and unticking

    def _split_by_company(self):
        """Return each of these parts once for each company that has it in stock, in an
        environment of that company alone, a list."""
        # sudo: the companies that the user can't see count, too.
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", self.ids),
                    ("quantity", "!=", 0),
                    ("location_id.is_valued_internal", "=", True),
                ],
                ["company_id", "product_id"],
            )
        )
        return [
            self.browse(product.id).with_context(allowed_company_ids=company.ids)
            for company, product in groups
        ]

    def _read_values(self):
        """Return ``[(part, total value)]`` of these parts in each company, see
        :meth:`_split_by_company`.

        :raise UserError: when the user can't see the stock of one of the companies
        """
        products = self._split_by_company()
        companies = {product.env.context["allowed_company_ids"][0] for product in products}
        if companies - set(self.env.user.company_ids.ids):
            raise UserError(
                self.env._(
                    "%(parts)s is in stock in companies you can't access. Ask somebody who "
                    "works in all of them to change the valuation by serial number.",
                    parts=", ".join(self.mapped("display_name")),
                )
            )
        # The user may see the stock of these companies: nothing needs sudo from here on.
        products = [product.sudo(False) for product in products]
        return [(product, product._read_value()) for product in products]

    def _read_value(self):
        """Return the total value as it is now."""
        self.ensure_one()
        self.env["stock.lot"].invalidate_model(["total_value", "product_qty"])
        self.invalidate_recordset(["total_value", "qty_available"])
        return self.total_value

    def _keep_value(self, value):
        """Give this part the *value* that it had before its valuation by serial number was ticked
        or unticked.

        :raise UserError: when that isn't possible
        """
        if self.lot_valuated:
            self._spread_value(value)
        elif self.env.company.currency_id.compare_amounts(self._read_value(), value):
            self._join_value(value)
        now = self._read_value()
        # Each unit's cost is rounded.
        if abs(now - value) > self.env.company.currency_id.rounding * (1 + self.qty_available):
            raise UserError(
                self.env._(
                    "The units of %(part)s in stock would be worth %(now)s instead of %(before)s. "
                    "Adjust the value of its receipts first (Inventory / Reporting / Moves "
                    "Analysis).",
                    part=self.display_name,
                    now=now,
                    before=value,
                )
            )

    def _spread_value(self, value):
        """Give each serial number on hand its share of *value*; the rest is the value of the
        unserialized units."""
        lots = self._find_valued_serials()
        unserialized = self._count_unserialized()
        if self.cost_method == "fifo":
            costs = self._match_receipts(lots, value)
        else:
            units = len(lots) + unserialized
            costs = [value / units if units else 0.0] * len(lots)
        costs = round_together(self.env.company.currency_id, costs)
        lots._record_costs(dict(zip(lots, costs, strict=True)))
        # sudo: users may not write this field.
        self.sudo().unserialized_value = value - sum(costs) if unserialized else 0.0
        self._set_missing_costs(lots)

    def _set_missing_costs(self, known):
        """Give the part's cost to the serial numbers that are not on hand and have no cost: they
        will come back at it.

        :param known: the serial numbers that have their cost
        """
        lots = self.env["stock.lot"].with_context(active_test=False)
        lots = lots.search([("product_id", "=", self.id), ("id", "not in", known.ids)])
        lots = lots.filtered(lambda lot: not lot.standard_price)
        # Whoever sets up a part may lack the right to change its serial numbers.
        lots.sudo().with_context(disable_auto_revaluation=True).standard_price = self.standard_price

    def _find_valued_serials(self):
        """Return the company's own serial numbers on hand, the oldest first."""
        domain = [*self._get_valued_domain(), ("lot_id", "!=", False), ("quantity", "!=", 0)]
        return self.env["stock.quant"].search(domain, order="in_date, id")._filter_present().lot_id

    def _match_receipts(self, lots, value):
        """Return the cost of each of *lots* by FIFO, a list: that of its own receipt, where that
        has units left, else that of the oldest receipt that has.

        :param value: the value of all units; those that no receipt brought in share the rest
        """
        moves, on_first = self._run_fifo_get_stack()
        left = {move: move._get_valued_qty() for move in moves}
        costs = {move: move.value / left[move] for move in moves if left[move]}
        left.update(dict.fromkeys(moves[:1], on_first))
        missing = self._with_valuation_context().qty_available - sum(left.values())
        rest = value - sum(costs[move] * units for move, units in left.items())
        own = {lot: move for move in moves for lot in move._get_in_move_lines().lot_id}
        matched = {}
        for lot in lots:
            if left.get(own.get(lot), 0) >= 1:
                matched[lot] = own[lot]
                left[own[lot]] -= 1
        free = [costs[move] for move, units in left.items() for _unit in range(round(units))]
        others = iter(free + [rest / missing if missing else 0.0] * len(lots))
        return [costs[matched[lot]] if lot in matched else next(others) for lot in lots]

    def _join_value(self, value):
        """Make all units together worth *value*, when Odoo values them by the part's costing
        method."""
        units = self._with_valuation_context().qty_available
        self.sudo().unserialized_value = 0.0  # sudo: users may not write this field.
        if float_compare(units, 0, precision_digits=6) <= 0:
            return
        if self.cost_method == "standard":
            self.standard_price = value / units
        elif self.cost_method == "average":
            # Odoo records costs with sudo, too.
            values = self.env["product.value"].sudo().with_context(**{KEEP_MOVES: True})
            values.create(self._prepare_cost(value / units))
        else:
            self._scale_receipts(value)
        self._update_standard_price()

    def _prepare_cost(self, cost, lot=None, after=None):
        """Return the values of a ``product.value``: a unit costs *cost* from now on.

        :param lot: the serial number, by default all units
        :param after: the date of the last receipt; the record's date must be later
        """
        now = fields.Datetime.now()
        after = after or (not lot and self._get_last_in().date)
        if after and after >= now:
            now = fields.Datetime.add(after, seconds=1)
        return {
            "product_id": self.id,
            "lot_id": lot and lot.id,
            "value": cost,
            "company_id": self.env.company.id,
            "date": now,
            "description": self.env._("Valuation by serial number"),
        }

    def _scale_receipts(self, value):
        """Make the receipts that FIFO has left worth *value*."""
        before = self._run_fifo(self._with_valuation_context().qty_available)
        moves, _on_first = self._run_fifo_get_stack()
        if not before:
            return
        vals_list = [
            {
                "move_id": move.id,
                "value": move.value * value / before,
                "company_id": self.env.company.id,
                "description": self.env._("Valuation by serial number"),
            }
            for move in moves
        ]
        # Odoo records costs with sudo, too.
        self.env["product.value"].sudo().create(vals_list)

    # --------------------------------------------------------------- units of earlier versions

    @api.model
    def _value_units_named_in_stock(self):
        """Give units without a cost in Odoo the costs of the receipts without serial numbers:
        units that an earlier version gave a serial number in stock, and unserialized units."""
        parts = self.search([("lot_valuated", "=", True), ("tracking", "=", "serial")])
        for product in parts._split_by_company():
            product._value_named_in_stock()

    def _value_named_in_stock(self):
        lots = self._find_valued_serials()._filter_without_cost()
        unserialized = 0 if self.unserialized_value else round(self._count_unserialized())
        count = len(lots) + max(0, unserialized)
        if self.cost_method == "standard" or not count:
            return
        costs = self._list_receipt_costs(count)
        if self.cost_method == "average":
            costs = [sum(costs) / count] * count
        costs = round_together(self.env.company.currency_id, costs)
        lots._record_costs(dict(zip(lots, costs, strict=False)))
        if unserialized > 0:
            # sudo: users may not write this field.
            self.sudo().unserialized_value = sum(costs[len(lots) :])
