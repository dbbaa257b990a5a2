"""This checkout: its addon and the bridges, how Odoo sees them, and the cache folders that belong to it alone."""

import ast
import hashlib
from contextlib import suppress
from pathlib import Path

from dev import cache

NAME = cache.NAME
CHECKOUT = Path(__file__).resolve().parent.parent
#: The folder of the bridges in a checkout.
BRIDGES = "bridges"
KEY = hashlib.sha256(f"{cache.locate()}|{CHECKOUT}".encode()).hexdigest()[:8]

# Modules to install besides the addon's dependencies, by the name that `--modules` takes. All but PLAIN get the apps of
# the bridges, too.
PLAIN = "plain"
MODULE_SETS = {
    PLAIN: [],
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
    """Return a folder that has the addon and the bridges, whatever the folder of this checkout is called."""
    path = folder("addons")
    link(CHECKOUT, path)
    return path


def link(checkout, root):
    """Make *root* a folder with the addon and the bridges of *checkout*, as links.

    In the addon's own folder, everything but the bridges is linked: Odoo would take their texts for the addon's.
    """
    if (root / NAME).is_symlink():  # as older versions of this tool made it
        (root / NAME).unlink()
    (root / NAME).mkdir(parents=True, exist_ok=True)
    own = {path.name: path for path in checkout.glob("[!.]*") if path.name != BRIDGES}
    _link_all(own, root / NAME)
    _link_all({path.name: path for path in find_bridges(checkout)}, root)


def _link_all(targets, folder):
    """Make *targets*, paths by name, the links in *folder*. Other runs may be using them."""
    for path in folder.iterdir():
        if path.is_symlink() and path.name not in targets:
            path.unlink(missing_ok=True)
    for name, target in targets.items():
        with suppress(FileExistsError):
            (folder / name).symlink_to(target)


def find_bridges(checkout):
    """Return the folders of the bridges of *checkout*, sorted: addons of their own, for other apps."""
    return sorted(path.parent for path in checkout.glob(f"{BRIDGES}/*/__manifest__.py"))


def get_homes():
    """Return the folders of the addon and of the bridges, by their names."""
    return {NAME: CHECKOUT, **{path.name: path for path in find_bridges(CHECKOUT)}}


def get_tested(modules):
    """Return the names of the addon and of the bridges whose apps are among *modules*."""
    there = {NAME, *modules}
    return [
        name for name, home in get_homes().items() if name == NAME or there >= _read_depends(home)
    ]


def modules(name):
    """Return the modules of a module set, sorted: what the addon and the bridges depend on, and what the set adds."""
    homes = {NAME: CHECKOUT} if name == PLAIN else get_homes()
    needed = set().union(*map(_read_depends, homes.values()))
    return sorted(needed.union(MODULE_SETS[name]) - homes.keys())


def _read_depends(home):
    return {*ast.literal_eval((home / "__manifest__.py").read_text())["depends"]}


def fingerprint():
    """Return a hash of everything that installing or upgrading the addon and the bridges reads."""
    digest = hashlib.sha256()
    for path in sorted(CHECKOUT.rglob("[!.]*")):
        parts = path.relative_to(CHECKOUT).parts
        if path.suffix in INSTALLED and not (parts[0][0] == "." or NOT_INSTALLED & {*parts}):
            digest.update(f"{parts}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()
