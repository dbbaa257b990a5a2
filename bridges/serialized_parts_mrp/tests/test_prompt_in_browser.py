from odoo.tests import HttpCase, tagged

from .common import ManufacturingCase


class PromptInBrowser(HttpCase, ManufacturingCase):
    """Producing three units: they are named, then their components are scanned."""

    def _tour_produce(self):
        self._put_in_stock(self.part, 3, self.bin_a)
        order = self._order(3)
        self.start_tour(
            f"/odoo/action-mrp.mrp_production_action/{order.id}",
            "serialized_parts_mrp_produce",
            login=self.planner.login,
        )
        self.env.invalidate_all()
        self.assertEqual(order.state, "done")
        self.assertBooks(self.part, [])
        self.assertBooks(self.car, [("Stock", f"CAR{number}", 1, 0) for number in (1, 2, 3)])


@tagged("post_install", "-at_install")
class TestPromptInBrowser(PromptInBrowser):
    def test_produce(self):
        self._tour_produce()


@tagged("post_install", "-at_install")
class TestPromptOnPhone(PromptInBrowser):
    """The same on a phone's screen."""

    browser_size = "390x844"
    touch_enabled = True

    def test_produce(self):
        self._tour_produce()
