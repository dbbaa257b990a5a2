from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.many_units import group_by_reason, name_some
from .answers_case import AnswersCase


@tagged("post_install", "-at_install")
class TestMissingAnswers(AnswersCase):
    """Required answers that are missing when a transfer is validated in the prompt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mileage.required = True

    def _receive(self, entry, count):
        receipt = self._receipt(count)
        receipt.enter_serials(entry)
        return receipt

    def _line(self, receipt, name):
        return receipt.move_line_ids.filtered(lambda line: line.lot_name == name)

    def _mileages(self, receipt):
        lines = receipt.move_line_ids.sorted("lot_name")
        return [line.serial_answers._values.get(self.mileage.key) for line in lines]

    def test_the_prompt_stays_on_the_first_row_that_lacks_an_answer(self):
        receipt = self._receive("SN1*5", 5)
        self._line(receipt, "SN5").serial_answers = {self.mileage.key: 0}
        prompt = receipt.action_validate_serials()
        self.assertEqual((prompt["res_model"], prompt["res_id"]), (receipt._name, receipt.id))
        self.assertEqual(prompt["context"]["serial_line_to_answer"], self._line(receipt, "SN4").id)
        self.assertEqual(receipt.state, "assigned")
        self.assertFalse(any(receipt.move_line_ids.mapped("picked")))
        self.assertEqual(
            receipt.serial_answers_missing,
            "Mileage is missing on 4 units: SN1, SN2, SN3, and 1 more.",
        )

    def test_a_transfer_validated_beside_another_is_prompted(self):
        first, second = self._receive("SN1", 1), self._receive("SN2", 1)
        first.move_line_ids.serial_answers = {self.mileage.key: 1}
        both = {"button_validate_picking_ids": (first | second).ids}
        prompt = first.with_context(**both).action_validate_serials()
        self.assertEqual(prompt["res_id"], second.id)
        self.assertEqual(prompt["context"]["button_validate_picking_ids"], (first | second).ids)

    def test_transfers_that_share_a_prompt_are_asked_together(self):
        first, second = self._receive("SN1", 1), self._receive("SN2*2", 2)
        first.move_line_ids.serial_answers = {self.mileage.key: 1}
        both = first | second
        shared = first.with_context(
            button_validate_picking_ids=both.ids, serial_prompt_picking_ids=both.ids
        )
        prompt = shared.action_validate_serials()
        self.assertEqual(prompt["context"]["serial_prompt_picking_ids"], (second | first).ids)
        self.assertEqual(prompt["name"], "Receive 3 × Alternator on 2 transfers")
        line = self._line(second, "SN3")
        self.assertEqual(prompt["context"]["serial_line_to_answer"], line.id)
        line.serial_answers = {self.mileage.key: 7}
        self.assertEqual(shared.fill_missing_answers(line.id), 1)
        shared.action_validate_serials()
        self.assertEqual(both.mapped("state"), ["done", "done"])

    def test_each_field_names_the_units_that_lack_it(self):
        self.remark.required = True
        receipt = self._receive("SN1*2", 2)
        self._line(receipt, "SN1").serial_answers = {self.remark.key: "rusty"}
        self.assertEqual(
            receipt.serial_answers_missing,
            "Mileage is missing on SN1 and SN2.\nRemark is missing on SN2.",
        )

    def test_one_answer_is_given_to_all_that_lack_it(self):
        receipt = self._receive("SN1*4", 4)
        first, second, third, fourth = receipt.move_line_ids.sorted("lot_name")
        second.serial_answers = {self.mileage.key: 5}
        third.serial_answers = {self.remark.key: "rusty"}
        self.assertEqual(receipt.fill_missing_answers(first.id), 0)
        fourth.serial_answers = {self.mileage.key: 9, self.remark.key: "new"}
        self.assertEqual(receipt.fill_missing_answers(fourth.id), 2)
        self.assertEqual(self._mileages(receipt), [9, 5, 9, 9])
        remarks = [line.serial_answers._values.get(self.remark.key) for line in (first, third)]
        self.assertEqual(remarks, [None, "rusty"])
        self.assertFalse(receipt.serial_answers_missing)

    def test_many_are_filled_with_as_many_queries_as_few(self):
        counts = []
        for count in (2, 51):
            receipt = self._receive(f"Q{count}-001*{count}", count)
            last = receipt.move_line_ids.sorted("lot_name")[-1]
            last.serial_answers = {self.mileage.key: 9}
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(receipt.fill_missing_answers(last.id), count - 1)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5)

    def test_without_the_prompt_the_error_is_short(self):
        receipt = self._receive("GX0001*200", 200)
        message = "Mileage is missing on 200 units: GX0001, GX0002, GX0003, and 197 more."
        with self.assertRaisesRegex(UserError, message):
            receipt.with_context(skip_serial_prompt=True).button_validate()

    # ------------------------------------------------------------------ messages of many units

    def test_a_few_are_named_and_the_rest_counted(self):
        self.assertEqual(name_some(self.env, ["A", "B"]), "A and B")
        self.assertEqual(name_some(self.env, "ABCDE"), "A, B, C, and 2 more")
        problems = [("A", "twice."), ("B", "gone."), ("C", "twice.")]
        self.assertEqual(group_by_reason(self.env, problems), "A and C: twice.\nB: gone.")
        many = [(str(number), f"reason {number}") for number in range(12)]
        lines = group_by_reason(self.env, many).split("\n")
        self.assertEqual((len(lines), lines[-1]), (11, "And 2 more."))

    def test_serials_that_cannot_be_used_are_grouped(self):
        self._receive_named(*(f"SN{number}" for number in range(1, 6)))
        receipt = self._receipt(5)
        receipt.action_open_serial_prompt()
        for number, line in enumerate(receipt.move_line_ids, 1):
            line.write({"lot_name": f"SN{number}", "serial_answers": {self.mileage.key: 1}})
        with self.assertRaises(UserError) as caught:
            receipt.button_validate()
        message = str(caught.exception)
        self.assertIn("SN1, SN2, SN3, and 2 more: ", message)
        self.assertEqual(message.count("Y1-1A"), 1)

    def _receive_named(self, *names, **values):
        self.mileage.required = False
        receipt = super()._receive_named(*names, **values)
        self.mileage.required = True
        return receipt
