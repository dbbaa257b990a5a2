from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestEnterSerials(SerialCase):
    """The entry box: stock.picking.enter_serials."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def test_serials_go_to_the_next_units(self):
        receipt = self._receipt(5)
        outcome = receipt.enter_serials("SN001\nSN002")
        self.assertEqual(outcome["missing"], 3)
        self.assertEqual(outcome["product_id"], self.part.id)
        self.assertFalse(outcome["location_id"])
        self.assertEqual(
            [(entry["text"], entry["serial"], entry["status"]) for entry in outcome["entries"]],
            [("SN001", "SN001", "assigned"), ("SN002", "SN002", "assigned")],
        )
        lines = receipt.move_line_ids.sorted("id")
        self.assertEqual([entry["line_id"] for entry in outcome["entries"]], lines[:2].ids)
        self.assertEqual(lines.mapped("lot_name"), ["SN001", "SN002", False, False, False])

    def test_the_example_two_bins_in_one_text(self):
        receipt = self._receipt(5)
        outcome = receipt.enter_serials("SN004..SN005@Y1-1A\nBIN-Y1-1B\nSN006*3")
        self.assertEqual(outcome["missing"], 0)
        self.assertEqual(outcome["location_id"], self.bin_b.id)
        self.assertEqual(
            receipt.move_line_ids.sorted("id").mapped(
                lambda line: (line.lot_name, line.location_dest_id.name)
            ),
            [
                ("SN004", "Y1-1A"),
                ("SN005", "Y1-1A"),
                ("SN006", "Y1-1B"),
                ("SN007", "Y1-1B"),
                ("SN008", "Y1-1B"),
            ],
        )

    def test_each_entry_gets_its_verdict_and_good_ones_are_kept(self):
        self._put_in_stock(self.part, 1, self.bin_c, lot_id=self._lot("OLD1"))
        self._lot("GONE1")
        receipt = self._receipt(3)
        statuses = self._enter(
            receipt, "OLD1\nGONE1\nSN1\nSN1\nSN9..SN2\nY1-1B\nALT-1\nSN2@Nowhere\nSN3\nSN4"
        )
        self.assertEqual(
            statuses,
            {
                "OLD1": "in_stock",
                "GONE1": "known",
                "SN1": "duplicate",
                "SN9..SN2": "invalid",
                "Y1-1B": "location",
                "ALT-1": "product",
                "SN2@Nowhere": "invalid",
                "SN3": "assigned",
                "SN4": "surplus",
            },
        )
        self.assertEqual(
            receipt.move_line_ids.sorted("id").mapped("lot_name"), ["GONE1", "SN1", "SN3"]
        )

    def test_messages_name_where(self):
        self._put_in_stock(self.part, 1, self.bin_c, lot_id=self._lot("OLD1"))
        receipt = self._receipt(2)
        outcome = receipt.enter_serials("OLD1\nSN1@Y1-1A\nSN1\nSN2@R9")
        messages = [entry["message"] for entry in outcome["entries"]]
        self.assertIn("Y1-1C", messages[0])
        self.assertIn("Y1-1A", messages[2])
        self.assertIn("R9", messages[3])

    def test_a_refused_number_of_a_range_leaves_the_others(self):
        self._put_in_stock(self.part, 1, self.bin_c, lot_id=self._lot("SN2"))
        receipt = self._receipt(2)
        self.assertEqual(
            self._enter(receipt, "SN1..SN3"),
            {"SN1": "assigned", "SN2": "in_stock", "SN3": "assigned"},
        )

    def test_a_serial_of_the_part_is_not_a_location(self):
        self._lot("Y1-1A")
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, "Y1-1A"), {"Y1-1A": "known"})

    def test_a_name_of_two_bins_is_not_guessed(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock.id})
        self.env["stock.location"].create({"name": "Y1-1A", "location_id": shelf.id})
        receipt = self._receipt(1)
        outcome = receipt.enter_serials("Y1-1A\nSN1@Y1-1A")
        self.assertEqual([e["status"] for e in outcome["entries"]], ["invalid", "invalid"])
        self.assertIn("Several bins", outcome["entries"][0]["message"])
        self.assertEqual(self._enter(receipt, "SN1@BIN-Y1-1A"), {"SN1": "assigned"})

    def test_a_product_barcode_switches_the_part(self):
        engine = self._new_part("Engine", True, barcode="ENG-1")
        other = self._new_part("Phone", True, barcode="PHO-1")
        receipt = self._receipt(1)
        receipt.move_ids.copy({"product_id": engine.id, "picking_id": receipt.id})
        receipt.action_confirm()
        outcome = receipt.enter_serials("ENG-1\nE1\nALT-1\nA1\nPHO-1")
        self.assertEqual(
            [entry["status"] for entry in outcome["entries"]],
            ["product", "assigned", "product", "assigned", "invalid"],
        )
        by_part = {line.product_id: line.lot_name for line in receipt.move_line_ids}
        self.assertEqual(by_part, {engine: "E1", self.part: "A1"})
        with self.assertRaisesRegex(UserError, "part has no unit"):
            receipt.enter_serials("X1", product_id=other.id)

    def test_the_same_serial_of_two_parts_is_two_serials(self):
        engine = self._new_part("Engine", True)
        receipt = self._receipt(1)
        receipt.move_ids.copy({"product_id": engine.id, "picking_id": receipt.id})
        receipt.action_confirm()
        self.assertEqual(self._enter(receipt, "1", product_id=engine.id), {"1": "assigned"})
        self.assertEqual(self._enter(receipt, "1", product_id=self.part.id), {"1": "assigned"})

    def test_a_bin_elsewhere_is_refused(self):
        receipt = self._receipt(1)
        elsewhere = self.env.ref("stock.stock_location_customers")
        with self.assertRaisesRegex(UserError, "isn't part of"):
            receipt.enter_serials("SN1", location_id=elsewhere.id)

    def test_over_the_limit_nothing_hangs(self):
        receipt = self._receipt(1)
        self.assertEqual(
            self._enter(receipt, "1..999999999999\nSN1"),
            {"1..999999999999": "invalid", "SN1": "assigned"},
        )

    def test_a_receipt_made_before_the_box_was_ticked_is_split_into_units(self):
        engine = self._new_part("Engine")
        receipt = self._receipt(3, engine)
        self.assertEqual(receipt.move_line_ids.mapped("quantity"), [3])
        self._tick(engine)
        self.assertEqual(receipt.enter_serials("E1*3")["missing"], 0)
        self.assertEqual(receipt.move_line_ids.mapped("quantity"), [1, 1, 1])

    def test_done_and_cancelled_transfers_are_closed(self):
        receipt = self._receipt(1)
        receipt.action_cancel()
        with self.assertRaisesRegex(UserError, "done or cancelled"):
            receipt.enter_serials("SN1")

    def test_only_warehouse_users_enter_serials(self):
        receipt = self._receipt(1)
        for user in (self.buyer, self.employee):
            with self.assertRaises(AccessError):
                receipt.with_user(user).enter_serials("SN1")
        self.assertFalse(receipt.move_line_ids.lot_name)

    def test_queries_do_not_grow_with_the_entries(self):
        def count_queries(units):
            receipt = self._receipt(units)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            outcome = receipt.enter_serials(f"Q{units}-0001*{units}@Y1-1A")
            self.env.flush_all()
            self.assertEqual(outcome["missing"], 0)
            return self.env.cr.sql_log_count - before

        count_queries(1)
        self.assertLessEqual(count_queries(50) - count_queries(2), 3)

    def _lot(self, name):
        return self.env["stock.lot"].create({"name": name, "product_id": self.part.id})
