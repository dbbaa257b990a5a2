from odoo import Command
from odoo.tests import tagged

from .unbuild_case import UnbuildCase


@tagged("post_install", "-at_install")
class TestUnbuildAnswers(UnbuildCase):
    """Required answers of the components that come back are asked for first."""

    def setUp(self):
        super().setUp()
        self._manufacture("CAR1")
        self._manufacture("CAR2")
        part_type = self.part.product_tmpl_id.categ_id = self.env["product.category"].create(
            {"name": "Alternators"}
        )
        self.question = self._new_question(
            "Mileage", "integer", required=True, category_ids=part_type.ids
        )

    def _answer(self, order, name, mileage):
        """Answer as the dialog does."""
        answers = [
            {**answer, "value": mileage}
            for answer in self._find(name).read(["serial_answers"])[0]["serial_answers"]
        ]
        order.write(
            {"component_ids": [Command.update(self._find(name).id, {"serial_answers": answers})]}
        )

    def test_they_are_asked_for(self):
        order = self._scan("CAR1", "CAR2")
        action = order.action_validate()
        self.assertEqual((action["res_id"], action["target"]), (order.id, "new"))
        self.assertEqual(order.state, "draft")
        names = ["PART-OF-CAR1", "PART-OF-CAR2"]
        self.assertEqual(order.component_ids.mapped("name"), names)
        self._answer(order, names[0], 7)
        again = order.action_validate()
        self.assertEqual(again["context"]["serial_line_to_answer"], self._find(names[1]).id)
        self._answer(order, names[1], 8)
        self.assertEqual(order.action_validate()["res_model"], "mrp.unbuild")
        self.assertEqual(order.state, "done")
        answers = [self._find(name).serial_answers.get(self.question.key) for name in names]
        self.assertEqual(answers, [7, 8])

    def test_closing_the_dialog_keeps_everything(self):
        order = self._scan("CAR1", "CAR2")
        order.action_validate()
        self.assertEqual(order.further_unit_ids.name, "CAR2")
        self.assertEqual(self.env["mrp.unbuild"].search_count([]), 1)
        self.assertFalse(order.produce_line_ids)

    def test_what_came_back_before_is_not_listed(self):
        order = self._scan("CAR1")
        self._answer(order, "PART-OF-CAR1", 7)
        order.action_validate()
        self.assertFalse(order.component_ids)
        # The car is found again, without the component that was taken out.
        self._put_in_stock(self.car, 1, self.bin_a, lot_id=self._find("CAR1"))
        self.assertFalse(self._scan("CAR1").component_ids)
