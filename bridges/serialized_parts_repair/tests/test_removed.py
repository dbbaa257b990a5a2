from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RepairCase


@tagged("post_install", "-at_install")
class TestRemoved(RepairCase):
    """The parts that a repair order removes or recycles get their serial numbers in the prompt."""

    def test_the_prompt_opens_and_ends_the_repair(self):
        order = self._order(("recycle", 2))
        self.assertEqual(order.recycled_serials, "0 / 2")
        units = self._open(order.action_repair_end(), "recycle")
        self.assertEqual(units.serial_unit_count, 2)
        self.assertEqual(self._enter(units, "OLD1*2"), {"OLD1": "assigned", "OLD2": "assigned"})
        self.assertEqual(units.serial_validate_label, "Recycle 2")
        self.assertFalse(self._serials(self.part))
        self.assertIs(units.action_validate_serials(), True)
        self.assertEqual(order.state, "done")
        self.assertBooks(self.part, [("Stock", "OLD1", 1, 0), ("Stock", "OLD2", 1, 0)])
        self.assertEqual(self._serials(self.part).mapped("source"), [order.name] * 2)

    def test_a_recycled_part_goes_into_the_scanned_bin(self):
        order = self._order(("recycle", 1))
        self._open(order.action_name_recycled(), "recycle").enter_serials("OLD1@Y1-1B")
        self.assertIs(order.action_repair_end(), True)
        self.assertBooks(self.part, [("Y1-1B", "OLD1", 1, 0)])

    def test_a_part_that_was_built_in_comes_out_again(self):
        self._receive_named("P1")
        self._order(("add", 1)).action_repair_end()
        self._put_in_stock(self.car, 1, self.bin_c)
        order = self._order(("remove", 1))
        units = self._open(order.action_repair_end(), "remove")
        self.assertEqual(self._enter(units, "P1"), {"P1": "known"})
        units.action_validate_serials()
        self.assertEqual(order.move_ids.lot_ids, self._serial("P1"))
        self.assertEqual(self._serial("P1").used_on, order.name)
        self.assertEqual(self._serial("P1").location_id, order.parts_location_id)

    def test_a_part_that_is_in_stock_was_not_removed(self):
        self._receive_named("P1")
        units = self._open(self._order(("remove", 1)).action_name_removed(), "remove")
        self.assertEqual(self._enter(units, "P1"), {"P1": "in_stock"})

    def test_required_answers_are_asked_for(self):
        question = self._new_question("Mileage", "integer", required=True)
        order = self._order(("recycle", 1))
        units = self._open(order.action_repair_end(), "recycle")
        units.enter_serials("OLD1")
        self._open(units.action_validate_serials(), "recycle")
        self.assertEqual(order.action_repair_end()["res_id"], units.id)
        units.serial_line_ids.serial_answers = {question.key: 7}
        units.action_validate_serials()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._serial("OLD1").serial_answers.get(question.key), 7)

    def test_a_number_chosen_in_odoos_own_dialog_counts(self):
        order = self._order(("recycle", 1))
        order.move_ids.move_line_ids.lot_name = "OLD1"
        self.assertIs(order.action_repair_end(), True)
        self.assertBooks(self.part, [("Stock", "OLD1", 1, 0)])

    def test_a_number_typed_in_odoos_own_dialog_is_checked(self):
        self._receive_named("P1")
        order = self._order(("recycle", 1))
        order.move_ids.move_line_ids.lot_name = "P1"
        with self.assertRaisesRegex(UserError, "P1: is already in stock"):
            order.action_repair_end()

    def test_units_are_left_out(self):
        order = self._order(("remove", 2))
        order.move_ids.picked = True
        units = self._open(order.action_repair_end(), "remove")
        units.enter_serials("OLD1")
        self.assertEqual(units.serial_validate_label, "Remove 1, leave out 1")
        units.action_validate_serials()
        self.assertEqual((order.state, order.move_ids.quantity), ("done", 1))

    def test_nothing_is_removed_without_a_serial_number(self):
        order = self._order(("remove", 1))
        units = self._open(order.action_repair_end(), "remove")
        with self.assertRaisesRegex(UserError, "at least one serial number"):
            units.action_validate_serials()
        self.assertEqual(order.state, "under_repair")

    def test_the_queries_of_entering_do_not_grow_with_the_units(self):
        self.assertEnteringScales(
            lambda units: self._open(
                self._order(("recycle", units)).action_name_recycled(), "recycle"
            )
        )
