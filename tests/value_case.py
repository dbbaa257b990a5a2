from functools import wraps
from itertools import product as pairs

from odoo import Command

from .common import SerialCase

METHODS = ("standard", "average", "fifo")
VALUATIONS = ("periodic", "real_time")


def each_way(methods=METHODS, valuations=VALUATIONS):
    """Run a test with the costing method and a new part, for each way of valuation."""

    def decorate(test):
        @wraps(test)
        def run(self):
            for method, valuation in pairs(methods, valuations):
                with self.subTest(method=method, valuation=valuation):
                    test(self, method, self._new_valued_part(method, valuation))

        return run

    return decorate


class ValueCase(SerialCase):
    """Parts whose valuation is by serial number: bought, assigned, sold and corrected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        if not company.chart_template:
            cls.env["account.chart.template"].try_loading("generic_coa", company, False)
        cls.loss_account, cls.stock_account = cls.env["account.account"].create(
            [
                {"name": "Loss", "code": "999101", "account_type": "expense"},
                {"name": "Stock", "code": "999102", "account_type": "asset_current"},
            ]
        )
        losses = cls.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", company.id)]
        )
        losses.valuation_account_id = cls.loss_account
        cls.customers = cls.env.ref("stock.stock_location_customers")

    def _new_valued_part(self, method, valuation):
        category = self.env["product.category"].create(
            {
                "name": f"{method} {valuation}",
                "property_cost_method": method,
                "property_valuation": valuation,
                "property_stock_valuation_account_id": self.stock_account.id,
            }
        )
        cost = 15 if method == "standard" else 0
        return self._new_part(category.name, standard_price=cost, categ_id=category.id)

    # --------------------------------------------------------------------------------- steps

    def _buy(self, part, price, serials="", quantity=1):
        """Receive units at *price*, with *serials* if the part needs them."""
        receipt = self._receipt(len(serials.split()) or quantity, part, price_unit=price)
        if serials:
            receipt.enter_serials(serials)
        self.assertIs(receipt.button_validate(), True)
        return receipt

    def _value_by_lot(self, part, ticked=True):
        part.product_tmpl_id.with_user(self.boss).lot_valuated = ticked

    def _name(self, part, text):
        transfer = self._serialize(part)
        transfer.enter_serials(text)
        transfer.action_validate_serials()
        self._go_on(transfer)
        return transfer

    def _go_on(self, transfer):
        if transfer.state != "done":
            action = transfer.with_context(skip_serial_prompt=True).button_validate()
            if action is not True:
                context = action.get("context", {})
                self.env["stock.backorder.confirmation"].with_user(self.clerk).with_context(
                    **context
                ).create({"pick_ids": [Command.set(transfer.ids)]}).process()
        self.assertEqual(transfer.state, "done")

    def _sell(self, part, *names):
        """Deliver these serial numbers, and return what they cost."""
        internal = self.warehouse.out_type_id
        delivery = self._move(part, len(names), internal, self.stock, self.customers)
        delivery.move_line_ids.unlink()
        lots = self._serials(part).filtered(lambda lot: lot.name in names)
        self.env["stock.move.line"].with_user(self.clerk).create(
            [
                {
                    "move_id": delivery.move_ids.id,
                    "picking_id": delivery.id,
                    "product_id": part.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "location_id": lot.location_id.id,
                    "location_dest_id": self.customers.id,
                }
                for lot in lots
            ]
        )
        delivery.button_validate()
        self.assertEqual(delivery.state, "done")
        move = delivery.move_ids.sudo()
        # What an invoice books, perpetually.
        self.assertAlmostEqual(move._get_cogs_price_unit(1) * len(names), move.value)
        return move.value

    def _correct(self, serial, kind, **values):
        self.env["serial.correction"].with_user(self.boss).create(
            {"lot_id": serial.id, "kind": kind, "reason": "Label misread", **values}
        ).action_correct()

    # --------------------------------------------------------------------------------- books

    def assertValue(self, part, total, **costs):
        """Assert what the part is worth, and what its serial numbers cost."""
        self.env.invalidate_all()
        self.assertAlmostEqual(part.total_value, total, 2)
        lots = {lot.name: lot for lot in self._serials(part)}
        for name, cost in costs.items():
            lot = lots[name]
            self.assertAlmostEqual(lot.total_value, cost, 2, name)
            self.assertAlmostEqual(lot.standard_price, cost, 2, name)
            self.assertAlmostEqual(lot.avg_cost, cost, 2, name)
        self.assertBalanced(part)

    def assertBalanced(self, part):
        entries = part.stock_move_ids.sudo().account_move_id.line_ids
        self.assertAlmostEqual(sum(entries.mapped("balance")), 0, 2)
