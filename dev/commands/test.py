"""Run all tests: the set-up's own, then the addon's on a fresh database, browser tours and JavaScript units included,
then a short soak (see `python3 dev soak`) of a copy of that database.

Arguments choose tests as for pytest (`-k receive`, `tests/test_stock_lot.py::TestStockLot`, `-x`) or as for Odoo
(`/serialized_parts:TestStockLot.test_name`). Those behind `--` go to pytest untouched.
"""

import os
import sys
from contextlib import contextmanager
from pathlib import Path

from dev import addon, browser, cache, database, filters, locks, process, stack
from dev.commands import soak
from dev.output import Problem, say

HELP = "run all tests, or those that the arguments choose"
FREE_ARGUMENTS = True
PLUGINS = Path(__file__).parent.parent / "plugins"
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
    arguments = filters.translate(rest, addon.CHECKOUT, addon.addons_path() / addon.NAME)
    with _workspace() as (folder, name), stack.ready() as stack_:
        modules = addon.modules(options.modules)
        database.create(stack_, folder, name, modules, demo=options.demo_data)
        config = stack.write_config(
            folder, addons_path=addon.addons_path(), without_demo=not options.demo_data
        )
        install(stack_, config, folder, name)
        if not browser.find(stack_.env["PATH"]):
            say(browser.HINT)
        say(f"running the tests beside {', '.join(modules)}")
        command = pytest_command(stack_, config, folder, name, addon.addons_path(), arguments)
        code = process.show(command, env=environment(stack_), cwd=folder)
        if rest or code or options.demo_data:
            return code
        return soak.soak(stack_, folder, name, SOAK_MINUTES)


def _own_tests():
    say("testing the set-up itself")
    command = [sys.executable, "-m", "unittest", "discover", "-q", "-s", "dev/tests", "-t", "."]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if process.show(command, cwd=addon.CHECKOUT, env=env):
        raise Problem("the set-up's own tests fail, see above")


@contextmanager
def _workspace():
    """Yield a folder and a database name that no other run of this checkout uses."""
    for number in range(1, MOST_RUNS + 1):
        try:
            with locks.owned(f"test-{addon.KEY}-{number}"):
                yield addon.folder(f"test-{number}"), addon.database(f"test{number}")
                return
        except locks.Busy:
            continue
    raise Problem(f"{MOST_RUNS} test runs of this checkout are under way: wait for one to end")


def install(stack_, config, folder, name):
    """Install the addon in the database; raise Problem with what Odoo complains about."""
    doing = "installing the addon"
    say(doing)
    log = folder / "install.log"
    database.install(stack_, config, name, [addon.NAME], log, doing=doing)
    if lines := database.complaints(log):
        print(*lines, sep="\n")
        raise Problem(
            f"{doing} logged {len(lines)} warnings or errors, see above; the whole log is {log}"
        )


def pytest_command(stack_, config, folder, name, root, arguments):
    """Return the command that runs tests of the addon, which is in the folder *root*."""
    fixed = [
        *(
            "-c",
            os.devnull,
            f"--rootdir={root}",
            f"--confcutdir={root}",
            "-o",
            f"cache_dir={folder / 'pytest'}",
        ),
        *("-p", "report_skips", "-W", "ignore"),
        *(f"--odoo-config={config}", f"--odoo-database={name}", "--odoo-http"),
    ]
    return [stack_.python, "-m", "pytest", *fixed, *arguments]


def environment(stack_):
    """Return the environment variables that it needs."""
    return {
        **stack_.env,
        "HYPOTHESIS_STORAGE_DIRECTORY": str(cache.folder("hypothesis", addon.KEY)),
        "PYTHONPATH": os.pathsep.join((stack_.env["PYTHONPATH"], str(PLUGINS))),
    }
