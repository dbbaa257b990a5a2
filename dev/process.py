"""Child processes: quiet ones with a log and progress, visible ones, and none left behind."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

from dev import cache
from dev.output import Problem, tick

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
}


def catch_signals():
    """Turn SIGINT, SIGTERM and SIGHUP into KeyboardInterrupt, so that everything started is stopped."""

    def stop(number, _frame):
        raise KeyboardInterrupt(number)

    for number in STOPPING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, stop)


@contextmanager
def unhurried():
    """Ignore further requests to stop while the block cleans up."""
    before = [(number, signal.signal(number, signal.SIG_IGN)) for number in STOPPING]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _die_with_parent():
    if sys.platform == "linux":  # even if this process is killed and can't clean up
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
        with unhurried():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
                _end_group(process, number)
            process.wait()


def _end_group(process, number):
    """Send a signal to a child's group; wait for the child to end, after SIGTERM and SIGKILL for the whole group."""
    limit = time.monotonic() + GRACE_SECONDS
    with suppress(
        ProcessLookupError, PermissionError
    ):  # macOS raises the latter for a process that has ended
        os.killpg(process.pid, number)
        while time.monotonic() < limit and (process.poll() is None or number != signal.SIGINT):
            time.sleep(0.05)
            os.killpg(process.pid, 0)


def run(command, *, doing, log, progress=None, **options):
    """Run a command quietly, its output appended to the file ``log``.

    ``doing`` is what it does ("installing Python packages") and ``progress()`` returns how far it has got.
    Raise Problem with advice if it fails.
    """
    options = {"stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT, **options}
    with log.open("ab") as output, child(command, stdout=output, **options) as process:
        while (code := wait(process)) is None:
            tick(f"{doing}{': ' + progress() if progress else ''} ...")
            if disk_full():  # on a full disk, apt would wait forever
                raise Problem(f"{doing} failed: {DISK_FULL.format(cache=cache.root())}", log)
    check(code, doing, log)


def disk_full():
    """Return whether the cache has no room left."""
    return shutil.disk_usage(cache.root()).free < FULL_BYTES


def wait(process):
    """Wait a moment for a child; return its exit code or None."""
    with suppress(subprocess.TimeoutExpired):
        return process.wait(timeout=TICK_SECONDS)


def check(code, doing, log):
    """Raise Problem with advice unless the exit code is 0."""
    if code:
        raise Problem(f"{doing} failed: {advice(log.read_text(errors='replace'))}", log)


def advice(output):
    """Return advice on a command that failed with this output."""
    for pattern, text in ADVICE.items():
        if re.search(pattern, output):
            return text.format(cache=cache.root())
    return "see above; run this again, or `python3 dev clean --all` to start from nothing"


def show(command, **options):
    """Run a command whose output goes to the terminal; return its exit code."""
    with child(command, **options) as process:
        return process.wait()


def read(command, **options):
    """Return what a quick command prints; raise Problem with the end of its errors if it fails."""
    quiet = {"capture_output": True, "text": True, **options}
    if "input" not in options:
        quiet["stdin"] = subprocess.DEVNULL
    try:
        done = subprocess.run(list(map(str, command)), check=False, **quiet)
    except (FileNotFoundError, PermissionError):
        raise Problem(f"{command[0]} is not installed") from None
    if done.returncode:
        raise Problem(f"`{command[0]}` failed: {done.stderr.strip()[-1500:] or 'no output'}")
    return done.stdout
