from odoo.tests import HttpCase, tagged

from .common import SerialCase


class CountInBrowser(HttpCase, SerialCase):
    """Counting two bins by scan, and applying the count."""

    def _tour_count(self):
        self._tick(self.part)
        self._receive_named("C1", "C2", "C3", "C6")
        self._receive_named("C4", "C5", location=self.bin_b)
        sold = self._deliver(self.part, 1)
        sold.move_line_ids.lot_id = self._serial("C6")
        sold.button_validate()
        self.start_tour("/odoo/serial-counts/new", "serialized_parts_count", login=self.clerk.login)
        count = self.env["serial.count"].search([], limit=1)
        url = f"/odoo/serial-counts/{count.id}"
        self.start_tour(url, "serialized_parts_count_apply", login=self.boss.login)
        self.env.invalidate_all()
        self.assertEqual(count.state, "done")
        missing = self._serial("C3").location_id.name
        self.assertBooks(
            self.part,
            sorted(
                [("Y1-1A", name, 1, 0) for name in ("C1", "C2", "C4")]
                + [("Y1-1B", "C5", 1, 0), (missing, "C3", 1, 0)]
            ),
        )
        self.assertNotIn(missing, ("Y1-1A", "Y1-1B", self.stock.name))


@tagged("post_install", "-at_install")
class TestCountInBrowser(CountInBrowser):
    def test_two_bins(self):
        self._tour_count()


@tagged("post_install", "-at_install")
class TestCountOnPhone(CountInBrowser):
    """The same on a phone's screen."""

    browser_size = "390x844"
    touch_enabled = True

    def test_two_bins(self):
        self._tour_count()
