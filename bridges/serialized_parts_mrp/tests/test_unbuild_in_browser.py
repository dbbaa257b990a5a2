from odoo.tests import HttpCase, tagged

from .unbuild_case import UnbuildCase


class UnbuildInBrowser(HttpCase, UnbuildCase):
    """Two units are scanned; a required answer of their components is given; they are taken apart."""

    def _tour_unbuild(self):
        self._manufacture("CAR1")
        self._manufacture("CAR2")
        part_type = self.env["product.category"].create({"name": "Alternators"})
        self.part.product_tmpl_id.categ_id = part_type
        question = self._new_question(
            "Mileage", "integer", required=True, category_ids=part_type.ids
        )
        self._find("PART-OF-CAR2").serial_answers = {question.key: 5}
        self.start_tour(
            "/odoo/unbuild-orders/new", "serialized_parts_mrp_unbuild", login=self.planner.login
        )
        self.env.invalidate_all()
        self.assertBooks(self.car, [])
        self.assertBooks(
            self.part, [("Stock", "PART-OF-CAR1", 1, 0), ("Stock", "PART-OF-CAR2", 1, 0)]
        )
        self.assertEqual(self._find("PART-OF-CAR1").serial_answers.get(question.key), 7)


@tagged("post_install", "-at_install")
class TestUnbuildInBrowser(UnbuildInBrowser):
    def test_two_units(self):
        self._tour_unbuild()


@tagged("post_install", "-at_install")
class TestUnbuildOnPhone(UnbuildInBrowser):
    """The same on a phone's screen."""

    browser_size = "390x844"
    touch_enabled = True

    def test_two_units(self):
        self._tour_unbuild()
