import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from dev import cache, locks
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
