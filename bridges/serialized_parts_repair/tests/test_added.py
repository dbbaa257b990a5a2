from odoo.tests import tagged

from .common import RepairCase


@tagged("post_install", "-at_install")
class TestAdded(RepairCase):
    """The parts that a repair order adds are scanned, or get their serial numbers, in the prompt."""

    def test_a_reserved_part_is_scanned(self):
        self._receive_named("P1", "P2")
        order = self._order(("add", 1))
        self.assertEqual(order.added_serials, "1 / 1")
        self.assertFalse(order.removed_serials)
        units = self._open(order.action_scan_added(), "add")
        reserved = units.serial_line_ids.lot_id.name
        self.assertEqual(self._enter(units, reserved), {reserved: "picked"})
        self.assertEqual(units.serial_scanned_count, 1)

    def test_another_part_is_scanned_instead(self):
        self._receive_named("P1", "P2")
        order = self._order(("add", 1))
        units = self._open(order.action_scan_added(), "add")
        [other] = {"P1", "P2"} - {units.serial_line_ids.lot_id.name}
        units.enter_serials(other)
        self.assertIs(order.action_repair_end(), True)
        self.assertEqual(order.state, "done")
        self.assertEqual(order.move_ids.lot_ids.name, other)
        self.assertEqual(self._serial(other).used_on, order.name)

    def test_what_is_reserved_is_added_without_a_question(self):
        self._receive_named("P1")
        order = self._order(("add", 1))
        self.assertIs(order.action_repair_end(), True)
        self.assertBooks(self.part, [])
        self.assertEqual(self._serial("P1").used_on, order.name)

    def test_parts_without_a_serial_number_are_asked_for(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        order = self._order(("add", 2))
        units = self._open(order.action_repair_end(), "add")
        self.assertEqual((order.state, units.serial_missing_count), ("under_repair", 2))
        units.enter_serials("P1*2")
        self.assertEqual(units.serial_validate_label, "Add 2")
        self.assertIs(units.action_validate_serials(), True)
        self.assertEqual(order.state, "done")
        self.assertBooks(self.part, [])
        self.assertEqual(self._serials(self.part).mapped("source"), [order.name] * 2)

    def test_a_part_that_is_not_there_is_refused(self):
        self._receive_named("P1")
        units = self._open(self._order(("add", 1)).action_scan_added(), "add")
        self.assertEqual(self._enter(units, "P9"), {"P9": "invalid"})

    def test_whoever_scans_some_is_asked_about_the_others(self):
        self._receive_named("P1", "P2")
        order = self._order(("add", 2))
        self._open(order.action_scan_added(), "add").enter_serials("P1")
        units = self._open(order.action_repair_end(), "add")
        self.assertEqual(units.serial_validate_label, "Add 1, leave out 1")
        units.action_validate_serials()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.move_ids.lot_ids.name, "P1")
        self.assertBooks(self.part, [("Y1-1A", "P2", 1, 0)])

    def test_scanning_leaves_out_no_other_part(self):
        bolt, pump = self._new_part("Bolt"), self._new_part("Pump", True)
        self._put_in_stock(bolt, 4, self.bin_a)
        self._receive_named("P1")
        order = self._order(("add", 1), ("add", 4, bolt), ("recycle", 1, pump))
        self._open(order.action_scan_added(), "add").enter_serials("P1")
        self._open(order.action_repair_end(), "recycle").enter_serials("OLD1")
        self.assertIs(order.action_repair_end(), True)
        self.assertEqual(order.move_ids.mapped("state"), ["done"] * 3)
        self.assertBooks(bolt, [])

    def test_parts_that_people_picked_alone_are_done(self):
        bolt = self._new_part("Bolt")
        self._put_in_stock(bolt, 4, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_a)
        order = self._order(("add", 1), ("add", 4, bolt))
        bolts = order.move_ids.filtered(lambda move: move.product_id == bolt)
        bolts.picked = True
        self.assertIs(order.action_repair_end(), True)
        self.assertEqual((order.move_ids - bolts).state, "cancel")
        self.assertBooks(self.part, [("Y1-1A", "", 1, 0)])

    def test_odoos_own_field_counts(self):
        self._receive_named("P1", "P2")
        order = self._order(("add", 1))
        order.move_ids.lot_ids = self._serial("P2")
        self.assertIs(order.action_repair_end(), True)
        self.assertBooks(self.part, [("Y1-1A", "P1", 1, 0)])

    def test_what_was_typed_waits_where_the_order_is_unreserved(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        order = self._order(("add", 1))
        units = self._open(order.action_scan_added(), "add")
        units.serial_line_ids.lot_name = "P1"
        order.action_unreserve()
        [row] = units.serial_entry_refused
        self.assertEqual(row["name"], "P1")
        order.action_assign()
        self.assertFalse(units.serial_entry_refused)
        self.assertEqual(units.serial_line_ids.lot_name, "P1")
