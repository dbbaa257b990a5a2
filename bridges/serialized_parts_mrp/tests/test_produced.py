from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ManufacturingCase


@tagged("post_install", "-at_install")
class TestProduced(ManufacturingCase):
    """The units that a manufacturing order produces get their serial numbers in the prompt."""

    def setUp(self):
        super().setUp()
        self._receive_named("P1", "P2", "P3")

    def test_the_prompt_opens_and_produces(self):
        order = self._order(2)
        units = self._open(order.button_mark_done(), "produced")
        self.assertEqual(units.serial_unit_count, 2)
        self.assertEqual(self._enter(units, "CAR1*2"), {"CAR1": "assigned", "CAR2": "assigned"})
        self.assertEqual(units.serial_validate_label, "Produce 2")
        self.assertFalse(self._serials(self.car))
        units.action_validate_serials()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.lot_producing_ids.mapped("name"), ["CAR1", "CAR2"])
        self.assertBooks(self.car, [("Stock", "CAR1", 1, 0), ("Stock", "CAR2", 1, 0)])
        self.assertBooks(self.part, [("Y1-1A", "P3", 1, 0)])
        self.assertEqual(self._serials(self.car).mapped("source"), [order.name] * 2)

    def test_a_single_unit_is_asked_for_too(self):
        order = self._order()
        units = self._open(order.button_mark_done(), "produced")
        units.enter_serials("CAR1@Y1-1B")
        self.assertTrue(order.button_mark_done())
        self.assertBooks(self.car, [("Y1-1B", "CAR1", 1, 0)])

    def test_what_was_typed_is_kept_until_the_order_is_produced(self):
        order = self._order(2)
        self._open(order.action_name_produced(), "produced").enter_serials("CAR1")
        self.assertEqual(order.produced_serials, "1 / 2")
        units = self._open(order.button_mark_done(), "produced")
        self.assertEqual(units.serial_missing_count, 1)
        units.enter_serials("CAR2")
        order.button_mark_done()
        self.assertEqual(order.lot_producing_ids.mapped("name"), ["CAR1", "CAR2"])

    def test_units_are_left_for_a_backorder(self):
        order = self._order(3)
        units = self._open(order.button_mark_done(), "produced")
        units.enter_serials("CAR1\nCAR2")
        self.assertEqual(units.serial_validate_label, "Produce 2, leave 1 for later")
        question = units.action_validate_serials()
        self.assertEqual(question["res_model"], "mrp.production.backorder")
        wizard = self.env[question["res_model"]].with_user(self.planner)
        wizard.with_context(**question["context"]).create({}).action_backorder()
        backorder = order.production_group_id.production_ids - order
        self.assertEqual((order.state, order.qty_produced), ("done", 2))
        self.assertEqual((backorder.state, backorder.product_qty), ("confirmed", 1))
        self._open(backorder.button_mark_done(), "produced").enter_serials("CAR3")
        backorder.button_mark_done()
        self.assertEqual(self._serials(self.car).mapped("name"), ["CAR1", "CAR2", "CAR3"])
        self.assertBooks(self.part, [])

    def test_nothing_is_produced_without_a_serial_number(self):
        units = self._open(self._order(2).button_mark_done(), "produced")
        with self.assertRaisesRegex(UserError, "at least one serial number"):
            units.action_validate_serials()

    def test_a_number_that_is_in_stock_is_refused(self):
        self._manufacture("CAR1")
        units = self._open(self._order().button_mark_done(), "produced")
        self.assertEqual(self._enter(units, "CAR1"), {"CAR1": "in_stock"})

    def test_required_answers_are_asked_for(self):
        question = self._new_question("Mileage", "integer", required=True)
        order = self._order()
        units = self._open(order.button_mark_done(), "produced")
        units.enter_serials("CAR1")
        self.assertEqual(units.serial_answers_missing, "Mileage is missing on CAR1.")
        self._open(units.action_validate_serials(), "produced")
        self.assertEqual(order.button_mark_done()["res_id"], units.id)
        units.serial_line_ids.serial_answers = {question.key: 7}
        units.action_validate_serials()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._serials(self.car).serial_answers.get(question.key), 7)

    def test_numbers_chosen_in_odoos_own_form_count(self):
        order = self._order(2)
        chosen = self.env["stock.lot"].create(
            [{"name": f"CAR{number}", "product_id": self.car.id} for number in (1, 2)]
        )
        order.lot_producing_ids = chosen
        order.qty_producing = 2
        order.set_qty_producing()
        self.assertTrue(order.button_mark_done())
        self.assertEqual(order.state, "done")
        self.assertBooks(self.car, [("Stock", "CAR1", 1, 0), ("Stock", "CAR2", 1, 0)])

    def test_a_number_removed_from_the_order_leaves_its_unit(self):
        order = self._order(2)
        first = self.env["stock.lot"].create({"name": "CAR1", "product_id": self.car.id})
        order.lot_producing_ids = first
        units = self._open(order.button_mark_done(), "produced")
        self.assertEqual(units.serial_line_ids.lot_id, first)
        order.lot_producing_ids = [Command.clear()]
        self.assertEqual(units.serial_missing_count, 2)

    def test_several_orders_share_the_prompt(self):
        orders = self._order() | self._order()
        units = self._open(orders.button_mark_done(), "produced")
        units.enter_serials("CAR1*2")
        units.action_validate_serials()
        self.assertEqual(orders.mapped("state"), ["done", "done"])
        self.assertEqual(orders.lot_producing_ids.mapped("name"), ["CAR1", "CAR2"])

    def test_by_products_are_named_too(self):
        scrap = self._new_part("Core", True)
        order = self._order()
        order.move_byproduct_ids = [Command.create({"product_id": scrap.id, "product_uom_qty": 2})]
        units = self._open(order.button_mark_done(), "produced")
        units.enter_serials("CAR1", self.car.id)
        units.enter_serials("CORE1*2", scrap.id)
        units.action_validate_serials()
        self.assertEqual(order.state, "done")
        self.assertBooks(scrap, [("Stock", "CORE1", 1, 0), ("Stock", "CORE2", 1, 0)])

    def test_warehouse_users_do_not_produce(self):
        order = self._order()
        units = self._open(order.button_mark_done(), "produced")
        with self.assertRaises(AccessError):
            order.with_user(self.clerk).action_name_produced()
        with self.assertRaises(AccessError):
            units.with_user(self.clerk).enter_serials("CAR1")

    def test_a_canceled_order_takes_no_serial_numbers(self):
        order = self._order()
        units = self._open(order.button_mark_done(), "produced")
        units.enter_serials("CAR1")
        order.action_cancel()
        with self.assertRaisesRegex(UserError, "done or cancelled"):
            units.enter_serials("CAR2")

    def test_the_queries_of_entering_do_not_grow_with_the_units(self):
        self.assertEnteringScales(
            lambda units: self._open(self._order(units).action_name_produced(), "produced")
        )
