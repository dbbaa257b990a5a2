"""An Odoo server as a child process, for the demo and the lab."""

import os
import signal
import subprocess
import time
from contextlib import ExitStack, suppress

import requests

from dev import process, stack
from dev.output import Problem, tick

START_SECONDS = 180


class Odoo:
    """A server that can be killed and started again; sessions survive it.

    Start it from the main thread: the kernel ends it together with the thread that started it.

    :param port: where it serves; by default a free port, a new one each time
    """

    def __init__(self, command, env, log, port=None):
        self._command, self._env, self._port = command, env, port
        self._running = ExitStack()
        self._process = None
        self._client = requests.Session()
        self._client.trust_env = False  # no proxy
        self.log, self.url = log, ""

    def start(self, pages=("/web/health",)):
        """Start it and wait until *pages* load; raise Problem if that fails."""
        for attempts_left in (2, 1, 0):  # another program may take the port first
            self._launch(self._port or stack.free_port())
            if self._wait(pages):
                return
            if self._port or not attempts_left:
                self.wait("starting Odoo")
            self.kill()

    def _launch(self, port):
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("ab") as output:
            child = process.child(
                [*self._command, "--http-port", port],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._env,
                cwd=self.log.parent,
            )
            self._process = self._running.enter_context(child)

    def _wait(self, pages):
        limit = time.monotonic() + START_SECONDS
        while self._process.poll() is None:
            if time.monotonic() > limit:
                text = f"Odoo doesn't answer after {START_SECONDS} s: run this again"
                raise Problem(text, self.log)
            tick("starting Odoo ...")
            with suppress(OSError):
                if all(self._client.get(self.url + page, timeout=60).ok for page in pages):
                    return True
            time.sleep(0.1)
        return False

    def wait(self, doing="serving"):
        """Wait until it ends by itself; then raise Problem."""
        process.check(self._process.wait() or 1, doing, self.log)

    def kill(self):
        """Kill it, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._running.close()

    def stop(self):
        """Shut it down."""
        self._running.close()

    def count_in_log(self, *texts):
        """Return how many lines of its log contain one of *texts*."""
        with self.log.open(errors="replace") as lines:
            return sum(any(text in line for text in texts) for line in lines)
