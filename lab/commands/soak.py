"""Let a real Odoo server be raced, killed, loaded and fed with nonsense; print what happened as a table.

The exit status is 1 when something was lost, was there twice or ended in a traceback. The addon's database is a
scratch copy; PostgreSQL is one of the soak's own, which may be killed. With `--seed` a run has the same inputs again
(what meets what in which moment differs).

`--only machine` plays the state machine of the tests instead (`tests/state_machine`): ordinary and less ordinary
operations in any order, the promises checked after each. A violation is shrunk to the steps that lead to it, as code
for `tests/test_state_machine.py`.
"""

import random
import time
from contextlib import ExitStack

from dev import addon, cache, database, stack
from dev.output import Problem, say
from dev.server import Odoo
from lab.client import Lost, Refused
from lab.soak import report
from lab.soak.faults import Faults
from lab.soak.inputs import Input
from lab.soak.load import Load
from lab.soak.meetings import Meetings
from lab.soak.races import Races
from lab.soak.server import own_postgres
from lab.soak.yard import Yard

HELP = "race, kill, load and confuse a real server"
DATABASE = "soak"
#: What does each part, and its share of the time.
PARTS = {
    "races": (Races, 5),
    "meetings": (Meetings, 5),
    "faults": (Faults, 7),
    "load": (Load, 2),
    "input": (Input, 6),
}
MACHINE, STATE_MACHINE = "machine", "odoo.addons.serialized_parts.tests.state_machine"


def options(parser):
    parser.add_argument(
        "--minutes", type=float, default=10, help="for how long, without the set-up (default: 10)"
    )
    parser.add_argument("--only", choices=(*PARTS, MACHINE), help="one part of it")
    parser.add_argument("--seed", type=int, help="repeat the inputs of the run that printed this")


def run(options, rest):
    with stack.ready(alone="soak") as stack_:
        name, folder = addon.database(DATABASE), addon.folder(DATABASE)
        try:
            config = database.create_with_addon(stack_, DATABASE)
            if options.only == MACHINE:
                say("the machine plays")
                return _print_reports([_play_machine(stack_, config, options)])
            return soak(stack_, folder, name, options.minutes, options.only, options.seed)
        finally:
            stack_.server.drop(name)


def soak(stack_, folder, name, minutes, only=None, seed=None):
    """Run the parts against a copy of the database *name*, whose files are in *folder*; print
    the table.

    :return: the exit status: 1 when there is a violation
    """
    seed = random.randrange(10**6) if seed is None else seed
    start = time.monotonic()
    with ExitStack() as opened:
        yard = _open(opened, stack_, folder, name)
        yard.settle()
        say(f"the yard is open; seed {seed}")
        parts = {part: PARTS[part] for part in PARTS if only in (None, part)}
        seconds = report.share(minutes, {part: weight for part, (_kind, weight) in parts.items()})
        reports = []
        for part, (kind, _weight) in parts.items():
            say(f"{part}, for {seconds[part]:.0f} s")
            reports.append(_run_part(kind(yard, seconds[part], seed)))
    code = _print_reports(reports)
    print(f"{(time.monotonic() - start) / 60:.1f} minutes, seed {seed}")
    return code


def _play_machine(stack_, config, options):
    """Let the state machine of the tests play inside Odoo for longer than the tests have time; return the Report."""
    seed = random.randrange(10**6) if options.seed is None else options.seed
    played = report.Report(MACHINE, seed=seed)
    call = f"soak(env, {seed}, {60 * options.minutes})"
    found = database.evaluate(stack_, config, DATABASE, STATE_MACHINE, call)
    played.figures |= found["figures"]
    # A few steps, without which the violation says nothing: they aren't cut off.
    played.violations += found["violations"]
    return played


def _print_reports(reports):
    """Print the table and what stands below it; return the exit status."""
    print(report.table(reports))
    print(*report.remarks(reports), sep="\n")
    return 1 if any(part.violations for part in reports) else 0


def _run_part(part):
    """Return the report of a part; what it did not expect is a violation, too."""
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
