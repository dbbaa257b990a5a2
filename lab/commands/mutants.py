"""Take guards out of a copy of the addon, one at a time, and run the tests that must notice it.

The guards are listed in `lab/mutants.py`. A mutant that no test notices is a survivor; an entry whose text is no longer
in its file, or is there twice, is an error. The exit status is 1 if there are any. Arguments choose entries by a part
of their file, text or tests: `python3 dev mutants gs1`.
"""

import shutil
import subprocess

from dev import addon, cache, database, process, stack
from dev.commands import test
from dev.output import Problem, say
from lab import databases
from lab.mutants import MUTANTS

HELP = "check that the tests notice when a guard is missing"
PURPOSE = "mutants"
#: How long the tests of one mutant may take, in seconds; tests that take longer have noticed it.
LIMIT = 600
#: What is not copied.
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "node_modules")
#: Pytest's exit status when all tests passed, and when some failed.
PASSED, FAILED = 0, 1


def options(parser):
    parser.add_argument("words", nargs="*", metavar="word", help="only the entries with this word")
    parser.add_argument(
        "--modules",
        choices=addon.MODULE_SETS,
        default=addon.DEFAULT_MODULES,
        help="what is installed beside the addon (default: %(default)s)",
    )


def run(options, rest):
    chosen = [mutant for mutant in MUTANTS if not options.words or _has_word(mutant, options.words)]
    if not chosen:
        raise Problem("no entry of lab/mutants.py has this word")
    errors = list(find_errors(chosen, addon.CHECKOUT))
    if errors:
        print(*errors, sep="\n")
        return 1
    with databases.alone(PURPOSE) as stack_:
        copy = Copy(stack_, addon.modules(options.modules))
        try:
            return _try_all(copy, chosen)
        finally:
            stack_.server.drop(copy.name)


def _has_word(mutant, words):
    return any(word in part for word in words for part in (mutant.file, mutant.text, mutant.tests))


def find_errors(mutants, checkout):
    """Yield a line for each entry that can't be tried: its text must be in its file exactly once."""
    for mutant in mutants:
        path = checkout / mutant.file
        count = path.read_text().count(mutant.text) if path.is_file() else 0
        if count == 0:
            yield f"error: {mutant.text!r} is not in {mutant.file}{_find_elsewhere(mutant, checkout)}"
        elif count > 1:
            yield f"error: {mutant.text!r} is {count} times in {mutant.file}"
        for file in mutant.tests.split():
            if not (checkout / file.partition("::")[0]).is_file():
                yield f"error: {mutant.text!r}: there is no {file}"


def _find_elsewhere(mutant, checkout):
    """Return, as text, the other files of the addon that contain the text of *mutant*."""
    paths = [path.relative_to(checkout) for path in sorted(checkout.rglob("*.py"))]
    found = [
        str(path)
        for path in paths
        if path.parts[0] not in ("dev", "lab", "tests")
        and mutant.text in (checkout / path).read_text()
    ]
    return f", but in {', '.join(found)}" if found else ""


class Copy:
    """A copy of the addon and its bridges, and a database with them, for many runs of tests."""

    def __init__(self, stack_, modules):
        self.name = addon.database(PURPOSE)
        self._stack = stack_
        self._home = addon.folder(PURPOSE)
        self._root = self._home / "addons"
        self.folder = self._home / "checkout"
        cache.remove(self.folder)
        cache.remove(self._root)
        shutil.copytree(addon.CHECKOUT, self.folder, ignore=LEFT_OUT)
        addon.link(self.folder, self._root)
        database.create(stack_, self._home, self.name, modules, demo=False)
        self._config = stack.write_config(self._home, addons_path=self._root, without_demo=True)
        test.install(stack_, self._config, self._home, self.name)

    def run_tests(self, tests, *more):
        """Return pytest's exit status, FAILED if it takes too long; its output is in :attr:`log`."""
        where = self._stack, self._config, self._home, self.name, self._root
        command = test.pytest_command(*where, [*tests, *more])
        with (
            self.log.open("wb") as output,
            process.child(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._stack.env,
                cwd=self._home,
            ) as child,
        ):
            try:
                return child.wait(timeout=LIMIT)
            except subprocess.TimeoutExpired:
                return FAILED

    @property
    def log(self):
        return self._home / "tests.log"


def _try_all(copy, mutants):
    """Try each mutant and print its outcome; return the exit status."""
    tests = sorted({file for mutant in mutants for file in mutant.tests.split()})
    say(f"running {len(tests)} test files with all guards in place")
    if copy.run_tests(tests) != PASSED:
        raise Problem("the tests fail with all guards in place", copy.log)
    bad = 0
    for number, mutant in enumerate(mutants, 1):
        outcome = _try(copy, mutant)
        bad += outcome != "noticed"
        print(f"{number}/{len(mutants)} {outcome}: {mutant}", flush=True)
    print(f"{len(mutants) - bad} of {len(mutants)} mutants were noticed")
    return 1 if bad else 0


def _try(copy, mutant):
    path = copy.folder / mutant.file
    source = path.read_text()
    path.write_text(source.replace(mutant.text, mutant.instead))
    try:
        code = copy.run_tests(mutant.tests.split(), "-x")
    finally:
        path.write_text(source)
    outcomes = {PASSED: "SURVIVED", FAILED: "noticed"}
    return outcomes.get(code, f"ERROR, the tests did not run, see {copy.log}")
