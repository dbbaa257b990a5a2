from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestSerialQuestion(SerialCase):
    """The custom fields: which part types have them, and what protects their answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.engines, cls.tools = cls.env["product.category"].create(
            [{"name": "Engines"}, {"name": "Tools"}]
        )
        cls.diesel = cls.env["product.category"].create(
            {"name": "Diesel", "parent_id": cls.engines.id}
        )
        cls.part.product_tmpl_id.write({"uses_serial_numbers": True, "categ_id": cls.diesel.id})
        cls.mileage = cls._new_question(
            "Mileage", "integer", category_ids=[Command.set(cls.engines.ids)]
        ).with_user(cls.boss)
        cls.fuel = cls._new_question(
            "Fuel", "selection", ["Petrol", "Diesel"], category_ids=[Command.set(cls.diesel.ids)]
        ).with_user(cls.boss)
        cls.note = cls._new_question("Note", sequence=99).with_user(cls.boss)

    def _labels(self, category):
        return [question["string"] for question in category.serial_question_definition]

    def _new_serial(self, name="SN1", **answers):
        by_label = {"mileage": self.mileage, "fuel": self.fuel, "note": self.note}
        return (
            self.env["stock.lot"]
            .with_user(self.clerk)
            .create(
                {
                    "name": name,
                    "product_id": self.part.id,
                    "serial_answers": {
                        by_label[label].key: answer for label, answer in answers.items()
                    },
                }
            )
        )

    # -------------------------------------------------------------------------------- scope

    def test_questions_reach_child_categories_parents_first(self):
        self.assertEqual(self._labels(self.diesel), ["Note", "Mileage", "Fuel"])
        self.assertEqual(self._labels(self.engines), ["Note", "Mileage"])
        self.assertEqual(self._labels(self.tools), ["Note"])
        self.assertEqual(
            self.diesel.with_user(self.clerk).serial_question_ids.mapped("name"),
            ["Note", "Mileage", "Fuel"],
        )

    def test_a_part_without_category_has_the_questions_of_all(self):
        part = self.part.product_tmpl_id
        part.categ_id = False
        self.assertEqual(part.part_type_id.name, "Uncategorized")
        self.assertEqual(self._labels(part.part_type_id), ["Note"])

    def test_moving_a_category_moves_its_questions(self):
        self.diesel.parent_id = self.tools
        self.assertEqual(self._labels(self.diesel), ["Note", "Fuel"])
        self.diesel.parent_id = self.engines
        self.assertEqual(self._labels(self.diesel), ["Note", "Mileage", "Fuel"])

    def test_moving_a_grandparent_reaches_all_below(self):
        injectors = self.env["product.category"].create(
            {"name": "Injectors", "parent_id": self.diesel.id}
        )
        age = self._new_question("Age", "integer", category_ids=[Command.set(self.tools.ids)])
        self.engines.parent_id = self.tools
        self.assertEqual(self._labels(injectors), ["Note", "Age", "Mileage", "Fuel"])
        age.category_ids += self.diesel
        self.assertEqual(self._labels(injectors), ["Note", "Age", "Mileage", "Fuel"])

    def test_a_new_order_name_help_and_choice_show_everywhere(self):
        self.mileage.write({"name": "Miles", "help": "As the odometer shows it", "required": True})
        self.fuel.option_ids[0].name = "Gasoline"
        [_note, miles, fuel] = self.diesel.serial_question_definition
        self.assertEqual((miles["string"], miles["required"]), ("Miles", True))
        self.assertEqual(miles["help"], "As the odometer shows it")
        self.assertEqual(fuel["selection"][0], [self.fuel.option_ids[0].key, "Gasoline"])
        late = self._new_question("Oil", sequence=1, category_ids=[Command.set(self.engines.ids)])
        self.assertEqual(self._labels(self.engines), ["Note", "Oil", "Miles"])
        late.active = False
        self.assertEqual(self._labels(self.engines), ["Note", "Miles"])

    def test_labels_are_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.mileage.with_context(lang="de_DE").name = "Laufleistung"
        german = self.diesel.with_context(lang="de_DE")
        self.assertEqual(self._labels(german), ["Note", "Laufleistung", "Fuel"])
        self.assertEqual(self._labels(self.diesel), ["Note", "Mileage", "Fuel"])
        serial = self._new_serial(mileage=7)
        [_note, mileage, _fuel] = serial.with_context(lang="de_DE").read(["serial_answers"])[0][
            "serial_answers"
        ]
        self.assertEqual((mileage["string"], mileage["value"]), ("Laufleistung", 7))
        name = f"serial_answers.{self.mileage.key}"
        definition = serial.with_context(lang="de_DE").get_property_definition(name)
        self.assertEqual(definition["string"], "Laufleistung")

    # ---------------------------------------------------------------------------- protection

    def test_a_question_with_answers_is_not_deleted_or_retyped(self):
        self._new_serial(mileage=0)
        self.assertEqual(self.mileage.answer_count, 1)
        with self.assertRaisesRegex(UserError, "Archive"), self.env.cr.savepoint():
            self.mileage.unlink()
        with self.assertRaisesRegex(UserError, "type"), self.env.cr.savepoint():
            self.mileage.question_type = "char"
        self.mileage.write({"question_type": "integer", "name": "Miles"})
        self.mileage.active = False
        self.assertTrue(self.mileage.exists())

    def test_a_default_and_a_unit_on_a_receipt_protect_the_question_too(self):
        part = self.part.product_tmpl_id
        part.default_serial_answers = {self.note.key: "x"}
        with self.assertRaisesRegex(UserError, "Archive"), self.env.cr.savepoint():
            self.note.unlink()
        receipt = self._receipt(1)
        receipt.move_line_ids.serial_answers = {self.mileage.key: 5}
        with self.assertRaisesRegex(UserError, "Archive"), self.env.cr.savepoint():
            self.mileage.unlink()
        self.fuel.unlink()
        self.assertEqual(self._labels(self.diesel), ["Note", "Mileage"])

    def test_a_choice_with_answers_is_archived_and_still_read(self):
        petrol, diesel = self.fuel.option_ids
        serial = self._new_serial(fuel=petrol.key)
        with self.assertRaisesRegex(UserError, "Archive"), self.env.cr.savepoint():
            petrol.unlink()
        with self.assertRaisesRegex(UserError, "Archive"), self.env.cr.savepoint():
            self.fuel.option_ids = [Command.delete(petrol.id)]
        diesel.unlink()
        petrol.active = False
        self.assertEqual(serial.serial_answers[self.fuel.key], "Petrol (archived)")

    def test_choices_of_tags_are_protected_too(self):
        tags = self._new_question("Damage", "tags", ["Rust", "Dent"]).with_user(self.boss)
        rust, dent = tags.option_ids
        self._new_serial().serial_answers = {tags.key: [rust.key]}
        with self.assertRaisesRegex(UserError, "Archive"), self.env.cr.savepoint():
            rust.unlink()
        dent.unlink()

    def test_keys_never_change(self):
        for record in (self.mileage, self.fuel.option_ids[0]):
            with self.assertRaisesRegex(UserError, "never changes"), self.env.cr.savepoint():
                record.key = "abc"
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._new_question("Other", key=self.mileage.key)

    def test_only_choices_and_tags_have_choices(self):
        with self.assertRaisesRegex(ValidationError, "can't have choices"):
            self._new_question("Colour", "char", ["Red"])

    def test_a_part_type_that_questions_need_is_not_deleted(self):
        self.part.product_tmpl_id.categ_id = False
        with self.assertRaisesRegex(UserError, "Fuel"), self.env.cr.savepoint():
            self.diesel.unlink()
        self.fuel.unlink()
        self.diesel.unlink()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.part.product_tmpl_id.part_type_id.unlink()

    def test_parts_of_a_deleted_category_are_uncategorized(self):
        self.fuel.unlink()
        self.diesel.unlink()
        self.assertEqual(self.part.product_tmpl_id.part_type_id.name, "Uncategorized")
        self.assertEqual(self._new_serial().part_type_id.name, "Uncategorized")

    # -------------------------------------------------------------------------------- access

    def test_managers_configure_and_warehouse_users_read(self):
        clerk = self.mileage.with_user(self.clerk)
        self.assertEqual(clerk.name, "Mileage")
        for road in (
            lambda: clerk.write({"name": "x"}),
            lambda: clerk.create({"name": "x"}),
            clerk.unlink,
            lambda: self.fuel.option_ids.with_user(self.clerk).write({"name": "x"}),
        ):
            with self.assertRaises(AccessError):
                road()
        self.assertTrue(self.mileage.create({"name": "Colour"}).copy().key)
        for user in (self.employee, self._new_user("portal", "base.group_portal")):
            with self.assertRaises(AccessError):
                self.mileage.with_user(user).read(["name"])

    def test_the_definition_is_not_written_past_the_questions(self):
        with self.assertRaisesRegex(UserError, "Custom Fields"):
            self.engines.serial_question_definition = []
        serial = self._new_serial(mileage=7)
        answers = serial.read(["serial_answers"])[0]["serial_answers"]
        answers[0].update(string="Hacked", definition_changed=True)
        answers[1]["definition_deleted"] = True
        serial.with_user(self.boss).write({"serial_answers": answers})
        self.assertEqual(self._labels(self.diesel), ["Note", "Mileage", "Fuel"])

    def test_a_category_opens_its_questions(self):
        action = self.diesel.with_user(self.boss).action_open_serial_questions()
        found = self.env["serial.question"].search(action["domain"])
        self.assertEqual(set(found.mapped("name")), {"Note", "Mileage", "Fuel"})
        self.assertEqual(action["context"]["default_category_ids"], self.diesel.ids)

    def test_counting_answers_takes_the_same_queries_for_fifty(self):
        def count_queries(questions):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            questions.mapped("answer_count")
            return self.env.cr.sql_log_count - before

        fifty = self.env["serial.question"].create([{"name": f"Q{n}"} for n in range(50)])
        self.env.flush_all()
        self.assertLessEqual(count_queries(fifty), count_queries(fifty[:1]) + 1)
