from odoo.exceptions import UserError
from odoo.tests import tagged

from .value_case import ValueCase, each_way


@tagged("post_install", "-at_install")
class TestValueInStock(ValueCase):
    """A unit that is assigned its serial number in stock keeps its value, whenever valuation by
    serial number was ticked."""

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

    def test_unticking_is_refused_where_the_value_cannot_stay(self):
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
