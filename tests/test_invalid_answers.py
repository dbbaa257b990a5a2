import json

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from ..fields.answer_sql import sql_is_invalid
from ..tools.answer_check import fits
from .common import SerialCase

#: What fits each type of question, and what does not, as it may be stored. "first" is a choice.
STORED = {
    "char": (["x", "", False, None], [5, ["x"], {"x": 1}, True]),
    "text": (["a\nb"], [5]),
    "integer": ([0, -5, 2**53, 7.0, False, None], ["7", "many", 1.5, True, 2**53 + 1, [1]]),
    "float": ([0, 0.5, 7], ["0.5", "many", True, {}, [1]]),
    "boolean": ([True, False, None], [5, "yes", [1]]),
    "date": (["2026-01-31", False], [1, "soon", "2026-02-30", "2026-1-5", "2026-01-31 10:00:00"]),
    "datetime": (
        ["2026-01-31 23:30:00"],
        [1, "soon", "2026-01-31", "2026-01-31 25:00:00", "2026-01-31T10:00:00"],
    ),
    "selection": (["first", False, ""], ["gone", 1, ["first"], True]),
    "tags": ([["first"], [], False], ["first", ["gone"], ["first", "gone"], 5, {"first": 1}]),
}


class InvalidAnswersCase(SerialCase):
    """A part with a custom field of each type, and a serial number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.questions = {
            kind: cls._new_question(
                f"A {kind}",
                kind,
                ["First"] if kind in ("selection", "tags") else (),
                category_ids=[Command.set(cls.engines.ids)],
            )
            for kind in STORED
        }
        for kind in ("selection", "tags"):
            cls.env.cr.execute(
                "UPDATE serial_question_option SET key = 'first' WHERE question_id = %s",
                [cls.questions[kind].id],
            )
        cls.env.invalidate_all()
        cls.env["serial.question"]._update_definitions()
        cls.mileage, cls.remark = cls.questions["integer"], cls.questions["char"]

    def _new_serial(self, name="SN1", **answers):
        return (
            self.env["stock.lot"]
            .with_user(self.clerk)
            .create(
                {
                    "name": name,
                    "product_id": self.part.id,
                    "serial_answers": {
                        self.questions[kind].key: answer for kind, answer in answers.items()
                    },
                }
            )
        )

    def _spoil(self, record, field="serial_answers", **answers):
        """Write answers past all checks, as old data has them: by type, or by any key."""
        stored = {
            self.questions[key].key if key in self.questions else key: answer
            for key, answer in answers.items()
        }
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = COALESCE(%s, '{}') || %s::jsonb WHERE id = %s",
                SQL.identifier(record._table),
                SQL.identifier(field),
                SQL.identifier(field),
                json.dumps(stored),
                record.id,
            )
        )
        self.env.invalidate_all()

    def _spoil_all(self, record, field="serial_answers"):
        answers = {kind: invalid[0] for kind, (_fitting, invalid) in STORED.items()}
        self._spoil(record, field, **answers, nobody_asks=9)

    def _stored(self, record, field="serial_answers"):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM %s WHERE id = %s",
                SQL.identifier(field),
                SQL.identifier(record._table),
                record.id,
            )
        )
        [stored] = self.env.cr.fetchone()
        return stored or {}

    def _read(self, record):
        """Return the answers as the web client reads them, by type."""
        [row] = record.web_read({"serial_answers": {}})
        return {
            answer["type"]: answer["value"] for answer in row["serial_answers"] if "value" in answer
        }

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()


@tagged("post_install", "-at_install")
class TestInvalidAnswers(InvalidAnswersCase):
    """Answers that don't fit their question, or have none: they block nothing."""

    def test_python_and_the_database_agree_on_what_fits(self):
        for question in self.engines.serial_question_definition:
            fitting, invalid = STORED[question["type"]]
            for answer in (*fitting, *invalid):
                with self.subTest(kind=question["type"], answer=answer):
                    condition = sql_is_invalid(question, SQL("%s::jsonb", json.dumps(answer)))
                    [[is_invalid]] = self.env.execute_query(SQL("SELECT %s", condition))
                    self.assertEqual(not is_invalid, answer in fitting)
                    self.assertEqual(fits(question, answer), answer in fitting)
            absent = sql_is_invalid(question, SQL("NULL::jsonb"))
            [[is_invalid]] = self.env.execute_query(SQL("SELECT %s", absent))
            self.assertFalse(is_invalid)

    # ------------------------------------------------------------------------ all other work

    def test_they_are_read_as_no_answer(self):
        serial = self._new_serial()
        self._spoil_all(serial)
        self.assertEqual(self._read(serial), {})
        self.assertFalse(any(serial.serial_answers[key] for key in serial.serial_answers))
        self._spoil(serial, integer=7)
        self.assertEqual(self._read(serial), {"integer": 7})

    def test_everything_else_is_written_and_they_stay(self):
        serial = self._new_serial()
        self._spoil_all(serial)
        before = self._stored(serial)
        serial.write({"name": "SN2", "ref": "x", "serial_answers": {self.mileage.key: 7}})
        self.flush_tracking()
        self.assertEqual(self._stored(serial), {**before, self.mileage.key: 7})
        [row] = serial.web_read({"serial_answers": {}})
        serial.web_save({"serial_answers": row["serial_answers"]}, {})
        self.flush_tracking()
        self.assertEqual(self._stored(serial), {**before, self.mileage.key: 7})
        with self.assertRaises(ValidationError):
            serial.serial_answers = {self.mileage.key: "many"}

    def test_transfers_are_validated(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN1")
        receipt.button_validate()
        serial = self._serials(self.part)
        self._spoil_all(serial)
        delivery = self._deliver(self.part, 1)
        delivery.move_line_ids.lot_id = serial
        delivery.button_validate()
        self.assertEqual(delivery.state, "done")
        again = self._receipt(1)
        self.assertEqual(self._enter(again, "SN1"), {"SN1": "known"})
        again.move_line_ids.serial_answers = {self.mileage.key: 8}
        again.button_validate()
        self.flush_tracking()
        self.assertEqual(again.state, "done")
        self.assertEqual(self._read(serial), {"integer": 8})

    def test_a_unit_on_a_receipt_is_received_with_them(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN1")
        self._spoil_all(receipt.move_line_ids)
        self.assertFalse(receipt.move_line_ids.answers_missing)
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self._stored(self._serials(self.part))[self.mileage.key], "7")

    def test_a_unit_whose_question_went_elsewhere_is_received(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2")
        for line in receipt.move_line_ids:
            line.serial_answers = {self.mileage.key: 7, self.remark.key: "rusty"}
        self.mileage.active = False
        other = self.env["product.category"].create({"name": "Other"})
        self.remark.category_ids = other
        receipt.copy_serial_answers(receipt.move_line_ids[0].id)
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.mileage.active = True
        for serial in self._serials(self.part):
            self.assertEqual(self._read(serial), {"integer": 7})

    def test_a_known_serial_number_with_an_archived_question_is_received(self):
        serial = self._new_serial(integer=7, char="rusty")
        self.mileage.active = False
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, "SN1"), {"SN1": "known"})
        receipt.button_validate()
        self.mileage.active = True
        self.assertEqual(self._read(serial), {"integer": 7, "char": "rusty"})

    def test_what_waits_for_a_unit_comes_back_without_the_answers_that_lost_their_question(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2")
        for line in receipt.move_line_ids:
            line.serial_answers = {
                self.mileage.key: 7,
                self.remark.key: "rusty",
                self.questions["float"].key: 0.5,
            }
        receipt.move_ids.product_uom_qty = 0.0
        self.assertEqual(len(receipt.serial_entry_refused), 2)
        self.mileage.unlink()
        self.remark.question_type = "date"
        receipt.move_ids.product_uom_qty = 2.0
        for line in receipt.move_line_ids:
            self.assertEqual(self._stored(line), {self.questions["float"].key: 0.5})

    def test_a_default_that_does_not_fit_is_not_a_default(self):
        self._spoil_all(self.template, "default_serial_answers")
        self.template.with_user(self.boss).default_serial_answers = {self.remark.key: "new"}
        serial = self._new_serial()
        self.assertEqual(self._stored(serial), {self.remark.key: "new"})
        receipt = self._receipt(1)
        receipt.enter_serials("SN2")
        receipt.button_validate()
        self.assertEqual(self._stored(self._serials(self.part)[1]), {self.remark.key: "new"})

    def test_they_are_found_grouped_sorted_and_counted(self):
        serials = self._new_serial("SN1") | self._new_serial("SN2", date="2026-01-31", integer=7)
        Serial = self.env["stock.lot"].with_user(self.clerk)
        mine = [("id", "in", serials.ids)]
        for number in range(4):
            self._spoil(
                serials[0],
                **{
                    kind: invalid[number % len(invalid)]
                    for kind, (_fitting, invalid) in STORED.items()
                },
            )
            for kind, question in self.questions.items():
                with self.subTest(kind=kind, number=number):
                    name = f"serial_answers.{question.key}"
                    group = f"{name}:month" if kind in ("date", "datetime") else name
                    groups = Serial.formatted_read_group(mine, [group], ["__count"])
                    self.assertEqual(sum(row["__count"] for row in groups), 2)
                    Serial.web_read_group(mine, [group], auto_unfold=True)
                    found = Serial.search([*mine, (name, "=", False)], order=f"{name}, id")
                    self.assertLessEqual(found, serials)
                    self.assertEqual(
                        serials.filtered_domain([(name, "!=", False)]),
                        (serials[1] if kind in ("date", "integer") else serials.browse()),
                    )
        self.assertEqual(self.mileage.answer_count, 2)

    def test_exported_and_imported_again_they_stay(self):
        serial = self._new_serial()
        self._spoil_all(serial)
        before = self._stored(serial)
        self.clerk.group_ids += self.env.ref("base.group_allow_export")
        names = [f"serial_answers.{question.key}" for question in self.questions.values()]
        columns = [".id", "name", *names]
        [row] = serial.with_context(import_compat=True).export_data(columns)["datas"]
        self.assertEqual([cell for cell in row[2:] if cell], [])
        row = [str(cell or "") for cell in row]
        Serial = self.env["stock.lot"].with_user(self.clerk)
        self.assertFalse(Serial.load(columns, [row])["messages"])
        self.assertEqual(self._stored(serial), before)
        row[columns.index(f"serial_answers.{self.mileage.key}")] = "8"
        self.assertFalse(Serial.load(columns, [row])["messages"])
        self.assertEqual(self._stored(serial), {**before, self.mileage.key: 8})

    # -------------------------------------------------------------------------- the check-up

    def _findings(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.env["serial.checkup"]
            .with_user(self.clerk)
            .search([("product_id", "=", self.part.id), ("kind", "=", "invalid_answers")])
        )

    def test_each_is_listed_until_it_is_answered_anew(self):
        serial = self._new_serial(integer=7, char="rusty", selection="first", tags=["first"])
        self.assertFalse(self._findings())
        for kind, (fitting, invalid) in STORED.items():
            for answer in invalid:
                with self.subTest(kind=kind, answer=answer):
                    self._spoil(serial, **{kind: answer})
                    row = self._findings()
                    self.assertEqual(row.lot_id, serial)
                    self.assertIn(f"A {kind}: {answer}", row.description)
                    action = row.action_open_remedy()
                    self.assertEqual(
                        (action["res_model"], action["res_id"]), ("stock.lot", serial.id)
                    )
                    serial.serial_answers = {self.questions[kind].key: fitting[0]}
                    self.assertFalse(self._findings())

    def test_an_answer_without_a_question_is_listed_and_can_be_removed(self):
        serial = self._new_serial(integer=7)
        self._spoil(serial, nobody_asks="x", date=1)
        self.assertEqual(serial.invalid_answers, "A date: 1, x")
        self.assertIn("A date: 1, x", self._findings().description)
        with self.assertRaises(AccessError):
            serial.with_user(self.buyer).action_remove_invalid_answers()
        before = serial.message_ids
        serial.action_remove_invalid_answers()
        self.assertFalse(self._findings())
        self.assertFalse(serial.invalid_answers)
        self.assertEqual(self._stored(serial), {self.mileage.key: 7})
        self.assertIn("A date: 1, x", (serial.message_ids - before).body)

    def test_answers_to_questions_that_may_come_back_are_not_findings(self):
        self._new_serial(integer=7, char="rusty")
        self.mileage.active = False
        self.remark.category_ids = self.env["product.category"].create({"name": "Other"})
        self.assertFalse(self._findings())

    def test_they_are_counted_for_the_activity(self):
        serial = self._new_serial()
        self._spoil(serial, date=1)
        found = self.env["serial.checkup"]._count_findings([("product_id", "=", self.part.id)])
        self.assertEqual([counts["invalid_answers"] for counts in found.values()], [1])
