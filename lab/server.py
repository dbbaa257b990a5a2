"""An Odoo server that can be killed and started again."""

import os
import signal
import socket
from contextlib import suppress

from dev import server
from dev.output import Problem


class Odoo(server.Odoo):
    """A server on a free port, a new one at each start; sessions survive it."""

    def start(self):
        """Start it and wait until it answers; raise Problem if that fails."""
        for attempts_left in (2, 1, 0):  # another program may take the port first
            try:
                super().start(free_port())
                break
            except Problem:
                if not attempts_left or self._process.poll() is None:
                    raise
                self.kill()

    def kill(self):
        """Kill it, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._running.close()

    def count_in_log(self, *texts):
        """Return how many lines of its log contain one of *texts*."""
        with self.log.open(errors="replace") as lines:
            return sum(any(text in line for text in texts) for line in lines)


def free_port():
    """Return a port that is free right now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]
