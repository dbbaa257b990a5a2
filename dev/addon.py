"""This checkout: its addon, how Odoo sees it, and the cache folders that belong to it alone."""

import ast
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from dev import cache

NAME = cache.NAME
CHECKOUT = Path(__file__).resolve().parent.parent
KEY = hashlib.sha256(f"{cache.locate()}|{CHECKOUT}".encode()).hexdigest()[:8]

# Modules to install besides the addon's dependencies, by the name that `--modules` takes.
MODULE_SETS = {
    "plain": [],
    "demo": ["sale_stock"],
    "full": (
        "sale_stock mrp repair stock_picking_batch stock_dropshipping mrp_subcontracting_purchase product_expiry"
    ).split(),
}
DEFAULT_MODULES = "full"

# Folders that don't affect what is installed in a database, and the file types that do.
NOT_INSTALLED = {"dev", "lab", "tests", "docs", "readme"}
INSTALLED = {".py", ".xml", ".csv", ".js", ".scss", ".po"}
SKIPPED = {"__pycache__", "node_modules"}


def folder(*parts):
    """Return a cache folder of this checkout."""
    return cache.folder("checkouts", KEY, *parts)


def database(purpose):
    """Return the name of this checkout's database for a purpose."""
    return f"{NAME}_{purpose}_{KEY}"


def addons_path():
    """Return a folder whose only entry, ``serialized_parts``, links to this checkout, whatever its folder is called."""
    path = folder("addons")
    with suppress(FileExistsError):
        (path / NAME).symlink_to(CHECKOUT)
    return path


def modules(name):
    """Return the modules of a module set, sorted: the addon's dependencies and what the set adds."""
    manifest = ast.literal_eval((CHECKOUT / "__manifest__.py").read_text())
    return sorted({*manifest["depends"], *MODULE_SETS[name]})


def files():
    """Yield the paths of all files of the checkout, relative to it, except generated ones and hidden folders."""
    for directory, folders, names in os.walk(CHECKOUT):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and name[0] != ".")
        for name in sorted(names):
            path = Path(directory, name)
            if path.is_file():
                yield path.relative_to(CHECKOUT)


def fingerprint():
    """Return a hash of everything that installing or upgrading the addon reads."""
    digest = hashlib.sha256()
    for path in files():
        if path.suffix in INSTALLED and not NOT_INSTALLED.intersection(path.parts):
            digest.update(f"{path}\0".encode() + (CHECKOUT / path).read_bytes() + b"\0")
    return digest.hexdigest()
