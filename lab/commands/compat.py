"""Run Odoo's own tests of the modules that the addon builds on, without and with the addon, and compare the results.

Arguments choose modules: `python3 dev compat stock mrp`. All their tests run once everything is loaded, so that the
addon also takes part in those that Odoo runs at installation. A test that fails in the same way on both sides is not a
difference. The results without the addon are kept for the next run. Browser tours run if there is a Chromium; otherwise
both sides skip them.

`--oca` tests addons of the Odoo Community Association instead, those of `lab/oca.txt` or those named: their tests run
without and with the addon, and the addon's own tests run beside them; those pass without them (see `dev test`).
"""

import hashlib
import json
import re
import time

from dev import addon, database, process, stack
from dev.commands import browser
from dev.output import Problem, say
from lab import databases, oca
from lab.server import free_port

HELP = "run Odoo's own tests with and without the addon"
MODULES = ["stock", "stock_account", "purchase_stock", "sale_stock", "mrp", "repair"]
SIDES = {"compatplain": "Odoo alone", "compat": "with the addon"}

# Odoo's tests of behaviour that the addon changes on purpose, as "module:Class.test", with the reason.
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
    **oca.EXPLAINED,
}

PASSED, SKIPPED, NOT_RUN = "passed", "skipped", "not run"
RESULTS = {"Starting": PASSED, "skipped": SKIPPED, "FAIL:": "failed", "ERROR:": "error"}
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
        "--oca", nargs="*", metavar="NAME", help="test addons of OCA: the default list, or these"
    )
    parser.set_defaults(addons=None)
    parser.add_argument(
        "--modules",
        choices=addon.MODULE_SETS,
        default=addon.DEFAULT_MODULES,
        help="what is installed beside the addon (default: %(default)s)",
    )
    parser.add_argument("--tags", default="", help="only these tests, as Odoo's --test-tags")


def run(options, rest):
    start = time.monotonic()
    with databases.alone("compat") as stack_:
        if not browser.find(stack_.env["PATH"]):
            say(browser.HINT)
        if options.oca is not None:
            _prepare_oca(stack_, options)
        plain = _remember(stack_, options, lambda: _run_side(stack_, "compatplain", options))
        ours = _run_side(stack_, "compat", options)
    if not plain:
        raise Problem("there is no such test")
    if options.addons:
        plain.update(own_alone(ours))
        print(*oca.reasons(options.addons.left_out), sep="\n")
    print(report(plain, ours))
    minutes = (time.monotonic() - start) / 60
    logs = " and ".join(str(addon.folder(side) / LOG) for side in SIDES)
    say(f"{minutes:.0f} minutes; Odoo's logs are {logs}")
    return int(bool(unexplained(plain, ours)))


def _prepare_oca(stack_, options):
    """Make this a run on OCA's addons: those that can be had and that install."""
    options.addons = oca.prepare(stack_, options.oca, addon.modules(options.modules))
    options.tested = sorted(options.addons.folders)


def own_alone(ours):
    """Return the results of the addon's own tests without other addons: all pass, as `dev test` shows."""
    return {
        test: PASSED if result != SKIPPED else SKIPPED
        for test, result in ours.items()
        if test.startswith(f"{addon.NAME}:")
    }


def _remember(stack_, options, run_tests):
    """Return the results without the addon, run only once for the same Odoo and kept until `clean`."""
    made_of = [stack_.identity, options.modules, options.tags, *sorted(options.tested)]
    if options.addons:
        made_of += options.addons.versions.values()
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
    own = [addon.NAME] if options.addons and side == "compat" else []
    modules = [*options.tested, *own]
    tags = options.tags or ",".join(f"/{module}" for module in modules)
    script.write_text(SCRIPT.format(tags=tags, modules=modules))
    port = free_port()
    name = addon.database(side)
    command = stack_.odoo_command(
        *("shell", "-c", config, "-d", name, "--logfile", log, f"--http-port={port}")
    )
    tested = f"{len(modules)} addons" if options.addons else ", ".join(modules)
    doing = f"testing {tested}, {SIDES[side]}"
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
    """Recreate the database of one side; return its configuration."""
    folder, name = addon.folder(side), addon.database(side)
    paths = []
    if options.addons:
        database.copy(stack_, options.addons.template, folder, name)
        paths.append(oca.addons_path(options.addons))
    else:
        database.create(stack_, folder, name, addon.modules(options.modules), demo=False)
        _check_installed(stack_, name, options.tested)
    if side == "compat":
        paths.append(addon.addons_path())
    addons_path = ",".join(map(str, paths))
    config = stack.write_config(folder, addons_path=addons_path, without_demo=True)
    if side == "compat":
        database.install(stack_, config, name, [addon.NAME], folder / "install.log")
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
    """Return ``{"module:Class.test": result}`` from Odoo's log; a class whose set-up fails counts as one test."""
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
    """Yield ``(test, result without the addon, result with it)`` for the tests that differ."""
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
