from datetime import timedelta
from functools import wraps
from itertools import product as pairs

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.amounts import round_together
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


@tagged("post_install", "-at_install")
class TestValue(SerialCase):
    """What a part is worth whose valuation is by serial number, and each of its units: whichever
    way, and whenever, these got their serial number."""

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

    # ------------------------------------------------------------------------------- steps

    def _buy(self, part, price, serials="", quantity=1):
        """Receive units at *price*, with *serials* where they are asked for."""
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

    # ------------------------------------------------------------------------------- books

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

    # ------------------------------------------------------------------------------- tests

    @each_way()
    def test_named_in_stock_after_it_was_ticked(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        first, second = (10, 20) if method == "fifo" else (15, 15)
        later = 15 if method == "standard" else 50
        self._tick(part)
        self._value_by_lot(part)
        self.assertValue(part, 30)
        self._name(part, "V1*2")
        self.assertValue(part, 30, V1=first, V2=second)
        self._buy(part, 50, "V3\nV4")
        self.assertValue(part, 30 + 2 * later, V1=first, V2=second, V3=later, V4=later)
        self.assertAlmostEqual(self._sell(part, "V1"), first)
        self.assertValue(part, second + 2 * later, V2=second, V3=later, V4=later)
        self.assertAlmostEqual(self._sell(part, "V3"), later)
        self.assertValue(part, second + later, V2=second, V4=later)

    @each_way(valuations=["real_time"])
    def test_named_in_stock_one_after_the_other(self, method, part):
        for price in (10, 20, 31):
            self._buy(part, price)
        costs = {"standard": (15, 15, 15), "average": (20.33, 20.34, 20.33)}
        costs = costs.get(method, (10, 20, 31))
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1")
        self.assertValue(part, sum(costs), V1=costs[0])
        later = 15 if method == "standard" else 50
        self._buy(part, 50, "V9")
        self.assertValue(part, sum(costs) + later, V1=costs[0], V9=later)
        self._name(part, "V2")
        self._name(part, "V3")
        total = sum(costs) + later
        self.assertValue(part, total, V1=costs[0], V2=costs[1], V3=costs[2], V9=later)

    @each_way()
    def test_ticked_after_units_were_named_in_stock(self, _method, part):
        part.standard_price = 200
        self._buy(part, 200, quantity=3)
        self._tick(part)
        self._name(part, "V1*3")
        self.assertValue(part, 600)
        self._value_by_lot(part)
        self.assertValue(part, 600, V1=200, V2=200, V3=200)
        self.assertAlmostEqual(self._sell(part, "V2"), 200)
        self.assertValue(part, 400, V1=200, V3=200)

    @each_way()
    def test_ticked_after_units_came_in_both_ways(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._name(part, "V1*2")
        self._buy(part, 50, "V3\nV4")
        self._buy(part, 80, "V5")
        self._sell(part, "V3")
        self.env.invalidate_all()
        total = part.total_value
        self._value_by_lot(part)
        costs = {
            "standard": (15, 15, 15, 15),
            # 10 + 20 + 50 + 50 + 80 are 42 each.
            "average": (42, 42, 42, 42),
            # The unit of 10 left.
            "fifo": (20, 50, 50, 80),
        }[method]
        self.assertValue(part, total, **dict(zip(("V1", "V2", "V4", "V5"), costs, strict=True)))
        self.assertAlmostEqual(sum(costs), total)
        self.assertAlmostEqual(self._sell(part, "V5"), costs[3])
        self.assertValue(part, total - costs[3], V1=costs[0], V2=costs[1], V4=costs[2])

    @each_way(valuations=["real_time"])
    def test_ticked_while_some_units_have_no_serial_number(self, _method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._buy(part, 50, "V3")
        self._name(part, "V1")
        self.env.invalidate_all()
        total = part.total_value
        self._value_by_lot(part)
        self.assertValue(part, total)
        self._buy(part, 90, "V4")
        lots = {lot.name: lot for lot in self._serials(part)}
        later = lots["V4"].total_value
        self.assertValue(part, total + later)
        self._name(part, "V2")
        self.assertValue(part, total + later)
        units = sum(self._serials(part).mapped("total_value"))
        self.assertAlmostEqual(units, total + later)

    @each_way(valuations=["real_time"])
    def test_unticked_and_ticked_again(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1*2")
        self._buy(part, 60, "V3")
        self._sell(part, "V2")
        total = {"standard": 30, "average": 75, "fifo": 70}[method]
        self.assertValue(part, total)
        self._value_by_lot(part, False)
        self.assertValue(part, total)
        self._value_by_lot(part)
        self.assertValue(part, total)
        left = sum(self._serials(part).mapped("total_value"))
        self.assertAlmostEqual(left, total)

    @each_way(valuations=["real_time"])
    def test_a_sold_unit_comes_back_at_its_cost(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1*2")
        cost = 10 if method == "fifo" else 15
        self._sell(part, "V1")
        self._buy(part, 70, "V3")
        later = 15 if method == "standard" else 70
        delivery = self._serials(part)[0].quant_ids  # at the customer's
        self.assertTrue(delivery)
        move = part.stock_move_ids.filtered("is_out")
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_id=move.picking_id.id, active_model="stock.picking")
            .create({"picking_id": move.picking_id.id})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].with_user(self.clerk)
        back = back.browse(wizard.action_create_returns()["res_id"])
        back.move_line_ids.lot_id = self._serials(part)[0]
        back.button_validate()
        self.assertEqual(back.state, "done")
        self.assertValue(part, 30 + later, V1=cost, V2=30 - cost, V3=later)
        self.assertAlmostEqual(self._sell(part, "V1"), cost)
        self.assertValue(part, 30 - cost + later, V2=30 - cost, V3=later)

    @each_way(valuations=["real_time"])
    def test_a_unit_named_on_its_delivery_leaves_at_its_cost(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        delivery = self._deliver(part, 1)
        self._buy(part, 50, "V3")
        delivery.enter_serials("V1")
        delivery.button_validate()
        cost = 10 if method == "fifo" else 15
        later = 15 if method == "standard" else 50
        self.assertEqual(delivery.move_line_ids.lot_id.name, "V1")
        self.assertAlmostEqual(delivery.move_ids.sudo().value, cost)
        self.assertValue(part, 30 - cost + later, V3=later)

    @each_way()
    def test_a_unit_without_serial_number_is_scrapped_at_its_cost(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._buy(part, 50, "V3")
        [quant] = part._get_unserialized_units()
        quant = quant.with_user(self.boss)
        quant.with_context(inventory_mode=True).inventory_quantity = 1
        quant.action_apply_inventory()
        cost = 10 if method == "fifo" else 15
        later = 15 if method == "standard" else 50
        move = part.stock_move_ids.filtered("is_out").sudo()
        self.assertAlmostEqual(move.value, cost)
        self.assertValue(part, 30 - cost + later, V3=later)
        if part.valuation == "real_time":
            lines = move.account_move_id.line_ids
            self.assertEqual(sorted(lines.mapped("balance")), [-cost, cost])
        # A unit that is found has the part's cost.
        quant.with_context(inventory_mode=True).inventory_quantity = 2
        quant.action_apply_inventory()
        found = part.stock_move_ids.filtered("is_in").sorted("id")[-1].sudo()
        found = 15 if method == "standard" else found.value
        self.assertValue(part, 30 - cost + later + found, V3=later)
        self._name(part, "V1*2")
        self.assertValue(part, 30 - cost + later + found, V3=later)

    @each_way()
    def test_corrections_keep_the_value(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1*2")
        first, second = (10, 20) if method == "fifo" else (15, 15)
        self._buy(part, 50, "V3")
        later = 15 if method == "standard" else 50
        lots = {lot.name: lot for lot in self._serials(part)}
        self._correct(lots["V1"], "rename", new_name="V0")
        self.assertValue(part, 30 + later, V0=first, V2=second, V3=later)
        self._correct(lots["V1"], "swap", other_lot_id=lots["V3"].id)
        self.assertValue(part, 30 + later, V0=later, V2=second, V3=first)
        self._correct(lots["V2"], "undo")
        self.assertValue(part, 30 + later, V0=later, V3=first)
        self._buy(part, 70, "V4")
        latest = 15 if method == "standard" else 70
        self.assertValue(part, 30 + later + latest, V0=later, V3=first, V4=latest)
        self._name(part, "V5")
        self.assertValue(part, 30 + later + latest, V0=later, V3=first, V4=latest, V5=second)
        self.assertAlmostEqual(self._sell(part, "V5"), second)

    @each_way(valuations=["real_time"])
    def test_taken_back_among_others_without_serial_number(self, method, part):
        for price in (10, 20, 30):
            self._buy(part, price)
        self._tick(part)
        self._value_by_lot(part)
        total = 45 if method == "standard" else 60
        self._name(part, "V1*2")
        self._correct(self._serials(part)[0], "undo")
        self.assertValue(part, total)
        self._name(part, "V3*2")
        # The one that was taken back is the latest without a serial number.
        costs = {"standard": (15, 15), "average": (20, 20), "fifo": (30, 10)}[method]
        self.assertValue(part, total, V3=costs[0], V4=costs[1])

    @each_way(valuations=["real_time"])
    def test_a_unit_moved_to_another_part_takes_its_cost_with_it(self, method, part):
        other = self._new_part("Other", True, standard_price=5, categ_id=part.categ_id.id)
        self._value_by_lot(other)
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1*2")
        cost, rest = {"standard": (5, 15), "average": (15, 15), "fifo": (10, 20)}[method]
        self._correct(self._serials(part)[0], "move", product_id=other.id)
        self.assertValue(part, rest, V2=rest)
        self.assertValue(other, cost, V1=cost)

    def test_a_serial_number_with_a_cost_of_its_own_is_not_taken_back(self):
        part = self._new_part("Starter", True, standard_price=15)
        self._value_by_lot(part)
        self._buy(part, 10, "V1")
        serial = self._serials(part)
        serial.standard_price = 12
        with self.assertRaisesRegex(UserError, "Set the cost of V1 to 15"):
            self._correct(serial, "undo")
        self.assertValue(part, 12)

    def test_a_standard_cost_of_its_own_is_kept_when_unticked(self):
        part = self._new_part("Starter", True, standard_price=15)
        self._value_by_lot(part)
        self._buy(part, 10, "V1\nV2")
        self._serials(part)[0].standard_price = 12
        self._value_by_lot(part, False)
        self.assertValue(part, 27)
        self._value_by_lot(part)
        self.assertValue(part, 27, V1=13.5, V2=13.5)

    @each_way(valuations=["real_time"])
    def test_another_owners_unit_is_worth_nothing(self, _method, part):
        owner = self.env["res.partner"].create({"name": "Consignor"})
        self._buy(part, 10)
        self._put_in_stock(part, 1, self.bin_a, owner_id=owner)
        self._tick(part)
        self._value_by_lot(part)
        self.env.invalidate_all()
        total = part.total_value
        self._name(part, "V1*2")
        self.assertValue(part, total)

    @each_way(["standard"])
    def test_another_costing_method_keeps_the_value_of_units_without_serial_number(
        self, _method, part
    ):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1")
        part.standard_price = 20
        for method in ("average", "fifo"):
            part.categ_id.property_cost_method = method
            self.env.invalidate_all()
            self.assertAlmostEqual(part._get_unserialized_value(), 20)
        self._name(part, "V2")
        self._buy(part, 50, "V3")
        # By FIFO, each unit is worth what it was named with.
        self.assertValue(part, 85, V2=20, V3=50)

    @each_way(["standard"], ["periodic"])
    def test_another_part_type_keeps_the_value_of_units_without_serial_number(self, _method, part):
        self._buy(part, 10)
        self._tick(part)
        self._value_by_lot(part)
        part.standard_price = 20
        part.categ_id = part.categ_id.copy({"property_cost_method": "average"})
        self.assertValue(part, 20)

    @each_way(["average"], ["real_time"])
    def test_a_new_cost_of_the_part_is_that_of_all_its_units(self, _method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1")
        # Odoo can't tell which is the later one within a second.
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            part.standard_price = 40
            part.env.flush_all()
        self.assertAlmostEqual(part._get_unserialized_value(), 40)

    @each_way(valuations=["real_time"])
    def test_units_named_by_an_earlier_version(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._buy(part, 30)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1*2")
        # It recorded no costs.
        self.env["product.value"].search([("lot_id.product_id", "=", part.id)]).unlink()
        part.unserialized_value = 0
        self._buy(part, 50, "V4")
        self.env["product.product"]._value_units_named_in_stock()
        costs = {"average": (20, 20, 50), "fifo": (10, 20, 50)}.get(method, (15, 15, 15))
        total = {"standard": 60, "average": 110, "fifo": 110}[method]
        self.assertValue(part, total, V1=costs[0], V2=costs[1], V4=costs[2])
        self.env["product.product"]._value_units_named_in_stock()
        self.assertValue(part, total, V1=costs[0], V2=costs[1], V4=costs[2])
        self._name(part, "V3")
        self.assertValue(part, total, V1=costs[0], V2=costs[1], V4=costs[2])

    def test_what_was_sold_before_it_was_ticked_keeps_its_cost(self):
        part = self._new_valued_part("average", "real_time")
        self._tick(part)
        self._buy(part, 10, "V1")
        self._buy(part, 20, "V2")
        delivery = self._deliver(part, 1)
        delivery.button_validate()
        self.assertEqual(delivery.move_ids.sudo().value, 15)
        serial = delivery.move_line_ids.lot_id
        self._buy(part, 30, serial.name)
        self._value_by_lot(part)
        self.assertEqual(delivery.move_ids.sudo().value, 15)
        self.assertValue(part, 45, V1=22.5, V2=22.5)

    def test_unticking_is_refused_where_the_value_can_not_stay(self):
        part = self._new_valued_part("fifo", "periodic")
        part.standard_price = 10
        self._put_in_stock(part, 1, self.bin_a)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1")
        self.assertValue(part, 10, V1=10)
        part.standard_price = 40
        with self.assertRaisesRegex(UserError, "Adjust the value of its receipts"):
            self._value_by_lot(part, False)

    def test_stock_of_a_company_out_of_reach_is_not_valued_anew(self):
        part = self._new_part("Starter", True)
        company = self.env["res.company"].create({"name": "Branch"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        self._put_in_stock(part, 1, warehouse.lot_stock_id)
        with self.assertRaisesRegex(UserError, "can't access"):
            self._value_by_lot(part)
        self.assertFalse(part.lot_valuated)

    def test_amounts_are_rounded_so_that_their_sum_stays(self):
        currency = self.env.company.currency_id
        self.assertEqual(round_together(currency, [10 / 3] * 3), [3.33, 3.34, 3.33])
        self.assertEqual(round_together(currency, []), [])
