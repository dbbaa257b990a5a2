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
    root, own = cache.root(), cache.root() / "checkouts" / addon.KEY
    with ExitStack() as held:
        for lock in root.glob("locks/*" if options.all else f"locks/*-{addon.KEY}*"):
            try:
                held.enter_context(locks.owned(lock.name))
            except locks.Busy:
                what = lock.name.partition("-")[0]
                text = f"{what} is in use, here or by another checkout: stop that, then clean"
                raise Problem(text) from None
        if options.all:
            if postgres.is_users():  # a private server is deleted with its data
                _drop_databases(*root.glob("checkouts/*"), *root.glob("templates/*"))
            sys.dont_write_bytecode = True  # this Python is deleted, too
            for path in sorted(root.iterdir(), key=lambda path: path.name == cache.MARK):
                cache.remove(path)  # the mark last, so that this can be repeated
            root.rmdir()
            say(f"deleted {root}")
        elif own.exists():
            _drop_databases(own)
            cache.remove(own)
            cache.remove(root / "hypothesis" / addon.KEY)
            say("deleted this checkout's databases and files")
        else:
            say("there is nothing of this checkout in the cache")
    return 0


def _drop_databases(*folders):
    """Delete the databases of checkouts or templates, whose names end with those of these folders."""
    endings = tuple(folder.name for folder in folders)
    with postgres.running(dict(os.environ)) as server:
        for [name] in server.query("SELECT datname FROM pg_database ORDER BY 1"):
            if name.startswith(f"{addon.NAME}_") and name.endswith(endings):
                say(f"deleting the database {name}")
                server.drop(name)
