from odoo.tests import tagged

from .answers_case import AnswersCase


@tagged("post_install", "-at_install")
class TestRequiredAnswers(AnswersCase):
    """What waits for a required answer, and what doesn't."""

    def test_a_receipt_waits_for_required_answers_and_names_them(self):
        self.mileage.required = True
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2")
        prompt = receipt.button_validate()
        self.assertEqual((prompt["res_model"], prompt["res_id"]), ("stock.picking", receipt.id))
        self.assertEqual(receipt.serial_answers_missing, "Mileage is missing on SN1 and SN2.")
        first, second = receipt.move_line_ids.sorted("lot_name")
        first.serial_answers = {self.mileage.key: 0}
        self.assertEqual(receipt.serial_answers_missing, "Mileage is missing on SN2.")
        self.assertEqual(second.answers_missing, "Mileage")
        second.serial_answers = {self.mileage.key: 5}
        self.assertTrue(receipt.button_validate())
        self.assertEqual(self._serials(self.part).mapped("answers_missing"), [False, False])

    def test_a_default_answers_what_is_required(self):
        self.mileage.required = True
        self.template.default_serial_answers = {self.mileage.key: 0}
        receipt = self._receipt(1)
        receipt.enter_serials("SN1")
        self.assertTrue(receipt.button_validate() is True)

    def test_a_serialize_transfer_waits_too_for_the_units_that_are_named(self):
        self.mileage.required = True
        self._put_in_stock(self.part, 2, self.bin_a)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        prompt = transfer.action_validate_serials()
        self.assertEqual((prompt["res_id"], transfer.state), (transfer.id, "assigned"))
        named = transfer.move_line_ids.filtered("lot_name")
        named.serial_answers = {self.mileage.key: 3}
        transfer.action_validate_serials()
        self.assertEqual(self._stored(self._serials(self.part)), {"Mileage": 3})

    def test_a_serial_that_comes_back_does_not_wait(self):
        serial = self._new_serial("SN1")
        self.mileage.required = True
        receipt = self._receipt(1)
        receipt.enter_serials("SN1")
        self.assertIs(receipt.button_validate(), True)
        self.assertEqual(serial.answers_missing, "Mileage")

    def test_other_flows_mark_the_serial_incomplete(self):
        self.mileage.required = True
        complete = self._new_serial("SN1", {self.mileage.key: 0})
        incomplete = self._new_serial("SN2")
        Serial = self.env["stock.lot"].with_user(self.clerk)
        mine = [("product_id", "=", self.part.id)]
        self.assertEqual(Serial.search([*mine, ("answers_missing", "!=", False)]), incomplete)
        self.assertEqual(Serial.search([*mine, ("answers_missing", "=", False)]), complete)
        self.assertEqual(incomplete.answers_missing, "Mileage")
        bolt = self._new_serial("SN3", product=self._new_part("Starter", True, categ_id=False))
        self.assertFalse(bolt.answers_missing)
