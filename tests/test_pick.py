from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestPick(SerialCase):
    """Scanning the units that leave, or move: the reserved ones, and others in their place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def setUp(self):
        super().setUp()
        self._receive_named("SN1", "SN2", location=self.bin_a)
        self._receive_named("SN3", "SN4", "SN5", location=self.bin_b)
        self.out = self.warehouse.out_type_id

    def _reserve(self, *names):
        """Return a delivery that has reserved the units with these serial numbers."""
        delivery = self._deliver(self.part, len(names))
        for line in delivery.move_line_ids:
            line.quantity = 0
        for line, name in zip(delivery.move_line_ids, names, strict=True):
            serial = self._serial(name)
            line.write({"lot_id": serial.id, "location_id": serial.location_id.id, "quantity": 1})
        return delivery

    def _names(self, picking):
        return sorted(picking.move_line_ids.lot_id.mapped("name"))

    def _reserved(self):
        """Return the names of the reserved serial numbers."""
        return sorted(
            name for _bin, name, _quantity, reserved in self._on_hand(self.part) if reserved
        )

    def test_a_reserved_unit_is_ticked(self):
        delivery = self._reserve("SN1", "SN2")
        self.assertEqual(set(delivery.move_line_ids.mapped("scan_state")), {"expected"})
        self.assertEqual(self._enter(delivery, "SN2"), {"SN2": "picked"})
        self.assertEqual(delivery.serial_scanned_count, 1)
        line = delivery.move_line_ids.filtered("picked")
        self.assertEqual((line.lot_id.name, line.scan_state), ("SN2", "scanned"))
        self.assertEqual(self._enter(delivery, "SN2"), {"SN2": "duplicate"})
        line.action_undo_scan()
        self.assertEqual(delivery.serial_scanned_count, 0)
        self.assertEqual(self._enter(delivery, "SN2"), {"SN2": "picked"})

    def test_what_was_scanned_is_delivered(self):
        delivery = self._reserve("SN1", "SN2", "SN3")
        delivery.enter_serials("SN1\nSN3")
        question = delivery.action_validate_serials()
        delivery.with_context(**question["context"], skip_backorder=True).button_validate()
        self.assertEqual((delivery.state, self._names(delivery)), ("done", ["SN1", "SN3"]))
        self.assertEqual(self._names(delivery.backorder_ids), ["SN2"])
        self.assertEqual(delivery.backorder_ids.move_line_ids.mapped("picked"), [False])

    def test_a_free_unit_replaces_one_that_was_not_scanned(self):
        delivery = self._reserve("SN1", "SN3")
        [row] = delivery.enter_serials("SN4")["entries"]
        self.assertEqual(row["status"], "assigned")
        self.assertIn("SN3", row["message"])
        self.assertEqual(self._names(delivery), ["SN1", "SN4"])
        self.assertEqual(self._reserved(), ["SN1", "SN4"])
        # SN3 is free again, and may come back in place of SN1.
        self.assertEqual(self._enter(delivery, "SN3"), {"SN3": "assigned"})
        self.assertEqual(self._names(delivery), ["SN3", "SN4"])
        [row] = delivery.enter_serials("SN1")["entries"]
        self.assertEqual(row["status"], "surplus")
        self.assertIn("All 2 units", row["message"])
        self.assertTrue(delivery.action_validate_serials())
        self.assertEqual(delivery.state, "done")
        self.assertBooks(
            self.part, [("Y1-1A", "SN1", 1, 0), ("Y1-1A", "SN2", 1, 0), ("Y1-1B", "SN5", 1, 0)]
        )

    def test_a_list_is_scanned_in_one_call(self):
        delivery = self._reserve("SN1", "SN3")
        statuses = self._enter(delivery, "SN4\nSN1\nSN3\nSN4")
        self.assertEqual(statuses, {"SN4": "duplicate", "SN1": "picked", "SN3": "surplus"})
        self.assertEqual(self._names(delivery), ["SN1", "SN4"])

    def test_a_unit_of_another_transfer_is_taken_after_a_question(self):
        mine, other = self._reserve("SN1"), self._reserve("SN4")
        outcome = mine.enter_in_prompt("SN4")
        [row] = outcome["entries"]
        self.assertEqual((row["status"], row["take"]), ("invalid", True))
        self.assertIn(other.name, row["message"])
        self.assertEqual(self._names(mine), ["SN1"])
        [kept] = mine.serial_entry_refused
        [row] = mine.take_reserved(kept["text"])["entries"]
        self.assertEqual(row["status"], "assigned")
        self.assertFalse(mine.serial_entry_refused)
        self.assertEqual((self._names(mine), self._names(other)), (["SN4"], ["SN1"]))
        self.assertEqual(other.move_line_ids.location_id, self.bin_a)
        self.assertEqual(self._reserved(), ["SN1", "SN4"])
        self.assertEqual(other.state, "assigned")
        self.assertRegex(other.message_ids[0].body, f"SN4 was scanned for {mine.name}.*SN1")
        with self.assertRaisesRegex(UserError, "already been answered"):
            mine.take_reserved(kept["text"])
        mine.action_validate_serials()
        other.button_validate()
        self.assertEqual((mine.state, other.state), ("done", "done"))

    def test_a_unit_that_the_other_transfer_cannot_use_is_not_given(self):
        mine = self._reserve("SN1")
        kind = self.warehouse.out_type_id
        other = self._move(self.part, 1, kind, self.bin_b, self.customer)
        other.action_assign()
        name = other.move_line_ids.lot_id.name
        mine.enter_in_prompt(name)
        mine.take_reserved(name)
        self.assertEqual(self._names(mine), [name])
        # Another unit of its own bin was free.
        self.assertEqual(other.move_line_ids.location_id, self.bin_b)
        self.assertNotEqual(other.move_line_ids.lot_id.name, name)
        self.assertIn(other.move_line_ids.lot_id.name, other.message_ids[0].body)

    def test_a_unit_is_taken_from_a_transfer_that_finds_no_other(self):
        mine = self._deliver(self.part, 1)
        mine.move_line_ids.unlink()
        others = self._reserve("SN1", "SN2", "SN3", "SN4", "SN5")
        mine.action_assign()
        self._put_in_stock(self.part, 1, self.bin_c)
        mine.action_assign()
        self.assertEqual(self._enter(mine, "SN4"), {"SN4": "invalid"})
        mine.enter_in_prompt("SN4")
        mine.take_reserved("SN4")
        self.assertEqual(self._names(mine), ["SN4"])
        self.assertEqual(self._names(others), ["SN1", "SN2", "SN3", "SN5"])
        # It reserves the unit that was given back.
        self.assertEqual(sum(others.move_line_ids.mapped("quantity")), 5)

    def test_a_unit_that_was_scanned_for_another_transfer_is_not_taken(self):
        mine, other = self._reserve("SN1"), self._reserve("SN4")
        other.enter_serials("SN4")
        [row] = mine.enter_serials("SN4")["entries"]
        self.assertEqual(row["status"], "invalid")
        self.assertNotIn("take", row)
        self.assertRegex(row["message"], f"scanned for {other.name}")

    def test_a_unit_that_left_is_named_with_where_it_went(self):
        sold = self._reserve("SN5")
        sold.partner_id = self.vendor
        sold.button_validate()
        delivery = self._reserve("SN1")
        [row] = delivery.enter_serials("SN5")["entries"]
        self.assertEqual(row["status"], "invalid")
        self.assertIn("Delivered to Salvage Lot", row["message"])
        [row] = delivery.enter_serials("SN99")["entries"]
        self.assertEqual(row["status"], "invalid")
        self.assertIn("is not known", row["message"])

    def test_parts_without_serial_numbers_go_with_what_was_scanned(self):
        bolt = self._new_part("Bolt")
        self._put_in_stock(bolt, 4, self.bin_a)
        delivery = self._reserve("SN1", "SN2")
        delivery.move_ids = [
            (
                0,
                0,
                {
                    "product_id": bolt.id,
                    "product_uom_qty": 4,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customer.id,
                },
            )
        ]
        delivery.action_confirm()
        delivery.action_assign()
        delivery.enter_serials("SN1\nSN2")
        self.assertTrue(delivery.button_validate())
        self.assertEqual(delivery.state, "done")
        self.assertEqual(delivery.move_ids.mapped("quantity"), [2, 4])

    def test_a_unit_reserved_beside_scanned_ones_is_not_taken_for_scanned(self):
        mine = self._reserve("SN1")
        other = self._move(self.part, 2, self.out, self.bin_b, self.customer)
        other.action_assign()
        scanned, taken = other.move_line_ids.lot_id.mapped("name")
        other.enter_serials(scanned)
        mine.enter_in_prompt(taken)
        mine.take_reserved(taken)
        self.assertEqual(len(other.move_line_ids), 2)
        late = other.move_line_ids.filtered(lambda line: line.lot_id.name != scanned)
        self.assertEqual((late.picked, late.scan_state), (False, "expected"))

    def test_nothing_leaves_without_its_scan_where_the_operation_type_insists(self):
        self.out.sudo().serials_must_be_scanned = True
        delivery = self._reserve("SN1", "SN2")
        self.assertEqual(delivery.button_validate()["res_id"], delivery.id)
        with self.assertRaisesRegex(UserError, "at least one serial number"):
            delivery.action_validate_serials()
        # Ticked in one of Odoo's screens, or over RPC.
        delivery.move_ids.picked = True
        skipping = delivery.with_context(skip_serial_prompt=True, skip_backorder=True)
        for validate in (skipping.button_validate, skipping._action_done):
            with self.assertRaisesRegex(UserError, "must be scanned.*SN1 and SN2"):
                validate()
        delivery.move_ids.picked = False
        delivery.enter_serials("SN2")
        question = delivery.action_validate_serials()
        delivery.with_context(**question["context"], skip_backorder=True).button_validate()
        self.assertEqual((delivery.state, self._names(delivery)), ("done", ["SN2"]))

    def test_a_scan_does_not_count_for_another_unit(self):
        self.out.sudo().serials_must_be_scanned = True
        delivery = self._reserve("SN1")
        delivery.enter_serials("SN1")
        delivery.move_line_ids.lot_id = self._serial("SN2")
        self.assertEqual(delivery.move_line_ids.scan_state, "expected")
        delivery = delivery.with_context(skip_serial_prompt=True)
        with self.assertRaisesRegex(UserError, "must be scanned"):
            delivery.button_validate()


@tagged("post_install", "-at_install")
class TestPutAway(SerialCase):
    """Scanning units and the bins that they go into."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def setUp(self):
        super().setUp()
        self._receive_named("SN1", "SN2", "SN3", "SN4", "SN5", "SN6", location=self.bin_a)
        kind = self.warehouse.int_type_id
        self.transfer = self._move(self.part, 6, kind, self.stock, self.stock)
        self.transfer.action_assign()

    def _bins(self):
        return {
            line.lot_id.name: line.location_dest_id.name for line in self.transfer.move_line_ids
        }

    def test_units_go_into_the_bin_that_is_scanned_behind_them(self):
        statuses = self._enter(self.transfer, "SN1\nSN2\nBIN-Y1-1B\nSN3\nBIN-Y1-1C")
        self.assertEqual(
            statuses,
            {
                "SN1": "picked",
                "SN2": "picked",
                "SN3": "picked",
                "BIN-Y1-1B": "location",
                "BIN-Y1-1C": "location",
            },
        )
        bins = self._bins()
        self.assertEqual(
            [bins[name] for name in ("SN1", "SN2", "SN3")], ["Y1-1B", "Y1-1B", "Y1-1C"]
        )

    def test_units_go_into_the_bin_that_was_scanned_before_them(self):
        self._enter(self.transfer, "BIN-Y1-1B\nSN1\nSN2\nBIN-Y1-1C\nSN3")
        bins = self._bins()
        self.assertEqual(
            [bins[name] for name in ("SN1", "SN2", "SN3")], ["Y1-1B", "Y1-1B", "Y1-1C"]
        )

    def test_scan_by_scan(self):
        for text in ("SN1", "SN2"):
            self.transfer.enter_in_prompt(
                text, location_id=self.transfer.serial_entry_location_id.id
            )
        waiting = self.transfer.move_line_ids.filtered(lambda line: line.scan_state == "unplaced")
        self.assertEqual(sorted(waiting.lot_id.mapped("name")), ["SN1", "SN2"])
        outcome = self.transfer.enter_in_prompt("Y1-1B")
        self.assertIn("2 units go there", outcome["entries"][0]["message"])
        self.assertFalse(outcome["location_id"])
        self.assertEqual(set(waiting.mapped("scan_state")), {"scanned"})
        self.transfer.enter_in_prompt("SN3")
        outcome = self.transfer.enter_in_prompt("Y1-1C")
        self.assertIn("1 unit goes there", outcome["entries"][0]["message"])
        bins = self._bins()
        self.assertEqual(
            [bins[name] for name in ("SN1", "SN2", "SN3")], ["Y1-1B", "Y1-1B", "Y1-1C"]
        )

    def test_somebody_elses_units_wait_for_their_own_bin(self):
        colleague = self._new_user("colleague", "stock.group_stock_user")
        self.transfer.enter_serials("SN1")
        self.transfer.with_user(colleague).enter_serials("SN2\nY1-1C")
        self.transfer.enter_serials("Y1-1B")
        bins = self._bins()
        self.assertEqual((bins["SN1"], bins["SN2"]), ("Y1-1B", "Y1-1C"))

    def test_six_units_into_three_bins(self):
        self._enter(self.transfer, "Y1-1B\nSN1\nSN2\nY1-1C\nSN3\nSN4@Y1-1B\nSN5\nSN6")
        self.assertTrue(self.transfer.action_validate_serials())
        self.assertEqual(
            [bin_name for bin_name, *_rest in self._on_hand(self.part)],
            ["Y1-1B"] * 3 + ["Y1-1C"] * 3,
        )

    def test_a_unit_of_a_source_bin(self):
        kind = self.warehouse.int_type_id
        transfer = self._move(self.part, 1, kind, self.bin_a, self.bin_b)
        self.transfer.do_unreserve()
        transfer.action_assign()
        # There is one bin to go to: it isn't asked for.
        self._enter(transfer, "SN4")
        self.assertEqual(transfer.move_line_ids.scan_state, "scanned")
