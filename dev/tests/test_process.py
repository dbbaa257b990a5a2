import subprocess
import sys

import psutil

from dev import process
from dev.output import Problem
from dev.tests.test_cache import CacheCase


class TestProcess(CacheCase):
    def test_failure_names_log_and_advice(self):
        command = ["sh", "-c", "echo 'write: No space left on device'; exit 3"]
        with self.assertRaises(Problem) as caught:
            process.run(command, doing="copying")
        self.assertIn("copying failed: the disk of", caught.exception.message)
        self.assertIn(f"{self.folder}/logs/sh.log", caught.exception.report())
        self.assertIn("No space left", caught.exception.report())

    def test_missing_program_is_a_problem(self):
        with self.assertRaisesRegex(Problem, "no-such-program is not installed"):
            process.read(["no-such-program"])

    def test_grandchildren_end_with_the_block(self):
        script = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with process.child([sys.executable, "-c", script], **pipes) as child, child.stdout:
            grandchild = psutil.Process(int(child.stdout.readline()))
        _gone, alive = psutil.wait_procs([grandchild], timeout=5)
        self.assertFalse(alive)
