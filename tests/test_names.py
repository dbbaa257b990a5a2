import unicodedata
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import SQL

from ..hooks import _pre_init_hook
from ..models import stored_names
from ..models.stored_names import clean_stored_names
from ..tools.serial_entries import parse
from ..tools.serial_names import clean_name, fold_name, sql_clean, sql_is_unclean
from .common import SerialCase

#: What nobody sees in a name: zero-width signs, direction marks, a soft hyphen, fillers.
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\xad\u200e\u200f\u061c\u202e\u2066\u034f\u3164\ufe0f"
#: What looks like a blank.
BLANKS = " \xa0\u2003\u202f\u3000\t\n\u2028"
#: Ways to write SN1 that look the same to everybody.
FORMS_OF_SN1 = (" SN1 ", "\xa0SN1", "SN1\ufeff", "S\u200bN1", "SN\xad1", "\u200eSN1\u200f")

# Each version of Unicode has more characters than the one before.
SIGNS = st.characters(exclude_categories=["Cs", "Cn"])
TEXT = st.text(SIGNS, max_size=30) | st.text(
    st.sampled_from(UNSEEN + BLANKS + "AÅeé\u0301\u030a1/")
)


class TestCleanNames(TransactionCase):
    """What people see of a name is what is kept of it."""

    def test_examples(self):
        for text, name in {
            **dict.fromkeys(FORMS_OF_SN1, "SN1"),
            "e\u03011": "\xe91",
            "A\xa0B\tC": "A B C",
            "A  B": "A  B",
            "\u202e\u200b \x00": "",
            "\u212b1": "\xc51",
            "Sn1-\uff11": "Sn1-\uff11",
        }.items():
            self.assertEqual(clean_name(text), name, ascii(text))

    @given(TEXT)
    @settings(deadline=None, max_examples=300)
    def test_a_name_is_clean_in_nfc_and_visible(self, text):
        name = clean_name(text)
        self.assertEqual(clean_name(name), name)
        self.assertTrue(unicodedata.is_normalized("NFC", name))
        self.assertEqual(name.strip(), name)
        self.assertFalse(set(name) & set(UNSEEN))
        unseen = {"Cc", "Zl", "Zp"}
        self.assertFalse([sign for sign in name if unicodedata.category(sign) in unseen])
        self.assertLessEqual({s for s in name if unicodedata.category(s) == "Zs"}, {" "})

    @given(TEXT, st.sampled_from(UNSEEN), st.sampled_from(BLANKS), st.sampled_from(("NFC", "NFD")))
    @settings(deadline=None, max_examples=300)
    def test_what_looks_equal_becomes_equal(self, text, unseen, blank, form):
        name = clean_name(text)
        again = unicodedata.normalize(form, name).replace(" ", blank)
        odd = blank + unseen.join(["", *again, ""]) + blank
        self.assertEqual(clean_name(odd), name)

    @given(st.text(st.sampled_from("aBcÄé1-"), min_size=1))
    @settings(deadline=None)
    def test_letter_case_is_kept_and_can_be_ignored(self, text):
        self.assertEqual(clean_name(text), text)
        self.assertEqual(fold_name(text.swapcase()), fold_name(text))

    @given(st.lists(TEXT, min_size=1))
    @settings(deadline=None, max_examples=100)
    def test_the_database_does_the_same(self, texts):
        # PostgreSQL's texts have no NUL.
        texts = [text.replace("\0", "") for text in texts]
        rows = self.env.execute_query(
            SQL(
                "SELECT name, %s, %s FROM unnest(%s::varchar[]) AS name",
                SQL(sql_clean("name")),
                SQL(sql_is_unclean("name")),
                texts,
            )
        )
        for name, cleaned, unclean in rows:
            self.assertEqual((cleaned, unclean), (clean_name(name), clean_name(name) != name))

    def test_the_entry_box_reads_clean_names(self):
        entries = parse("S\u200bN1\xa0\nSN\xad8..SN9\ufeff\n\u200eSN3*2\nSN5\u200b@Y1-1A\ne\u0301")
        self.assertEqual(
            [entry.serials for entry in entries],
            [("SN1",), ("SN8", "SN9"), ("SN3", "SN4"), ("SN5",), ("\xe9",)],
        )
        words = entries[0].words
        self.assertEqual((words[0], words[-1]), ("S\u200bN1\xa0", "SN1"))


class NamesCase(SerialCase):
    """A part with serial numbers, and a part with lots."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True
        cls.lots = cls.env["stock.lot"].with_user(cls.clerk)
        cls.oil = cls._new_part("Oil", tracking="lot")

    def _new_lot(self, name, part=None):
        return self.lots.create({"name": name, "product_id": (part or self.part).id})

    def _names(self, part=None):
        return self._serials(part or self.part).mapped("name")

    def _disarm(self):
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE stock_lot DROP CONSTRAINT IF EXISTS stock_lot_serialized_parts_unique"
        )

    def _write_names(self, *names, part=None, company=None):
        """Write lots as older databases have them; return them."""
        self._disarm()
        lots = self.env["stock.lot"].create(
            [
                {"name": f"new {number}", "product_id": (part or self.part).id}
                for number, _name in enumerate(names)
            ]
        )
        self.env.flush_all()
        for lot, name in zip(lots, names, strict=True):
            self.env.cr.execute(
                "UPDATE stock_lot SET name = %s, company_id = %s WHERE id = %s",
                (name, company and company.id, lot.id),
            )
        self.env.invalidate_all()
        return lots


@tagged("post_install", "-at_install")
class TestNames(NamesCase):
    """A serial number has one name, however it comes in."""

    def _import(self, name):
        return self.lots.load(["name", "product_id/.id"], [[name, str(self.part.id)]])

    # ------------------------------------------------------------------------ every way in

    def test_a_duplicate_that_looks_the_same_is_refused_and_the_first_one_found(self):
        serial = self._new_lot(" SN1 ")
        self._put_in_stock(self.part, 1, self.bin_a, lot_id=serial)
        for name in FORMS_OF_SN1:
            with (
                self.subTest(name=ascii(name)),
                self.assertRaisesRegex(ValidationError, "SN1 is in WH/Stock/Y1-1A"),
                self.env.cr.savepoint(),
            ):
                self._new_lot(name)
        self.assertIn("SN1", self._import("SN1\u200b")["messages"][0]["message"])
        self.assertEqual(self._names(), ["SN1"])

    def test_names_are_clean_when_created_renamed_and_imported(self):
        self._new_lot("e\u03011")
        self.lots.with_context(default_product_id=self.part.id).name_create(" SN2\u200b")
        self.lots.with_context(default_name="SN3\xa0").create({"product_id": self.part.id})
        self._import("\ufeffSN4")
        serial = self._new_lot("SN5")
        serial.name = "SN\xad6"
        with Form(serial) as form:
            form.name = f"{form.name}\u200b7"
        self.assertEqual(self._names(), ["SN2", "SN3", "SN4", "SN67", "\xe91"])

    def test_the_name_of_a_sequence_is_clean(self):
        self.part.product_tmpl_id.serial_prefix_format = "\u200bAB-"
        self.assertEqual(self.lots.create({"product_id": self.part.id}).name, "AB-0000001")
        receipt = self._receipt(2)
        self._new_lot("AB-0000002")
        receipt.generate_serials()
        self.assertEqual(
            sorted(receipt.move_line_ids.mapped("lot_name")), ["AB-0000003", "AB-0000004"]
        )

    def test_a_blank_name_is_refused(self):
        serial = self._new_lot("SN1")
        for name in ("", "  ", "\u200b\xa0"):
            with self.subTest(name=ascii(name)):
                with self.assertRaisesRegex(ValidationError, "blank"):
                    self._new_lot(name)
                with self.assertRaisesRegex(ValidationError, "blank"):
                    serial.name = name
        self.assertEqual(self._names(), ["SN1"])

    def test_lots_keep_the_names_that_odoo_gives_them(self):
        lot = self._new_lot(" L1\u200b", self.oil)
        self.assertEqual(lot.name, " L1\u200b")
        lot.name = "L1 "
        self.assertEqual(lot.name, "L1 ")
        both = lot | self._new_lot("SN1")
        both.name = "X "
        self.assertEqual(both.mapped("name"), ["X ", "X"])

    def test_a_lot_that_becomes_a_serial_number_of_another_part(self):
        lot = self._new_lot("SN1 ", self.oil)
        lot.product_id = self.part
        self.assertEqual(lot.name, "SN1")

    def test_what_is_typed_on_odoos_own_screens(self):
        receipt = self._receipt(2)
        receipt.serial_line_ids._split_into_units()
        first, second = receipt.move_line_ids
        with Form(first, "stock.view_stock_move_line_detailed_operation_tree") as form:
            form.lot_name = " SN1\u200b"
            self.assertEqual(form.lot_name, "SN1")
        second.lot_name = "\u200b"
        self.assertFalse(second.lot_name)
        second.write({"lot_name": "SN2\xa0"})
        receipt.button_validate()
        self.assertEqual(self._names(), ["SN1", "SN2"])

    def test_lines_that_are_created_with_their_serial_number(self):
        receipt = self._receipt(1)
        oil = self._receipt(1, self.oil)
        values = [
            {**move.move_line_ids[:1].copy_data()[0], "lot_name": "SN1 "}
            for move in (receipt.move_ids, oil.move_ids)
        ]
        (receipt | oil).move_line_ids.unlink()
        lines = self.env["stock.move.line"].with_user(self.clerk).create(values)
        self.assertEqual(lines.mapped("lot_name"), ["SN1", "SN1 "])
        lines.lot_name = "SN2 "
        self.assertEqual(lines.mapped("lot_name"), ["SN2", "SN2 "])

    def test_answers_stay_when_the_same_name_is_written_differently(self):
        note = self._new_question("Note")
        receipt = self._receipt(1)
        receipt.enter_serials("SN1")
        line = receipt.move_line_ids
        line.serial_answers = {note.key: "seen"}
        line.lot_name = " SN1 "
        self.assertEqual(line.serial_answers.given, {note.key: "seen"})

    def _generate(self, mode, text, existing=False):
        """Return the values that Odoo's own screen makes from *text* for two units."""
        receipt = self._receipt(2)
        receipt.picking_type_id.sudo().use_existing_lots = existing
        context = {
            "default_product_id": self.part.id,
            "default_picking_type_id": receipt.picking_type_id.id,
            "default_location_dest_id": self.stock.id,
            "default_company_id": self.env.company.id,
            "default_tracking": "serial",
            "default_quantity": 2,
        }
        moves = self.env["stock.move"].with_user(self.clerk)
        first, lines = (text, "") if mode == "generate" else ("", text)
        return receipt, moves.action_generate_lot_line_vals(context, mode, first, 2, lines)

    def test_odoos_own_generate_and_import(self):
        for mode, text in (("generate", "\u200bSN1"), ("import", "SN3 \nSN4\xa0")):
            receipt, values = self._generate(mode, text)
            receipt.move_line_ids.unlink()
            receipt.move_ids.move_line_ids = [
                Command.create(
                    {
                        "lot_name": vals["lot_name"],
                        "product_id": self.part.id,
                        "quantity": 1,
                    }
                )
                for vals in values
            ]
            receipt.button_validate()
        self.assertEqual(self._names(), ["SN1", "SN2", "SN3", "SN4"])

    def test_odoos_own_import_finds_serial_numbers_that_are_known(self):
        serial = self._new_lot("SN1")
        _receipt, values = self._generate("import", " SN1\nSN2\u200b", existing=True)
        self.assertEqual(values[0]["lot_id"]["id"], serial.id)
        self.assertEqual(self._names(), ["SN1", "SN2"])

    def test_counted_in_inventory(self):
        name = self.lots.with_context(default_product_id=self.part.id).name_create(" SN1 ")
        self.env["stock.quant"].with_user(self.boss).with_context(inventory_mode=True).create(
            {
                "product_id": self.part.id,
                "location_id": self.bin_a.id,
                "lot_id": name[0],
                "inventory_quantity": 1,
            }
        ).action_apply_inventory()
        self.assertEqual(self._on_hand(self.part), [("Y1-1A", "SN1", 1, 0)])

    def test_the_entry_box_finds_them_however_they_are_written(self):
        self._put_in_stock(self.part, 1, self.bin_a, lot_id=self._new_lot("SN1"))
        receipt = self._receipt(2)
        outcome = receipt.enter_in_prompt("S\u200bN1\xa0\n\u200eY1-1B\nSN\xad2")
        self.assertEqual(
            [(row["serial"], row["status"]) for row in outcome["entries"]],
            [("SN1", "in_stock"), ("", "location"), ("SN2", "assigned")],
        )
        self.assertEqual(outcome["location_id"], self.bin_b.id)

    def test_corrected(self):
        serial, other = self._new_lot("SN1"), self._new_lot("SN2")
        correction = self.env["serial.correction"].with_user(self.boss)
        values = {"kind": "rename", "reason": "typo"}
        correction.create(
            {**values, "lot_id": serial.id, "new_name": "\u200bSN3\xa0"}
        ).action_correct()
        self.assertEqual(serial.name, "SN3")
        for name, problem in (("SN3\u200b", "is already another unit"), ("\u200b", "at least one")):
            with self.assertRaisesRegex(UserError, problem):
                correction.create({**values, "lot_id": other.id, "new_name": name}).action_correct()

    # ------------------------------------------------------- what was there before

    def _clean(self):
        self.env.flush_all()
        with self.assertLogs(stored_names.__name__, "INFO") as caught:
            left = clean_stored_names(self.env.cr)
        self.env.invalidate_all()
        return left, "\n".join(caught.output)

    def test_stored_names_are_cleaned_where_that_makes_no_duplicate(self):
        names = ["SN1", " SN1 ", "e\u03011", "SN2 ", " SN2", "SN3", "SN4\u200b", "\u200b"]
        lots = self._write_names(*names)
        oil = self._write_names(" L1 ", part=self.oil)
        with patch.object(stored_names, "BATCH", 2):
            left, log = self._clean()
        self.assertEqual(
            lots.mapped("name"), ["SN1", " SN1 ", "\xe91", "SN2", " SN2", "SN3", "SN4", "\u200b"]
        )
        self.assertEqual(oil.name, " L1 ")
        self.assertEqual(set(left), {lots[1].id, lots[4].id, lots[7].id})
        self.assertIn("invisible characters only: 3", log)
        self.assertIn(str(lots[1].id), log)

    def test_names_of_other_companies_are_not_duplicates(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        mine = self._write_names("SN1", "SN2", company=self.env.company)
        theirs = self._write_names("SN1 ", company=other)
        shared = self._write_names("SN2 ")
        self._clean()
        self.assertEqual((mine + theirs + shared).mapped("name"), ["SN1", "SN2", "SN1", "SN2 "])

    def test_what_is_typed_on_transfers_follows(self):
        lots = self._write_names("SN1", " SN1 ", "SN2 ")
        receipt = self._receipt(5)
        receipt.serial_line_ids._split_into_units()
        lines = receipt.move_line_ids
        names = [" SN1 ", "SN2 ", "SN3 ", "\u200b", "SN4"]
        for line, name in zip(lines, names, strict=True):
            self.env.cr.execute(
                "UPDATE stock_move_line SET lot_name = %s WHERE id = %s", (name, line.id)
            )
        self.env.invalidate_all()
        self._clean()
        self.assertEqual(lines.mapped("lot_name"), [" SN1 ", "SN2", "SN3", False, "SN4"])
        self.assertEqual(lots[2].name, "SN2")

    def test_installing_cleans_them(self):
        lots = self._write_names("SN1", "SN1 ", "SN2 ")
        with self.assertLogs(stored_names.__name__, "WARNING"):
            _pre_init_hook(self.env)
        self.env.invalidate_all()
        self.assertEqual(lots.mapped("name"), ["SN1", "SN1 ", "SN2"])

    def test_lots_of_a_part_that_is_switched_follow(self):
        lot = self._new_lot(" L1\u200b", self.oil)
        receipt = self._receipt(1, self.oil)
        receipt.move_line_ids.lot_name = "L2 "
        self.oil.product_tmpl_id.with_user(self.boss).tracking = "serial"
        self.assertEqual(lot.name, "L1")
        self.assertEqual(receipt.move_line_ids.lot_name, "L2")

    def test_lots_that_would_become_duplicates_stop_the_switch(self):
        self._new_lot("L1", self.oil)
        other = self._new_lot("L1 ", self.oil)
        part = self.oil.product_tmpl_id.with_user(self.boss)
        with (
            self.assertRaisesRegex(ValidationError, 'Rename them first:\n"L1 "$'),
            self.env.cr.savepoint(),
        ):
            part.tracking = "serial"
        other.name = "L2 "
        part.tracking = "serial"
        self.assertEqual(self._names(self.oil), ["L1", "L2"])
