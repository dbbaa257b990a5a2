from datetime import date, datetime
from io import BytesIO

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestSerialAnswers(SerialCase):
    """Answers to custom fields, from the defaults of the part to the serial's chatter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        scope = {"category_ids": [Command.set(cls.engines.ids)]}
        cls.mileage = cls._new_question("Mileage", "integer", **scope)
        cls.fuel = cls._new_question("Fuel", "selection", ["Petrol", "Diesel"], **scope)
        cls.petrol, cls.diesel = cls.fuel.option_ids
        cls.runs = cls._new_question("Runs", "boolean", **scope)
        cls.remark = cls._new_question("Remark", "text", **scope)
        cls.tested = cls._new_question("Tested On", "date", **scope)

    def _new_serial(self, name="SN1", answers=None, product=None):
        values = {"name": name, "product_id": (product or self.part).id}
        if answers is not None:
            values["serial_answers"] = answers
        return self.env["stock.lot"].with_user(self.clerk).create(values)

    def _stored(self, record):
        """Return what the database holds, by label."""
        record.flush_recordset()
        self.env.cr.execute(
            f"SELECT serial_answers FROM {record._table} WHERE id = %s", (record.id,)
        )
        [stored] = self.env.cr.fetchone()
        labels = {
            question.key: question.name
            for question in self.env["serial.question"].with_context(active_test=False).search([])
        }
        return {labels[key]: answer for key, answer in (stored or {}).items()}

    # ------------------------------------------------------------------------------- types

    def test_every_type_takes_what_fits(self):
        tags = self._new_question("Damage", "tags", ["Rust", "Dent"])
        rust, dent = tags.option_ids.mapped("key")
        cases = {
            "char": [("x", "x"), ("<b>", "<b>"), ("", "")],
            "text": [("a\nb", "a\nb"), ("", "")],
            "integer": [(0, 0), (-5, -5), ("120000", 120000), (7.0, 7), (2**53, 2**53)],
            "float": [(0.5, 0.5), (0, 0.0), ("1.25", 1.25)],
            "boolean": [(True, True), (False, False)],
            "date": [("2026-01-31", "2026-01-31"), (date(2026, 1, 31), "2026-01-31")],
            "datetime": [
                ("2026-01-31 14:30:00", "2026-01-31 14:30:00"),
                (datetime(2026, 1, 31, 14, 30), "2026-01-31 14:30:00"),
            ],
            "selection": [(self.petrol.key, self.petrol.key)],
            "tags": [([rust, dent, rust], [rust, dent])],
        }
        serial = self._new_serial()
        for kind, pairs in cases.items():
            question = {"selection": self.fuel, "tags": tags}.get(kind) or self._new_question(
                f"A {kind}", kind
            )
            for given, stored in pairs:
                serial.serial_answers = {question.key: given}
                self.assertEqual(self._stored(serial)[question.name], stored, (kind, given))

    def test_every_type_refuses_what_does_not_fit_and_says_what_does(self):
        tags = self._new_question("Damage", "tags", ["Rust", "Dent"])
        cases = {
            "char": [5, True, ["x"]],
            "text": [5, {"x": 1}],
            "integer": ["many", 1.5, True, [1], float("nan"), float("inf"), 2**53 + 1, "1e9"],
            "float": ["many", True, float("nan"), float("inf"), [1]],
            "boolean": ["yes", 1, "true"],
            "date": ["31.01.2026", "2026-02-30", 5, "2026-01-31 10:00:00"],
            "datetime": ["2026-01-31", "now", 5],
            "selection": ["Petrol", 1, [self.petrol.key], True],
            "tags": ["Rust", ["Rust"], 1, True],
        }
        serial = self._new_serial(answers={self.mileage.key: 7})
        for kind, values in cases.items():
            question = {"selection": self.fuel, "tags": tags}.get(kind) or self._new_question(
                f"A {kind}", kind
            )
            for value in values:
                with (
                    self.assertRaisesRegex(ValidationError, question.name, msg=(kind, value)),
                    self.env.cr.savepoint(),
                ):
                    serial.serial_answers = {question.key: value, self.mileage.key: 8}
        self.assertEqual(self._stored(serial), {"Mileage": 7})
        with self.assertRaisesRegex(ValidationError, "no custom field nope"):
            serial.serial_answers = {"nope": 1}

    def test_answers_are_refused_on_create_too(self):
        with self.assertRaisesRegex(ValidationError, "Mileage: 'many'.*whole number"):
            self._new_serial(answers={self.mileage.key: "many"})
        with self.assertRaisesRegex(ValidationError, "Fuel.*Petrol, Diesel"):
            self.template.default_serial_answers = {self.fuel.key: "Steam"}
        with self.assertRaisesRegex(ValidationError, "Tested On"):
            self._receipt(1).move_line_ids.serial_answers = {self.tested.key: "soon"}

    def test_dates_of_all_years_are_answers(self):
        seen = self._new_question("Seen", "datetime")
        Serial = self.env["stock.lot"].with_user(self.clerk).with_context(tz="America/New_York")
        days = ("0001-01-01", "0033-04-03", "0999-12-31", "1000-01-01", "2026-01-31", "9999-12-31")
        times = [f"{day} 03:04:05" for day in days]
        for day, time in zip(days, times, strict=True):
            serial = self._new_serial(f"SN{day}").with_env(Serial.env)
            for answer in (
                {self.tested.key: day, seen.key: time},
                {
                    self.tested.key: date.fromisoformat(day),
                    seen.key: datetime.fromisoformat(time),
                },
            ):
                serial.serial_answers = {self.tested.key: None, seen.key: None}
                serial.serial_answers = answer
                self.assertEqual(self._stored(serial), {"Tested On": day, "Seen": time})
            shown = serial.read(["serial_answers"])[0]["serial_answers"]
            serial.write({"serial_answers": shown})
            self.assertEqual(self._stored(serial), {"Tested On": day, "Seen": time})
            self.flush_tracking()
        for key, values in (
            (f"serial_answers.{self.tested.key}", days),
            (f"serial_answers.{seen.key}", times),
        ):
            for position, value in enumerate(values):
                names = [f"SN{day}" for day in days]
                for operator, expected in (
                    ("=", [names[position]]),
                    ("<", names[:position]),
                    (">=", names[position:]),
                ):
                    found = Serial.search([(key, operator, value)], order="name")
                    self.assertEqual(found.mapped("name"), expected, (operator, value))
        serials = Serial.search([("product_id", "=", self.part.id)], order="name")
        columns = [".id", f"serial_answers.{self.tested.key}", f"serial_answers.{seen.key}"]
        rows = self._export(serials, columns)
        self.assertEqual([row[1] for row in rows], [*days])
        self.assertEqual([row[2] for row in rows], times)
        serials.serial_answers = {self.tested.key: None, seen.key: None}
        self.assertFalse(Serial.load(columns, rows)["messages"])
        self.assertEqual(
            [self._stored(serial) for serial in serials],
            [{"Tested On": day, "Seen": time} for day, time in zip(days, times, strict=True)],
        )

    def test_dates_of_all_years_are_grouped(self):
        serials = [
            self._new_serial(f"SN{year}", {self.tested.key: f"{year}-03-04"})
            for year in ("0001", "0999", "1000", "2026")
        ]
        key = f"serial_answers.{self.tested.key}"
        mine = [("product_id", "=", self.part.id)]
        Serial = self.env["stock.lot"].with_user(self.clerk)
        for indexed in (False, True):
            self.tested.indexed = indexed
            for granularity in ("day", "week", "month", "quarter", "year"):
                groups = Serial.formatted_read_group(mine, [f"{key}:{granularity}"], ["__count"])
                found = [Serial.search([*mine, *group["__extra_domain"]]) for group in groups]
                self.assertEqual(found, serials, (granularity, indexed))

    def test_dates_of_all_years_are_typed(self):
        seen = self._new_question("Seen", "datetime")
        self.clerk.tz = "Asia/Tokyo"
        receipt = self._receipt(3)
        entries = receipt.enter_serials(
            f"Serial,{self.tested.name},{seen.name}\nSN1,01/02/0999,0999-01-02 12:00\n"
            "SN2,0999-01-02,01/02/0999 12:00:00 PM\nSN3,0001-01-01,0001-01-01 00:00"
        )["entries"]
        self.assertEqual(
            [entry["status"] for entry in entries], ["assigned", "assigned", "invalid"]
        )
        self.assertRegex(entries[2]["message"], "Seen: '0001-01-01 00:00' does not fit")
        for line in receipt.move_line_ids.filtered("lot_name"):
            answers = self._stored(line)
            self.assertEqual(answers["Tested On"], "0999-01-02")
            self.assertRegex(answers["Seen"], "0999-01-02 0[23]:")

    # ---------------------------------------------------------------------- nothing is lost

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

    # ----------------------------------------------------------------------------- chatter

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

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    # ----------------------------------------------------------------------------- defaults

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

    def test_defaults_by_every_road(self):
        self.template.default_serial_answers = {self.mileage.key: 50}
        receipt = self._receipt(1)
        receipt.move_line_ids.lot_name = "RECEIPT"
        receipt.button_validate()
        self._put_in_stock(self.part, 1, self.bin_a)
        transfer = self._serialize(self.part)
        transfer.enter_serials("STOCK")
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

    # --------------------------------------------------------------------- while receiving

    def test_a_unit_shows_the_defaults_of_the_moment_until_it_is_answered(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2")
        first = receipt.move_line_ids.sorted("lot_name")[0]
        self.template.default_serial_answers = {self.mileage.key: 50, self.runs.key: True}
        self.assertEqual(first.serial_answers[self.mileage.key], 50)
        answers = first.read(["serial_answers"])[0]["serial_answers"]
        answers[0]["value"] = 70
        answers[2]["value"] = None
        first.write({"serial_answers": answers})
        self.assertEqual(self._stored(first), {"Mileage": 70, "Runs": None})
        self.template.default_serial_answers = {self.mileage.key: 60}
        receipt.button_validate()
        stored = [self._stored(serial) for serial in self._serials(self.part)]
        self.assertEqual(stored, [{"Mileage": 70}, {"Mileage": 60, "Runs": True}])

    def test_a_cleared_line_takes_its_answers_with_it(self):
        receipt = self._receipt(1)
        line = receipt.move_line_ids
        receipt.enter_serials("SN1")
        line.serial_answers = {self.mileage.key: 7}
        line.lot_name = "SN1-corrected"
        self.assertEqual(self._stored(line), {"Mileage": 7})
        line.lot_name = False
        self.assertEqual(self._stored(line), {})

    def test_a_serial_that_comes_back_shows_and_keeps_its_own_answers(self):
        serial = self._new_serial("SN1", {self.mileage.key: 7, self.remark.key: "ok"})
        self.template.default_serial_answers = {self.mileage.key: 50, self.runs.key: True}
        receipt = self._receipt(2)
        self.assertEqual(self._enter(receipt, "SN1\nSN2"), {"SN1": "known", "SN2": "assigned"})
        line = receipt.move_line_ids.filtered(lambda line: line.lot_name == "SN1")
        self.assertEqual(
            {
                key: line.serial_answers._values.get(key)
                for key in (self.mileage.key, self.runs.key)
            },
            {self.mileage.key: 7, self.runs.key: None},
        )
        line.serial_answers = {self.mileage.key: 9}
        receipt.button_validate()
        self.assertEqual(self._stored(serial), {"Mileage": 9, "Remark": "ok"})
        other = self._serials(self.part) - serial
        self.assertEqual(self._stored(other), {"Mileage": 50, "Runs": True})

    def test_a_serial_that_comes_back_keeps_what_was_answered_meanwhile(self):
        serial = self._new_serial("SN1", {self.mileage.key: 7, self.remark.key: "ok"})
        receipt = self._receipt(1)
        receipt.enter_serials("SN1")
        line = receipt.move_line_ids
        line.serial_answers = {self.runs.key: True}
        serial.serial_answers = {self.mileage.key: 9, self.remark.key: None}
        self.assertEqual(line.serial_answers._values, {self.mileage.key: 9, self.runs.key: True})
        receipt.button_validate()
        self.assertEqual(self._stored(serial), {"Mileage": 9, "Runs": True})

    def test_answers_of_a_known_serial_are_copied_and_its_own_are_left_alone(self):
        self._new_serial("SN1", {self.mileage.key: 7})
        second = self._new_serial("SN2", {self.mileage.key: 8})
        self.template.default_serial_answers = {self.runs.key: True}
        receipt = self._receipt(3)
        receipt.enter_serials("SN1..SN3")
        first = receipt.move_line_ids.filtered(lambda line: line.lot_name == "SN1")
        self.assertEqual(receipt.copy_serial_answers(first.id), 1)
        receipt.button_validate()
        self.assertEqual(self._stored(second), {"Mileage": 8})
        self.assertEqual(self._stored(self._serials(self.part)[2]), {"Mileage": 7})

    def test_a_known_serial_that_is_corrected_leaves_its_answers_behind(self):
        self._new_serial("SN1", {self.mileage.key: 7})
        receipt = self._receipt(1)
        receipt.enter_serials("SN1")
        receipt.move_line_ids.lot_name = "SN2"
        self.assertEqual(self._stored(receipt.move_line_ids), {})

    # ------------------------------------------------------------------------------- tables

    def test_answers_given_on_a_delivery_go_to_the_serial_that_leaves(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2")
        receipt.button_validate()
        first, second = self._serials(self.part)
        delivery = self._deliver(self.part, 1)
        line = delivery.move_line_ids
        line.lot_id = first
        line.serial_answers = {self.mileage.key: 77}
        line.lot_id = second
        line.serial_answers = {self.mileage.key: 88}
        delivery.button_validate()
        self.assertEqual(delivery.state, "done")
        self.assertEqual(second.serial_answers[self.mileage.key], 88)
        self.assertNotEqual(first.serial_answers[self.mileage.key], 77)

    def test_a_serial_chosen_instead_takes_no_answer_of_the_other(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2")
        receipt.button_validate()
        first, second = self._serials(self.part)
        delivery = self._deliver(self.part, 1)
        line = delivery.move_line_ids
        line.lot_id = first
        line.serial_answers = {self.mileage.key: 77}
        line.lot_id = second
        delivery.button_validate()
        self.assertNotEqual(second.serial_answers[self.mileage.key], 77)

    def test_a_pasted_table_fills_in_the_answers(self):
        receipt = self._receipt(3)
        outcome = receipt.enter_serials(
            "Serial\tLocation\tmileage\tFuel\tRuns\tTested On\n"
            "SN1\tR1-1A\t120,000\tdiesel\tno\t01/31/2026\n"
            "SN2*2\tR1-1B\t0\t\tYes\t2026-02-01\n"
        )
        self.assertEqual(
            [entry["status"] for entry in outcome["entries"]], ["assigned"] * 3, outcome
        )
        receipt.button_validate()
        first, *others = self._serials(self.part)
        self.assertEqual(
            self._stored(first),
            {
                "Mileage": 120000,
                "Fuel": self.diesel.key,
                "Runs": False,
                "Tested On": "2026-01-31",
            },
        )
        for serial in others:
            self.assertEqual(
                self._stored(serial), {"Mileage": 0, "Runs": True, "Tested On": "2026-02-01"}
            )
            self.assertEqual(serial.location_id, self.bin_b)

    def test_an_answer_that_does_not_fit_names_column_value_and_what_fits(self):
        receipt = self._receipt(3)
        outcome = receipt.enter_serials(
            "Serial;Mileage;Fuel\nSN1;many;Petrol\nSN2;5;Steam\nSN3;5;Diesel"
        )
        [first, second, third] = outcome["entries"]
        self.assertEqual([first["status"], second["status"]], ["invalid"] * 2)
        self.assertRegex(first["message"], "Mileage.*many.*whole number")
        self.assertRegex(second["message"], "Fuel.*Steam.*Petrol, Diesel")
        self.assertEqual(third["status"], "assigned")
        self.assertEqual(outcome["missing"], 2)

    def test_an_unknown_column_is_refused_where_it_is_filled(self):
        receipt = self._receipt(2)
        [first, second] = receipt.enter_serials("Serial,Colour\nSN1,red\nSN2,")["entries"]
        self.assertEqual((first["status"], second["status"]), ("invalid", "assigned"))
        self.assertRegex(first["message"], "Colour.*Mileage, Fuel")

    def test_refused_rows_are_kept_with_their_header(self):
        receipt = self._receipt(3)
        receipt.enter_in_prompt("Serial,Mileage\nSN1,many\nSN2,2\nSN2..SN3,3")
        texts = [row["text"] for row in receipt.serial_entry_refused]
        self.assertEqual(texts, ["Serial,Mileage\nSN1,many", "Serial,Mileage\nSN2,3"])
        self.assertIn("Mileage: 'many'", receipt.serial_entry_refused[0]["message"])
        receipt.enter_in_prompt("Serial,Mileage\nSN1,1")
        self.assertFalse(receipt.serial_missing_count)

    def test_queries_do_not_grow_with_the_answers(self):
        def count_queries(count):
            receipt = self._receipt(count)
            rows = "".join(f"Q{count}-{n}\t{n}\n" for n in range(count))
            receipt.action_open_serial_prompt()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipt.enter_serials(f"Serial\tMileage\n{rows}")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count_queries(2)
        self.assertLessEqual(count_queries(50), count_queries(1) + 5)

    # ----------------------------------------------------------------------------- required

    def test_a_receipt_waits_for_required_answers_and_names_them(self):
        self.mileage.required = True
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2")
        prompt = receipt.button_validate()
        self.assertEqual((prompt["res_model"], prompt["res_id"]), ("stock.picking", receipt.id))
        self.assertEqual(receipt.serial_answers_missing, "SN1: Mileage\nSN2: Mileage")
        with self.assertRaisesRegex(UserError, "SN1: Mileage\nSN2: Mileage"):
            receipt.action_validate_serials()
        first, second = receipt.move_line_ids.sorted("lot_name")
        first.serial_answers = {self.mileage.key: 0}
        self.assertEqual(receipt.serial_answers_missing, "SN2: Mileage")
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
        with self.assertRaisesRegex(UserError, "SN1: Mileage"), self.env.cr.savepoint():
            transfer.action_validate_serials()
        named = transfer.move_line_ids.filtered("lot_name")
        named.serial_answers = {self.mileage.key: 3}
        transfer.action_validate_serials()
        self.assertEqual(self._stored(self._serials(self.part)), {"Mileage": 3})

    def test_a_serial_that_comes_back_is_not_held_up(self):
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

    # ------------------------------------------------------------------- search, group, table

    def test_one_question_searches_filters_and_groups_over_all_parts(self):
        turbos = self.env["product.category"].create(
            {"name": "Turbo", "parent_id": self.engines.id}
        )
        turbo = self._new_part("Turbo Engine", True, categ_id=turbos.id)
        answers = [(0, self.petrol), (250000, self.diesel), (400000, self.diesel)]
        serials = self.env["stock.lot"]
        for number, (miles, fuel) in enumerate(answers):
            serials |= self._new_serial(
                f"SN{number}",
                {self.mileage.key: miles, self.fuel.key: fuel.key},
                product=turbo if number else self.part,
            )
        blank = self._new_serial("BLANK")
        Serial = self.env["stock.lot"].with_user(self.clerk)
        key = f"serial_answers.{self.mileage.key}"
        mine = [("id", "in", (serials | blank).ids)]

        def found(*condition):
            return Serial.search([*mine, condition], order="name").mapped("name")

        self.assertEqual(found(key, "<", 300000), ["SN0", "SN1"])
        self.assertEqual(found(key, "=", 0), ["SN0"])
        self.assertEqual(found(key, "!=", 0), ["BLANK", "SN1", "SN2"])
        self.assertEqual(found(key, "in", [250000, 0]), ["SN0", "SN1"])
        self.assertEqual(found(key, "=", 1), [])
        self.assertEqual(found(key, "=", False), ["BLANK"])
        fuel = f"serial_answers.{self.fuel.key}"
        self.assertEqual(found(fuel, "=", self.diesel.key), ["SN1", "SN2"])
        groups = Serial.formatted_read_group([*mine, (key, "<", 300000)], [fuel], ["__count"])
        self.assertEqual(
            {group[fuel]: group["__count"] for group in groups},
            {self.petrol.key: 1, self.diesel.key: 1},
        )

    def test_what_can_be_no_answer_is_not_searched_for(self):
        serial = self._new_serial(answers={self.mileage.key: 7, self.remark.key: "x"})
        self.template.default_serial_answers = {self.mileage.key: 7}
        line = self._receipt(1).move_line_ids
        for records, field in (
            (serial, "serial_answers"),
            (line, "serial_answers"),
            (self.template, "default_serial_answers"),
        ):
            Model = self.env[records._name].with_user(self.clerk)
            for key, values in (
                (self.mileage.key, (float("inf"), float("-inf"), float("nan"))),
                (self.remark.key, ("\0", "\ud800")),
            ):
                for value in values:
                    for operator in ("=", "!=", "<", ">="):
                        with self.assertRaisesRegex(UserError, "can't be searched for"):
                            Model.search([(f"{field}.{key}", operator, value)])
                    for operator in ("in", "not in"):
                        with self.assertRaisesRegex(UserError, "can't be searched for"):
                            Model.search_count([(f"{field}.{key}", operator, [1, value])])
        domain = [(f"serial_answers.{self.mileage.key}", "<", 1e308)]
        self.assertIn(serial, self.env["stock.lot"].search(domain))

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

    # -------------------------------------------------------------------------- round trip

    def _export(self, serials, fields):
        self.clerk.group_ids += self.env.ref("base.group_allow_export")
        return serials.with_context(import_compat=True).export_data(fields)["datas"]

    def test_export_edit_import_changes_what_was_edited(self):
        self.runs.required = True
        damage = self._new_question("Damage", "tags", ["Rust", "Dent"])
        rust, dent = damage.option_ids
        first = self._new_serial(
            "SN1",
            {
                self.mileage.key: 0,
                self.runs.key: False,
                self.remark.key: "=1+1",
                self.fuel.key: self.petrol.key,
                self.tested.key: "2026-01-31",
                damage.key: [rust.key, dent.key],
            },
        )
        second = self._new_serial("SN2", {self.mileage.key: 5, self.remark.key: ""})
        self.template.default_serial_answers = {self.mileage.key: 77, self.remark.key: "new"}
        questions = (self.mileage, self.runs, self.remark, self.fuel, self.tested, damage)
        columns = [".id", "name", *(f"serial_answers.{question.key}" for question in questions)]
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in self._export(first | second, columns)
        ]
        self.assertEqual(rows[0][2:], ["0", "False", "=1+1", "Petrol", "2026-01-31", "Rust,Dent"])
        self.assertEqual(rows[1][2:], ["5", "", "", "", "", ""])
        before = [self._stored(first), self._stored(second)]
        Serial = self.env["stock.lot"].with_user(self.clerk)
        self.assertFalse(Serial.load(columns, rows)["messages"])
        self.assertEqual([self._stored(first), self._stored(second)], before)
        rows[0][2], rows[1][5], rows[0][6] = "8", "Diesel", ""
        self.assertFalse(Serial.load(columns, rows)["messages"])
        after = [
            {**before[0], "Mileage": 8},
            {**before[1], "Fuel": self.diesel.key},
        ]
        del after[0]["Tested On"]
        self.assertEqual([self._stored(first), self._stored(second)], after)

    def test_a_spreadsheet_edited_by_hand_comes_back(self):
        serial = self._new_serial("SN1", {self.mileage.key: 0, self.runs.key: False})
        seen = self._new_question("Seen", "datetime")
        serial.serial_answers = {seen.key: "2026-01-31 23:30:00"}
        questions = (self.mileage, self.runs, self.fuel, self.tested, seen)
        columns = ["id", *(f"serial_answers.{question.key}" for question in questions)]
        [row] = self._export(serial, columns)
        sheet = openpyxl.Workbook()
        sheet.active.append(columns)
        sheet.active.append(row)
        sheet.active.cell(2, 4).value = "Diesel"
        sheet.active.cell(2, 5).value = date(2026, 1, 31)
        file = BytesIO()
        sheet.save(file)
        wizard = (
            self.env["base_import.import"]
            .with_user(self.clerk)
            .create(
                {
                    "res_model": "stock.lot",
                    "file": file.getvalue(),
                    "file_name": "serials.xlsx",
                    "file_type": "application/vnd.openxmlformats-officedocument"
                    ".spreadsheetml.sheet",
                }
            )
        )
        options = {"has_headers": True, "quoting": '"', "separator": ","}
        preview = wizard.parse_preview(options)
        self.assertEqual([*preview["matches"].values()], [[column] for column in columns])
        outcome = wizard.execute_import(columns, columns, preview["options"])
        self.assertFalse(outcome["messages"])
        self.assertEqual(
            self._stored(serial),
            {
                "Mileage": 0,
                "Runs": False,
                "Fuel": self.diesel.key,
                "Tested On": "2026-01-31",
                "Seen": "2026-01-31 23:30:00",
            },
        )

    def test_import_explains_what_does_not_fit(self):
        serial = self._new_serial("SN1", {self.mileage.key: 5})
        columns = [".id", f"serial_answers.{self.tested.key}"]
        Serial = self.env["stock.lot"].with_user(self.clerk)
        outcome = Serial.load(columns, [[str(serial.id), "soon"]])
        self.assertRegex(outcome["messages"][0]["message"], "Tested On.*soon.*a date")
        self.assertEqual(self._stored(serial), {"Mileage": 5})

    def test_an_import_with_new_serials_gives_them_their_answers(self):
        self.template.default_serial_answers = {self.runs.key: True, self.mileage.key: 9}
        columns = ["name", "product_id", f"serial_answers.{self.mileage.key}"]
        rows = [["SN1", self.part.display_name, "0"], ["SN2", self.part.display_name, ""]]
        Serial = self.env["stock.lot"].with_user(self.clerk)
        self.assertFalse(Serial.load(columns, rows)["messages"])
        first, second = self._serials(self.part)
        self.assertEqual(self._stored(first), {"Mileage": 0, "Runs": True})
        self.assertEqual(self._stored(second), {"Mileage": 9, "Runs": True})

    # ---------------------------------------------------------------------- two open forms

    def _open_form(self, record, field="serial_answers"):
        """Return the answers as a form shows them, by label."""
        self.env.invalidate_all()
        [row] = record.web_read({field: {}})
        return {answer["string"]: answer for answer in row[field]}

    def _save_form(self, record, form, field="serial_answers", **edited):
        for label, value in edited.items():
            form[label.replace("_", " ")]["value"] = value
        record.web_save({field: [*form.values()]}, {field: {}})

    def test_a_form_writes_what_was_edited_in_it(self):
        seen = self._new_question("Seen", "datetime")
        damage = self._new_question("Damage", "tags", ["Rust", "Dent"])
        rust, dent = damage.option_ids.mapped("key")
        serial = self._new_serial(
            "SN1",
            {
                self.mileage.key: 0,
                self.runs.key: False,
                self.remark.key: "",
                self.fuel.key: self.petrol.key,
                self.tested.key: "2026-01-31",
                seen.key: "2026-01-31 23:30:00",
                damage.key: [rust],
            },
        )
        form = self._open_form(serial)
        others = {
            self.mileage.key: 5,
            self.runs.key: True,
            self.remark.key: "rusty",
            self.fuel.key: self.diesel.key,
            self.tested.key: "2026-02-01",
            seen.key: "2026-02-01 00:00:00",
            damage.key: [rust, dent],
        }
        serial.with_user(self.boss).serial_answers = others
        # The web client sends an empty text as none.
        self._save_form(serial, form, Remark=False)
        self.assertEqual(serial.serial_answers._values, others)
        form = self._open_form(serial)
        taken = {
            "Mileage": None,
            "Runs": False,
            "Remark": False,
            "Fuel": False,
            "Tested_On": False,
            "Seen": False,
            "Damage": [],
        }
        self._save_form(serial, form, **taken)
        self.assertEqual(self._stored(serial), {"Runs": False})

    def test_the_last_one_wins_who_edits_the_same_answer(self):
        serial = self._new_serial("SN1", {self.mileage.key: 1})
        first, second = self._open_form(serial), self._open_form(serial)
        self._save_form(serial, first, Mileage=2)
        self._save_form(serial, second, Mileage=3)
        self.assertEqual(self._stored(serial), {"Mileage": 3})

    def test_an_unedited_answer_that_was_archived_or_retyped_is_not_in_the_way(self):
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

    def test_what_was_read_of_one_serial_is_written_to_another(self):
        first = self._new_serial("SN1", {self.mileage.key: 1, self.remark.key: "a"})
        second = self._new_serial("SN2", {self.mileage.key: 2})
        self._save_form(second, self._open_form(first))
        self.assertEqual(self._stored(second), {"Mileage": 1, "Remark": "a"})

    def test_the_forms_of_a_part_a_variant_and_a_transfer_do_so_too(self):
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

    def test_an_onchange_says_what_was_stored_not_what_is_edited(self):
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

    def test_questions_are_held_at_once_however_many_serials_are_answered(self):
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

    # ------------------------------------------------------------------------------ access

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
