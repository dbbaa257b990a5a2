from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: Context key: costs are recorded without valuing done moves again.
KEEP_MOVES = "serialized_parts_keep_moves"


class StockLot(models.Model):
    """The cost of a serial number whose unit was in stock before it had one.

    Odoo values a lot by the moves that brought it in. A unit that got its serial number in stock
    has none, so its cost is recorded as a ``product.value`` of the lot. Odoo's average cost is
    computed from that; for FIFO, ``product.product._run_fifo`` uses it.
    """

    _inherit = "stock.lot"

    def _record_costs(self, costs):
        """Record what units cost.

        :param costs: ``{serial number: cost of its unit}``, all of one part, in the environment's
            company
        """
        lots = self.browse().concat(*costs)
        # Warehouse users give units their serial number, but may not see costs.
        lots = lots.sudo()
        last_in = lots._read_last_in()
        product = lots.product_id.with_env(lots.env)
        changed = lots.filtered(lambda lot: lot.standard_price != costs[lot] or lot not in last_in)
        # Warehouse users may not write recorded costs either.
        self.env["product.value"].sudo().with_context(**{KEEP_MOVES: True}).create(
            [product._prepare_cost(costs[lot], lot, last_in.get(lot)) for lot in changed]
        )
        for cost, same in changed.grouped(costs.get).items():
            same.with_context(disable_auto_revaluation=True).standard_price = cost
        self.env.add_to_compute(self._fields["avg_cost"], lots)

    def _read_last_in(self):
        """Return ``{serial number: date}`` of the last move that brought each of these in."""
        groups = self.env["stock.move.line"]._read_group(
            Domain("lot_id", "in", self.ids)
            & Domain("move_id.is_in", "=", True)
            & Domain("company_id", "=", self.env.company.id),
            ["lot_id"],
            ["date:max"],
        )
        return dict(groups)

    def _find_recorded_cost(self, at_date=None):
        """Return the cost that was recorded for this serial number after it last came in, or
        None."""
        self.ensure_one()
        domain = Domain("lot_id", "=", self.id) & Domain("company_id", "=", self.env.company.id)
        if at_date:
            domain &= Domain("date", "<=", fields.Datetime.to_datetime(at_date))
        # Odoo reads recorded costs with all rights, too.
        values = self.env["product.value"].sudo()
        recorded = values.search(domain, order="date desc, id desc", limit=1)
        last_in = recorded and self._read_last_in().get(self)
        if not recorded or (last_in and last_in >= recorded.date):
            return None
        return recorded.value

    def _filter_without_cost(self):
        """Return the serial numbers that no move brought in, and that have no recorded cost."""
        # Odoo reads recorded costs with all rights, too.
        recorded = self.env["product.value"].sudo().search([("lot_id", "in", self.ids)]).lot_id
        return self - recorded - self.browse().concat(*self._read_last_in())

    def _keeps_cost(self, product):
        """Return whether a unit that moves to *product* keeps its own cost; otherwise it gets that
        of its new part."""
        parts = self.product_id | product
        return parts._filter_valued_by_serial() == parts and product.cost_method != "standard"

    def _check_cost_can_be_restored(self):
        """:raise UserError: if the unit would have another value without its serial number"""
        product = self.product_id
        if (
            product._filter_valued_by_serial()
            and product.cost_method == "standard"
            and self.company_currency_id.compare_amounts(
                self.standard_price, product.standard_price
            )
        ):
            raise UserError(
                self.env._(
                    "%(serial)s costs %(cost)s, but a unit of %(part)s without a serial number "
                    "costs %(other)s. Set the cost of %(serial)s to %(other)s first.",
                    serial=self.name,
                    cost=self.standard_price,
                    part=product.display_name,
                    other=product.standard_price,
                )
            )

    def _restore_cost(self, move):
        """Keep the value of the unit whose serial number *move* removed.

        :param move: the inventory move of :meth:`stock.quant._remove_serial`
        """
        product = self.product_id._filter_valued_by_serial()
        if not product or move.move_line_ids._should_exclude_for_valuation():
            return
        # Only the addon writes the value of a move.
        move.sudo().unit_value = self.standard_price
        product.sudo().unserialized_value += self.standard_price  # Only the addon writes it.
