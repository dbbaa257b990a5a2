"""Locks between runs of ``python3 dev``. The kernel drops them when a process dies, so none gets stale."""

import fcntl
import os
import time
from contextlib import contextmanager

from dev import cache
from dev.output import say

SHORT_SECONDS = 2


class Busy(Exception):
    """Somebody else holds the lock; ``note`` is what they wrote into it."""

    def __init__(self, note):
        super().__init__(note)
        self.note = note


def _open(name):
    descriptor = os.open(cache.folder("locks") / name, os.O_RDWR | os.O_CREAT, 0o644)
    return os.fdopen(descriptor, "r+")


def _try(file, how):
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def exclusive(name, waiting_for):
    """Hold a lock; while another run has it, say what is waited for, unless that takes but a moment."""
    with _open(name) as file:
        limit = time.monotonic() + SHORT_SECONDS
        while not _try(file, fcntl.LOCK_EX):
            if time.monotonic() > limit:
                say(f"waiting for another run: {waiting_for}")
                fcntl.flock(file, fcntl.LOCK_EX)
                break
            time.sleep(0.05)
        yield


@contextmanager
def owned(name, note=""):
    """Hold a lock or raise Busy at once. Yield a function that changes the note others find in it."""
    with _open(name) as file:
        if not _try(file, fcntl.LOCK_EX):
            raise Busy(file.read())

        def write(text):
            file.seek(0)
            file.truncate()
            file.write(text)
            file.flush()

        write(note)
        yield write


class Users:
    """A count of users without a counter: each holds the lock shared, the last one gets it exclusively."""

    def __init__(self, name):
        self._file = _open(name)

    def enter(self):
        """Become a user."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def leave(self):
        """Stop being a user; return True for the last one, until the file is closed."""
        return _try(self._file, fcntl.LOCK_EX)

    def close(self):
        """Let go of the lock."""
        self._file.close()
