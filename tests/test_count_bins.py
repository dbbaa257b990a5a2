from odoo.exceptions import UserError
from odoo.tests import tagged

from .count_case import CountCase


@tagged("post_install", "-at_install")
class TestCountBins(CountCase):
    """What closing a bin finds missing, and how accurate it is."""

    def setUp(self):
        super().setUp()
        self._scan("Y1-1A")
        self.counted_bin = self.count.current_bin_id

    def test_what_was_not_seen_is_missing(self):
        self._scan("SN1\nSN3\nSN9")
        self._close()
        self.assertEqual(self._line("SN2").status, "missing")
        self.assertEqual(self._line("SN2").expected_location_id, self.bin_a)
        self.assertRecordValues(
            self.counted_bin,
            [
                {
                    "state": "closed",
                    "user_id": self.clerk.id,
                    "expected_count": 2,
                    "found_count": 1,
                    "missing_count": 1,
                    "misplaced_count": 1,
                    "accuracy": 25,
                }
            ],
        )
        self.assertFalse(self.count.current_bin_id)

    def test_all_right(self):
        self._scan("SN1\nSN2")
        self._close()
        self.assertEqual((self.counted_bin.accuracy, self.counted_bin.missing_count), (100, 0))

    def test_an_empty_bin(self):
        self._scan("Y1-1C")
        counted_bin = self.count.current_bin_id
        self._close()
        self.assertEqual((counted_bin.accuracy, counted_bin.expected_count), (100, 0))

    def test_what_was_seen_elsewhere_is_not_missing(self):
        self._scan("Y1-1B\nSN1\nY1-1A\nSN2")
        self._close()
        self.assertEqual(self._line("SN1").status, "misplaced")
        self.assertEqual((self.counted_bin.missing_count, self.counted_bin.accuracy), (0, 50))

    def test_what_is_missing_is_found_in_a_later_bin(self):
        self._scan("SN1")
        self._close()
        self._scan("Y1-1B\nSN2")
        self.assertEqual(self._line("SN2").status, "misplaced")
        self.assertEqual(self.counted_bin.missing_count, 0)
        self.assertEqual(self.counted_bin.accuracy, 50)

    def test_a_missing_unit_that_is_reserved(self):
        picking = self._deliver(self.part, 1)
        self._close()
        self.assertEqual(self._line("SN1").message, f"Reserved for {picking.name}.")

    def test_parts_without_serial_numbers(self):
        self._put_in_stock(self.bolt, 12, self.bin_a)
        nut = self._new_part("Nut", default_code="NUT")
        self._put_in_stock(nut, 5, self.bin_a)
        self._scan("SN1..SN2\nBOLT-1*4")
        self._close()
        self.assertRecordValues(
            self._line("BOLT-1") | self._line("NUT"),
            [
                {"status": "here", "quantity": 4, "expected_quantity": 12},
                {"status": "missing", "quantity": 0, "expected_quantity": 5},
            ],
        )
        self.assertEqual((self.counted_bin.expected_count, self.counted_bin.accuracy), (4, 50))

    def test_a_closed_bin_is_not_scanned(self):
        self._close()
        [row] = self.count.scan("Y1-1A")
        self.assertEqual(row["status"], "invalid")
        self.assertIn(f"is closed: {self.clerk.name} counted it", row["message"])

    def test_a_closed_bin_is_reopened(self):
        self._scan("SN1")
        self._close()
        self.counted_bin.action_reopen()
        self.assertEqual(self.counted_bin.state, "open")
        self.assertFalse(self.count.line_ids.filtered(lambda line: line.status == "missing"))
        self._scan("Y1-1A\nSN2")
        self._close()
        self.assertEqual(self.counted_bin.accuracy, 100)

    def test_closing_without_a_bin(self):
        self._close()
        with self.assertRaisesRegex(UserError, "Scan the bin first"):
            self._close()

    def test_a_blind_count_shows_nothing_expected(self):
        count = self._count(is_blind=True)
        self._put_in_stock(self.bolt, 12, self.bin_a)
        self._scan("Y1-1A\nSN1\nBOLT-1*4", count)
        counted_bin = count.current_bin_id
        self.assertEqual(counted_bin.expected_count, 0)
        self.assertEqual(set(count.line_ids.mapped("expected_quantity")), {0})
        counted_bin.action_close()
        self.assertEqual(counted_bin.expected_count, 3)
        counted_bin.action_reopen()
        self.assertEqual(counted_bin.expected_count, 0)
        self.assertEqual(set(count.line_ids.mapped("expected_quantity")), {0})

    def test_what_is_expected_is_shown_at_once(self):
        self.assertEqual(self.counted_bin.expected_count, 2)

    def test_a_decision_fits_its_line(self):
        self._scan("SN1\nSN3")
        self._close()
        lines = self.count.line_ids
        lines.action_move_here()
        lines.action_to_missing()
        self.assertEqual(self._line("SN1").resolution, "none")
        self.assertEqual(self._line("SN2").resolution, "to_missing")
        self.assertEqual(self._line("SN3").resolution, "move_here")
        with self.assertRaisesRegex(UserError, "isn't possible for SN1"):
            self._line("SN1").resolution = "write_off"
        lines.action_leave()
        self.assertEqual(set(lines.mapped("resolution")), {"none"})

    def test_queries_dont_grow_with_what_is_missing(self):
        self._receive_named(*(f"Q{number:03}" for number in range(50)), location=self.bin_c)
        self._close()
        counts = []
        for name in ("Y1-1B", "Y1-1C"):
            self._scan(name)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._close()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 10, counts)
