import io
import unittest
import zipfile

from hypothesis import given, seed, settings

from lab.client import Refused, at_once
from lab.soak import nonsense, report

KNOWN = nonsense.Known(
    *(1, [2], 3, 4, [5], [6], ["key"]),
    foreign=dict.fromkeys(("product", "picking", "done", "line", "serial", "location"), 7)
    | {"template": 8},
)


class TestReport(unittest.TestCase):
    def test_the_table_shows_what_was_counted(self):
        races = report.Report("races")
        races.count("races", 12)
        races.count("duplicates", 0)
        lines = report.table([races]).splitlines()
        self.assertEqual(lines[2].split("|")[1:4], [" races  ", " races      ", "      12 "])
        self.assertEqual(lines[-1].split("|")[3].strip(), "0")
        self.assertEqual(len({len(line) for line in lines}), 1)

    def test_what_was_not_run_and_what_is_wrong_is_shown(self):
        faults = report.Report("faults")
        faults.not_run.append("disk full: no root")
        for number in range(report.MOST_SHOWN + 2):
            faults.violate(f"{number} " + "x" * 2 * report.LONGEST)
        remarks = report.remarks([faults])
        self.assertIn("disk full", remarks[0])
        self.assertIn("2 more", remarks[-1])
        self.assertLess(max(map(len, remarks)), report.LONGEST + 50)

    def test_the_time_is_shared_out(self):
        self.assertEqual(report.share(2, {"a": 1, "b": 3}), {"a": 30, "b": 90})
        self.assertEqual(report.share(2, {"b": 3}), {"b": 120})


class TestClient(unittest.TestCase):
    def test_only_what_odoo_says_in_words_is_clear(self):
        self.assertTrue(Refused("odoo.exceptions.UserError", "No.").is_clear)
        self.assertFalse(Refused("builtins.ValueError", "No.").is_clear)

    def test_all_are_done_and_answer_in_order(self):
        self.assertEqual(at_once(lambda: 1, lambda: 2), [1, 2])


class TestNonsense(unittest.TestCase):
    def think(self, number):
        found = []
        thinking = settings(max_examples=30, database=None)(
            given(nonsense.calls(KNOWN))(lambda call: found.append(repr(call)))
        )
        seed(number)(thinking)()
        return found

    def test_a_seed_thinks_of_the_same_again(self):
        self.assertEqual(self.think(1), self.think(1))
        self.assertNotEqual(self.think(1), self.think(2))

    def test_a_workbook_is_one(self):
        with zipfile.ZipFile(io.BytesIO(nonsense.workbook())) as archive:
            self.assertEqual(archive.namelist(), list(nonsense.PARTS))
            self.assertIsNone(archive.testzip())
