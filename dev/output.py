"""What the user sees: one line per step with the time since the start, progress, and problems."""

import errno
import os
import shutil
import sys
import time
from contextlib import contextmanager

#: The first stage passes its start time on to the second, which replaces it.
_START = float(os.environ.setdefault("SERIALIZED_PARTS_STARTED", str(time.monotonic())))
_QUIET_SECONDS = 10
_CLEAR_LINE = "\r\x1b[K" if sys.stdout.isatty() else ""
_last_line = time.monotonic()
INTERRUPTED = 130
NOT_WRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS)


class Problem(Exception):
    """An expected failure, as one line: what happened and what to do about it.

    ``log`` is the file with the full output of the failed command, if there is one.
    """

    def __init__(self, message, log=None):
        super().__init__(message)
        self.message, self.log = message, log

    def report(self):
        """Return the text to print: the last lines of the log, then the one line."""
        if not self.log:
            return self.message
        tail = self.log.read_text(errors="replace").splitlines()[-8:] if self.log.exists() else []
        quoted = "".join(f"    | {line[:200]}\n" for line in tail if line.strip())
        return f"{quoted}{self.message} (all of its output: {self.log})"


@contextmanager
def problems_shown():
    """End the program with one line, not a traceback, on an expected failure in the block."""
    try:
        yield
    except Problem as problem:
        text = problem.report()
    except OSError as error:
        if error.errno not in NOT_WRITABLE:
            raise
        text = f"{error.strerror}: {error.filename or 'the cache'}"
    except KeyboardInterrupt:
        say("stopped")
        sys.exit(INTERRUPTED)
    else:
        return
    print(_CLEAR_LINE, end="", flush=True)
    sys.exit(text)


def say(text):
    """Print one step."""
    global _last_line
    _last_line = time.monotonic()
    print(f"{_CLEAR_LINE}[{_last_line - _START:6.1f}s] {text}", flush=True)


def tick(text):
    """Show progress: in place on a terminal, otherwise as one line every ten seconds."""
    if sys.stdout.isatty():
        line = f"[{time.monotonic() - _START:6.1f}s] {text}"
        width = shutil.get_terminal_size().columns - 1
        print(f"{_CLEAR_LINE}{line[:width]}", end="", flush=True)
    elif time.monotonic() - _last_line >= _QUIET_SECONDS:
        say(text)
