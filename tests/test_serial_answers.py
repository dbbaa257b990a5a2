from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .answers_case import AnswersCase


@tagged("post_install", "-at_install")
class TestSerialAnswers(AnswersCase):
    """Answers are written, kept and traced; nothing is lost."""

    # ----------------------------------------------------------------------- nothing is lost

    def test_writing_one_answer_leaves_the_others(self):
        serial = self._new_serial(answers={self.mileage.key: 7, self.runs.key: False})
        serial.serial_answers = {self.fuel.key: self.petrol.key}
        self.assertEqual(
            self._stored(serial), {"Mileage": 7, "Runs": False, "Fuel": self.petrol.key}
        )
        serial.serial_answers = {self.fuel.key: None, self.mileage.key: False}
        self.assertEqual(self._stored(serial), {"Runs": False})

    def test_the_web_clients_list_writes_what_it_shows(self):
        serial = self._new_serial(answers={self.runs.key: False})
        answers = serial.read(["serial_answers"])[0]["serial_answers"]
        self.assertEqual([answer["string"] for answer in answers if "value" in answer], ["Runs"])
        answers[0]["value"] = 0
        serial.write({"serial_answers": answers})
        self.assertEqual(self._stored(serial), {"Mileage": 0, "Runs": False})
        serial.write({"serial_answers": [{**answers[0], "value": None}]})
        self.assertEqual(self._stored(serial), {"Runs": False})

    def test_an_archived_question_keeps_its_answers(self):
        serial = self._new_serial(answers={self.mileage.key: 7, self.remark.key: "ok"})
        self.mileage.active = False
        answers = serial.read(["serial_answers"])[0]["serial_answers"]
        self.assertNotIn("Mileage", [answer["string"] for answer in answers])
        serial.write({"serial_answers": answers})
        serial.serial_answers = {self.remark.key: "good"}
        self.mileage.active = True
        self.assertEqual(serial.serial_answers[self.mileage.key], 7)
        self.assertEqual(self._stored(serial), {"Mileage": 7, "Remark": "good"})

    def test_a_part_that_changes_its_type_and_comes_back_keeps_its_answers(self):
        serial = self._new_serial(answers={self.mileage.key: 7})
        self.template.default_serial_answers = {self.fuel.key: self.diesel.key}
        self.template.categ_id = False
        self.assertEqual(serial.part_type_id.name, "Uncategorized")
        self.assertFalse(list(serial.serial_answers))
        self._new_serial("SN2")
        serial.ref = "touched"
        self.template.categ_id = self.engines
        self.assertEqual(serial.serial_answers[self.mileage.key], 7)
        self.assertEqual(self.template.default_serial_answers[self.fuel.key], "Diesel")

    def test_many_serials_are_answered_at_once_with_one_question(self):
        first = self._new_serial("SN1", {self.mileage.key: 1, self.runs.key: True})
        second = self._new_serial("SN2", {self.mileage.key: 2})
        other = self._new_part("Starter", True, categ_id=False)
        (first | second).serial_answers = {self.fuel.key: self.petrol.key}
        self.assertEqual(self._stored(first), {"Mileage": 1, "Runs": True, "Fuel": self.petrol.key})
        self.assertEqual(self._stored(second), {"Mileage": 2, "Fuel": self.petrol.key})
        third = self._new_serial("SN3", product=other)
        with self.assertRaisesRegex(ValidationError, "no custom field"), self.env.cr.savepoint():
            (first | third).serial_answers = {self.mileage.key: 9}
        self.assertEqual(self._stored(first)["Mileage"], 1)

    def test_a_shared_question_is_answered_over_several_part_types(self):
        note = self._new_question("Note")
        other = self._new_part("Starter", True, categ_id=False)
        serials = self._new_serial("SN1") | self._new_serial("SN1", product=other)
        serials.serial_answers = {note.key: "x"}
        self.assertEqual([self._stored(serial) for serial in serials], [{"Note": "x"}] * 2)

    # ------------------------------------------------------------------------------- chatter

    def test_who_changed_what_is_in_the_chatter(self):
        serial = self._new_serial(answers={self.mileage.key: 0, self.fuel.key: self.petrol.key})
        self.flush_tracking()
        before = serial.message_ids
        serial.with_user(self.boss).serial_answers = {
            self.mileage.key: 120000,
            self.fuel.key: None,
            self.runs.key: False,
            self.tested.key: "2026-01-31",
        }
        self.flush_tracking()
        message = serial.message_ids - before
        self.assertEqual(message.author_id, self.boss.partner_id)
        lines = {
            line.field_info["desc"]: (line.old_value_char, line.new_value_char)
            for line in message.sudo().tracking_value_ids
        }
        self.assertEqual(
            lines,
            {
                "Mileage": ("0", "120000"),
                "Fuel": ("Petrol", ""),
                "Runs": ("", "No"),
                "Tested On": ("", "01/31/2026"),
            },
        )

    # ------------------------------------------------------------------ search, group, table

    def test_reading_answers_takes_the_same_queries_for_fifty(self):
        serials = self.env["stock.lot"].create(
            [
                {
                    "name": f"SN{number:02}",
                    "product_id": self.part.id,
                    "serial_answers": {self.mileage.key: number},
                }
                for number in range(50)
            ]
        )

        def count_queries(ids):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Serial = self.env["stock.lot"].with_user(self.clerk)
            Serial.browse(ids).read(["serial_answers", "answers_missing"])
            return self.env.cr.sql_log_count - before

        count_queries(serials.ids)
        self.assertLessEqual(count_queries(serials.ids), count_queries(serials.ids[:1]) + 1)

    # -------------------------------------------------------------------------------- access

    def test_warehouse_users_answer_and_others_see_nothing(self):
        serial = self._new_serial(answers={self.mileage.key: 7})
        with self.assertRaises(AccessError):
            self.template.with_user(self.clerk).default_serial_answers = {self.mileage.key: 1}
        buyer = serial.with_user(self.buyer)
        self.assertEqual(buyer.serial_answers[self.mileage.key], 7)
        with self.assertRaises(AccessError):
            buyer.serial_answers = {self.mileage.key: 8}
        for user in (self.employee, self._new_user("portal", "base.group_portal")):
            with self.assertRaises(AccessError):
                serial.with_user(user).read(["serial_answers"])
