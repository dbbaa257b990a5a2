import tempfile
import unittest
from pathlib import Path

from lab.commands.mutants import find_errors
from lab.mutants import Mutant, skip


class TestMutants(unittest.TestCase):
    """An entry's text must be in its file exactly once."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.checkout = Path(folder.name)
        (self.checkout / "tests").mkdir()
        (self.checkout / "tests/test_lot.py").touch()
        (self.checkout / "lot.py").write_text("def check():\n    pass\n\n\nx = 1\nx = 1\n")

    def find(self, *entry):
        return list(find_errors([Mutant(*entry)], self.checkout))

    def test_an_entry_that_is_there_once_is_fine(self):
        self.assertEqual(self.find("lot.py", "def check():", "", "tests/test_lot.py"), [])
        mutant = skip("lot.py", "def check():", "test_lot")
        self.assertEqual(list(find_errors([mutant], self.checkout)), [])
        self.assertEqual(mutant.instead, "def check():\n        return None\n")

    def test_an_entry_that_is_gone_twice_there_or_without_tests_is_an_error(self):
        for entry, message in (
            (("lot.py", "def gone():", "", "tests/test_lot.py"), "is not in lot.py"),
            (
                ("gone.py", "def check():", "", "tests/test_lot.py"),
                "is not in gone.py, but in lot.py",
            ),
            (("lot.py", "x = 1", "", "tests/test_lot.py"), "is 2 times in lot.py"),
            (
                ("lot.py", "def check():", "", "tests/test_gone.py"),
                "there is no tests/test_gone.py",
            ),
        ):
            with self.subTest(message):
                [error] = self.find(*entry)
                self.assertIn(message, error)
