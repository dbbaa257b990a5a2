from odoo.tests import Form, tagged

from .answers_case import AnswersCase


@tagged("post_install", "-at_install")
class TestDefaultAnswers(AnswersCase):
    """New serial numbers start with the default answers of their part."""

    def test_new_serials_start_with_the_defaults_and_old_ones_never_change(self):
        old = self._new_serial("OLD")
        self.template.with_user(self.boss).default_serial_answers = {
            self.mileage.key: 50,
            self.runs.key: True,
            self.remark.key: "none",
        }
        self.assertEqual(self._stored(old), {})
        new = self._new_serial("NEW")
        self.assertEqual(self._stored(new), {"Mileage": 50, "Runs": True, "Remark": "none"})
        self.template.default_serial_answers = {self.mileage.key: 60}
        self.assertEqual(self._stored(new)["Mileage"], 50)

    def test_zero_no_and_an_empty_text_are_answers_not_gaps(self):
        self.template.default_serial_answers = {
            self.mileage.key: 50,
            self.runs.key: True,
            self.remark.key: "none",
            self.fuel.key: self.petrol.key,
        }
        given = {
            self.mileage.key: 0,
            self.runs.key: False,
            self.remark.key: "",
            self.fuel.key: False,
        }
        expected = {"Mileage": 0, "Runs": False, "Remark": ""}
        self.assertEqual(self._stored(self._new_serial("SN1", given)), expected)
        receipt = self._receipt(1)
        receipt.enter_serials("SN2")
        receipt.move_line_ids.serial_answers = given
        receipt.button_validate()
        self.assertEqual(self._stored(self._serials(self.part)[1]), expected)

    def test_defaults_are_given_however_a_serial_is_created(self):
        self.template.default_serial_answers = {self.mileage.key: 50}
        receipt = self._receipt(1)
        receipt.move_line_ids.lot_name = "RECEIPT"
        receipt.button_validate()
        self._put_in_stock(self.part, 1, self.bin_a)
        transfer = self._serialize(self.part)
        transfer.enter_serials("COUNTED")
        transfer.button_validate()
        self._new_serial("RPC")
        form = Form(self.env["stock.lot"].with_user(self.clerk))
        form.name = "FORM"
        form.product_id = self.part
        form.save()
        outcome = (
            self.env["stock.lot"]
            .with_user(self.clerk)
            .load(["name", "product_id"], [["IMPORT", self.part.display_name]])
        )
        self.assertFalse(outcome["messages"])
        Quant = self.env["stock.quant"].with_user(self.boss).with_context(inventory_mode=True)
        Quant.create(
            {
                "product_id": self.part.id,
                "location_id": self.bin_b.id,
                "lot_id": self._new_serial("ADJUSTMENT").id,
                "inventory_quantity": 1,
            }
        ).action_apply_inventory()
        if "mrp.production" in self.env:
            order = self.env["mrp.production"].create({"product_id": self.part.id})
            order.action_confirm()
            order.action_generate_serial()
            order.lot_producing_ids.name = "MANUFACTURED"
        serials = self._serials(self.part)
        self.assertGreaterEqual(len(serials), 6)
        for serial in serials:
            self.assertEqual(self._stored(serial), {"Mileage": 50}, serial.name)

    def test_a_form_shows_the_defaults_before_it_is_saved(self):
        self.template.default_serial_answers = {self.mileage.key: 50}
        form = Form(self.env["stock.lot"].with_user(self.clerk))
        form.product_id = self.part
        [mileage] = [answer for answer in form.serial_answers if answer["string"] == "Mileage"]
        self.assertEqual(mileage["value"], 50)

    def test_a_copied_part_keeps_the_defaults(self):
        self.template.default_serial_answers = {self.mileage.key: 50}
        self.assertEqual(self.template.copy().default_serial_answers[self.mileage.key], 50)

    def test_defaults_are_given_when_the_part_is_created(self):
        part = self._new_part(
            "Pump",
            True,
            categ_id=self.engines.id,
            default_serial_answers={self.mileage.key: 5},
        )
        self.assertEqual(part.default_serial_answers[self.mileage.key], 5)
        part.default_serial_answers = {self.runs.key: True}
        self.assertEqual(
            part.product_tmpl_id.default_serial_answers._values,
            {self.mileage.key: 5, self.runs.key: True},
        )

    def test_lots_take_no_defaults(self):
        oil = self._new_part("Oil", categ_id=self.engines.id)
        oil.tracking = "lot"
        oil.product_tmpl_id.default_serial_answers = {self.mileage.key: 50}
        self.assertEqual(self._stored(self._new_serial("L1", product=oil)), {})
