import contextlib
import io
import unittest
from pathlib import Path

from dev import cli
from dev.commands import test


class TestCommandLine(unittest.TestCase):
    def main(self, *arguments):
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            try:
                status = cli.main(list(arguments))
            except SystemExit as stop:
                status = stop.code
        return status, output.getvalue()

    def test_help_lists_every_command(self):
        status, output = self.main("--help")
        self.assertEqual(status, 0)
        for command in ("demo", "test", "lint", "shell", "clean", "browser", "bench", "soak"):
            self.assertIn(command, output)
            self.assertEqual(self.main(command, "--help")[0], 0)

    def test_unknown_arguments_are_refused(self):
        for arguments in (("clean", "--al"), ("clean", "--", "--al"), ("demo", "--al")):
            status, output = self.main(*arguments)
            self.assertEqual(status, 2)
            self.assertIn("--al", output)

    def test_impossible_port_is_refused(self):
        self.assertIn("can't serve on port 99999", self.main("demo", "--port", "99999")[0])

    def test_tests_are_chosen_as_odoo_sees_them(self):
        root = Path("/cache/addons")
        linked, bridge = root / "serialized_parts", root / "serialized_parts_mrp"
        for typed, expected in (
            (["-x", "-k", "tests"], ["-x", "-k", "tests", f"{linked}/tests"]),
            (["tests/common.py::TestA::test_b"], [f"{linked}/tests/common.py::TestA::test_b"]),
            (["./tests/common.py"], [f"{linked}/tests/common.py"]),
            (["bridges/serialized_parts_mrp/tests"], [f"{bridge}/tests"]),
        ):
            self.assertEqual(test.seen(typed, root), expected)
        everything = test.seen([], root, ["serialized_parts", "serialized_parts_mrp"])
        self.assertEqual(everything, [f"{linked}/tests", f"{bridge}/tests"])
