"""Locks between runs of ``python3 dev``. The kernel drops them when a process dies, so none goes stale."""

import fcntl
import time
from contextlib import contextmanager

from dev import cache
from dev.output import say


class Busy(Exception):
    """Somebody else holds the lock; ``note`` is what they wrote into it."""

    def __init__(self, note):
        super().__init__(note)
        self.note = note


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
    """Hold a lock. If another run holds it for more than 2 seconds, print what this one waits for."""
    with _open(name) as file:
        tries = 40
        while not _try(file):
            time.sleep(0.05)
            tries -= 1
            if not tries:
                say(f"waiting for another run: {waiting_for}")
        yield


@contextmanager
def owned(name):
    """Hold a lock, or raise Busy at once. Yield a function that sets the note others find in it."""
    with _open(name) as file:
        if not _try(file):
            file.seek(0)
            raise Busy(file.read())

        def write(text):
            file.truncate(0)
            file.write(text)
            file.flush()

        write("")
        yield write


@contextmanager
def shared(name):
    """Be one of many users for the block. Yield a function to call at its end: whether this was the last one."""
    with _open(name) as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield lambda: _try(file)
