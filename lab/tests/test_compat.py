import unittest
from unittest import mock

from lab.commands import compat

LOG = """\
2026-01-01 10:00:00,000 1 INFO db odoo.addons.stock.tests.test_move: Starting TestMove.test_1 ...
2026-01-01 10:00:00,000 1 INFO db odoo.addons.stock.tests.test_move: Starting TestMove.test_2 ...
2026-01-01 10:00:00,000 1 ERROR db odoo.addons.stock.tests.test_move: FAIL: TestMove.test_2
Traceback (most recent call last):
AssertionError: ERROR: TestMove.test_1
2026-01-01 10:00:00,000 1 INFO db odoo.addons.stock.tests.test_move: Starting TestMove.test_3 ...
2026-01-01 10:00:00,000 1 ERROR db odoo.addons.stock.tests.test_move: ERROR: Subtest TestMove.test_3 (n=1)
2026-01-01 10:00:00,000 1 INFO db odoo.addons.mrp.tests.test_bom: Starting TestBoM.test_1 ...
2026-01-01 10:00:00,000 1 INFO db odoo.addons.mrp.tests.test_bom: skipped TestBoM.test_1 : too slow
2026-01-01 10:00:00,000 1 ERROR db odoo.tests.suite: ERROR: setUpClass (odoo.addons.mrp.tests.test_bom.TestKit)
"""
RESULTS = {
    "stock:TestMove.test_1": "passed",
    "stock:TestMove.test_2": "failed",
    "stock:TestMove.test_3": "error",
    "mrp:TestBoM.test_1": "skipped",
    "mrp:TestKit": "not set up",
}


class TestCompat(unittest.TestCase):
    def test_results_of_a_log(self):
        self.assertEqual(compat.read_results(LOG), RESULTS)

    def test_differences_need_a_reason(self):
        ours = {**RESULTS, "stock:TestMove.test_1": "error", "mrp:TestBoM.test_2": "passed"}
        self.assertEqual(
            list(compat.differences(RESULTS, ours)),
            [
                ("mrp:TestBoM.test_2", "not run", "passed"),
                ("stock:TestMove.test_1", "passed", "error"),
            ],
        )
        with mock.patch.object(compat, "EXPLAINED", {"stock:TestMove.test_1": "on purpose"}):
            [(test, *_results)] = compat.unexplained(RESULTS, ours)
            self.assertIn("on purpose", compat.report(RESULTS, ours))
        self.assertEqual(test, "mrp:TestBoM.test_2")
