from itertools import permutations

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .two_calls import TwoCallsCase


@tagged("post_install", "-at_install")
class TestCountAtOnce(TwoCallsCase):
    """Two people count the same bin, or one applies a count while the other moves its unit."""

    def setUp(self):
        super().setUp()
        self._start_anew()

    def _start_anew(self):
        """Begin with another part, one unit of which is in a bin."""
        self.part = self._new_part("Counted", uses_serial_numbers=True)
        self.name = f"S{self.part.id}"
        self._receive_named(self.name)

    def _count(self, *scans, location=None):
        count = self.env["serial.count"].with_user(self.clerk)
        count = count.create({"product_ids": self.part.ids})
        location = location or self.bin_a
        count.scan("\n".join([location.complete_name, *scans]))
        return count

    def _settle(self, count, button):
        """Close the bin of *count*, and press *button* on its lines; return what applies it."""
        count.action_close_bin()
        getattr(count.line_ids, button)()
        return lambda env: count.with_env(env(user=self.boss.id)).action_apply()

    def _scan(self, count):
        text = f"{self.bin_a.complete_name}\n{self.name}"
        return lambda env: count.with_env(env).scan(text)

    def _close(self, count):
        counted_bin = count.bin_ids
        return lambda env: counted_bin.with_env(env).action_close()

    def _validate(self, picking):
        return lambda env: picking.with_env(env).button_validate()

    def assertOneUnit(self):
        """Assert that the unit is in one position, or in none."""
        on_hand = [quantity for _bin, _name, quantity, _reserved in self._on_hand(self.part)]
        self.assertIn(on_hand, ([], [1]))

    def assertRefused(self, error, message=""):
        self.assertIsInstance(error, UserError)
        self.assertNotIsInstance(error, ValidationError)
        self.assertIn(message, str(error))

    def test_a_count_is_applied_twice(self):
        apply = self._settle(self._count(), "action_write_off")
        first, second = self.at_once(apply, apply)
        self.assertIsNone(first)
        self.assertRefused(second, "is Applied")
        self.assertEqual(self._on_hand(self.part), [])

    def test_a_bin_is_closed_twice(self):
        count = self._count()
        first, second = self.at_once(self._close(count), self._close(count))
        self.assertIsNone(first)
        self.assertRefused(second, "is closed")
        self.assertRecordValues(count.line_ids, [{"name": self.name, "status": "missing"}])

    def test_a_unit_is_scanned_while_its_bin_is_closed(self):
        count = self._count()
        first, second = self.at_once(self._scan(count), self._close(count))
        self.assertEqual((first, second), (None, None))
        self.assertRecordValues(count.line_ids, [{"name": self.name, "status": "here"}])
        self.assertEqual(count.bin_ids.state, "closed")
        self.assertEqual((count.bin_ids.found_count, count.bin_ids.missing_count), (1, 0))

    def test_a_bin_is_closed_while_a_unit_is_scanned_in_it(self):
        count = self._count()
        first, second = self.at_once(self._close(count), self._scan(count))
        self.assertEqual((first, second), (None, None))
        self.assertRecordValues(count.line_ids, [{"name": self.name, "status": "missing"}])

    def test_two_people_scan_a_unit(self):
        count = self._count()
        scan = self._scan(count)
        self.assertEqual(self.at_once(scan, scan), (None, None))
        self.assertRecordValues(count.line_ids, [{"name": self.name, "status": "here"}])

    def test_a_count_is_applied_while_its_unit_is_delivered(self):
        for button, location in (
            ("action_to_missing", self.bin_a),
            ("action_write_off", self.bin_a),
            ("action_move_here", self.bin_b),
        ):
            for is_first in (True, False):
                with self.subTest(button, is_first=is_first):
                    self._start_anew()
                    scans = [self.name] if location == self.bin_b else []
                    count = self._count(*scans, location=location)
                    apply = self._settle(count, button)
                    deliver = self._validate(self._deliver(self.part, 1))
                    calls = (apply, deliver) if is_first else (deliver, apply)
                    first, _second = self.at_once(*calls)
                    self.assertIsNone(first)
                    self.assertOneUnit()
                    if not is_first:
                        self.assertEqual(count.state, "done")
                        self.assertIn("moved meanwhile", count.line_ids.message)

    def test_two_ways_bring_a_unit_back(self):
        kinds = {
            "here": lambda: self._settle(self._count(self.name), "action_move_here"),
            "there": lambda: self._settle(
                self._count(self.name, location=self.bin_b), "action_move_here"
            ),
            "receipt": self._receive_again,
        }
        for one, two in permutations(kinds, 2):
            with self.subTest(first=one, second=two):
                self._start_anew()
                self._deliver(self.part, 1).button_validate()
                first, second = self.at_once(kinds[one](), kinds[two]())
                self.assertIsNone(first)
                if second:
                    self.assertRefused(second, self.name)
                self.assertOneUnit()

    def _receive_again(self):
        receipt = self._receipt(1)
        receipt.enter_serials(self.name, location_id=self.bin_a.id)
        return self._validate(receipt)
