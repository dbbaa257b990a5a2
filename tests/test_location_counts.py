from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestLocationCounts(SerialCase):
    """When a bin was last counted, and which bins were not."""

    def setUp(self):
        super().setUp()
        self.bins = (self.bin_a | self.bin_b | self.bin_c).with_user(self.clerk)
        self._close(self.bin_a, 100)
        self._close(self.bin_a, 40)
        self._close(self.bin_b, 10)
        self._close(self.bin_c, 1, state="open")

    def _close(self, location, days, state="closed"):
        """Let *location* be counted *days* ago."""
        count = self.env["serial.count"].create({})
        date = fields.Datetime.now() - timedelta(days=days)
        return self.env["serial.count.bin"].create(
            {"count_id": count.id, "location_id": location.id, "state": state, "date": date}
        )

    def _find(self, *domain):
        found = self.bins.search([("id", "in", self.bins.ids), *domain])
        return sorted(found.mapped("name"))

    def test_the_latest_count(self):
        days = [
            location.serial_counted_on and (fields.Datetime.now() - location.serial_counted_on).days
            for location in self.bins
        ]
        self.assertEqual(days, [40, 10, False])

    def test_never_counted(self):
        self.assertEqual(self._find(("serial_counted_on", "=", False)), ["Y1-1C"])
        self.assertEqual(self._find(("serial_counted_on", "!=", False)), ["Y1-1A", "Y1-1B"])

    def test_not_counted_for_some_days(self):
        self.assertEqual(self._find(("serial_counted_on", "<", "today -30d")), ["Y1-1A"])
        self.assertEqual(self._find(("serial_counted_on", ">=", "today -30d")), ["Y1-1B"])
        self.assertEqual(self._find(("serial_counted_on", "<", "today -90d")), [])
        latest = self.bins[0].serial_counted_on
        self.assertEqual(self._find(("serial_counted_on", "<=", latest)), ["Y1-1A"])
        self.assertEqual(self._find(("serial_counted_on", ">", latest)), ["Y1-1B"])

    def test_filters(self):
        arch = self.env["stock.location"].get_view(
            self.env.ref("stock.view_location_search").id, "search"
        )["arch"]
        for name in ("never_counted", "not_counted_30", "not_counted_90", "not_counted_365"):
            self.assertIn(f'name="{name}"', arch)

    def test_counts_of_another_company_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        shared = self.env["stock.location"].create({"name": "Shared", "company_id": False})
        count = self.env["serial.count"].create({"company_id": other.id})
        self.env["serial.count.bin"].create(
            {
                "count_id": count.id,
                "location_id": shared.id,
                "state": "closed",
                "date": fields.Datetime.now(),
            }
        )
        self.assertTrue(shared.sudo().serial_counted_on)
        shared = shared.with_user(self.clerk)
        self.env.invalidate_all()
        self.assertFalse(shared.serial_counted_on)
        self.assertFalse(
            shared.search([("id", "=", shared.id), ("serial_counted_on", "!=", False)])
        )

    def test_reading_many_takes_no_more_queries(self):
        def count_queries(locations):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            locations.mapped("serial_counted_on")
            return self.env.cr.sql_log_count - before

        many = self.env["stock.location"].create(
            [{"name": f"M{number}", "location_id": self.stock.id} for number in range(50)]
        )
        for location in many:
            self._close(location, 5)
        many = many.with_user(self.clerk)
        count_queries(many[:1])
        self.assertEqual(count_queries(many[:1]), count_queries(many))
