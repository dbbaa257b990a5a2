from odoo.tests import tagged

from .count_case import CountCase


@tagged("post_install", "-at_install")
class TestCountScan(CountCase):
    """What a scan in a count answers."""

    def test_each_status(self):
        rows = self._scan("BIN-Y1-1A\nSN1\nSN3\nSN9\nSN1")
        self.assertEqual(rows["BIN-Y1-1A"], "location")
        self.assertEqual(rows["SN3"], "misplaced")
        self.assertEqual(rows["SN9"], "unknown")
        self.assertEqual(rows["SN1"], "counted")
        self.assertEqual(self._line("SN1").status, "here")

    def test_a_unit_in_another_bin(self):
        self._scan("BIN-Y1-1A")
        self.assertEqual(self._scan_one("SN3"), ("misplaced", "belongs in WH/Stock/Y1-1B."))
