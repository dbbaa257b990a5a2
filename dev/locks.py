"""Locks between runs of ``python3 dev``. The kernel drops them when a process dies, so none goes stale."""

import fcntl
from contextlib import contextmanager

from dev import cache
from dev.output import say


class Busy(Exception):
    """Somebody else holds the lock; the text is the note that they left in it."""


def _open(name):
    return (cache.folder("locks") / name).open("a+")


def _try(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def exclusive(name, waiting_for):
    """Hold a lock; print what this run waits for if another one holds it."""
    with _open(name) as file:
        if not _try(file):
            say(f"waiting for another run: {waiting_for}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def owned(name):
    """Hold a lock, or raise Busy at once. Yield a file to write a note into, for others to find."""
    with _open(name) as file:
        if not _try(file):
            file.seek(0)
            raise Busy(file.read())
        file.truncate(0)
        yield file


@contextmanager
def shared(name):
    """Be one of the runs that share a lock, so that nobody can own it."""
    with _open(name) as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def made_once(path, make, waiting_for):
    """Return the folder ``path``, filled by ``make(folder)`` unless an earlier run has done so.

    It is made under another name, so it is complete whenever it exists; what a killed run left is deleted first.
    """
    if not path.exists():
        with exclusive(path.name, waiting_for):
            if not path.exists():
                partial = path.with_name(f"{path.name}.partial")
                cache.remove(partial)
                partial.mkdir(parents=True)
                make(partial)
                partial.rename(path)
    return path
