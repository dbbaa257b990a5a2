"""Delete this checkout's databases, files and links. With --all, delete the whole cache, for every checkout."""

import os
import sys
from contextlib import ExitStack

from dev import addon, cache, locks, postgres
from dev.output import Problem, say

HELP = "delete this checkout's databases, or the whole cache"


def options(parser):
    parser.add_argument(
        "--all", action="store_true", help="the whole cache, shared downloads included"
    )


def run(options, rest):
    with ExitStack() as held:
        for lock in cache.folder("locks").glob("*" if options.all else f"*-{addon.KEY}*"):
            try:
                held.enter_context(locks.owned(lock.name))
            except locks.Busy:
                raise Problem(_explain(lock.name)) from None
        if options.all:
            _clean_all()
        else:
            _clean_checkout()
    return 0


def _explain(lock):
    purpose, _dash, checkout = lock.partition("-")
    if checkout.startswith(addon.KEY):
        return f"the {purpose} of this checkout is running: stop it, then clean"
    return f"{cache.root()} is in use by another checkout or an Odoo shell: stop that, then clean"


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
    with postgres.running(dict(os.environ)) as server:
        for [name] in server.query("SELECT datname FROM pg_database ORDER BY 1"):
            if name.startswith(f"{addon.NAME}_") and name.endswith(tuple(keys)):
                say(f"deleting the database {name}")
                server.drop(name)


def _clean_all():
    root = cache.root()
    if postgres.is_users():  # a private server is deleted with its data
        folders = (*cache.folder("checkouts").iterdir(), *cache.folder("templates").iterdir())
        _drop_databases([folder.name for folder in folders])
    sys.dont_write_bytecode = True  # this Python is deleted, too
    for path in sorted(root.iterdir()):
        if path.name != cache.MARK:
            cache.remove(path)
    cache.remove(root)
    say(f"deleted {root}")
