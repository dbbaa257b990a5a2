import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from dev import bootstrap, cache, locks, process
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
    def test_the_variable_comes_first_then_root_then_xdg_then_home(self):
        environ = {cache.VARIABLE: "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"}
        for is_root, expected in ((True, "/a"), (False, "/a")):
            self.assertEqual(cache.locate(environ, is_root), Path(expected))
        del environ[cache.VARIABLE]
        self.assertEqual(cache.locate(environ, True), Path("/var/cache/serialized_parts"))
        self.assertEqual(cache.locate(environ, False), Path("/b/serialized_parts"))
        del environ["XDG_CACHE_HOME"]
        self.assertEqual(cache.locate(environ, False), Path("/c/.cache/serialized_parts"))

    def test_new_folder_is_marked(self):
        self.assertTrue(cache.is_marked(cache.root()))

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
        target = cache.root() / "thing"
        with self.assertRaises(ZeroDivisionError), cache.whole(target) as partial:
            (partial / "half").touch()
            raise ZeroDivisionError
        self.assertFalse(target.exists())
        with cache.whole(target) as partial:
            (partial / "all").touch()
        self.assertEqual([path.name for path in target.iterdir()], ["all"])
        self.assertFalse(partial.exists())


class TestBootstrap(unittest.TestCase):
    def test_the_index_is_the_one_of_the_environment(self):
        with mock.patch.dict(os.environ, {"PIP_INDEX_URL": "http://here/simple"}):
            self.assertEqual(bootstrap.index(), "http://here/simple")


class TestLocks(CacheCase):
    def test_who_holds_a_lock_leaves_a_note(self):
        with locks.owned("x") as note:
            note("http://here")
            with self.assertRaises(locks.Busy) as caught, locks.owned("x"):
                pass
            self.assertEqual(caught.exception.note, "http://here")
        with locks.owned("x"):
            pass

    def test_lock_of_a_killed_process_is_free(self):
        pid = os.fork()
        if not pid:
            manager = locks.owned("x")
            manager.__enter__()
            os.kill(os.getpid(), 9)
        os.waitpid(pid, 0)
        with locks.owned("x"):
            pass

    def test_only_the_last_user_is_the_last(self):
        with locks.shared("u") as is_last:
            with locks.shared("u") as is_other_last:
                self.assertFalse(is_other_last())
            self.assertTrue(is_last())


class TestProcess(CacheCase):
    def test_failure_names_log_and_advice(self):
        log = cache.log_file("x")
        command = ["sh", "-c", "echo 'write: No space left on device'; exit 3"]
        with self.assertRaises(Problem) as caught:
            process.run(command, doing="copying", log=log)
        self.assertIn("copying failed: the disk of", caught.exception.message)
        self.assertIn(str(log), caught.exception.report())
        self.assertIn("No space left", caught.exception.report())

    def test_missing_program_is_a_problem(self):
        with self.assertRaisesRegex(Problem, "no-such-program is not installed"):
            process.read(["no-such-program"])

    def test_grandchildren_end_with_the_block(self):
        script = "import subprocess, time; subprocess.Popen(['sleep', '60']); print(flush=True); time.sleep(60)"
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with process.child([sys.executable, "-c", script], **pipes) as child:
            child.stdout.readline()
        child.stdout.close()
        with self.assertRaises(ProcessLookupError):
            os.killpg(child.pid, 0)
