"""The servers of a soak: Odoo, and a PostgreSQL of its own that may be killed."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager, suppress

from dev import cache, process
from dev.output import Problem
from dev.postgres import Private, Server

START_SECONDS = 180
#: As PostgreSQL comes, other than the shared one of the cache; a socket only.
DURABLE = ("listen_addresses=",)


class Odoo:
    """An Odoo server that can be killed and started again; sessions survive it.

    To be started and stopped by the main thread: the kernel ends it with the thread.
    """

    def __init__(self, command, env, log):
        self._command, self._env = command, env
        self._running = ExitStack()
        self._process = None
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.log = log
        self.url = ""

    def start(self):
        """Start it on a free port and wait until it answers."""
        for _attempt in range(3):  # somebody else may take the port meanwhile
            port = _free_port()
            self.url = f"http://127.0.0.1:{port}"
            with self.log.open("ab") as output:
                self._process = self._running.enter_context(
                    process.child(
                        [*self._command, "--http-port", port],
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=output,
                        env=self._env,
                        cwd=self.log.parent,
                    )
                )
            if self._wait():
                return
            self.kill()
        raise Problem("Odoo doesn't start", self.log)

    def _wait(self):
        limit = time.monotonic() + START_SECONDS
        while time.monotonic() < limit and self._process.poll() is None:
            with suppress(OSError), self._opener.open(f"{self.url}/web/health", timeout=10):
                return True
            time.sleep(0.1)
        return False

    def kill(self):
        """End it as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._running.close()

    def stop(self):
        """End it politely."""
        self._running.close()

    def count_in_log(self, *texts):
        """Return how many lines of its log hold one of *texts*."""
        with self.log.open(errors="replace") as lines:
            return sum(any(text in line for text in texts) for line in lines)


def _free_port():
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return attempt.getsockname()[1]


class Postgres(Server):
    """A PostgreSQL server of the soak alone, as durable as PostgreSQL comes."""

    def __init__(self, python, env, home, settings=DURABLE):
        self.home = home
        self._private = Private(python.parent.parent, home, settings)
        self.data = self._private.data
        super().__init__(python, self._private.env(env))

    def start(self):
        """Start it; after a kill it repairs itself."""
        self._private.start(self._python)

    def follow(self, primary):
        """Make it a streaming replica of *primary*, and start it."""
        self._private.follow(primary.env)
        self.start()

    def forget(self):
        """Stop it if it runs, and delete everything of it."""
        if self.data.exists():
            self._private.stop()
        self.unmount()
        shutil.rmtree(self._private.socket, ignore_errors=True)
        cache.remove(self.home)

    def mount(self, megabytes):
        """Mount a small disk of its own, and return its folder.

        :raise Problem: with the reason why it can't be; only root may
        """
        owner, disk = self.data.stat(), self.home / "disk"
        disk.mkdir(exist_ok=True)
        options = f"size={megabytes}m,uid={owner.st_uid},gid={owner.st_gid},mode=0700"
        process.read(["mount", "-t", "tmpfs", "-o", options, "soak", disk])
        return disk

    def unmount(self):
        """Take the small disk away if there is one."""
        if os.path.ismount(self.home / "disk"):
            process.read(["umount", self.home / "disk"])

    def kill(self):
        """Kill its main process; the others notice and end."""
        with suppress(OSError, ValueError, IndexError):
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)

    def kill_backend(self, pid):
        """Kill the process of one connection: PostgreSQL then starts anew by itself."""
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)

    def fill(self, database, source, env, dump):
        """Make *database* a copy of the database *source* of another server, which *env* leads
        to, by way of the file *dump*."""
        tools = self._private.binaries
        for command, where in (
            ([tools / "pg_dump", "-Fc", "-Z0", "-f", dump, source], env),
            ([tools / "createdb", database], self.env),
            ([tools / "pg_restore", "-d", database, dump], self.env),
        ):
            process.read(command, env=where)
        dump.unlink()


@contextmanager
def own_postgres(stack_, folder, source, database, settings=DURABLE):
    """Yield a :class:`Postgres` with a copy of the database *source*; delete it at the end.

    :raise Problem: where there is no PostgreSQL to start, or it can't read *source*
    """
    with _scratch(Postgres(stack_.python, stack_.env, folder / "postgres", settings)) as server:
        server.start()
        server.fill(database, source, stack_.env, folder / "soak.dump")
        yield server


@contextmanager
def own_replica(stack_, folder, primary, settings=DURABLE):
    """Yield a :class:`Postgres` that is a streaming replica of *primary*; delete it at the end."""
    with _scratch(Postgres(stack_.python, stack_.env, folder / "replica", settings)) as server:
        server.follow(primary)
        yield server


@contextmanager
def _scratch(server):
    server.forget()  # what a killed run left
    server.home.mkdir()
    try:
        yield server
    finally:
        with process.unhurried():
            server.forget()
