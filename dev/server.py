"""An Odoo server as a child process."""

import subprocess
import time
from contextlib import ExitStack, suppress

import requests

from dev import process
from dev.output import Problem, tick

START_SECONDS = 180


class Odoo:
    """A server on this machine; its output goes to the file ``log``.

    Start it from the main thread: the kernel ends it together with the thread that started it.
    """

    def __init__(self, command, env, log):
        self._command, self._env = command, env
        self._running = ExitStack()
        self._process = None
        self._client = requests.Session()
        self._client.trust_env = False  # no proxy
        self.log, self.url = log, ""

    def start(self, port, pages=("/web/health",)):
        """Start it on this port and wait until *pages* load; raise Problem if that fails."""
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
        limit = time.monotonic() + START_SECONDS
        while True:
            with suppress(OSError):
                if all(self._client.get(self.url + page, timeout=60).ok for page in pages):
                    return
            if self._process.poll() is not None:
                self.wait("starting Odoo")
            if time.monotonic() > limit:
                text = f"Odoo doesn't answer after {START_SECONDS} s: run this again"
                raise Problem(text, self.log)
            tick("starting Odoo ...")
            time.sleep(0.1)

    def wait(self, doing="serving"):
        """Wait until it ends by itself; then raise Problem."""
        process.check(self._process.wait() or 1, doing, self.log)

    def stop(self):
        """Shut it down."""
        self._running.close()
