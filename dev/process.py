"""Child processes: quiet ones with a log and progress, visible ones, and none left behind."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

from dev import cache
from dev.output import Problem, say, tick

GRACE_SECONDS = 15
TICK_SECONDS = 0.5
FULL_BYTES = 1_000_000
DISK_FULL = "the disk of {cache} is full; free some space, then run this again"
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Patterns in the output of uv, apt, npm, git, tar and PostgreSQL, and what to do about them.
ADVICE = {
    r"No space left on device|Disk quota exceeded|os error 28\b": DISK_FULL,
    r"Temporary failure resolving|Could not resolve|[Nn]ame resolution|dns error|Network is unreachable|Could not connect"
    r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|NewConnectionError|Failed to establish|error sending request|Unable to connect"
    r"|No matching distribution found": "the network can't be reached; run this again when it can",
    r"hash mismatch|HASHES|Hash Sum mismatch": "a download does not match its checksum; run this again",
    r"Permission denied|EACCES": "a file may not be written",
    r"No interpreter found": "Odoo 19 runs on Python 3.10 to 3.13: install one of those",
}
OTHERWISE = "see above; run this again, or `python3 dev clean --all` to start from nothing"


def catch_signals():
    """Turn the first SIGINT, SIGTERM or SIGHUP into KeyboardInterrupt, so that everything started is stopped in peace."""

    def stop(number, _frame):
        for other in STOPPING:
            signal.signal(other, signal.SIG_IGN)
        raise KeyboardInterrupt(number)

    for number in STOPPING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, stop)


def _die_with_parent():
    # Even if this process is killed and can't clean up.
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@contextmanager
def child(command, **options):
    """Run a command in its own process group, and stop the whole group at the end of the block."""
    try:
        process = subprocess.Popen(
            list(map(str, command)),
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 there are no threads
            **options,
        )
    except (FileNotFoundError, PermissionError):
        raise Problem(f"{command[0]} is not installed") from None
    try:
        yield process
    finally:
        for number in (signal.SIGINT, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_SECONDS)


def run(command, *, doing, log=None, progress=None, **options):
    """Print what is done (``doing``: "installing Python packages") and run a command quietly.

    Its output goes to the file ``log``, whose last line is shown as progress unless ``progress()`` returns a text.
    Raise Problem with advice if it fails.
    """
    say(doing)
    log = log or cache.folder("logs") / f"{Path(command[0]).name}.log"
    options = {"stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT, **options}
    with log.open("wb") as output, child(command, stdout=output, **options) as process:
        while process.poll() is None:
            tick(f"{doing}: {progress() if progress else _last_line(log)}")
            if disk_full():  # on a full disk, apt would wait forever
                raise Problem(f"{doing} failed: {DISK_FULL.format(cache=cache.root())}", log)
            with suppress(subprocess.TimeoutExpired):
                process.wait(TICK_SECONDS)
    check(process.returncode, doing, log)


def _last_line(log):
    return (log.read_text(errors="replace").splitlines() or ["..."])[-1]


def disk_full():
    """Return whether the cache has no room left."""
    return shutil.disk_usage(cache.root()).free < FULL_BYTES


def check(code, doing, log):
    """Raise Problem with advice unless the exit code is 0."""
    if not code:
        return
    output = log.read_text(errors="replace")
    found = (text for pattern, text in ADVICE.items() if re.search(pattern, output))
    advice = next(found, OTHERWISE).format(cache=cache.root())
    raise Problem(f"{doing} failed: {advice}", log)


def show(command, **options):
    """Run a command whose output goes to the terminal; return its exit code."""
    with child(command, **options) as process:
        return process.wait()


def read(command, input="", **options):
    """Return what a quick command prints; raise Problem with the end of its errors if it fails."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with child(command, text=True, **pipes, **options) as process:
        output, errors = process.communicate(input)
    if process.returncode:
        raise Problem(f"`{command[0]}` failed: {errors.strip()[-1500:] or 'no output'}")
    return output
