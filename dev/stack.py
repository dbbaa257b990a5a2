"""Everything Odoo needs, put together: Python, the Odoo tree, PostgreSQL."""

import os
import shutil
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev import cache, odoo_source, postgres, python_env
from dev.odoo_source import Odoo
from dev.postgres import Server

FOREIGN = ("ODOO_RC", "OPENERP_SERVER", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Stack:
    """What a command needs to run Odoo: ``env`` is the environment, ``identity`` names what was built with it."""

    python: Path
    odoo: Odoo
    server: Server

    @property
    def env(self):
        return self.server.env

    @property
    def identity(self):
        return "|".join((self.odoo.identity, python_env.lock_hash("odoo"), str(cache.root())))

    def odoo_command(self, *arguments):
        """Return the command that runs Odoo with these arguments."""
        return [self.python, "-m", "odoo", *arguments]


@contextmanager
def ready():
    """Yield the Stack, with what is missing fetched and PostgreSQL running for the length of the block."""
    environment = python_env.ensure("odoo", "installing Python packages")
    odoo = odoo_source.find()
    with postgres.running(environment, _env(environment, odoo)) as server:
        yield Stack(environment / "bin/python", odoo, server)


def _env(environment, odoo):
    env = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    path = [str(cache.folder("bin")), env.get("PATH", os.defpath), str(environment / "bin")]
    return {
        **env,
        "PATH": os.pathsep.join(path),
        "PYTHONPATH": str(odoo.path),
        "PYTHONPYCACHEPREFIX": str(cache.folder("pycache")),
        "PYTHONUNBUFFERED": "1",
    }


def write_config(folder, **options):
    """Write ``odoo.conf`` into a folder that also becomes Odoo's data folder; return its path."""
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
    """Return ports that nobody uses right now."""
    servers = [socket.create_server(("127.0.0.1", 0)) for _number in range(count)]
    ports = [server.getsockname()[1] for server in servers]
    for server in servers:
        server.close()
    return ports


def filestore(folder, database):
    """Return where Odoo keeps a database's files, given the folder of its configuration."""
    return folder / "data/filestore" / database


def copy_filestore(source, target):
    """Copy a filestore by hard links: its files are named by their content and never written again."""
    cache.remove(target)
    try:
        shutil.copytree(source, target, copy_function=os.link)
    except (OSError, shutil.Error):  # a file system without hard links
        cache.remove(target)
        shutil.copytree(source, target)
