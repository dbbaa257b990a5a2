from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestWhatFollows(SerialCase):
    """What the prompt says once it has validated, and what it offers next."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def _validate(self, picking, entry):
        """Enter and validate in the prompt; return the message, and the offers by their label."""
        picking.enter_serials(entry)
        action = picking.action_validate_serials()
        if action.get("res_model") == "stock.backorder.confirmation":
            wizard = self.env[action["res_model"]].with_user(self.clerk)
            wizard = wizard.with_context(**action["context"]).create({})
            action = wizard.process()
        self.assertEqual(picking.state, "done")
        self.assertEqual(action["tag"], "serialized_parts_offer_next")
        params = action["params"]
        return params["message"], {offer["label"]: offer for offer in params["offers"]}

    def test_receiving_offers_the_labels(self):
        receipt = self._receipt(2)
        message, offers = self._validate(receipt, "SN3\nSN4")
        self.assertEqual(message, "2 units received.")
        self.assertEqual(offers["Print 2 Labels"]["labels_of"], receipt.ids)
        self.assertNotIn("Put Away", offers)

    def test_receiving_one_offers_its_label(self):
        message, offers = self._validate(self._receipt(1), "SN3")
        self.assertEqual(message, "1 unit received.")
        self.assertIn("Print 1 Label", offers)

    def test_the_next_receipt_is_one_of_today_or_late(self):
        now = fields.Datetime.now()
        receipt, late, tomorrow = (self._receipt(1) for _number in range(3))
        late.scheduled_date = now - timedelta(days=500)
        tomorrow.scheduled_date = now + timedelta(days=2)
        _message, offers = self._validate(receipt, "SN1")
        self.assertEqual(offers["Next Receipt"]["picking_id"], late.id)
        self.assertTrue(offers["Next Receipt"]["has_prompt"])
        others = self.env["stock.picking"].search(
            [("picking_type_id", "=", receipt.picking_type_id.id), ("state", "=", "assigned")]
        )
        (others - late - tomorrow).action_cancel()
        _message, offers = self._validate(late, "SN2")
        self.assertNotIn("Next Receipt", offers)

    def test_what_was_left_for_later_is_named_and_not_next(self):
        self.env["stock.picking"].search([("state", "=", "assigned")]).action_cancel()
        receipt = self._receipt(3)
        message, offers = self._validate(receipt, "SN1\nSN2")
        self.assertEqual(
            message, f"2 units received. 1 left for later: {receipt.backorder_ids.name}."
        )
        self.assertNotIn("Next Receipt", offers)

    def test_two_steps_offer_to_put_away(self):
        self.warehouse.reception_steps = "two_steps"
        receipt = self._receipt(1)
        _message, offers = self._validate(receipt, "SN1")
        following = receipt.move_ids.move_dest_ids.picking_id
        self.assertEqual(offers["Put Away"]["picking_id"], following.id)
        message, offers = self._validate(following, "SN1")
        self.assertEqual(message, "1 unit moved.")
        self.assertFalse([label for label in offers if "Label" in label])

    def test_units_in_stock_offer_the_next_part(self):
        engine = self._new_part("Engine", True)
        for part in (self.part, engine):
            self._put_in_stock(part, 1, self.bin_a)
        following = self._serialize(engine)
        message, offers = self._validate(self._serialize(self.part), "SN1")
        self.assertEqual(message, "1 unit serialized.")
        self.assertIn("Print 1 Label", offers)
        self.assertEqual(offers["Next Part"]["picking_id"], following.id)

    def test_a_delivery_offers_the_next_one_and_no_label(self):
        self._receive_named("SN1", "SN2")
        delivery, following = self._deliver(self.part, 1), self._deliver(self.part, 1)
        action = delivery.action_validate_serials()
        self.assertEqual(action["params"]["message"], "1 unit delivered.")
        labels = [offer["label"] for offer in action["params"]["offers"]]
        self.assertEqual(labels, ["Next Delivery"])
        self.assertEqual(action["params"]["offers"][0]["picking_id"], following.id)

    def test_nothing_is_offered_outside_the_prompt(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN3")
        self.assertIs(receipt.button_validate(), True)
