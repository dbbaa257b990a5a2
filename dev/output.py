"""What people read: one line a step with the time since the start, progress, and problems."""

import shutil
import sys
import time

_START = time.monotonic()
_QUIET_SECONDS = 10
_last_tick = _START


class Problem(Exception):
    """An expected failure, as one line: what happened and what to do about it.

    ``log`` is the file that holds the full output of the command that failed, if there is one.
    """

    def __init__(self, message, log=None):
        super().__init__(message)
        self.message = message
        self.log = log

    def report(self):
        """Return the text to print: the last lines of the log, then the one line."""
        if not self.log:
            return self.message
        tail = self.log.read_text(errors="replace").splitlines()[-8:] if self.log.exists() else []
        quoted = "".join(f"    | {line[:200]}\n" for line in tail if line.strip())
        return f"{quoted}{self.message} (all of its output: {self.log})"


def _stamp(text):
    return f"[{time.monotonic() - _START:6.1f}s] {text}"


def say(text):
    """Print one step."""
    global _last_tick
    _last_tick = time.monotonic()
    clear = "\r\x1b[K" if sys.stdout.isatty() else ""
    print(clear + _stamp(text), flush=True)


def tick(text):
    """Show progress: rewritten in place on a terminal, else as one line every ten seconds."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print("\r\x1b[K" + _stamp(text)[:width], end="", flush=True)
    elif time.monotonic() - _last_tick >= _QUIET_SECONDS:
        say(text)


def complain(problem):
    """Print a problem on standard error, below everything said so far."""
    if sys.stdout.isatty():
        print("\r\x1b[K", end="")
    sys.stdout.flush()
    print(problem.report(), file=sys.stderr, flush=True)
