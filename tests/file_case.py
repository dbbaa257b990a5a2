import csv
import json
import subprocess
import sys
from pathlib import Path

from odoo.tests import BaseCase

from ..tools import serial_file
from ..tools.serial_file import read_file

#: The seconds and bytes that reading a file may take, besides what Python and its libraries do.
SECONDS = 2
MEMORY = 200 * 1024**2

#: Reads a file from its input, and prints the outcome, the key of the error or "read", and the
#: seconds. Odoo is not loaded, so that only reading takes memory.
CHILD = """
import importlib, json, resource, sys, time, types
package = types.ModuleType("tools")
package.__path__ = [sys.argv[1]]
sys.modules["tools"] = package
serial_file = importlib.import_module("tools.serial_file")
content = sys.stdin.buffer.read()
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
start, outcome = time.process_time(), "read"
try:
    serial_file.list_sheets(content)
    serial_file.read_file(content)
except serial_file.UnreadableFile as problem:
    outcome = "no memory" if isinstance(problem.__context__, MemoryError) else str(problem)
print(json.dumps([outcome, time.process_time() - start]))
"""


class FileCase(BaseCase):
    """Reads files without a database, and the worst ones in a process of their own."""

    def _read_in_child(self, content):
        tools = Path(serial_file.__file__).parent
        child = subprocess.run(
            [sys.executable, "-c", CHILD, str(tools), str(MEMORY)],
            input=content,
            capture_output=True,
            check=True,
        )
        return json.loads(child.stdout)

    def assertOutcomes(self, expected, files):
        """Assert the outcome of each of *files*, in little time and memory.

        :param str expected: the key of the error, or "read"
        :param dict files: the contents, by name
        """
        for name, content in files.items():
            with self.subTest(name):
                self.assertLess(len(content), 10 * 1024**2)
                outcome, seconds = self._read_in_child(content)
                self.assertEqual(outcome, expected)
                self.assertLess(seconds, SECONDS)

    def _read(self, content, *sheet, **how):
        """Return the rows of a file, as lists of texts."""
        text = read_file(content, *sheet, **how)
        return list(csv.reader(text.splitlines(keepends=True), delimiter="\t"))
