import json
from datetime import date
from io import BytesIO

import openpyxl

from odoo import http
from odoo.tests import HttpCase, tagged

from ..tools.serial_file import read_file
from .common import SerialCase

FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Texts that spreadsheets, or Odoo's export, take for formulas, and other odd ones.
ODD = (
    *("-12", "+49-7", "@x", "'-12", "''+1", "'abc", "'", "-", "0012", "1e5", "TRUE", "#N/A"),
    *("_x0041_", "http://x.y", "mailto:a@b.c", "internal:a", "{=1}", "a,b;c", 'a"b', "Ä ß 日本"),
)
#: These can be answers, but not names of serial numbers.
ODD_ANSWERS = (
    *ODD,
    *('=HYPERLINK("http://x.y")', "=1+1", "'=1+1", " x ", "a\nb", "a\rb", "a\r\nb", "\x07", "\t"),
)


@tagged("post_install", "-at_install")
class TestRoundTrips(HttpCase, SerialCase):
    """An export that nobody edited changes nothing when it is imported again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk.group_ids += cls.env.ref("base.group_allow_export")
        cls.boss.group_ids += cls.env.ref("base.group_allow_export")
        cls.clerk.password = cls.boss.password = "round trip"
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.questions = {}
        for kind in (
            *("char", "text", "integer", "float", "boolean", "date", "datetime"),
            *("selection", "tags"),
        ):
            choices = ("Good, or so", "-Bad", "=Odd", "'+Odder")
            choices = choices if kind in ("selection", "tags") else ()
            question = cls._new_question(f"A {kind}", kind, choices)
            question.with_context(lang="de_DE").name = f"Ein {kind}"
            for option in question.option_ids:
                option.with_context(lang="de_DE").name = f"{option.name} (de)"
            cls.questions[kind] = question

    def _invent_answers(self):
        """Return answers of every type, each a dict of one."""
        keys = {kind: question.key for kind, question in self.questions.items()}
        first, *others = self.questions["selection"].option_ids.mapped("key")
        tags = self.questions["tags"].option_ids.mapped("key")
        return [
            *({keys["char"]: text} for text in ODD_ANSWERS if "\n" not in text),
            *({keys["text"]: text} for text in (*ODD_ANSWERS, "", "x" * 40_000)),
            *({keys["integer"]: number} for number in (0, -12, 7, 2**53, -(2**53))),
            *({keys["float"]: number} for number in (0.0, -0.5, 3.0, 0.1 + 0.2, 1e-7, 1e22, 1e300)),
            *({keys["boolean"]: answer} for answer in (True, False)),
            *({keys["date"]: day} for day in ("0999-01-02", "1899-12-31", "2026-01-31")),
            {keys["datetime"]: "2026-01-31 23:30:00"},
            {keys["datetime"]: "0999-01-31 00:00:00"},
            *({keys["selection"]: choice} for choice in (first, *others)),
            *({keys["tags"]: tags[:count]} for count in range(1, len(tags) + 1)),
            {},
        ]

    def _new_serials(self):
        answers = self._invent_answers()
        names = [*ODD, *(f"SN{number}" for number in range(len(answers) - len(ODD)))]
        return (
            self.env["stock.lot"]
            .with_user(self.clerk)
            .create(
                [
                    {"name": name, "product_id": self.part.id, "serial_answers": its, "ref": name}
                    for name, its in zip(names, answers, strict=True)
                ]
            )
        )

    def _export(self, records, columns, form, **params):
        """Return an import-compatible export of *columns* of *records*."""
        self.env.flush_all()
        self.authenticate(records.env.user.login, "round trip")
        data = {
            "model": records._name,
            "fields": [{"name": name, "label": name, "type": "char"} for name in columns],
            "ids": records.ids,
            "domain": [],
            "import_compat": True,
            "context": {"lang": records.env.context.get("lang") or "en_US"},
            **params,
        }
        response = self.url_open(
            f"/web/export/{form}",
            data={"data": json.dumps(data), "csrf_token": http.Request.csrf_token(self)},
        )
        response.raise_for_status()
        return response.content

    def _import(self, records, columns, form, content, **chosen):
        """Import that file again, as the web client does, with these options *chosen*."""
        wizard = (
            self.env["base_import.import"]
            .with_env(records.env)
            .with_context(tracking_disable=True)
            .create(
                {
                    "res_model": records._name,
                    "file": content,
                    "file_name": f"records.{form}",
                    "file_type": FORMATS[form],
                }
            )
        )
        options = {"has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8"}
        options |= chosen
        options |= wizard.parse_preview(options)["options"]
        outcome = wizard.execute_import(columns, columns, options)
        self.env.flush_all()
        self.assertFalse(outcome["messages"])
        return outcome["ids"]

    def _read_all(self, records, *fields):
        """Return the stored *fields* of *records*."""
        records.flush_recordset()
        self.env.cr.execute(
            f"SELECT {', '.join(fields)} FROM {records._table} WHERE id = ANY(%s) ORDER BY id",
            (records.ids,),
        )
        return self.env.cr.fetchall()

    def _answer_columns(self, field):
        return [f"{field}.{question.key}" for question in self.questions.values()]

    def _flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    # -------------------------------------------------------------------------------- unedited

    def test_serial_numbers_come_back_as_they_were(self):
        serials = self._new_serials()
        columns = ["name", "product_id", "ref", *self._answer_columns("serial_answers")]
        before = self._read_all(serials, "name", "ref", "serial_answers")
        self._flush_tracking()
        messages = serials.message_ids
        for lang in ("en_US", "de_DE"):
            for form in FORMATS:
                for id_column in ("id", ".id"):
                    with self.subTest(lang=lang, form=form, id=id_column):
                        records = serials.with_context(lang=lang)
                        content = self._export(records, [id_column, *columns], form)
                        ids = self._import(records, [id_column, *columns], form, content)
                        self.assertEqual(ids, serials.ids)
                        after = self._read_all(serials, "name", "ref", "serial_answers")
                        self.assertEqual(after, before)
        self._flush_tracking()
        self.assertEqual(serials.message_ids, messages)

    def test_default_answers_come_back_as_they_were(self):
        answers = self._invent_answers()
        parts = self.env["product.template"].create(
            [
                {"name": f"Part {number}", "default_serial_answers": its}
                for number, its in enumerate(answers)
            ]
        )
        columns = ["id", *self._answer_columns("default_serial_answers")]
        for records in (parts, parts.product_variant_ids):
            before = self._read_all(parts, "name", "default_serial_answers")
            for lang in ("en_US", "de_DE"):
                for form in FORMATS:
                    with self.subTest(lang=lang, form=form, model=records._name):
                        these = records.with_user(self.boss).with_context(lang=lang)
                        content = self._export(these, columns, form)
                        self._import(these, columns, form, content)
                        after = self._read_all(parts, "name", "default_serial_answers")
                        self.assertEqual(after, before)

    def test_serial_numbers_go_to_another_database(self):
        """Where none of them exists, they are created as they were."""
        texts = self.questions["text"].key
        columns = ["name", "product_id", "ref", f"serial_answers.{texts}"]
        plain = [text for text in ODD_ANSWERS if "\r" not in text and "\x07" not in text]
        for form in FORMATS:
            with self.subTest(form=form), self.env.cr.savepoint() as savepoint:
                serials = (
                    self.env["stock.lot"]
                    .create(
                        [
                            {
                                "name": ODD[number % len(ODD)] + str(number),
                                "ref": text.strip() or False,
                                "product_id": self.part.id,
                                "serial_answers": {texts: text},
                            }
                            for number, text in enumerate(plain)
                        ]
                    )
                    .with_user(self.clerk)
                )
                before = self._read_all(serials, "name", "ref", "serial_answers")
                content = self._export(serials, columns, form)
                serials.with_user(self.env.user).unlink()
                ids = self._import(serials.browse(), columns, form, content)
                created = serials.browse(ids)
                after = self._read_all(created, "name", "ref", "serial_answers")
                self.assertEqual(after, before)
                savepoint.rollback()

    # ---------------------------------------------------------------------------------- edited

    def test_what_is_edited_is_changed_and_traced(self):
        text, runs = self.questions["text"].key, self.questions["boolean"].key
        serial = (
            self.env["stock.lot"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "-12",
                    "product_id": self.part.id,
                    "serial_answers": {text: "+49-7", runs: False},
                }
            )
        )
        columns = ["id", "name", f"serial_answers.{text}", f"serial_answers.{runs}", "active"]
        content = self._export(serial, columns, "csv").decode()
        self.assertIn('"\'-12","\'+49-7","False"', content)
        self._flush_tracking()
        for edit, expected, traced in (
            (("'+49-7", "'-50"), ("-12", {text: "-50", runs: False}), {"A text": "-50"}),
            (("'-12", "'-13"), ("-13", {text: "+49-7", runs: False}), {"Lot/Serial Number": "-13"}),
            (("False", "True"), ("-12", {text: "+49-7", runs: True}), {"A boolean": "Yes"}),
            (("False", ""), ("-12", {text: "+49-7"}), {"A boolean": ""}),
            (("'+49-7", ""), ("-12", {runs: False}), {"A text": ""}),
        ):
            with self.subTest(edit), self.env.cr.savepoint() as savepoint:
                before = serial.message_ids
                edited = content.replace(*edit).encode()
                self._import(serial, columns, "csv", edited, rename_serials=True)
                [row] = self._read_all(serial, "name", "serial_answers")
                self.assertEqual(row, expected)
                self._flush_tracking()
                message = serial.message_ids - before
                self.assertEqual(message.author_id, self.clerk.partner_id)
                self.assertEqual(self._read_tracked(message), traced)
                savepoint.rollback()
            self.env.invalidate_all()

    def _read_tracked(self, message):
        """Return ``{label of the field: its new value}`` of what *message* traces."""
        return {
            line.field_info["desc"]
            if line.field_info
            else line.field_id.field_description: line.new_value_char
            for line in message.sudo().tracking_value_ids
        }

    def test_an_export_has_no_formulas(self):
        text = self.questions["text"].key
        formula = '=HYPERLINK("http://x.y";"click")'
        serial = self.env["stock.lot"].create(
            {"name": "SN1", "product_id": self.part.id, "serial_answers": {text: formula}}
        )
        columns = ["name", f"serial_answers.{text}"]
        for params in ({}, {"import_compat": False, "groupby": ["product_id"]}):
            content = self._export(serial.with_user(self.clerk), columns, "xlsx", **params)
            sheet = openpyxl.load_workbook(BytesIO(content)).active
            cells = [cell for row in sheet.rows for cell in row]
            [cell] = [cell for cell in cells if cell.value == formula]
            self.assertEqual((cell.data_type, cell.hyperlink), ("s", None))
            self.assertNotIn("f", [cell.data_type for cell in cells])

    def test_queries_do_not_grow_with_the_rows(self):
        text = self.questions["text"].key
        columns = [".id", "name", f"serial_answers.{text}"]
        serials = self.env["stock.lot"].create(
            [
                {"name": f"-{n}", "product_id": self.part.id, "serial_answers": {text: "+1"}}
                for n in range(50)
            ]
        )

        def count_queries(records):
            rows = [[str(record.id), f"'{record.name}", "'+1"] for record in records]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = (
                self.env["stock.lot"]
                .with_user(self.clerk)
                ._extract_records([[column] for column in columns], rows)
            )
            for record, _info in found:
                self.assertEqual(record, {".id": record[".id"], "serial_answers": []})
            return self.env.cr.sql_log_count - before

        count_queries(serials)
        self.assertLessEqual(count_queries(serials), count_queries(serials[:1]) + 1)

    def test_a_date_of_a_spreadsheet_is_an_answer(self):
        book, file = openpyxl.Workbook(), BytesIO()
        book.active.append(["Serial", "A date"])
        book.active.append(["SN1", date(2026, 1, 31)])
        book.save(file)
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, read_file(file.getvalue())), {"SN1": "assigned"})
        answers = receipt.move_line_ids.serial_answers._values
        self.assertEqual(answers[self.questions["date"].key], "2026-01-31")
