from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import RepairCase


@tagged("post_install", "-at_install")
class TestEnd(RepairCase):
    """What has to be there before a repair ends."""

    def test_each_kind_has_its_prompt(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        order = self._order(("recycle", 1), ("add", 1), ("remove", 1))
        units = self._open(order.action_repair_end(), "add")
        units.enter_serials("NEW1")
        units = self._open(units.action_validate_serials(), "remove")
        units.enter_serials("OLD1")
        units = self._open(units.action_validate_serials(), "recycle")
        units.enter_serials("OLD2")
        self.assertIs(units.action_validate_serials(), True)
        self.assertEqual(order.state, "done")
        self.assertBooks(self.part, [("Stock", "OLD2", 1, 0)])
        self.assertEqual(self._serial("OLD1").location_id, order.parts_location_id)

    def test_a_prompt_that_was_closed_leaves_out_nothing(self):
        bolt = self._new_part("Bolt")
        self._put_in_stock(bolt, 1, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_a)
        order = self._order(("add", 1), ("add", 1, bolt), ("recycle", 1))
        units = self._open(order.action_repair_end(), "add")
        units.enter_serials("NEW1")
        self._open(units.action_validate_serials(), "recycle").enter_serials("OLD1")
        self.assertIs(order.action_repair_end(), True)
        self.assertEqual(order.move_ids.mapped("state"), ["done"] * 3)
        self.assertBooks(bolt, [])

    def test_a_repair_that_was_not_started_is_not_ended(self):
        order = self._order()
        other = order.copy({"move_ids": [self._prepare_part("recycle", 1)]})
        other.action_validate()
        with self.assertRaisesRegex(UserError, "must be under repair"):
            other.action_repair_end()
        units = self._open(other.action_name_recycled(), "recycle")
        units.enter_serials("OLD1")
        with self.assertRaisesRegex(UserError, "must be under repair"):
            units.action_validate_serials()

    def test_only_end_repair_ends_it(self):
        order = self._order(("recycle", 1))
        self.assertFalse(order.action_name_recycled()["context"]["serial_repair_ending"])
        action = order.action_repair_end()
        self.assertTrue(action["context"]["serial_repair_ending"])
        units = self._open(action, "recycle")
        units.serial_entry = "OLD1"
        # What was left in the box is entered and shown first.
        again = units.action_validate_serials()
        self.assertTrue(again["context"]["serial_repair_ending"])

    def test_odoo_asks_for_the_unit_that_is_repaired(self):
        engine = self._new_part("Engine", True)
        self._receive_named("E1", product=engine)
        order = self._order(
            ("recycle", 1), product_id=engine.id, product_location_src_id=self.bin_a.id
        )
        units = self._open(order.action_repair_end(), "recycle")
        units.enter_serials("OLD1")
        with self.assertRaisesRegex(ValidationError, "product to repair"):
            units.action_validate_serials()
        order.lot_id = self._serials(engine)
        self.assertIs(order.action_repair_end(), True)
        self.assertEqual(self._serials(engine).used_on, order.name)
        order.name = "RO/RENAMED"
        self.assertEqual(self._serials(engine).used_on, "RO/RENAMED")

    def test_orders_share_the_prompt(self):
        self._put_in_stock(self.car, 1, self.bin_c)
        orders = self._order(("recycle", 1)) | self._order(("recycle", 1))
        units = self._open(orders.action_repair_end(), "recycle")
        units.enter_serials("OLD1*2")
        units.action_validate_serials()
        self.assertEqual(orders.mapped("state"), ["done", "done"])
        self.assertEqual(orders.move_ids.lot_ids.mapped("name"), ["OLD1", "OLD2"])

    def test_a_draft_has_to_be_confirmed_first(self):
        order = self._order(("recycle", 1)).copy()
        order.move_ids = [Command.clear(), self._prepare_part("recycle", 1)]
        with self.assertRaisesRegex(UserError, "confirm the repair first"):
            order.action_name_recycled()

    def test_a_canceled_order_takes_no_serial_numbers(self):
        order = self._order(("recycle", 1))
        units = self._open(order.action_name_recycled(), "recycle")
        order.action_repair_cancel()
        with self.assertRaisesRegex(UserError, "done or cancelled"):
            units.enter_serials("OLD1")

    def test_only_warehouse_users_enter(self):
        order = self._order(("recycle", 1))
        units = self._open(order.action_name_recycled(), "recycle")
        with self.assertRaises(AccessError):
            order.with_user(self.buyer).action_name_recycled()
        with self.assertRaises(AccessError):
            units.with_user(self.buyer).enter_serials("OLD1")

    def test_a_repair_gets_another_name(self):
        order = self._order(("recycle", 1))
        self._open(order.action_name_recycled(), "recycle").enter_serials("OLD1")
        order.action_repair_end()
        order.name = "RO/RENAMED"
        self.assertEqual(self._serial("OLD1").source, "RO/RENAMED")
