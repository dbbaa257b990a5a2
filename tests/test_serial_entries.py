from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odoo.tests import TransactionCase

from ..tools.entry_grammar import MAX_LENGTH, MAX_UNITS, count_up
from ..tools.serial_entries import find_table, parse

WORD = st.text(st.sampled_from("ABCXYZ019-/# "), min_size=1, max_size=20).filter(
    lambda word: word == word.strip()
)


class TestSerialEntries(TransactionCase):
    """The parser needs no database; it is here so that one command runs all tests."""

    def _one(self, text):
        [entry] = parse(text)
        return entry

    def test_entries_are_separated_by_newline_comma_and_semicolon(self):
        entries = parse("SN1\nSN2, SN3;SN4\r\n\n ,; SN5 ")
        self.assertEqual(
            [entry.serials for entry in entries],
            [("SN1",), ("SN2",), ("SN3",), ("SN4",), ("SN5",)],
        )

    def test_a_serial_may_have_blanks_and_signs(self):
        self.assertEqual(self._one(" A 1/2-#* ").serials, ("A 1/2-#*",))

    def test_range_keeps_padding_and_suffix(self):
        self.assertEqual(
            self._one("SN008A..SN011A").serials, ("SN008A", "SN009A", "SN010A", "SN011A")
        )

    def test_count_grows_past_its_padding(self):
        self.assertEqual(self._one("B2-98*4").serials, ("B2-98", "B2-99", "B2-100", "B2-101"))

    def test_location_behind_at_or_in_the_second_column(self):
        for text in ("SN1..SN2@Y1-1A", "SN1..SN2 @ Y1-1A", "SN1..SN2\tY1-1A"):
            entry = self._one(text)
            self.assertEqual((entry.serials, entry.location), (("SN1", "SN2"), "Y1-1A"), text)

    def test_what_cannot_be_read_is_explained(self):
        for text, error in {
            "SN1..": "range",
            "..SN1": "range",
            "SN5..SN1": "range",
            "SN1..XX4": "range",
            "SN008..SN11": "range",
            "SN1..SN2..SN3": "range",
            "A..B": "digits",
            "ABC*2": "digits",
            "SN1*0": "count",
            "SN1*000": "count",
            "1..999999999999": "limit",
            "SN1*10001": "limit",
            "SN1*" + "9" * 5000: "limit",
            "9" * MAX_LENGTH + "*2": "long",
            "x" * (MAX_LENGTH + 1): "long",
            "SN\x001": "unprintable",
            "SN\x1f1": "unprintable",
            "\u200b": "unprintable",
            "@Y1-1A": "empty",
            "SN1@": "location",
            "SN1@A\tB": "location",
            "SN1\tA\tB": "columns",
        }.items():
            entry = self._one(text)
            self.assertEqual((entry.error, entry.serials), (error, ()), text[:40])

    def test_one_bad_entry_loses_no_good_one(self):
        entries = parse("SN1\nSN9..SN2\nSN2")
        self.assertEqual([entry.serials for entry in entries], [("SN1",), (), ("SN2",)])

    def test_what_is_over_the_limit_comes_back_whole(self):
        entries = parse("A1*3\nA4\nA5, A6\nA7", limit=4)
        self.assertEqual([entry.serials for entry in entries[:2]], [("A1", "A2", "A3"), ("A4",)])
        self.assertEqual((entries[2].text, entries[2].error), ("A5, A6\nA7", "rest"))

    def test_the_limit_counts_units_of_all_entries(self):
        entries = parse("A1*3\nB1*3\nC1", limit=5)
        self.assertEqual([entry.error for entry in entries], ["", "rest"])
        self.assertEqual(entries[1].text, "B1*3\nC1")

    @given(WORD.map(lambda word: word + "7"), st.integers(1, 300))
    @settings(deadline=None)
    def test_numbers_count_up_as_odoo_counts(self, first, count):
        odoo = self.env["stock.lot"].generate_lot_names(first, count)
        self.assertEqual(count_up(first, count), [vals["lot_name"] for vals in odoo])

    @given(WORD.map(lambda word: word + "1"), st.integers(1, 500))
    @settings(deadline=None)
    def test_a_range_stands_for_what_its_count_stands_for(self, first, count):
        serials = count_up(first, count)
        self.assertEqual(self._one(f"{first}*{count}").serials, tuple(serials))
        same_padding = len(serials[-1]) == len(first)
        if count > 1 and same_padding:
            self.assertEqual(self._one(f"{first}..{serials[-1]}").serials, tuple(serials))

    @given(st.lists(WORD, min_size=1, max_size=50))
    @settings(deadline=None)
    def test_words_come_back_in_order(self, words):
        entries = parse("\n".join(words))
        self.assertEqual([entry.text for entry in entries], words)
        self.assertTrue(all(entry.is_plain for entry in entries))

    @given(st.text(max_size=300))
    @settings(deadline=None, max_examples=300)
    def test_any_text_is_read_and_none_of_it_lost(self, text):
        assume(not find_table(text))
        entries = parse(text)
        for entry in entries:
            self.assertIn(entry.text, text)
            self.assertNotEqual(bool(entry.error), bool(entry.serials or entry.code))
            for serial in entry.serials:
                self.assertTrue(0 < len(serial) <= MAX_LENGTH and serial.isprintable())
        self.assertLessEqual(sum(len(entry.serials) for entry in entries), MAX_UNITS)
        separators = set("\n\r,; \t\x02\x03")
        left = "".join(entry.text for entry in entries)
        self.assertEqual(
            [char for char in left if char not in separators],
            [char for char in text if char not in separators],
        )
