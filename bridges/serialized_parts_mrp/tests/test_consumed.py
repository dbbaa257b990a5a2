from odoo.tests import tagged

from .common import ManufacturingCase


@tagged("post_install", "-at_install")
class TestConsumed(ManufacturingCase):
    """The units that a manufacturing order consumes are scanned, or get their serial numbers, in the
    prompt."""

    def test_a_reserved_component_is_scanned(self):
        self._receive_named("P1", "P2")
        order = self._order()
        self.assertEqual(order.consumed_serials, "1 / 1")
        units = self._open(order.action_scan_consumed(), "consumed")
        self.assertFalse(units.serial_some_new)
        reserved = units.serial_line_ids.lot_id.name
        self.assertEqual(self._enter(units, reserved), {reserved: "picked"})
        self.assertEqual(units.serial_scanned_count, 1)

    def test_another_component_is_scanned_instead(self):
        self._receive_named("P1", "P2")
        order = self._order()
        units = self._open(order.action_scan_consumed(), "consumed")
        [other] = {"P1", "P2"} - {units.serial_line_ids.lot_id.name}
        units.enter_serials(other)
        self._open(order.button_mark_done(), "produced").enter_serials("CAR1")
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.move_raw_ids.lot_ids.name, other)
        self.assertEqual(self._serial(other).used_on, order.name)

    def test_components_without_a_serial_number_are_asked_for(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        order = self._order(2)
        self._open(order.button_mark_done(), "produced").enter_serials("CAR1*2")
        units = self._open(order.button_mark_done(), "consumed")
        self.assertEqual(units.serial_missing_count, 2)
        units.enter_serials("P1*2")
        # The column of new serial numbers stays.
        self.assertTrue(units.serial_some_new)
        self.assertEqual(units.serial_validate_label, "Consume 2")
        units.action_validate_serials()
        self.assertEqual(order.state, "done")
        self.assertBooks(self.part, [])
        self.assertEqual(self._serials(self.part).mapped("source"), [order.name] * 2)

    def test_a_component_that_is_not_there_is_refused(self):
        self._receive_named("P1")
        units = self._open(self._order().action_scan_consumed(), "consumed")
        self.assertEqual(self._enter(units, "P9"), {"P9": "invalid"})

    def test_products_without_serial_numbers(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        order = self._order(2, self._new_part("Kit"))
        units = self._open(order.button_mark_done(), "consumed")
        units.enter_serials("P1*2")
        units.action_validate_serials()
        self.assertEqual(order.state, "done")
        self.assertBooks(self.part, [])

    def test_components_that_came_later_are_asked_for(self):
        order = self._order(1, self._new_part("Kit"))
        self._put_in_stock(self.part, 1, self.bin_a)
        units = self._open(order.button_mark_done(), "consumed")
        units.enter_serials("P1")
        units.action_validate_serials()
        self.assertEqual(order.state, "done")
        self.assertBooks(self.part, [])

    def test_what_was_typed_waits_where_the_order_is_unreserved(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        order = self._order()
        units = self._open(order.action_scan_consumed(), "consumed")
        units.serial_line_ids.lot_name = "P1"
        order.do_unreserve()
        [row] = units.serial_entry_refused
        self.assertEqual(row["name"], "P1")
        order.action_assign()
        self.assertFalse(units.serial_entry_refused)
        self.assertEqual(units.serial_line_ids.lot_name, "P1")
