"""Delete what belongs to this checkout: databases, files, links. With --all the whole cache, for every checkout."""

from contextlib import ExitStack

from dev import addon, cache, locks, postgres, stack
from dev.commands import bench, compat, mutants, scale, soak
from dev.commands.test import MOST_RUNS
from dev.output import Problem, say

HELP = "delete this checkout's databases, or the whole cache"
SET_UP = ("browser", "node", "odoo", "python")  # the locks of what is being installed


def options(parser):
    parser.add_argument(
        "--all", action="store_true", help="the whole cache, shared downloads included"
    )


def run(options, rest):
    with ExitStack() as held:
        _hold_checkout(held)
        if options.all:
            _clean_all(held)
        else:
            _clean_checkout()
    return 0


def _hold_checkout(held):
    """Take the locks of the demo and of all test runs, so that none is in use."""
    names = {
        f"demo-{addon.KEY}": "the demo",
        f"bench-{addon.KEY}": "the bench",
        f"compat-{addon.KEY}": "compat",
        f"{scale.PURPOSE}-{addon.KEY}": "scale",
        f"soak-{addon.KEY}": "the soak",
        f"{mutants.PURPOSE}-{addon.KEY}": "a run of mutants",
        **{_test_lock(n): "a test run" for n in range(1, MOST_RUNS + 1)},
    }
    for name, user in names.items():
        try:
            held.enter_context(locks.owned(name))
        except locks.Busy:
            raise Problem(f"{user} of this checkout is running: stop it, then clean") from None


def _test_lock(number):
    return f"test-{addon.KEY}-{number}"


def _clean_checkout():
    folder = cache.root() / "checkouts" / addon.KEY
    if not folder.exists():
        say("there is nothing of this checkout in the cache")
        return
    _drop_databases({f"{addon.NAME}_{purpose}_{addon.KEY}" for purpose in _purposes()})
    cache.remove(folder)
    cache.remove(cache.root() / "hypothesis" / addon.KEY)
    say("deleted this checkout's databases and files")


def _purposes():
    tests = (f"test{number}" for number in range(1, MOST_RUNS + 1))
    return [
        *("demo", mutants.PURPOSE, scale.PURPOSE, soak.DATABASE),
        *bench.SIDES,
        *compat.SIDES,
        *tests,
    ]


def _drop_databases(names):
    with stack.ready() as stack_:
        found = {name for [name] in stack_.server.query("SELECT datname FROM pg_database")}
        for name in sorted(names & found):
            say(f"deleting the database {name}")
            stack_.server.drop(name)


def _clean_all(held):
    root = cache.root()
    in_use = Problem(
        f"{root} is in use by another checkout or an Odoo shell: stop that, then clean"
    )
    users = locks.Users("postgres-users")
    if not users.leave():
        raise in_use
    users.close()
    if postgres.is_users():  # a private server goes with its data
        checkouts = [path.name for path in cache.folder("checkouts").iterdir()]
        ours = {f"{addon.NAME}_{purpose}_{key}" for purpose in _purposes() for key in checkouts}
        _drop_databases(ours | {path.name for path in cache.folder("templates").iterdir()})
    try:
        for name in SET_UP:
            held.enter_context(locks.owned(name))
    except locks.Busy:
        raise in_use from None
    for path in sorted(root.iterdir()):
        if path.name != cache.MARK:
            cache.remove(path)
    cache.remove(root)
    say(f"deleted {root}")
