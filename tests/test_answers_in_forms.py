from odoo import Command
from odoo.tests import Form, tagged

from .answers_case import AnswersCase


@tagged("post_install", "-at_install")
class TestAnswersInForms(AnswersCase):
    """A form writes the answers that were edited in it, and leaves the others."""

    def _open_form(self, record, field="serial_answers"):
        """Return the answers as a form shows them, by label."""
        self.env.invalidate_all()
        [row] = record.web_read({field: {}})
        return {answer["string"]: answer for answer in row[field]}

    def _save_form(self, record, form, field="serial_answers", **edited):
        for label, value in edited.items():
            form[label.replace("_", " ")]["value"] = value
        record.web_save({field: [*form.values()]}, {field: {}})

    def _new_serial_with_all_answers(self):
        """Return a serial number whose custom fields are all answered, and other answers to all."""
        seen = self._new_question("Seen", "datetime")
        damage = self._new_question("Damage", "tags", ["Rust", "Dent"])
        rust, dent = damage.option_ids.mapped("key")
        answers = {
            self.mileage.key: (0, 5),
            self.runs.key: (False, True),
            self.remark.key: ("", "rusty"),
            self.fuel.key: (self.petrol.key, self.diesel.key),
            self.tested.key: ("2026-01-31", "2026-02-01"),
            seen.key: ("2026-01-31 23:30:00", "2026-02-01 00:00:00"),
            damage.key: ([rust], [rust, dent]),
        }
        serial = self._new_serial("SN1", {key: first for key, (first, _other) in answers.items()})
        return serial, {key: other for key, (_first, other) in answers.items()}

    def test_a_form_writes_what_was_edited_in_it(self):
        serial, others = self._new_serial_with_all_answers()
        form = self._open_form(serial)
        serial.with_user(self.boss).serial_answers = others
        # The web client sends False for an empty text.
        self._save_form(serial, form, Remark=False)
        self.assertEqual(serial.serial_answers._values, others)
        emptied = {
            "Mileage": None,
            "Runs": False,
            "Remark": False,
            "Fuel": False,
            "Tested_On": False,
            "Seen": False,
            "Damage": [],
        }
        self._save_form(serial, self._open_form(serial), **emptied)
        self.assertEqual(self._stored(serial), {"Runs": False})

    def test_the_last_edit_of_an_answer_wins(self):
        serial = self._new_serial("SN1", {self.mileage.key: 1})
        first, second = self._open_form(serial), self._open_form(serial)
        self._save_form(serial, first, Mileage=2)
        self._save_form(serial, second, Mileage=3)
        self.assertEqual(self._stored(serial), {"Mileage": 3})

    def test_an_unedited_answer_that_was_archived_or_retyped_blocks_nothing(self):
        serial = self._new_serial("SN1", {self.mileage.key: 1, self.fuel.key: self.petrol.key})
        form = self._open_form(serial)
        self.mileage.active = False
        self._save_form(serial, form, Remark="rusty")
        self.assertEqual(self._stored(serial)["Remark"], "rusty")

    def test_several_rows_get_the_answer_that_was_edited(self):
        first = self._new_serial("SN1", {self.mileage.key: 1, self.remark.key: "a"})
        second = self._new_serial("SN2", {self.mileage.key: 2, self.remark.key: "b"})
        form = self._open_form(first)
        self._save_form(first | second, form, Mileage=9)
        self.assertEqual(self._stored(first), {"Mileage": 9, "Remark": "a"})
        self.assertEqual(self._stored(second), {"Mileage": 9, "Remark": "b"})

    def test_what_was_read_from_one_serial_is_written_to_another(self):
        first = self._new_serial("SN1", {self.mileage.key: 1, self.remark.key: "a"})
        second = self._new_serial("SN2", {self.mileage.key: 2})
        self._save_form(second, self._open_form(first))
        self.assertEqual(self._stored(second), {"Mileage": 1, "Remark": "a"})

    def test_forms_of_parts_variants_and_transfers_do_the_same(self):
        self.template.default_serial_answers = {self.mileage.key: 1, self.remark.key: "new"}
        receipt = self._receipt(1)
        receipt.enter_serials("SN1")
        line = receipt.move_line_ids
        for record, field in (
            (self.template.with_user(self.boss), "default_serial_answers"),
            (self.part.with_user(self.boss), "default_serial_answers"),
            (line, "serial_answers"),
        ):
            with self.subTest(record):
                forms = [self._open_form(record, field) for _person in range(2)]
                self._save_form(record, forms[0], field, Mileage=5)
                self._save_form(record, forms[1], field, Remark="rusty")
                answers = record[field]._values
                self.assertEqual(answers[self.mileage.key], 5)
                self.assertEqual(answers[self.remark.key], "rusty")
                record[field] = {self.mileage.key: 1, self.remark.key: "new"}
        forms = [self._open_form(line) for _person in range(2)]
        for form, label, value in zip(forms, ("Mileage", "Remark"), (6, "x"), strict=True):
            form[label]["value"] = value
            values = {"serial_answers": [*form.values()]}
            receipt.web_save({"serial_line_ids": [Command.update(line.id, values)]}, {})
        self.assertEqual(self._stored(line), {"Mileage": 6, "Remark": "x"})

    def test_an_onchange_returns_what_was_stored_not_what_is_edited(self):
        serial = self._new_serial("SN1", {self.mileage.key: 1})
        with Form(serial) as form:
            answers = form.serial_answers
            answers[0]["value"] = 5
            form.serial_answers = answers
            form.name = "SN2"
        self.assertEqual(self._stored(serial), {"Mileage": 5})
        edited = serial.new({"serial_answers": {self.mileage.key: 6}}, origin=serial)
        [answer, *_others] = edited._fields["serial_answers"].convert_to_read(
            edited.serial_answers, edited
        )
        self.assertEqual((answer["value"], answer["read"]), (6, [serial.id, 5]))

    def test_questions_are_locked_at_once_however_many_serials_are_answered(self):
        def count_queries(count):
            receipt = self._receipt(count)
            receipt.enter_serials(f"H{count}-1*{count}")
            for line in receipt.move_line_ids:
                line.serial_answers = {self.mileage.key: 1, self.fuel.key: self.petrol.key}
            before = self.env.cr.sql_log_count
            self.env.cr.precommit.run()
            return self.env.cr.sql_log_count - before

        self.env.cr.flush()
        self.assertEqual((count_queries(1), count_queries(50)), (1, 1))
