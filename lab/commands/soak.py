"""Race, kill and load a real Odoo server and feed it nonsense; print what happened as a table.

The exit status is 1 if something was lost, was there twice or ended in a traceback. The database is a scratch copy, on
a PostgreSQL of the soak's own, which may be killed. `--seed` repeats a run's inputs (but not the timing).

`--only machine` runs the tests' state machine instead (`tests/state_machine`): common and uncommon operations in random
order, with the promises checked after each. A violation is shrunk to the steps that lead to it, as code for
`tests/test_state_machine.py`.
"""

import importlib
import random
import time
from contextlib import ExitStack

from dev import addon, cache, stack
from dev.output import Problem, say
from lab import databases
from lab.client import Lost, Refused
from lab.server import Odoo
from lab.soak import report
from lab.soak.server import own_postgres
from lab.soak.yard import Yard

HELP = "race, kill, load and confuse a real server"
DATABASE = "soak"
#: The parts of the soak, one module each, with their shares of the time.
PARTS = {"races": 5, "meetings": 5, "scans": 4, "counts": 3, "faults": 7, "load": 2, "input": 6}
MACHINE, STATE_MACHINE = "machine", "odoo.addons.serialized_parts.tests.state_machine"


def options(parser):
    parser.add_argument(
        "--minutes", type=float, default=10, help="for how long, without the set-up (default: 10)"
    )
    parser.add_argument("--only", choices=(*PARTS, MACHINE), help="one part of it")
    parser.add_argument("--seed", type=int, help="repeat the inputs of the run that printed this")


def run(options, rest):
    with databases.alone("soak") as stack_:
        name, folder = addon.database(DATABASE), addon.folder(DATABASE)
        try:
            config = databases.create_with_addon(stack_, DATABASE)
            if options.only == MACHINE:
                say("the machine plays")
                return _print_reports([_play_machine(stack_, config, options)])
            return soak(stack_, folder, name, options.minutes, options.only, options.seed)
        finally:
            stack_.server.drop(name)


def soak(stack_, folder, name, minutes, only=None, seed=None):
    """Run the parts on a copy of the database *name*, whose files are in *folder*; print the table.

    :return: the exit status: 1 if there is a violation
    """
    seed = random.randrange(10**6) if seed is None else seed
    start = time.monotonic()
    with ExitStack() as opened:
        yard = _open(opened, stack_, folder, name)
        yard.settle()
        say(f"the yard is open; seed {seed}")
        weights = {part: weight for part, weight in PARTS.items() if only in (None, part)}
        reports = []
        for part, seconds in report.share(minutes, weights).items():
            say(f"{part}, for {seconds:.0f} s")
            # Imported only now, as it takes a while.
            kind = getattr(importlib.import_module(f"lab.soak.{part}"), part.title())
            reports.append(_run_part(kind(yard, seconds, seed)))
    code = _print_reports(reports)
    print(f"{(time.monotonic() - start) / 60:.1f} minutes, seed {seed}")
    return code


def _play_machine(stack_, config, options):
    """Run the tests' state machine inside Odoo, for longer than the tests do; return the Report."""
    seed = random.randrange(10**6) if options.seed is None else options.seed
    played = report.Report(MACHINE, seed=seed)
    call = f"soak(env, {seed}, {60 * options.minutes})"
    found = databases.evaluate(stack_, config, DATABASE, STATE_MACHINE, call)
    played.figures |= found["figures"]
    # Not by `violate`, which would cut off the steps: without them, a violation is useless.
    played.violations += found["violations"]
    return played


def _print_reports(reports):
    """Print the table and the remarks below it; return the exit status."""
    print(report.table(reports))
    print(*report.remarks(reports), sep="\n")
    return 1 if any(part.violations for part in reports) else 0


def _run_part(part):
    """Run a part; return its report. An error that it didn't expect is a violation, too."""
    try:
        part.run()
    except (Refused, Lost, Problem) as problem:
        part.report.violate(f"ended early: {problem!r}")
    return part.report


def _open(opened, stack_, folder, name):
    """Start the servers; return the Yard."""
    home = addon.folder(f"{folder.name}-yard")
    opened.callback(cache.remove, home)
    copy = f"{name}_yard"
    try:
        postgres = opened.enter_context(own_postgres(stack_, home, name, copy))
        owns = True
    except Problem as problem:
        say(f"no PostgreSQL that may be killed: {problem}")
        postgres, owns = stack_.server, False
        opened.callback(postgres.drop, copy)
        postgres.copy(name, copy)
    stack.copy_filestore(stack.filestore(folder, name), stack.filestore(home, copy))
    config = stack.write_config(
        home, addons_path=addon.addons_path(), without_demo=True, dbfilter=f"^{copy}$"
    )
    odoo = Odoo(stack_.odoo_command("-c", config, "-d", copy), postgres.env, home / "odoo.log")
    opened.callback(odoo.stop)
    odoo.start()
    return Yard(odoo, postgres, copy, owns)
