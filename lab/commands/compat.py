"""Run Odoo's own tests of the modules that the addon builds on, without and with the addon, and compare the results.

Arguments choose modules: `python3 dev compat stock mrp`. All of their tests run after everything is loaded, so that
the addon takes part in those that Odoo runs at installation, too. What fails in the same way on both sides is no
difference. The results without the addon are kept for the next run. Browser tours run where there is a Chromium, else
both sides skip them.
"""

import hashlib
import json
import re
import time

from dev import addon, browser, database, locks, process, stack
from dev.output import Problem, say

HELP = "run Odoo's own tests with and without the addon"
MODULES = ["stock", "stock_account", "purchase_stock", "sale_stock", "mrp", "repair"]
SIDES = {"compatplain": "Odoo alone", "compat": "with the addon"}

# Odoo's tests of what the addon is there to change, as "module:Class.test", with the reason.
EXPLAINED = {
    "mrp:TestMrpOrder.test_product_produce_duplicate_6": (
        "it scraps a serial number that is not in stock: no unit is below zero"
    ),
    "mrp:TestUnbuild.test_use_unbuilt_sn_in_mo": (
        "it uses a serial number that was unbuilt and is not in stock: no unit is below zero"
    ),
    "stock:TestEditableQuant.test_sn_warning": (
        "it counts one serial number in two rooms: a serial number is one unit in one place"
    ),
    "stock:TestStockFlow.test_validate_multiple_pickings_with_same_lot_names": (
        "it validates two receipts of one serial number: the message, which names both, is another error than Odoo's"
    ),
    "stock:TestStockMove.test_immediate_validate_5": (
        "validating a receipt without serial numbers opens the prompt instead of an error"
    ),
}

PASSED, NOT_RUN = "passed", "not run"
RESULTS = {"Starting": PASSED, "skipped": "skipped", "FAIL:": "failed", "ERROR:": "error"}
RESULT = re.compile(
    r"^\S+ \S+ \d+ [A-Z]+ \S+ odoo\.addons\.(?P<module>\w+)\.tests\.\S+: "
    rf"(?P<what>{'|'.join(RESULTS)}) (?:Subtest )?(?P<test>\w+\.\w+)"
)
SET_UP_FAILED = re.compile(
    r" ERROR: setUpClass \(odoo\.addons\.(?P<module>\w+)\.tests\.(?:\w+\.)+(?P<test>\w+)\)$"
)
SCRIPT = "from odoo.tests.shell import run_tests\nrun_tests(env, {tags!r}, {modules!r})\n"
TAIL_BYTES = 10_000
LOG = "tests.log"


def options(parser):
    parser.add_argument(
        "tested", nargs="*", default=MODULES, help=f"modules (default: {' '.join(MODULES)})"
    )
    parser.add_argument(
        "--modules",
        choices=addon.MODULE_SETS,
        default=addon.DEFAULT_MODULES,
        help="what is installed beside the addon (default: %(default)s)",
    )
    parser.add_argument("--tags", default="", help="only these tests, as Odoo's --test-tags")


def run(options, rest):
    start = time.monotonic()
    try:
        with locks.owned(f"compat-{addon.KEY}"), stack.ready() as stack_:
            if not browser.find(stack_.env["PATH"]):
                say(browser.HINT)
            plain = _remember(stack_, options, lambda: _run_side(stack_, "compatplain", options))
            ours = _run_side(stack_, "compat", options)
    except locks.Busy:
        raise Problem("this checkout's compat is running already: wait for it to end") from None
    if not plain:
        raise Problem("there is no such test")
    print(report(plain, ours))
    minutes = (time.monotonic() - start) / 60
    logs = " and ".join(str(addon.folder(side) / LOG) for side in SIDES)
    say(f"{minutes:.0f} minutes; Odoo's logs are {logs}")
    return int(bool(unexplained(plain, ours)))


def _remember(stack_, options, run_tests):
    """Return the results without the addon; they are kept until `clean`, as Odoo is the same."""
    made_of = [stack_.identity, options.modules, options.tags, *sorted(options.tested)]
    key = hashlib.sha256("|".join(made_of).encode()).hexdigest()[:8]
    known = addon.folder("compatplain") / f"results-{key}.json"
    if not known.exists():
        known.write_text(json.dumps(run_tests()))
    return json.loads(known.read_text())


def _run_side(stack_, side, options):
    """Run the tests in a fresh database; return their results, see :func:`read_results`."""
    folder = addon.folder(side)
    config = _prepare(stack_, side, options)
    log, output, script = folder / LOG, folder / "tests.out", folder / "tests.py"
    log.write_text("")
    output.write_text("")
    tags = options.tags or ",".join(f"/{module}" for module in options.tested)
    script.write_text(SCRIPT.format(tags=tags, modules=options.tested))
    [port] = stack.free_ports(1)
    name = addon.database(side)
    command = stack_.odoo_command(
        *("shell", "-c", config, "-d", name, "--logfile", log, f"--http-port={port}")
    )
    doing = f"testing {', '.join(options.tested)}, {SIDES[side]}"
    say(doing)
    with script.open() as stdin:
        process.run(
            command,
            doing=doing,
            log=output,
            progress=lambda: _last_test(log),
            stdin=stdin,
            env=stack_.env,
            cwd=folder,
        )
    return read_results(log.read_text(errors="replace"))


def _prepare(stack_, side, options):
    """Make the database of one side anew; return its configuration."""
    folder, name = addon.folder(side), addon.database(side)
    database.create(stack_, folder, name, addon.modules(options.modules), demo=False)
    _check_installed(stack_, name, options.tested)
    config = stack.write_config(folder, addons_path=addon.addons_path(), without_demo=True)
    if side == "compat":
        doing = "installing the addon"
        say(doing)
        database.install(stack_, config, name, [addon.NAME], folder / "install.log", doing=doing)
    return config


def _check_installed(stack_, name, modules):
    query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    installed = {module for [module] in stack_.server.query(query, name)}
    if missing := set(modules) - installed:
        raise Problem(f"{', '.join(sorted(missing))} is not installed: see --modules")


def _last_test(log):
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL_BYTES))
        tail = file.read().decode(errors="replace")
    found = [match for line in tail.splitlines() if (match := RESULT.match(line))]
    return f"{found[-1]['module']} {found[-1]['test']}" if found else "starting"


# ------------------------------------------------------------------------------- the results


def read_results(text):
    """Return ``{"module:Class.test": result}`` from Odoo's log; a class that isn't set up is a test of its own."""
    results = {}
    for line in text.splitlines():
        if found := RESULT.match(line):
            test, result = f"{found['module']}:{found['test']}", RESULTS[found["what"]]
            if result != PASSED or test not in results:
                results[test] = result
        elif found := SET_UP_FAILED.search(line):
            results[f"{found['module']}:{found['test']}"] = "not set up"
    return results


def differences(plain, ours):
    """Yield ``(test, result without the addon, result with it)`` of the tests that differ."""
    for test in sorted({*plain, *ours}):
        pair = plain.get(test, NOT_RUN), ours.get(test, NOT_RUN)
        if len(set(pair)) > 1:
            yield test, *pair


def unexplained(plain, ours):
    """Return the differences that have no reason."""
    return [found for found in differences(plain, ours) if found[0] not in EXPLAINED]


def report(plain, ours):
    """Return the table: counts by module, then every difference."""
    modules = sorted({test.partition(":")[0] for test in {*plain, *ours}})
    lines = [
        "| module | tests | passed | passed with the addon | differ |",
        "|---|--:|--:|--:|--:|",
    ]
    for module in [*modules, ""]:
        sides = [_of(module, side) for side in (plain, ours)]
        counts = [sum(result == PASSED for result in side.values()) for side in sides]
        found = len(list(differences(*sides)))
        lines.append(
            f"| {module or 'all'} | {len(sides[0])} | {counts[0]} | {counts[1]} | {found} |"
        )
    for test, before, after in differences(plain, ours):
        lines.append(f"{test}: {before}, with the addon {after}: {EXPLAINED.get(test, 'why?')}")
    return "\n".join(lines)


def _of(module, results):
    return {
        test: result
        for test, result in results.items()
        if test.startswith(f"{module}:") or not module
    }
