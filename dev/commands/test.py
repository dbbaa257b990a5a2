"""Run all tests: the set-up's own, then the addon's and its bridges' on a fresh database, including browser tours and JavaScript unit
tests, then a short soak (see `python3 dev soak`) on a copy of that database. All tests are run in two halves at once.

Arguments are the same as pytest's: `-k receive`, `tests/test_stock_lot.py::TestStockLot`, `-x`.
"""

import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

from dev import addon, database, locks, process, stack
from dev.commands import browser
from dev.output import Problem, say
from lab.commands import soak

HELP = "run all tests, or those that the arguments choose"
FREE_ARGUMENTS = True
MOST_RUNS = 8
SOAK_MINUTES = 0.4


def options(parser):
    parser.add_argument(
        "--modules",
        choices=addon.MODULE_SETS,
        default=addon.DEFAULT_MODULES,
        help="what is installed beside the addon (default: %(default)s)",
    )
    parser.add_argument(
        "--demo-data",
        action="store_true",
        help="test in a database that has Odoo's demo data and the addon's; without the soak",
    )


def run(options, rest):
    if not rest:
        _own_tests()
    with _workspace() as (folder, name), stack.ready() as stack_:
        modules = addon.modules(options.modules)
        database.create(stack_, folder, name, modules, demo=options.demo_data)
        root, plain = addon.addons_path(), not options.demo_data
        config = stack.write_config(folder, addons_path=root, without_demo=plain)
        install(stack_, config, folder, name)
        if not browser.find(stack_.env["PATH"]):
            say(browser.HINT)
        say(f"running the tests beside {', '.join(modules)}")
        tested = addon.get_tested(modules)
        files = [] if rest else _get_files(tested)
        with _beside(options, files[1::2], folder) as wait:
            chosen = rest or files[::2]
            command = pytest_command(stack_, config, folder, name, root, chosen, tested)
            code = process.show(command, env=stack_.env, cwd=folder)
            if not (rest or code or options.demo_data):
                code = soak.soak(stack_, folder, name, SOAK_MINUTES)
            return wait() or code


def _get_files(tested):
    """Return the test files of the addons *tested*, as paths in the checkout, by their names: that mixes those of all
    addons, and a half takes about as long as the other."""
    homes = addon.get_homes()
    files = [file for name in tested for file in homes[name].glob("tests/test_*.py")]
    return [str(file) for file in sorted(files, key=lambda file: (file.name, file))]


@contextmanager
def _beside(options, files, folder):
    """Run the tests in *files* in a database of their own meanwhile; yield a function that waits for them, prints what
    they said and returns the exit code."""
    if not files:
        yield lambda: 0
        return
    demo = ["--demo-data"] if options.demo_data else []
    command = [sys.executable, "-B", addon.CHECKOUT / "dev", "test", "--modules", options.modules]
    log = folder / "other_half.log"
    with (
        log.open("w") as output,
        process.child([*command, *demo, *files], stdout=output, stderr=output) as other,
    ):

        def wait():
            say("waiting for the other half of the tests")
            code = other.wait()
            print(log.read_text(), end="")
            return code

        yield wait


def _own_tests():
    say("testing the set-up itself")
    for package in ("dev", "lab"):
        command = [sys.executable, "-B", "-m", "unittest", "discover", "-q"]
        if process.show([*command, "-s", f"{package}/tests", "-t", "."], cwd=addon.CHECKOUT):
            raise Problem("the set-up's own tests fail, see above")


@contextmanager
def _workspace():
    """Yield a folder and a database name that no other run of this checkout uses."""
    for number in range(1, MOST_RUNS + 1):
        with suppress(locks.Busy), locks.owned(f"test-{addon.KEY}-{number}"):
            yield addon.folder(f"test-{number}"), addon.database(f"test{number}")
            return
    raise Problem(f"{MOST_RUNS} test runs of this checkout are under way: wait for one to end")


def install(stack_, config, folder, name):
    """Install the addon in the database; raise Problem with what Odoo complains about."""
    log = folder / "install.log"
    database.install(stack_, config, name, [addon.NAME], log)
    if lines := database.complaints(log):
        print(*lines, sep="\n")
        text = f"Odoo logged {len(lines)} warnings or errors, see above; the whole log is {log}"
        raise Problem(text)


def pytest_command(stack_, config, folder, name, root, arguments, tested=(addon.NAME,)):
    """Return the command that runs tests of the addons in the folder *root*, see :func:`seen`."""
    return [
        *(stack_.python, "-m", "pytest", "-c", os.devnull, f"--rootdir={root}"),
        *(f"--confcutdir={root}", "-o", f"cache_dir={folder / 'pytest'}"),
        *("-rs", "-W", "ignore"),
        *(f"--odoo-config={config}", f"--odoo-database={name}", "--odoo-http"),
        *seen(arguments, root, tested),
    ]


def seen(arguments, root, tested=(addon.NAME,)):
    """Return pytest's arguments with the checkout's paths moved to *root*, where Odoo sees its addons. No path means
    all tests of the addons *tested*."""
    paths = {}
    for argument in arguments:
        name, colons, rest = argument.partition("::")
        path = (addon.CHECKOUT / name).resolve()
        named = name.endswith(".py") or "/" in name
        if named and path.exists() and path.is_relative_to(addon.CHECKOUT):
            own = Path(addon.NAME, path.relative_to(addon.CHECKOUT))
            is_bridge = own.parts[1:2] == (addon.BRIDGES,)
            paths[argument] = f"{root.joinpath(*own.parts[2 * is_bridge :])}{colons}{rest}"
    everything = [] if paths else [str(root / name / "tests") for name in tested]
    return [*(paths.get(argument, argument) for argument in arguments), *everything]
