"""Delete this checkout's databases, files and links. With --all, delete the whole cache, for every checkout."""

import sys
from contextlib import ExitStack

from dev import addon, cache, locks, postgres, stack
from dev.output import Problem, say

HELP = "delete this checkout's databases, or the whole cache"
SET_UP = ("browser", "lint", "oca", "odoo", "python")  # locks held while something is installed


def options(parser):
    parser.add_argument(
        "--all", action="store_true", help="the whole cache, shared downloads included"
    )


def run(options, rest):
    with ExitStack() as held:
        for lock in sorted(cache.folder("locks").glob(f"*-{addon.KEY}*")):
            user = lock.name.partition("-")[0]
            _hold(held, lock.name, f"the {user} of this checkout is running: stop it, then clean")
        if options.all:
            _clean_all(held)
        else:
            _clean_checkout()
    return 0


def _hold(held, name, problem):
    try:
        held.enter_context(locks.owned(name))
    except locks.Busy:
        raise Problem(problem) from None


def _clean_checkout():
    folder = cache.root() / "checkouts" / addon.KEY
    if not folder.exists():
        say("there is nothing of this checkout in the cache")
        return
    _drop_databases([addon.KEY])
    cache.remove(folder)
    cache.remove(cache.root() / "hypothesis" / addon.KEY)
    say("deleted this checkout's databases and files")


def _drop_databases(keys):
    """Delete the databases whose names end with one of these keys of checkouts or templates."""
    with stack.ready() as stack_:
        for [name] in stack_.server.query("SELECT datname FROM pg_database ORDER BY 1"):
            if name.startswith(f"{addon.NAME}_") and name.endswith(tuple(keys)):
                say(f"deleting the database {name}")
                stack_.server.drop(name)


def _clean_all(held):
    root = cache.root()
    in_use = f"{root} is in use by another checkout or an Odoo shell: stop that, then clean"
    with locks.shared("postgres-users") as is_last:
        if not is_last():
            raise Problem(in_use)
    if postgres.is_users():  # a private server is deleted with its data
        folders = (*cache.folder("checkouts").iterdir(), *cache.folder("templates").iterdir())
        _drop_databases([folder.name for folder in folders])
    for name in SET_UP:
        _hold(held, name, in_use)
    sys.dont_write_bytecode = True  # this Python is deleted, too
    for path in sorted(root.iterdir()):
        if path.name != cache.MARK:
            cache.remove(path)
    cache.remove(root)
    say(f"deleted {root}")
