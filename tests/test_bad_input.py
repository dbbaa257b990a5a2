import base64
import io
import zipfile

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.tests import tagged

from ..tools.files.limits import MAX_ELEMENTS, UnreadableFile
from ..tools.serial_file import read_file
from .common import SerialCase

#: What a database, a spreadsheet or the web client may stumble over.
ODD_TEXTS = (
    "\0", "SN\x001", "SN1@\0", "SN1\t\0", "\x07", "SN1@a\x00b", "\u202eSN1", "SN\u200f1",
    "\ud800", "SN\udfff1", "SN1@\ud83d", "😀", "SN😀1*2", "٣*2", "SN²*2", "=1+1", "@x", "+1",
    "Serial\n\0", "Serial,\ud800\nSN1,2", "Serial,Note\nSN1,\0", "0101234567890128\x1d21ABC",
)  # fmt: skip
#: The types of question that have choices.
CHOICES = ("selection", "tags")
#: Neither texts nor ids.
ODD_VALUES = (5, -1, 2**70, 1.5, float("nan"), float("inf"), True, [1], [[]], {"a": 1}, b"x", "x")

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(ODD_TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@tagged("post_install", "-at_install")
class TestBadInput(SerialCase):
    """Whatever comes in, people get an explanation, and nothing is half written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True
        cls.note = cls._new_question("Note", "char")
        cls.keys = [
            cls._new_question(f"Odd {kind}", kind, ("Good",) if kind in CHOICES else ()).key
            for kind in (
                "char",
                "text",
                "integer",
                "float",
                "boolean",
                "date",
                "datetime",
                *CHOICES,
            )
        ]
        cls.serial = cls.env["stock.lot"].create({"name": "OLD1", "product_id": cls.part.id})

    def _try(self, action, *args, **kwargs):
        """Do *action* and undo it; return its result, or None if it is refused with a message."""
        result = None
        savepoint = self.env.cr.savepoint()
        try:
            result = action(*args, **kwargs)
            self.env.flush_all()
        except (AccessError, MissingError, UserError, ValidationError) as error:
            str(error).encode()  # what is sent to the web client
        savepoint.rollback()
        savepoint.close(rollback=True)
        return result

    # ------------------------------------------------------------------------------ the entry box

    def test_odd_texts_are_answered_entry_by_entry(self):
        receipt = self._receipt(3)
        for text in ODD_TEXTS:
            with self.subTest(text=text):
                outcome = self._try(receipt.enter_in_prompt, text)
                self.assertTrue(outcome["entries"] or outcome["preview"]["table"])
                str(outcome).encode()
                self.assertTrue(receipt.preview_serials(text)["message"])

    def test_a_lost_character_is_not_part_of_a_serial_number(self):
        receipt = self._receipt(3)
        outcome = receipt.enter_serials("SN1\nSN\ud8002\nSN\x003\nSN\ufffd4")
        statuses = [entry["status"] for entry in outcome["entries"]]
        self.assertEqual(statuses, ["assigned", "invalid", "invalid", "invalid"])

    def test_only_texts_are_entered(self):
        receipt = self._receipt(3)
        for value in ODD_VALUES[:-1]:
            with self.subTest(value=value), self.assertRaises(UserError):
                receipt.enter_serials(value)
            with self.subTest(value=value), self.assertRaises(UserError):
                receipt.preview_serials(value)

    def test_only_ids_are_accepted_as_ids(self):
        receipt = self._receipt(3)
        for value in (*ODD_VALUES[1:], 10**9):
            for key in ("product_id", "location_id"):
                with self.subTest(value=value, key=key), self.assertRaises(UserError):
                    receipt.enter_serials("SN1", **{key: value})
            with self.subTest(value=value), self.assertRaises(UserError):
                receipt.get_serial_template(product_id=value)
            with self.subTest(value=value), self.assertRaises(UserError):
                receipt.generate_serials(product_id=value)
        self.assertEqual(receipt.copy_serial_answers({"a": 1}, below=[1]), 0)

    def test_a_serial_number_is_not_a_formula(self):
        receipt = self._receipt(3)
        self.assertEqual(self._enter(receipt, "=1+1"), {"=1+1": "invalid"})
        lots = self.env["stock.lot"].with_user(self.clerk)
        with self.assertRaisesRegex(ValidationError, "=2"):
            lots.create({"name": "=2", "product_id": self.part.id})

    def test_a_repeated_column_is_asked_about(self):
        receipt = self._receipt(3)
        for header in ("Serial,Serial", "Serial,Note,Note", "Serial,,"):
            entries = receipt.enter_serials(f"{header}\nSN1,a,b")["entries"]
            self.assertEqual([entry["status"] for entry in entries], ["invalid"], header)

    def test_blank_rows_are_passed_over_at_once(self):
        receipt = self._receipt(3)
        entries = receipt.enter_serials("Serial\n" + ",\n \n" * 1000 + "SN1\n\n\nSN2")["entries"]
        self.assertEqual([entry["serial"] for entry in entries], ["SN1", "SN2"])

    @given(st.text(max_size=100) | JSON, JSON, JSON)
    @settings(deadline=None, max_examples=100)
    def test_anything_may_be_entered(self, text, product, location):
        receipt = self.receipt = getattr(self, "receipt", None) or self._receipt(3)
        self._try(receipt.enter_in_prompt, text)
        self._try(receipt.preview_serials, text, product, location)

    # ------------------------------------------------------------------------------------ files

    def _workbook(self, part=None, content=b""):
        """Return a spreadsheet, one *part* of it replaced."""
        book = openpyxl.Workbook()
        book.active.append(["Serial"])
        book.active.append(["SN1"])
        plain, changed = io.BytesIO(), io.BytesIO()
        book.save(plain)
        with zipfile.ZipFile(plain) as source, zipfile.ZipFile(changed, "w", 8) as target:
            for name in source.namelist():
                target.writestr(name, content if name == part else source.read(name))
        return changed.getvalue()

    def test_a_broken_spreadsheet_is_explained_as_one(self):
        sheet = "xl/worksheets/sheet1.xml"
        for content in (
            b"",
            b"<worksheet",
            b"<a>" * 5000,
            b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>",
            b'<sheetData><row r="x"><c r="?"><v>1</v></c></row></sheetData>',
        ):
            for part in (sheet, "xl/workbook.xml", "[Content_Types].xml"):
                with self.subTest(part=part, content=content[:20]):
                    self._try(self._read, "a.xlsx", self._workbook(part, content))

    def _read(self, name, content):
        picking = self.env["stock.picking"].with_user(self.clerk)
        return picking.read_serial_file(name, base64.b64encode(content).decode())

    def test_a_spreadsheet_that_unpacks_to_a_lot_is_too_large(self):
        head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        for content in (b" " * 30 * 1024**2, head + b"<row/>" * MAX_ELEMENTS):
            bomb = self._workbook("xl/worksheets/sheet1.xml", content)
            self.assertLess(len(bomb), 100_000)
            with self.assertRaisesRegex(UnreadableFile, "much"):
                read_file(bomb)

    def test_only_files_are_read(self):
        picking = self.env["stock.picking"].with_user(self.clerk)
        for content in ("A", "😀", "\ud800", 5, 1.5, [1], {"a": 1}, True):
            for name in ("a.csv", "a.xlsx"):
                with self.subTest(content=content, name=name), self.assertRaises(UserError):
                    picking.read_serial_file(name, content)
        for name in ODD_VALUES:
            self._try(picking.read_serial_file, name, "AAAA")

    # ---------------------------------------------------------------------------------- answers

    def test_a_text_that_cannot_be_stored_is_not_an_answer(self):
        serial = self.serial.with_user(self.clerk)
        for answer in ("\0", "a\ud800"):
            with self.assertRaisesRegex(ValidationError, "Note"):
                serial.serial_answers = {self.note.key: answer}

    def test_only_answers_are_accepted_as_answers(self):
        serial = self.serial.with_user(self.clerk)
        for value in (5, 1.5, True, "x", "[1]", [1], [[]], {"\ud800": 1}):
            with self.subTest(value=value), self.assertRaises(ValidationError):
                serial.write({"serial_answers": value})

    @given(st.data())
    @settings(deadline=None, max_examples=100)
    def test_anything_may_be_answered(self, data):
        given_ = data.draw(JSON | st.dictionaries(st.sampled_from(self.keys), JSON, max_size=2))
        template = self.part.product_tmpl_id.with_user(self.boss)
        self._try(self.serial.with_user(self.clerk).write, {"serial_answers": given_})
        self._try(template.write, {"default_serial_answers": given_})
        edits = {str(self.serial.id): {"serial_answers": given_}}
        self._try(template.write, {"serial_edits": edits})

    def test_only_edits_are_accepted_as_edits(self):
        template = self.part.product_tmpl_id.with_user(self.boss)
        own = str(self.serial.id)
        for edits in (
            *(5, "x", [1], True, {"x": {}}, {str(2**70): {}}, {"-1": {}}, {own: 5}, {own: "x"}),
            *({own: {"location_id": value}} for value in ("x", 1.5, [1], 2**70, -1, True)),
            *({own: {"name": "x"}}, {own: {"serial_answers": 5}}),
        ):
            with self.subTest(edits=edits), self.assertRaises(UserError):
                template.write({"serial_edits": edits})
