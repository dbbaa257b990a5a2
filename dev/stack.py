"""Everything Odoo needs, put together: Python, the Odoo tree, PostgreSQL."""

import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev import bootstrap, cache, odoo_source, postgres
from dev.commands import browser

FOREIGN = ("ODOO_RC", "OPENERP_SERVER", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Stack:
    """What a command needs to run Odoo: ``env`` is the environment, ``identity`` names what was built with it."""

    odoo: Path
    server: postgres.Server
    python: str = sys.executable

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
def ready():
    """Yield the Stack: what is missing is downloaded first, and PostgreSQL runs for the block."""
    odoo = odoo_source.find()
    with postgres.running(_env(odoo)) as server:
        yield Stack(odoo, server)


def _env(odoo):
    env = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    path = [env.get("PATH", os.defpath), f"{sys.prefix}/bin", str(browser.folder())]
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


def filestore(folder, database):
    """Return where Odoo keeps a database's files, given the folder of its configuration."""
    return folder / "data/filestore" / database


def copy_filestore(source, target):
    """Replace a filestore by a copy of another one."""
    cache.remove(target)
    shutil.copytree(source, target)
