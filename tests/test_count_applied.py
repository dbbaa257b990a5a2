from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .count_case import CountCase


@tagged("post_install", "-at_install")
class TestCountApplied(CountCase):
    """What applying a count does to the stock, its value, and the history of units."""

    def _apply(self, count=None):
        (count or self.count).with_user(self.boss).action_apply()

    def _count_bin(self, text, resolve, count=None):
        """Count a bin: scan *text*, close the bin, and call the button *resolve* on all lines."""
        count = count or self.count
        self._scan(text, count)
        self._close(count)
        getattr(count.line_ids, resolve)()

    def test_a_misplaced_unit_is_moved_here(self):
        self._count_bin("Y1-1A\nSN1\nSN2\nSN3", "action_move_here")
        self._apply()
        self.assertBooks(self.part, [("Y1-1A", f"SN{number}", 1, 0) for number in (1, 2, 3)])
        self.assertEqual(self.count.state, "done")
        self.assertEqual(self._serial("SN3").used_on, self.count.name)
        move = self.env["stock.move"].search([("serial_count_id", "=", self.count.id)])
        self.assertEqual(move.reference, f"{self.count.name}: relocated")
        action = self._serial("SN3").with_user(self.clerk).action_open_used_on()
        self.assertEqual((action["res_model"], action["res_id"]), ("serial.count", self.count.id))

    def test_nothing_moves_before(self):
        self._count_bin("Y1-1A\nSN3", "action_move_here")
        self._line("SN1").action_write_off()
        self.assertBooks(
            self.part,
            [("Y1-1A", "SN1", 1, 0), ("Y1-1A", "SN2", 1, 0), ("Y1-1B", "SN3", 1, 0)],
        )

    def test_what_is_missing_is_moved_and_found_again(self):
        self._count_bin("Y1-1A\nSN1", "action_to_missing")
        self._apply()
        self.assertBooks(
            self.part,
            [("Missing", "SN2", 1, 0), ("Y1-1A", "SN1", 1, 0), ("Y1-1B", "SN3", 1, 0)],
        )
        missing = self.warehouse.serial_missing_location_id
        self.assertFalse(missing._child_of(self.stock))
        serial = self._serial("SN2").with_user(self.clerk)
        self.assertEqual((serial.unit_state, serial.unit_status), ("missing", "Missing"))
        later = self._count()
        self._scan("Y1-1C\nSN2", later)
        self.assertRecordValues(
            later.line_ids, [{"status": "misplaced", "resolution": "move_here"}]
        )
        self._close(later)
        self._apply(later)
        self.assertBooks(
            self.part,
            [("Y1-1A", "SN1", 1, 0), ("Y1-1B", "SN3", 1, 0), ("Y1-1C", "SN2", 1, 0)],
        )
        self.assertEqual(serial.unit_state, "in_stock")

    def test_the_missing_location_is_no_bin(self):
        self._count_bin("Y1-1A\nSN1", "action_to_missing")
        self._apply()
        [row] = self._count().scan("WH/Missing")
        self.assertEqual(row["status"], "invalid")

    def test_what_is_missing_is_written_off_and_found_again(self):
        self._count_bin("Y1-1A\nSN1", "action_write_off")
        self._apply()
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 0), ("Y1-1B", "SN3", 1, 0)])
        self.assertEqual(self._serial("SN2").used_on, self.count.name)
        later = self._count()
        self._count_bin("Y1-1C\nSN2", "action_move_here", later)
        self._apply(later)
        self.assertBooks(
            self.part,
            [("Y1-1A", "SN1", 1, 0), ("Y1-1B", "SN3", 1, 0), ("Y1-1C", "SN2", 1, 0)],
        )

    def test_a_sold_unit_is_brought_back(self):
        self._deliver(self.part, 1).button_validate()
        self._count_bin("Y1-1A\nSN1\nSN2", "action_move_here")
        self._apply()
        self.assertBooks(
            self.part,
            [("Y1-1A", "SN1", 1, 0), ("Y1-1A", "SN2", 1, 0), ("Y1-1B", "SN3", 1, 0)],
        )
        self._deliver(self.part, 3).button_validate()
        self.assertEqual(self._serial("SN1").unit_state, "delivered")

    def test_a_reserved_unit_that_is_missing(self):
        picking = self._deliver(self.part, 1)
        self.assertEqual(picking.move_line_ids.lot_id.name, "SN1")
        self._count_bin("Y1-1A\nSN2", "action_to_missing")
        self._apply()
        self.assertBooks(
            self.part,
            [("Missing", "SN1", 1, 0), ("Y1-1A", "SN2", 1, 1), ("Y1-1B", "SN3", 1, 0)],
        )
        self.assertIn("its reservation was removed", picking.message_ids[0].body)

    def test_a_reserved_unit_that_is_found_elsewhere(self):
        picking = self._deliver(self.part, 1)
        self._count_bin("Y1-1B\nSN1\nSN3", "action_move_here")
        self._apply()
        on_hand = self._on_hand(self.part)
        self.assertEqual(sum(reserved for *_where, reserved in on_hand), 1)
        self.assertEqual(self._serial("SN1").location_id, self.bin_b)
        self.assertIn("was found in WH/Stock/Y1-1B", picking.message_ids[0].body)

    def test_a_package_moves_with_all_its_units_only(self):
        package = self.env["stock.package"].create({"name": "PACK1"})
        quants = self._serial("SN1").quant_ids | self._serial("SN2").quant_ids
        quants.filtered(lambda quant: quant.quantity > 0).move_quants(package_dest_id=package)
        self._count_bin("Y1-1B\nSN1\nSN3", "action_move_here")
        self._apply()
        self.assertEqual(package.quant_ids.lot_id.name, "SN2")
        self.assertEqual(self._serial("SN1").location_id, self.bin_b)
        later = self._count()
        self._count_bin("Y1-1C\nSN2", "action_move_here", later)
        self._apply(later)
        self.assertEqual(package.quant_ids.location_id, self.bin_c)

    def test_a_picked_unit_stays(self):
        picking = self._deliver(self.part, 1)
        picking.move_line_ids.picked = True
        self._count_bin("Y1-1A\nSN2", "action_write_off")
        self._apply()
        self.assertIn(f"is picked for {picking.name}", self._line("SN1").message)
        self.assertEqual(picking.move_line_ids.lot_id.name, "SN1")
        self.assertEqual(self._on_hand(self.part)[0], ("Y1-1A", "SN1", 1, 1))

    def test_a_unit_that_moved_meanwhile_is_skipped(self):
        self._count_bin("Y1-1A\nSN2\nSN3", "action_move_here")
        self._line("SN1").action_write_off()
        self._serial("SN3").with_user(self.clerk).location_id = self.bin_c
        self._deliver(self.part, 1).button_validate()
        self._apply()
        self.assertBooks(self.part, [("Y1-1A", "SN2", 1, 0), ("Y1-1C", "SN3", 1, 0)])
        self.assertIn("it is in WH/Stock/Y1-1C now", self._line("SN3").message)
        self.assertIn("moved meanwhile: Delivered", self._line("SN1").message)
        self.assertIn("SN3: moved meanwhile", self.count.message_ids[0].body)

    def test_the_others_are_applied(self):
        self._count_bin("Y1-1A\nSN1\nSN3", "action_move_here")
        self._line("SN2").action_write_off()
        self._serial("SN3").with_user(self.clerk).location_id = self.bin_c
        self._apply()
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 0), ("Y1-1C", "SN3", 1, 0)])

    def test_one_that_odoo_refuses_doesnt_stop_the_others(self):
        self._count_bin("Y1-1A\nSN3", "action_move_here")
        (self._line("SN1") | self._line("SN2")).action_write_off()
        serial = self._serial("SN1")
        self.patch(
            self.env.registry["stock.quant"],
            "_apply_inventory",
            _refuse(self.env.registry["stock.quant"]._apply_inventory, serial.id),
        )
        self._apply()
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 0), ("Y1-1A", "SN3", 1, 0)])
        self.assertEqual(self._line("SN1").message, "Not this one")

    def test_parts_without_serial_numbers(self):
        self._put_in_stock(self.bolt, 12, self.bin_a)
        self._count_bin("Y1-1A\nSN1..SN2\nBOLT-1*4\nBOLT-1*3@Y1-1B", "action_leave")
        self._scan("Y1-1B\nSN3")
        self._close()
        self._apply()
        self.assertBooks(self.bolt, [("Y1-1A", "", 4, 0), ("Y1-1B", "", 3, 0)])

    def test_a_part_that_was_not_counted_stays(self):
        self._put_in_stock(self.bolt, 12, self.bin_a)
        self._count_bin("Y1-1A\nSN1..SN2", "action_leave")
        self._apply()
        self.assertBooks(self.bolt, [("Y1-1A", "", 12, 0)])

    def test_a_part_that_was_not_counted_is_written_off(self):
        self._put_in_stock(self.bolt, 12, self.bin_a)
        self._count_bin("Y1-1A\nSN1..SN2", "action_write_off")
        self._apply()
        self.assertBooks(self.bolt, [])

    def test_a_quantity_that_changed_meanwhile_is_skipped(self):
        self._put_in_stock(self.bolt, 12, self.bin_a)
        self._count_bin("Y1-1A\nSN1..SN2\nBOLT-1*4", "action_leave")
        self._put_in_stock(self.bolt, -2, self.bin_a)
        self._apply()
        self.assertBooks(self.bolt, [("Y1-1A", "", 10, 0)])
        self.assertIn("changed meanwhile from 12 to 10", self._line("BOLT-1").message)

    def test_an_open_bin_is_closed_first(self):
        self._scan("Y1-1A\nSN1")
        with self.assertRaisesRegex(UserError, "Y1-1A is still being counted"):
            self._apply()

    def test_only_managers_apply(self):
        self._count_bin("Y1-1A\nSN1..SN2", "action_leave")
        with self.assertRaises(AccessError):
            self.count.action_apply()

    def test_an_applied_count_stays_as_it_is(self):
        self._count_bin("Y1-1A\nSN1..SN3", "action_leave")
        self._apply()
        for change in (
            lambda: self.count.scan("SN1"),
            self.count.action_cancel,
            self.count.bin_ids.action_reopen,
            self._line("SN3").action_move_here,
            self._line("SN3").unlink,
            self.count.with_user(self.boss).action_apply,
            self.count.with_user(self.boss).unlink,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_a_cancelled_count_changes_nothing(self):
        self._count_bin("Y1-1A\nSN1\nSN3", "action_move_here")
        self.count.action_cancel()
        self.assertEqual(self.count.state, "cancel")
        with self.assertRaisesRegex(UserError, "is Cancelled"):
            self._apply()

    def test_a_client_cant_link_moves_to_a_count(self):
        context = {"serialized_parts_count": self.count.id}
        serial = self._serial("SN1").with_user(self.clerk).with_context(**context)
        serial.location_id = self.bin_c
        self.assertFalse(self.env["stock.move"].search([("serial_count_id", "!=", False)]))


def _refuse(apply, lot_id):
    """Return Odoo's method *apply* so that it refuses the quants of one serial number."""

    def apply_others(self, *args, **kwargs):
        if lot_id in self.lot_id.ids:
            raise UserError(self.env._("Not this one"))
        return apply(self, *args, **kwargs)

    return apply_others
