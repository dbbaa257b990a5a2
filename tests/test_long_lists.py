from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from ..tools import entry_grammar
from ..tools.entry_grammar import MAX_UNITS
from ..tools.serial_entries import count_entries, parse, read_step
from ..tools.table_headers import Headers
from .common import SerialCase

HEADERS = Headers(labels=[("Note", "note"), ("Place", "place"), ("a", "a"), ("b", "b")])
CELL = st.text(st.sampled_from('AB01 ",;\t\n@'), max_size=6)


def quote_cell(cell):
    return '"{}"'.format(cell.replace('"', '""'))


def read_in_steps(text, limit):
    """Return the entries of *text*, read step by step."""
    entries = []
    while text:
        step, rest = read_step(text, limit, HEADERS)
        assert step or not rest
        entries += step
        text = rest
    return entries


class TestSteps(TransactionCase):
    """Reading a text step by step; it needs no database."""

    @given(
        st.lists(st.tuples(st.integers(1, 9), CELL, CELL), max_size=20),
        st.integers(1, 12),
        st.sampled_from(["Serial\tNote\tPlace", "Note,serial,Place", "\tSerial\t", "a;b;Serial #"]),
        st.sampled_from(["\n", "\r\n", "\n\n"]),
    )
    @settings(deadline=None, max_examples=300)
    def test_a_table_in_steps_is_the_table_at_once(self, rows, limit, header, end):
        sign = next(sign for sign in "\t,;" if sign in header)
        lines = [
            sign.join([quote_cell(note), f"SN{number}*{count}", quote_cell(location)])
            for number, (count, note, location) in enumerate(rows)
        ]
        text = end.join([header, *lines])
        entries = parse(text, headers=HEADERS)
        self.assertEqual(read_in_steps(text, limit), entries)
        self.assertEqual(count_entries(text, HEADERS), len(entries))

    @given(
        st.text(st.sampled_from('AB12*. \t\n\r,;@"'), max_size=80)
        | st.text(st.sampled_from('AB1 \t\n\r,"'), max_size=80).map("Serial,Bin\n{}".format),
        st.integers(1, 9),
    )
    @settings(deadline=None, max_examples=500)
    def test_any_text_in_steps_is_the_text_at_once(self, text, limit):
        entries = parse(text, headers=HEADERS)
        self.assertEqual(read_in_steps(text, limit), entries)
        self.assertEqual(count_entries(text, HEADERS), len(entries))

    def test_a_step_takes_what_fits_and_never_divides_an_entry(self):
        entries, rest = read_step("A1*3, A4\nB1*4\nC1", 5)
        self.assertEqual([len(entry.serials) for entry in entries], [3, 1])
        self.assertEqual(rest, "B1*4\nC1")
        entries, rest = read_step("B1*8000\nC1", 5)
        self.assertEqual(([len(entry.serials) for entry in entries], rest), ([8000], "C1"))

    def test_line_ends_of_all_systems_are_one(self):
        for end in ("\n", "\r\n", "\r", "\n\r"):
            with self.subTest(repr(end)):
                text = end.join(["Serial,Bin", "1", '"', "2"])
                self.assertEqual(read_in_steps(text, 1), parse(text))
                text = end.join(["Serial,Bin", "SN1,A", "SN2,B"])
                self.assertEqual([entry.location for entry in parse(text)], ["A", "B"])

    def test_an_inch_sign_does_not_end_a_row(self):
        rows = parse('Serial,Note\nSN1,3" pipe\nSN2,"two\nlines"\nSN3,', headers=HEADERS)
        self.assertEqual([entry.serials for entry in rows], [("SN1",), ("SN2",), ("SN3",)])
        self.assertEqual(
            [entry.answers.get("note") for entry in rows[:2]], ['3" pipe', "two\nlines"]
        )

    def test_a_header_with_a_line_break_stays_whole(self):
        text = '"Serial\nNumber",Bin\nSN1,A\nSN2,B\nSN3,C'
        self.assertEqual(read_in_steps(text, 1), parse(text))
        self.assertEqual([entry.location for entry in parse(text)], ["A", "B", "C"])

    def test_the_work_grows_with_the_text(self):
        def count_rows_read(rows):
            text = "Serial\tNote\n" + "".join(f'SN{row}\t"a\nb"\n' for row in range(rows))
            with patch.object(entry_grammar, "_expand", wraps=entry_grammar._expand) as expand:
                self.assertEqual(len(read_in_steps(text, 50)), rows)
            return expand.call_count

        self.assertLessEqual(count_rows_read(2000), 10 * count_rows_read(200) + 10)


@tagged("post_install", "-at_install")
class TestLongLists(SerialCase):
    """A list of thousands is entered in steps; each begins where the one before ended."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.mileage = cls._new_question("Laufleistung", "integer")
        cls.note = cls._new_question("Notiz", "text")

    def _in_german(self, picking):
        self.env["res.lang"]._activate_lang("de_DE")
        self.clerk.lang = "de_DE"
        return picking.with_context(lang="de_DE")

    def _enter_all(self, picking, text, limit):
        """Enter *text* as the prompt does; return the rows of all steps, and their number."""
        rows, steps, target = [], 0, [False, False]
        while text:
            outcome = picking.enter_in_prompt(text, *target, limit=limit)
            target = [outcome["product_id"], outcome["location_id"]]
            rows += outcome["entries"]
            text = outcome["rest"]
            steps += 1
        return rows, steps

    def test_a_table_in_the_users_language_is_read_with_its_header_to_the_end(self):
        receipt = self._in_german(self._receipt(1200))
        header = receipt.get_serial_template().strip()
        self.assertEqual(header, "Seriennummer,Lagerort,Laufleistung,Notiz")
        table = "".join(f'\nSN{row:04},Y1-1A,{row},"Kratzer\nNr. {row}"' for row in range(1200))
        rows, steps = self._enter_all(receipt, header + table, 500)
        self.assertEqual(steps, 3)
        self.assertEqual({row["status"] for row in rows}, {"assigned"})
        self.assertEqual([row["serial"] for row in rows], [f"SN{row:04}" for row in range(1200)])
        self.assertEqual(receipt.move_line_ids.location_dest_id, self.bin_a)
        for line in receipt.move_line_ids.sorted("lot_name")[499::200]:
            number = int(line.lot_name[2:])
            self.assertEqual(line.serial_answers.given[self.mileage.key], number)
            self.assertEqual(line.serial_answers.given[self.note.key], f"Kratzer\nNr. {number}")

    def test_the_bin_and_the_part_go_on_in_the_next_step(self):
        receipt = self._receipt(4)
        _rows, steps = self._enter_all(receipt, "Y1-1B\nSN1\nSN2, SN3\nY1-1C\nSN4", 2)
        self.assertEqual(steps, 3)
        self.assertEqual(
            [line.location_dest_id.name for line in receipt.move_line_ids.sorted("lot_name")],
            ["Y1-1B", "Y1-1B", "Y1-1B", "Y1-1C"],
        )

    def test_what_is_refused_in_a_later_step_keeps_its_header(self):
        receipt = self._in_german(self._receipt(5))
        table = "Laufleistung;Seriennummer\n" + "\n".join(f"{n};SN{n}" for n in (1, 2, 3, 4, 4))
        self._enter_all(receipt, table, 2)
        [refused] = receipt.serial_entry_refused
        self.assertEqual(refused["text"], "Laufleistung;Seriennummer\n4;SN4")

    def test_what_is_left_is_not_a_refused_entry(self):
        receipt = self._receipt(3)
        outcome = receipt.enter_in_prompt("SN1\nSN2\nSN3", limit=2)
        self.assertEqual((outcome["rest"], outcome["missing"]), ("SN3", 1))
        self.assertFalse(receipt.serial_entry_refused)

    def test_other_callers_get_what_is_over_the_limit_as_an_entry(self):
        receipt = self._receipt(1)
        text = "Serial\n" + "\n".join(f"SN{row}" for row in range(MAX_UNITS + 2))
        *_rows, last = receipt.enter_serials(text)["entries"]
        self.assertEqual((last["status"], last["serial"]), ("invalid", ""))
        self.assertEqual(last["text"], f"Serial\nSN{MAX_UNITS}\nSN{MAX_UNITS + 1}")

    def test_text_over_the_limit_stays_in_the_box_when_it_is_validated(self):
        receipt = self._receipt(1)
        receipt.serial_entry = "SN1\n" + "\n".join(["SN2"] * MAX_UNITS)
        self.assertEqual(receipt.action_validate_serials()["res_id"], receipt.id)
        self.assertEqual(receipt.serial_entry, "SN2")

    # ------------------------------------------------------------------ one unit, or several

    def test_a_single_unit_is_entered_at_once_and_several_are_shown_first(self):
        receipt = self._receipt(20)
        for text in ("SN1", "SN2@Y1-1A", "Serial,Laufleistung\nSN3,5", "Y1-1A", " SN4,\n"):
            outcome = receipt.enter_in_prompt(text, single=True)
            self.assertEqual((len(outcome["entries"]), outcome["preview"]), (1, False), text)
        for text in ("SN5*2", "SN5..SN6", "SN5\nSN6", "SN5;Y1-1A", "Serial\nSN5\nSN6"):
            outcome = receipt.enter_in_prompt(text, self.part.id, self.bin_b.id, single=True)
            self.assertEqual((outcome["entries"], outcome["rest"]), ([], text))
            self.assertTrue(outcome["preview"]["several"])
            self.assertEqual(
                (outcome["product_id"], outcome["location_id"]), (self.part.id, self.bin_b.id)
            )
        self.assertEqual(receipt.serial_done_count, 4)

    def test_the_preview_is_of_the_first_step_and_counts_what_follows(self):
        receipt = self._receipt(20)
        preview = receipt.preview_serials('Serial,Notiz\nSN1*5,"a\nb"\nSN8,"c\nd"\nSN9,', limit=5)
        self.assertEqual((preview["assigned"], preview["more"]), (5, 2))
        self.assertFalse(receipt.preview_serials("SN1")["several"])
        self.assertEqual(receipt.preview_serials(" ,\n")["assigned"], 0)

    # ------------------------------------------------------------------------------- callers

    def test_a_step_is_a_number_of_units(self):
        receipt = self._receipt(2)
        for limit in (0, -1, 1.5, True, "5", None, [5]):
            for method in (receipt.enter_in_prompt, receipt.preview_serials):
                with self.subTest(limit=limit), self.assertRaises(UserError):
                    method("SN1", limit=limit)
        self.assertEqual(receipt.enter_in_prompt("SN1\nSN2", limit=2**30)["missing"], 0)

    def test_only_warehouse_users_are_answered(self):
        receipt = self._receipt(2).with_user(self.buyer)
        with self.assertRaises(AccessError):
            receipt.enter_in_prompt("SN1*2", single=True)

    def test_many_refused_of_one_count_are_not_read_one_by_one(self):
        receipt = self._receipt(1)
        with patch.object(entry_grammar, "_expand", wraps=entry_grammar._expand) as expand:
            receipt.enter_in_prompt("SN1*300")
        self.assertEqual(len(receipt.serial_entry_refused), 299)
        self.assertLessEqual(expand.call_count, 2)
