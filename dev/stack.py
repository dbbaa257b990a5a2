"""Everything Odoo needs, put together: Python, the Odoo tree, PostgreSQL."""

import os
import shutil
import socket
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev import addon, bootstrap, cache, locks, odoo_source, postgres
from dev.output import Problem
from dev.postgres import Server

FOREIGN = ("ODOO_RC", "OPENERP_SERVER", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Stack:
    """What a command needs to run Odoo: ``env`` is the environment, ``identity`` names what was built with it."""

    python: Path
    odoo: Path
    server: Server

    @property
    def env(self):
        return self.server.env

    @property
    def identity(self):
        return "|".join((str(self.odoo.resolve()), bootstrap.lock_hash("odoo"), str(cache.root())))

    def odoo_command(self, *arguments):
        """Return the command that runs Odoo with these arguments."""
        return [self.python, "-m", "odoo", *arguments]


@contextmanager
def ready(alone=None):
    """Yield the Stack: what is missing is downloaded first, and PostgreSQL runs for the block.

    :param str alone: a purpose ("bench") of which this checkout has only one run at a time
    """
    with ExitStack() as opened:
        if alone:
            try:
                opened.enter_context(locks.owned(f"{alone}-{addon.KEY}"))
            except locks.Busy:
                text = f"this checkout's {alone} is running already: wait for it to end"
                raise Problem(text) from None
        environment, odoo = Path(sys.prefix), odoo_source.find()
        server = postgres.running(environment, _env(environment, odoo))
        yield Stack(environment / "bin/python", odoo, opened.enter_context(server))


def _env(environment, odoo):
    env = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    path = [str(cache.folder("bin")), env.get("PATH", os.defpath), str(environment / "bin")]
    return {
        **env,
        "PATH": os.pathsep.join(path),
        "PYTHONPATH": str(odoo),
        "PYTHONPYCACHEPREFIX": str(cache.folder("pycache")),
        "PYTHONUNBUFFERED": "1",
    }


def write_config(folder, **options):
    """Write ``odoo.conf`` into a folder, which also gets Odoo's data; return its path."""
    path = folder / "odoo.conf"
    defaults = {
        "data_dir": folder / "data",
        "http_interface": "127.0.0.1",
        "list_db": False,
        "max_cron_threads": 0,
        "screenshots": folder / "screenshots",
    }
    lines = [f"{key} = {value}\n" for key, value in {**defaults, **options}.items()]
    path.write_text("[options]\n" + "".join(lines))
    return path


def free_ports(count):
    """Return *count* ports that are free right now."""
    with ExitStack() as opened:
        servers = [
            opened.enter_context(socket.create_server(("127.0.0.1", 0))) for _number in range(count)
        ]
        return [server.getsockname()[1] for server in servers]


def filestore(folder, database):
    """Return where Odoo keeps a database's files, given the folder of its configuration."""
    return folder / "data/filestore" / database


def copy_filestore(source, target):
    """Copy a filestore with hard links: its files are named after their content and never change."""
    cache.remove(target)
    try:
        shutil.copytree(source, target, copy_function=os.link)
    except (OSError, shutil.Error):  # a file system without hard links
        cache.remove(target)
        shutil.copytree(source, target)
