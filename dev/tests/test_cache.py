import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from dev import cache, locks, process
from dev.output import Problem


class CacheCase(unittest.TestCase):
    """A test with a cache folder of its own."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory())) / "cache"
        self.enterContext(mock.patch.dict(os.environ, {cache.VARIABLE: str(self.folder)}))
        cache.root.cache_clear()
        self.addCleanup(cache.root.cache_clear)

    if not hasattr(unittest.TestCase, "enterContext"):  # Python 3.10

        def enterContext(self, manager):
            value = manager.__enter__()
            self.addCleanup(manager.__exit__, None, None, None)
            return value


class TestPlace(unittest.TestCase):
    def test_variable_comes_first(self):
        environ = {cache.VARIABLE: "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"}
        self.assertEqual(cache.locate(environ, is_root=True), Path("/a"))
        self.assertEqual(cache.locate(environ, is_root=False), Path("/a"))

    def test_root_uses_var_cache(self):
        environ = {"XDG_CACHE_HOME": "/b", "HOME": "/root"}
        self.assertEqual(cache.locate(environ, is_root=True), Path("/var/cache/serialized_parts"))

    def test_user_uses_xdg_then_home(self):
        self.assertEqual(
            cache.locate({"XDG_CACHE_HOME": "/b", "HOME": "/c"}, False), Path("/b/serialized_parts")
        )
        self.assertEqual(cache.locate({"HOME": "/c"}, False), Path("/c/.cache/serialized_parts"))


class TestMark(CacheCase):
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


class TestWhole(CacheCase):
    def test_failure_leaves_nothing_in_place(self):
        target = cache.root() / "thing"
        with self.assertRaises(ZeroDivisionError), cache.whole(target) as partial:
            (partial / "half").touch()
            raise ZeroDivisionError
        self.assertFalse(target.exists())

    def test_next_run_repairs(self):
        target = cache.root() / "thing"
        (cache.root() / "thing.partial").mkdir()
        (cache.root() / "thing.partial" / "half").touch()
        with cache.whole(target) as partial:
            (partial / "all").touch()
        self.assertEqual([path.name for path in target.iterdir()], ["all"])
        self.assertFalse(partial.exists())

    def test_remove_deletes_read_only_folders(self):
        path = cache.folder("a", "b")
        (path / "file").touch()
        path.chmod(0o500)
        cache.remove(cache.root() / "a")
        self.assertFalse((cache.root() / "a").exists())


class TestLocks(CacheCase):
    def test_owned_lock_tells_its_note(self):
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
        first, second = locks.Users("u"), locks.Users("u")
        first.enter()
        second.enter()
        self.assertFalse(first.leave())
        first.close()
        self.assertTrue(second.leave())
        second.close()


class TestProcess(CacheCase):
    def test_failure_names_log_and_advice(self):
        log = cache.log_file("x")
        with self.assertRaises(Problem) as caught:
            process.run(
                ["sh", "-c", "echo 'write: No space left on device'; exit 3"],
                doing="copying",
                log=log,
            )
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
