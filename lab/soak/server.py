"""A PostgreSQL server that may be killed, filled and replicated."""

import os
import re
import shutil
import signal
import time
from contextlib import contextmanager, suppress

from dev import cache, process
from dev.output import Problem
from dev.postgres import Private

#: PostgreSQL's own defaults, unlike the cache's shared server; a socket only.
DURABLE = ("listen_addresses=",)
START_SECONDS = 30
# Messages of a new server while the processes of a killed one are still ending.
RECOVERING = re.compile(r"shared memory block|lock file .* already exists|starting up|is another")


class Postgres(Private):
    """A server for one run alone, as durable as PostgreSQL is by default."""

    def __init__(self, stack_, home, settings=DURABLE):
        super().__init__(stack_.env, home, settings)

    def start(self):
        """Start it, even while the processes of a killed one are still ending."""
        limit = time.monotonic() + START_SECONDS
        while True:
            try:
                super().start()
                break
            except Problem as problem:
                text = problem.log.read_text(errors="replace") if problem.log else ""
                if time.monotonic() > limit or not RECOVERING.search(text):
                    raise
            time.sleep(1)

    def follow(self, primary):
        """Make this server, not yet started, a streaming replica of another one."""
        os.chown(self.home, *self._owner)
        command = [self.binaries / "pg_basebackup", "-D", self.data, "-c", "fast", "-R"]
        leading = {name: primary.env[name] for name in ("PGHOST", "PGUSER")}
        process.read(command, **{**self._options, "env": {**self._options["env"], **leading}})

    def forget(self):
        """Stop it if it runs, and delete all its files."""
        if self.data.exists():
            self.stop()
        self.unmount()
        shutil.rmtree(self.socket, ignore_errors=True)
        cache.remove(self.home)

    def mount(self, megabytes):
        """Mount a small disk for it; return the disk's folder.

        :raise Problem: if it can't be mounted, with the reason; only root may
        """
        owner, disk = self.data.stat(), self.home / "disk"
        disk.mkdir(exist_ok=True)
        options = f"size={megabytes}m,uid={owner.st_uid},gid={owner.st_gid},mode=0700"
        process.read(["mount", "-t", "tmpfs", "-o", options, "soak", disk])
        return disk

    def unmount(self):
        """Unmount the small disk if there is one."""
        if os.path.ismount(self.home / "disk"):
            process.read(["umount", self.home / "disk"])

    def kill(self):
        """Kill its main process; the others notice and end."""
        with suppress(OSError, ValueError, IndexError):
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)

    def kill_backend(self, pid):
        """Kill the process of one connection."""
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)

    def fill(self, database, source, env, dump):
        """Create *database* as a copy of *source* on the server that *env* leads to, by way of the file *dump*."""
        for program, *arguments, where in (
            ("pg_dump", "-Fc", "-Z0", "-f", dump, source, env),
            ("createdb", database, self.env),
            ("pg_restore", "-d", database, dump, self.env),
        ):
            process.read([self.binaries / program, *arguments], env=where)
        dump.unlink()


@contextmanager
def own_postgres(stack_, folder, source, database, settings=DURABLE):
    """Yield a :class:`Postgres` with a copy of the database *source*; delete it at the end.

    :raise Problem: if there is no PostgreSQL to start, or it can't read *source*
    """
    with _scratch(Postgres(stack_, folder / "postgres", settings)) as server:
        server.start()
        server.fill(database, source, stack_.env, folder / "soak.dump")
        yield server


@contextmanager
def own_replica(stack_, folder, primary, settings=DURABLE):
    """Yield a :class:`Postgres` that is a streaming replica of *primary*; delete it at the end."""
    with _scratch(Postgres(stack_, folder / "replica", settings)) as server:
        server.follow(primary)
        server.start()
        yield server


@contextmanager
def _scratch(server):
    server.forget()  # what a killed run left
    server.home.mkdir()
    try:
        yield server
    finally:
        server.forget()
