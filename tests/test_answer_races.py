from contextlib import closing, contextmanager
from threading import Thread

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged

#: The order in which the records can be deleted.
ORDER = [
    "stock.picking",
    "stock.lot",
    "product.template",
    "serial.question",
    "product.category",
    "res.users",
    "res.partner",
]


@tagged("post_install", "-at_install")
class TestAnswerRaces(BaseCase):
    """Two people at once, each in a transaction that is committed: one answers a custom field, the
    other changes it, or answers another one of the same serial number."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._clean)
        self.made = []
        with self._transaction() as env:
            self.clerk = self._new_user(env, "clerk", "stock.group_stock_user")
            self.boss = self._new_user(env, "boss", "stock.group_stock_manager")
            types = env["product.category"].create([{"name": "Raced"}, {"name": "Others"}])
            self.type_id, self.other_type_id = self._remember(types)
            self._set_up_questions(env)
            self._set_up_part(env)

    def _set_up_questions(self, env):
        questions = env["serial.question"].create(
            [
                {"name": "Raced Miles", "question_type": "integer", "indexed": True},
                {
                    "name": "Raced Fuel",
                    "question_type": "selection",
                    "option_ids": [Command.create({"name": name}) for name in ("Petrol", "Diesel")],
                },
                {"name": "Raced Remark"},
            ]
        )
        questions.category_ids = [Command.set([self.type_id])]
        self.question_ids = self._remember(questions)
        self.miles, self.fuel, self.remark = questions.mapped("key")
        self.petrol_id, _diesel_id = questions.option_ids.ids
        self.petrol = questions.option_ids[0].key

    def _set_up_part(self, env):
        """Make a part, a serial number of it, and a receipt of another unit."""
        template = env["product.template"].create(
            {
                "name": "Raced Engine",
                "type": "consu",
                "uses_serial_numbers": True,
                "categ_id": self.type_id,
            }
        )
        [self.part_id] = self._remember(template)
        product = template.product_variant_id
        [self.serial_id] = self._remember(
            env["stock.lot"].create({"name": "RACED-1", "product_id": product.id})
        )
        picking = self._new_receipt(env, product)
        [self.picking_id] = self._remember(picking)
        picking.enter_serials("RACED-2")
        self.line_id = picking.move_line_ids.id

    def _new_receipt(self, env, product):
        operation = env["stock.warehouse"].search([], limit=1).in_type_id
        route = {
            "location_id": env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": operation.default_location_dest_id.id,
        }
        picking = env["stock.picking"].create(
            {
                "picking_type_id": operation.id,
                **route,
                "move_ids": [
                    Command.create({"product_id": product.id, "product_uom_qty": 1, **route})
                ],
            }
        )
        picking.action_confirm()
        return picking

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        # The deleted rows would keep PostgreSQL from using new indexes for a while.
        with closing(db_connect(get_db_name()).cursor()) as cr:
            cr._cnx.autocommit = True
            cr.execute("VACUUM stock_lot, stock_move_line, product_template")

    # ------------------------------------------------------------------------------ helpers

    def _new_user(self, env, login, group):
        user = new_test_user(env, login=f"raced_{login}", groups=group)
        self._remember(user.partner_id)
        [id_] = self._remember(user)
        return id_

    def _remember(self, records):
        self.made.append((records._name, records.ids))
        return records.ids

    def _clean(self):
        with self._transaction() as env:
            env["stock.picking"].browse(self.picking_id).action_cancel()
        with self._transaction() as env:
            for model in ORDER:
                ids = [id_ for made, ids in self.made if made == model for id_ in ids]
                env[model].browse(ids).exists().unlink()

    @contextmanager
    def _transaction(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _race(self, first, second):
        """Begin two transactions; call *first* in one and commit it, then call *second* in the
        other, as Odoo does for RPC."""
        with self._transaction() as one, self._transaction() as two:
            for env in (one, two):
                env.cr.execute("SELECT 1")
            first(one)
            one.cr.commit()
            retrying(lambda: second(two), two)

    def _answer_serial(self, **answers):
        return lambda env: self._serial(env).write(
            {"serial_answers": {getattr(self, name): value for name, value in answers.items()}}
        )

    def _answer_line(self, env):
        line = env["stock.move.line"].with_user(self.clerk).browse(self.line_id)
        line.serial_answers = {self.miles: 7, self.fuel: self.petrol}

    def _answer_part(self, env):
        part = env["product.template"].with_user(self.boss).browse(self.part_id)
        part.default_serial_answers = {self.miles: 7, self.fuel: self.petrol}

    def _serial(self, env):
        return env["stock.lot"].with_user(self.clerk).browse(self.serial_id)

    def _questions(self, env):
        return env["serial.question"].with_user(self.boss).browse(self.question_ids)

    def _delete(self, env):
        self._questions(env)[0].unlink()

    def _retype(self, env):
        self._questions(env)[0].question_type = "date"

    def _delete_choice(self, env):
        env["serial.question.option"].with_user(self.boss).browse(self.petrol_id).unlink()

    def _move_choice(self, env):
        tags = (
            env["serial.question"]
            .with_user(self.boss)
            .create({"name": "Raced Tags", "question_type": "tags"})
        )
        self._remember(tags)
        option = env["serial.question.option"].with_user(self.boss).browse(self.petrol_id)
        option.question_id = tags

    def _ask_elsewhere(self, env):
        self._questions(env)[0].category_ids = env["product.category"].browse(self.other_type_id)

    def _archive(self, env):
        self._questions(env)[0].active = False

    def _stored(self):
        with self._transaction() as env:
            return {
                **self._serial(env).sudo().serial_answers._values,
                **env["stock.move.line"].browse(self.line_id).serial_answers.given,
                **env["product.template"].browse(self.part_id).default_serial_answers._values,
            }

    # ------------------------------------------------------------------------------- tests

    def test_a_first_answer_keeps_its_question_and_the_change_is_refused(self):
        for answer in (self._answer_serial(miles=7), self._answer_line, self._answer_part):
            for change in (self._delete, self._retype):
                with self.subTest(change=change.__name__), self.assertRaises(UserError) as refused:
                    self._race(answer, change)
                self.assertRegex(str(refused.exception), "Raced Miles has answers.*Archive it")
                self.assertEqual(self._stored()[self.miles], 7)
                self._remove_answers()

    def test_a_first_answer_keeps_its_choice_and_the_change_is_refused(self):
        for answer in (self._answer_fuel, self._answer_line, self._answer_part):
            for change in (self._delete_choice, self._move_choice):
                with self.subTest(change=change.__name__), self.assertRaises(UserError) as refused:
                    self._race(answer, change)
                self.assertRegex(str(refused.exception), "Petrol is the answer.*Archive it")
                self.assertEqual(self._stored()[self.fuel], self.petrol)
                self._remove_answers()

    def _answer_fuel(self, env):
        self._serial(env).serial_answers = {self.fuel: self.petrol}

    def _remove_answers(self):
        with self._transaction() as env:
            emptied = {self.miles: None, self.fuel: None}
            self._serial(env).serial_answers = emptied
            env["stock.move.line"].browse(self.line_id).serial_answers = False
            env["product.template"].browse(self.part_id).default_serial_answers = emptied

    def test_an_answer_to_a_deleted_question_is_refused(self):
        self._refused_after(self._delete, "no custom field")

    def test_an_answer_to_a_question_of_another_type_is_refused(self):
        self._refused_after(self._retype, "Raced Miles: '7' doesn't fit")

    def test_an_answer_to_a_question_of_another_part_type_is_refused(self):
        self._refused_after(self._ask_elsewhere, "no custom field")

    def test_an_answer_to_an_archived_question_is_refused(self):
        self._refused_after(self._archive, "no custom field")

    def test_a_deleted_choice_is_refused(self):
        self._refused_after(self._delete_choice, "Raced Fuel: .* doesn't fit")

    def test_a_choice_of_another_question_is_refused(self):
        self._refused_after(self._move_choice, "Raced Fuel: .* doesn't fit")

    def _refused_after(self, change, message):
        """Assert that an answer given after *change*, but before seeing it, is refused with
        *message*, and so are later ones."""
        is_choice = "choice" in change.__name__
        answer = self._answer_fuel if is_choice else self._answer_serial(miles=7)
        with self.assertRaisesRegex(ValidationError, message):
            self._race(change, answer)
        for answer in (self._answer_line, self._answer_part):
            with self.assertRaises(ValidationError), self._transaction() as env:
                answer(env)
        self.assertEqual(self._stored(), {})

    def test_a_unit_on_a_transfer_and_a_default_are_locked_too(self):
        for answer in (self._answer_line, self._answer_part):
            with self.assertRaisesRegex(ValidationError, "Raced Fuel: .* doesn't fit"):
                self._race(self._delete_choice, answer)
            with self._transaction() as env:
                option = env["serial.question.option"].create(
                    {"name": "Petrol", "question_id": self.question_ids[1]}
                )
                self.petrol_id, self.petrol = option.id, option.key
        self.assertEqual(self._stored(), {})

    def test_an_answer_stays_when_its_question_goes_elsewhere(self):
        for change in (self._ask_elsewhere, self._archive):
            self._race(self._answer_serial(miles=7), change)
            self.assertEqual(self._stored(), {self.miles: 7})
            with self._transaction() as env:
                self._questions(env)[0].write(
                    {"active": True, "category_ids": [Command.set([self.type_id])]}
                )
                self.assertEqual(self._serial(env).serial_answers[self.miles], 7)

    def test_a_default_that_a_new_serial_number_starts_with_is_an_answer(self):
        with self._transaction() as env:
            self._answer_part(env)
        created = []

        def create(env):
            part = env["product.template"].browse(self.part_id)
            created[:] = self._remember(
                env["stock.lot"]
                .with_user(self.clerk)
                .create({"name": "RACED-3", "product_id": part.product_variant_id.id})
            )

        def remove_and_delete(env):
            part = env["product.template"].with_user(self.boss).browse(self.part_id)
            part.default_serial_answers = {self.miles: None}
            self._delete(env)

        self._race(remove_and_delete, create)
        with self._transaction() as env:
            answers = env["stock.lot"].browse(created).serial_answers._values
            self.assertEqual(answers, {self.fuel: self.petrol})

    def test_answers_and_their_question_can_be_removed_in_one_go(self):
        with self._transaction() as env:
            self._answers_of_all(env)
        with self._transaction() as env:
            emptied = {self.miles: None, self.fuel: None}
            self._serial(env).serial_answers = emptied
            env["stock.move.line"].browse(self.line_id).serial_answers = False
            env["product.template"].browse(self.part_id).default_serial_answers = emptied
            self._questions(env).unlink()
        self.assertEqual(self._stored(), {})

    def _answers_of_all(self, env):
        self._answer_fuel(env)
        self._answer_line(env)
        self._answer_part(env)

    def test_deleting_waits_for_an_answer_that_is_not_committed_yet(self):
        refusals = []

        def delete():
            with self._transaction() as env:
                try:
                    retrying(lambda: self._delete(env), env)
                except UserError as error:
                    refusals.append(str(error))

        with self._transaction() as env:
            self._answer_serial(miles=7)(env)
            env.cr.flush()
            waiting = Thread(target=delete)
            waiting.start()
            waiting.join(0.5)
            self.assertTrue(waiting.is_alive())
        waiting.join(20)
        self.assertRegex(refusals[0], "Raced Miles has answers")
        self.assertEqual(self._stored(), {self.miles: 7})

    def test_labels_read_before_a_change_show_no_type(self):
        with self._transaction() as old:
            old.cr.execute("SELECT 1")
            with self._transaction() as env:
                self._retype(env)
            # The shared cache now has what was there before the change.
            old["serial.question"]._get_translated()
        with (
            self.assertRaisesRegex(ValidationError, "'7' doesn't fit"),
            self._transaction() as env,
        ):
            self._answer_serial(miles=7)(env)

    def test_an_import_that_meets_a_change_is_done_again(self):
        def load(env):
            lots = env["stock.lot"].with_user(self.clerk)
            columns = [".id", f"serial_answers.{self.miles}"]
            return lots.load(columns, [[str(self.serial_id), "7"]])

        outcome = []
        self._race(self._retype, lambda env: outcome.append(load(env)))
        self.assertRegex(outcome[-1]["messages"][0]["message"], "Raced Miles.*a date")
        self.assertEqual(self._stored(), {})

    def test_people_who_answer_do_not_wait_for_each_other(self):
        with self._transaction() as one, self._transaction() as two:
            self._answer_serial(miles=7)(one)
            one.cr.flush()
            two.cr.execute("SET LOCAL lock_timeout = '1s'")
            self._answer_line(two)
            two.cr.flush()
        self.assertEqual(self._stored(), {self.miles: 7, self.fuel: self.petrol})

    # ------------------------------------------------------------ two open forms

    def test_two_open_forms_write_what_was_edited_in_each(self):
        for model, ids, field in (
            ("stock.lot", self.serial_id, "serial_answers"),
            ("stock.move.line", self.line_id, "serial_answers"),
            ("product.template", self.part_id, "default_serial_answers"),
        ):
            with self.subTest(model), self._transaction() as env:
                record = env[model].browse(ids)
                record[field] = {self.miles: 1, self.remark: "new"}
            forms = [self._open(model, ids, field) for _person in range(2)]
            for form, key, value in zip(
                forms, (self.miles, self.remark), (2, "rusty"), strict=True
            ):
                for answer in form:
                    if answer["name"] == key:
                        answer["value"] = value
                with self._transaction() as env:
                    record = env[model].with_user(self.boss).browse(ids)
                    record.web_save({field: form}, {field: {}})
            with self._transaction() as env:
                stored = env[model].browse(ids)[field]._values
                self.assertEqual(stored, {self.miles: 2, self.remark: "rusty"})

    def _open(self, model, ids, field):
        with self._transaction() as env:
            [row] = env[model].with_user(self.boss).browse(ids).web_read({field: {}})
            return row[field]
