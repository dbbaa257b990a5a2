from datetime import date
from io import BytesIO

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from .answers_case import AnswersCase

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@tagged("post_install", "-at_install")
class TestAnswersInLists(AnswersCase):
    """Answers are searched for, grouped, exported and imported."""

    # ------------------------------------------------------------------ search, group, table

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

    def test_what_cant_be_an_answer_is_not_searched_for(self):
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

    # ---------------------------------------------------------------------------- round trip

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
        self._import_spreadsheet(file.getvalue(), columns)
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

    def _import_spreadsheet(self, content, columns):
        """Import an XLSX file of serial numbers, as the clerk does in Odoo's dialog."""
        wizard = (
            self.env["base_import.import"]
            .with_user(self.clerk)
            .create(
                {
                    "res_model": "stock.lot",
                    "file": content,
                    "file_name": "a.xlsx",
                    "file_type": XLSX,
                }
            )
        )
        options = {"has_headers": True, "quoting": '"', "separator": ","}
        preview = wizard.parse_preview(options)
        self.assertEqual([*preview["matches"].values()], [[column] for column in columns])
        outcome = wizard.execute_import(columns, columns, preview["options"])
        self.assertFalse(outcome["messages"])

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
