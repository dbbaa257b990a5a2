from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged

from ..tools.additions import Addition, find_addition, list_around_names
from ..tools.codes import MAX_CODE
from ..tools.serial_entries import parse
from .common import SerialCase

GTIN = "09501101530003"
LETTERS = st.sampled_from("ABZaé07٣ß")
INNER = st.text(st.sampled_from("AZ09 ~$#-_./()[]{}<>+*'é"), max_size=12)


class TestFindAdditions(TransactionCase):
    """Signs at the ends of entries, found without a database."""

    def test_signs_at_the_ends(self):
        for text, parts in {
            "~SN1": ("~", "SN1", ""),
            "SN1#": ("", "SN1", "#"),
            "$SN-1$": ("$", "SN-1", "$"),
            "~~!SN1": ("~~!", "SN1", ""),
            "# SN1": ("# ", "SN1", ""),
            "_SN1": ("_", "SN1", ""),
            "-SN1": ("-", "SN1", ""),
            "[SN1]": ("[", "SN1", "]"),
            "~": ("~", "", ""),
            "-----": ("-----", "", ""),
        }.items():
            with self.subTest(text=text):
                self.assertEqual(find_addition(text), Addition(*parts))

    def test_signs_of_real_serial_numbers(self):
        for text in (
            "",
            "SN1",
            "SN1(A)",
            "(A)SN1",
            "(A)-(B)",
            "((A)1)2",
            "SN1-",
            "SN1+",
            "----SN1",
        ):
            with self.subTest(text=text):
                self.assertIsNone(find_addition(text))

    def test_what_is_longer_than_any_code_is_not_searched(self):
        for text in ("~" + "A" * MAX_CODE, "~" * (MAX_CODE + 1)):
            self.assertIsNone(find_addition(text))
            self.assertEqual(list_around_names(text), [])

    def test_signs_beside_real_ones(self):
        self.assertEqual(find_addition("#SN1(A)"), ("#", "SN1(A)", ""))
        self.assertEqual(find_addition("~(A)SN1"), ("~", "(A)SN1", ""))
        self.assertEqual(find_addition("SN1(A)~"), ("", "SN1(A)", "~"))
        self.assertEqual(find_addition("~SN1-"), ("~", "SN1-", ""))

    def test_signs_before_codes(self):
        for code in (f"(01){GTIN}(21)A1", f"]C101{GTIN}21A1\x1d10B", "[)>061PXYZSE1", "S/N: A1"):
            with self.subTest(code=code):
                self.assertEqual(find_addition(f"~{code}"), ("~", code, ""))
                self.assertIsNone(find_addition(code))

    @given(LETTERS, INNER, LETTERS)
    @settings(deadline=None, max_examples=300)
    def test_signs_inside_are_no_addition(self, first, inner, last):
        self.assertIsNone(find_addition(first + inner + last))

    @given(st.text(max_size=30))
    @settings(deadline=None, max_examples=300)
    def test_an_addition_is_at_the_ends(self, text):
        if addition := find_addition(text):
            head, rest, tail = addition
            self.assertTrue(head or tail)
            self.assertTrue(text.startswith(head) and text.endswith(tail) and rest in text)

    def test_around_the_name_of_a_bin(self):
        rests = [addition.rest for addition in list_around_names("XY1-1A")]
        self.assertEqual(rests, ["Y1-1A", "XY1-1"])
        for text in ("A123", "10012"):
            self.assertFalse(list_around_names(text))

    def test_the_frame_of_a_message_is_dropped(self):
        for text, serials, location in (
            ("\x02SN1\x03", ["SN1"], ""),
            ("\x02SN1*2\x03\n\x02SN3\x03", ["SN1", "SN2", "SN3"], ""),
            ("\x02SN1@Y1-1A\x03", ["SN1"], "Y1-1A"),
            ("\x02SN1\tY1-1A\x03", ["SN1"], "Y1-1A"),
            ("Serial;Bin\n\x02SN1\x03;Y1-1A\n\x02SN2;Y1-1A\x03", ["SN1", "SN2"], "Y1-1A"),
            (f"\x02]C101{GTIN}21A1\x03", ["A1"], ""),
            ("\x02[)>\x1e06\x1dSA1\x1e\x04\x03", ["A1"], ""),
        ):
            with self.subTest(text=text):
                entries = parse(text)
                self.assertEqual([name for entry in entries for name in entry.serials], serials)
                self.assertEqual(entries[0].location, location)
                self.assertFalse([entry for entry in entries if entry.error])
        [entry] = parse("SN\x021")
        self.assertEqual(entry.error, "unprintable")


@tagged("post_install", "-at_install")
class TestAdditions(SerialCase):
    """What a scanner adds is asked about, and nothing is assigned before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True

    def _ask(self, picking, text):
        """Enter *text* and return ``{text: what it most likely means}`` for what is asked about."""
        rows = picking.enter_serials(text)["entries"]
        return {row["serial"] or row["text"]: row["similar"] for row in rows if "similar" in row}

    def assertMessage(self, picking, text, message):
        [row] = picking.enter_serials(text)["entries"]
        self.assertEqual((row["status"], row["message"]), ("invalid", message))

    def test_signs_are_asked_about(self):
        receipt = self._receipt(5)
        asked = self._ask(receipt, "~SN1\nSN2\nSN3#\n$SN4$\n(A)5")
        self.assertEqual(asked, {"~SN1": "SN1", "SN3#": "SN3", "$SN4$": "SN4"})
        self.assertEqual(
            receipt.move_line_ids.filtered("lot_name").mapped("lot_name"), ["SN2", "(A)5"]
        )

    def test_the_question_explains_what_to_switch(self):
        receipt = self._receipt(1)
        for text, message in {
            "~SN1": "begins with “~”. Does the scanner add it? Turn the prefix off in the scanner's "
            "settings.",
            "SN1#": "ends with “#”. Does the scanner add it? Turn the suffix off in the scanner's "
            "settings.",
            "<SN1>": "begins with “<” and ends with “>”. Does the scanner add them? Turn prefix and "
            "suffix off in the scanner's settings.",
            "XY1-1B": "begins with “X”. Does the scanner add it? Turn the prefix off in the "
            "scanner's settings. Y1-1B is a bin.",
            "~ALT-1": "begins with “~”. Does the scanner add it? Turn the prefix off in the "
            "scanner's settings. ALT-1 is a part of this transfer.",
            "~": "has neither letters nor digits. Is this really the serial number? If the scanner "
            "adds it, turn its prefix and suffix off in its settings.",
        }.items():
            with self.subTest(text=text):
                self.assertMessage(receipt, text, message)

    def test_it_is_used_without_the_addition(self):
        receipt = self._receipt(2)
        receipt.enter_in_prompt("~SN1@Y1-1B\n~SN2")
        self.assertEqual(len(receipt.serial_entry_refused), 2)
        outcome = receipt.answer_similar("~SN1@Y1-1B")
        self.assertEqual([row["status"] for row in outcome["entries"]], ["assigned"])
        line = receipt.move_line_ids.filtered("lot_name")
        self.assertEqual((line.lot_name, line.location_dest_id), ("SN1", self.bin_b))
        [row] = receipt.serial_entry_refused
        self.assertEqual((row["text"], row["similar"]), ("~SN2", "SN2"))

    def test_it_is_kept_as_it_is_and_so_are_the_next(self):
        receipt = self._receipt(4)
        receipt.enter_in_prompt("~SN1")
        receipt.answer_similar("~SN1", is_new=True)
        self.assertEqual(self._enter(receipt, "~SN2"), {"~SN2": "assigned"})
        self.assertEqual(self._ask(receipt, "~SN3~"), {"~SN3~": "~SN3"})

    def test_serial_numbers_that_begin_or_end_the_same_way_are_known(self):
        self._receive_named("SN1", "SN2")
        lots = self._serials(self.part)
        lots[0].name, lots[1].name = "#OLD1", "OLD2!"
        other = self._new_part("Engine", True)
        receipt = self._receipt(3)
        asked = self._ask(receipt, "#SN3\nSN4!\n!SN5\nSN6#")
        self.assertEqual(asked, {"!SN5": "SN5", "SN6#": "SN6"})
        self.assertEqual(self._ask(self._receipt(1, other), "#SN3"), {"#SN3": "SN3"})

    def test_a_serial_number_of_another_company_is_none_of_ours(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["stock.lot"].create(
            {"name": "#OLD1", "product_id": self.part.id, "company_id": elsewhere.id}
        )
        self.assertEqual(self._ask(self._receipt(1), "#SN1"), {"#SN1": "SN1"})

    def test_a_known_serial_number_stays_known(self):
        lot = self.env["stock.lot"].create({"name": "~SN1", "product_id": self.part.id})
        self._put_in_stock(self.part, 1, self.bin_a, lot_id=lot)
        delivery = self._deliver(self.part, 1)
        delivery.move_line_ids.lot_id = False
        self.assertEqual(self._enter(delivery, "~SN1"), {"~SN1": "assigned"})

    def test_a_bin_is_offered_and_chosen(self):
        for text in ("~Y1-1B", "y1-1b#", "XY1-1B", "Y1-1B7", "~BIN-Y1-1B"):
            with self.subTest(text=text):
                receipt = self._receipt(1)
                receipt.enter_in_prompt(f"Y1-1A\n{text}\nY1-1C")
                self.assertFalse(receipt.move_line_ids.filtered("lot_name"))
                [row] = receipt.serial_entry_refused
                outcome = receipt.answer_similar(row["text"])
                self.assertEqual([row["status"] for row in outcome["entries"]], ["location"])
                self.assertEqual(receipt.serial_entry_location_id, self.bin_b)

    def test_a_part_is_offered_and_chosen(self):
        other = self._new_part("Engine", True, barcode="ENG-1")
        receipt = self._move(self.part, 1, self.warehouse.in_type_id, self.supplier, self.stock)
        receipt.move_ids.copy({"product_id": other.id})._action_confirm()
        receipt.action_assign()
        receipt.enter_in_prompt("~ENG-1")
        receipt.answer_similar("~ENG-1")
        self.assertEqual(receipt.serial_entry_product_id, other)

    def test_serial_numbers_made_of_the_parts_own_number(self):
        receipt = self._receipt(3)
        self.assertEqual(self._ask(receipt, "ALT-11"), {"ALT-11": "ALT-1"})
        receipt.enter_serials("ALT-11", as_new=True)
        self.assertEqual(self._enter(receipt, "ALT-12"), {"ALT-12": "assigned"})
        self.assertEqual(self._enter(receipt, "XALT-1"), {"XALT-1": "invalid"})

    def test_an_entry_that_cannot_be_read_with_its_addition(self):
        receipt = self._receipt(3)
        code = f"]C101{GTIN}21A1\x1d10B"
        self.assertEqual(
            self._ask(receipt, f"@SN1\nSN2@\n=SN3\n~{code}\nSN4..SN1\n~SN4..SN1"),
            {"@SN1": "SN1", "SN2@": "SN2", "=SN3": "SN3", f"~{code}": code},
        )
        self.assertFalse(self._ask(receipt, "Serial;Bin\n@SN4;Y1-1A"))
        receipt.enter_in_prompt("@SN1")
        receipt.answer_similar("@SN1", is_new=True)
        [row] = receipt.serial_entry_refused
        self.assertEqual(row["message"], "The serial number before the bin is missing.")

    def test_each_row_of_a_list_is_asked_about(self):
        note = self._new_question("Note")
        receipt = self._receipt(2)
        receipt.enter_in_prompt("Serial;Bin;Note\n#SN1;Y1-1A;a\n#SN2;Y1-1B;b")
        self.assertEqual([row["name"] for row in receipt.serial_entry_refused], ["#SN1", "#SN2"])
        for row in receipt.serial_entry_refused:
            receipt.answer_similar(row["text"])
        lines = receipt.move_line_ids
        self.assertRecordValues(
            lines,
            [
                {"lot_name": "SN1", "location_dest_id": self.bin_a.id},
                {"lot_name": "SN2", "location_dest_id": self.bin_b.id},
            ],
        )
        self.assertEqual(
            [line.serial_answers.given for line in lines], [{note.key: "a"}, {note.key: "b"}]
        )

    def test_queries_do_not_grow_with_the_entries(self):
        def count_queries(units):
            receipt = self._receipt(units)
            text = "\n".join(f"~Q{units}-{number}#" for number in range(units))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = receipt.preview_serials(text)
            self.assertEqual(rows["refused"], units)
            return self.env.cr.sql_log_count - before

        count_queries(1)
        self.assertEqual(count_queries(1), count_queries(50))
