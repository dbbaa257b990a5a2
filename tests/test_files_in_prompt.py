import base64
import sys
from datetime import datetime
from io import BytesIO
from unittest.mock import patch

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from .answers_case import AnswersCase
from .old_files import xls


@tagged("post_install", "-at_install")
class TestFilesInPrompt(AnswersCase):
    """What the prompt makes of a file, and how it explains one that it can't read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.env["res.lang"]._activate_lang("pl_PL")
        cls.pickings = cls.env["stock.picking"].with_user(cls.clerk)

    def _call(self, method, content, *sheet, name="a.xlsx", lang=None):
        pickings = self.pickings.with_context(lang=lang)
        return getattr(pickings, method)(name, base64.b64encode(content).decode(), *sheet)

    def _read(self, content, *sheet, **how):
        return self._call("read_serial_file", content, *sheet, **how)

    def _workbook(self, **sheets):
        book, file = openpyxl.Workbook(), BytesIO()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(file)
        return file.getvalue()

    def test_the_sheet_that_was_chosen_is_read(self):
        content = self._workbook(Empty=[], First=[["SN1"]], Second=[["SN2"]])
        self.assertEqual(self._call("get_file_sheets", content), ["First", "Second"])
        self.assertEqual(self._read(content), "SN1")
        self.assertEqual(self._read(content, "Second"), "SN2")
        self.assertEqual(self._call("get_file_sheets", b"SN1"), [])

    def test_numbers_and_dates_of_a_spreadsheet_are_answers_in_every_language(self):
        litres = self._new_question("Litres", "float")
        seen = self._new_question("Seen", "datetime")
        content = self._workbook(
            List=[
                ["Serial", "Litres", "Mileage", "Tested On", "Seen"],
                ["SN1", 133.567, 120000, datetime(2026, 1, 31), datetime(2026, 1, 31)],
                ["SN2", 5e20, 7.0, datetime(2026, 1, 31), datetime(2026, 1, 31, 14, 30)],
            ]
        )
        for language in ("en_US", "de_DE", "pl_PL"):
            receipt = self._receipt(2).with_context(lang=language)
            self.assertEqual(
                self._enter(receipt, self._read(content, lang=language)),
                {"SN1": "assigned", "SN2": "assigned"},
            )
            answers = [
                [line.serial_answers._values[field.key] for field in (litres, self.mileage, seen)]
                for line in receipt.move_line_ids.sorted("lot_name")
            ]
            self.assertEqual(
                answers,
                [[133.567, 120000, "2026-01-31 00:00:00"], [5e20, 7, "2026-01-31 14:30:00"]],
                language,
            )
            receipt.action_cancel()

    def test_a_text_may_have_the_code_page_of_the_language(self):
        self.assertEqual(self._read("SNŁ".encode("cp1250")), "SN£")
        self.assertEqual(self._read("SNŁ".encode("cp1250"), lang="pl_PL"), "SNŁ")

    def test_what_can_not_be_read_is_explained(self):
        for content, message in {
            b"%PDF-1.7": "a.xls is a PDF document. Save the list in it as CSV or XLSX.",
            b"\x89PNG": "a.xls is a picture. ",
            b"\x1f\x8b\x08": "a.xls is an archive. ",
            b"<html><table>": "a.xls is a web page. ",
            b"<?xml version='1.0'?><a/>": "a.xls is an XML file. ",
            b'{"serial": 1}': "a.xls is JSON data. ",
            rb"{\rtf1": "a.xls is a text document or a presentation. ",
            b"\x81": "The letters of a.xls can't be read. Save it as CSV in UTF-8, or as XLSX.",
            b"a\0b": "a.xls can't be read. Save it as CSV or XLSX.",
            b" \r\n": "There is nothing in a.xls.",
            self._workbook(List=[]): "There is nothing in a.xls.",
            b"A" * (10 * 1024**2 + 1): "a.xls is too large: the limit is 10 MB.",
            self._workbook(List=[["SN"]] * 10_002): "a.xls has more than 10000 rows. Split it.",
        }.items():
            with self.subTest(message), self.assertRaises(UserError) as caught:
                self._call("read_serial_file", content, name="a.xls")
            self.assertTrue(str(caught.exception).startswith(message), caught.exception)
        with patch.dict(sys.modules, xlrd=None), self.assertRaises(UserError) as caught:
            self._call("read_serial_file", xls(), name="a.xls")
        self.assertRegex(str(caught.exception), r"^a\.xls is an old Excel workbook \(XLS\)\. Save")
        with self.assertRaisesRegex(UserError, r"^a.xlsx has no sheet 'Liste'\.$"):
            self._read(self._workbook(List=[["SN"]]), "Liste")
        with self.assertRaisesRegex(UserError, "is a PDF document"):
            self._call("get_file_sheets", b"%PDF-1.7")

    def test_every_kind_has_a_message_of_its_own(self):
        default = self.pickings._describe_problem("kind", "a", "")
        reasons = [
            *("large", "much", "long", "empty", "sheet", "password", "encoding"),
            *self.pickings._get_kind_labels(),
        ]
        messages = {self.pickings._describe_problem(reason, "a", "") for reason in reasons}
        self.assertEqual(len(messages - {default}), len(reasons))
