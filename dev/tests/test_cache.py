import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import psutil

from dev import cache, locks, process
from dev.output import Problem


class CacheCase(unittest.TestCase):
    """A test with its own cache folder."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name) / "cache"
        variable = mock.patch.dict(os.environ, {cache.VARIABLE: str(self.folder)})
        variable.start()
        self.addCleanup(variable.stop)
        cache.root.cache_clear()
        self.addCleanup(cache.root.cache_clear)


class TestCache(CacheCase):
    def test_folder_with_other_things_is_refused(self):
        self.folder.mkdir()
        (self.folder / "precious").touch()
        with self.assertRaisesRegex(Problem, "holds other things"):
            cache.root()
        self.assertEqual([path.name for path in self.folder.iterdir()], ["precious"])

    def test_unwritable_place_is_one_clear_line(self):
        self.folder.write_text("a file")
        with self.assertRaisesRegex(Problem, f"set {cache.VARIABLE}"):
            cache.root()

    def test_failure_leaves_nothing_in_place_and_the_next_run_repairs(self):
        def fail(partial):
            (partial / "half").touch()
            raise ZeroDivisionError

        target = cache.root() / "thing"
        with self.assertRaises(ZeroDivisionError):
            locks.made_once(target, fail, "")
        self.assertFalse(target.exists())
        locks.made_once(target, lambda partial: (partial / "all").touch(), "")
        self.assertEqual([path.name for path in target.iterdir()], ["all"])
        locks.made_once(target, fail, "")  # it is there already


class TestLocks(CacheCase):
    def test_who_holds_a_lock_leaves_a_note(self):
        with locks.owned("x") as note:
            print("http://here", end="", file=note, flush=True)
            with self.assertRaisesRegex(locks.Busy, "^http://here$"), locks.owned("x"):
                pass
        with locks.owned("x"), self.assertRaisesRegex(locks.Busy, "^$"), locks.owned("x"):
            pass

    def test_nobody_owns_what_others_share(self):
        with locks.shared("x"), locks.shared("x"), self.assertRaises(locks.Busy), locks.owned("x"):
            pass
        with locks.owned("x"):
            pass


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
