"""This checkout: its addon, how Odoo sees it, and the cache folders that belong to it alone."""

import ast
import hashlib
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

# The types of the files that are installed in a database, and the folders that aren't.
INSTALLED = {".py", ".xml", ".csv", ".js", ".scss", ".po"}
NOT_INSTALLED = {"dev", "lab", "tests", "docs", "readme", "node_modules"}


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


def fingerprint():
    """Return a hash of everything that installing or upgrading the addon reads."""
    digest = hashlib.sha256()
    for path in sorted(CHECKOUT.rglob("[!.]*")):
        parts = path.relative_to(CHECKOUT).parts
        if path.suffix in INSTALLED and not (parts[0][0] == "." or NOT_INSTALLED & {*parts}):
            digest.update(f"{parts}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()
