import tempfile
import unittest
from pathlib import Path

from dev import filters
from dev.output import Problem

LINKED = Path("/cache/addons/serialized_parts")


class TestFilters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.checkout = Path(cls.temporary.name).resolve()
        (cls.checkout / "tests").mkdir()
        (cls.checkout / "models").mkdir()
        (cls.checkout / "tests/test_lot.py").write_text(
            "class TestLot:\n    pass\n\nclass TestLotMore:\n    pass\n"
        )

    def translate(self, *arguments):
        return filters.translate(arguments, self.checkout, LINKED)

    def test_nothing_means_all(self):
        self.assertEqual(self.translate(), [f"{LINKED}/tests"])

    def test_pytest_options_are_kept(self):
        self.assertEqual(
            self.translate("-x", "-k", "tests"), ["-x", "-k", "tests", f"{LINKED}/tests"]
        )

    def test_paths_are_seen_through_the_link(self):
        expected = [f"{LINKED}/tests/test_lot.py::TestLot::test_a"]
        self.assertEqual(self.translate("tests/test_lot.py::TestLot::test_a"), expected)
        self.assertEqual(
            self.translate(f"{self.checkout}/tests/test_lot.py::TestLot::test_a"), expected
        )
        self.assertEqual(self.translate("./tests/test_lot.py::TestLot::test_a"), expected)

    def test_tags_of_odoo(self):
        node = f"{LINKED}/tests/test_lot.py::TestLot"
        self.assertEqual(self.translate("/serialized_parts:TestLot"), [node])
        self.assertEqual(self.translate("/serialized_parts:TestLot.test_a"), [f"{node}::test_a"])
        self.assertEqual(
            self.translate(":TestLot.test_a,:TestLotMore"), [f"{node}::test_a", f"{node}More"]
        )
        self.assertEqual(self.translate("--test-tags", ":TestLot"), [node])
        self.assertEqual(self.translate("--test-tags=:TestLot"), [node])
        self.assertEqual(self.translate("/serialized_parts/tests/test_lot.py:TestLot"), [node])
        self.assertEqual(self.translate("/serialized_parts"), [f"{LINKED}/tests"])
        self.assertEqual(self.translate(".test_a"), ["-k", "test_a", f"{LINKED}/tests"])

    def test_unknown_class_is_said(self):
        with self.assertRaisesRegex(Problem, "no test class TestNone"):
            self.translate(":TestNone")
        with self.assertRaisesRegex(Problem, "can't translate"):
            self.translate("/a:b:c")
