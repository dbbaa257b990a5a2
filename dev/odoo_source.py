"""Finds Odoo 19: the user's tree, the cache, Debian's package, or upstream's repository."""

import hashlib
import os
import re
import shutil
from pathlib import Path

from dev import apt, cache, locks, process
from dev.output import Problem, say

VARIABLE = "ODOO_HOME"
SERIES = "19.0"
UPSTREAM = "https://github.com/odoo/odoo"
TESTED_DEB = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
# 0.9 GB of translations, and a second copy of the addons with only their Python files.
NOT_UNPACKED = ("*/i18n/*.po", "*/i18n/*.pot", "*/dist-packages/addons")
# What Debian's package links to, from the machine's own release: sid's Font Awesome 7 leaves dangling links.
STATIC_PACKAGES = (
    "libjs-jquery libjs-jquery-form libjs-underscore fonts-font-awesome fonts-roboto-unhinted fonts-inconsolata "
    "fonts-ocr-b fonts-montserrat fonts-glyphicons-halflings"
).split()
# The one file that Debian doesn't package; it only blurs the background of video calls.
STUB = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
DIST_PACKAGES = "usr/lib/python3/dist-packages"
RECIPE = hashlib.sha256(repr((NOT_UNPACKED, STATIC_PACKAGES, STUB)).encode()).hexdigest()[:6]
DEBIAN, UPSTREAM_CLONE = f"debian-{RECIPE}", "upstream"


def find():
    """Return the folder to put on PYTHONPATH, downloaded if missing. Raise Problem with what to do if that fails."""
    return _named(os.environ.get(VARIABLE)) or _cached() or _fetched()


def series(path):
    """Return the series ("19.0") of the package ``odoo`` in ``path``, or None."""
    try:
        text = (path / "odoo/release.py").read_text()
    except OSError:
        return None
    found = re.search(r"^version_info = \((\d+), (\d+)", text, re.MULTILINE)
    return f"{found[1]}.{found[2]}" if found else None


def _named(home):
    if not home:
        return None
    base = Path(home).expanduser().absolute()
    for path in (base, base / DIST_PACKAGES, base.parent):
        if found := series(path):
            if found != SERIES:
                raise Problem(f"{VARIABLE}={home} is Odoo {found}; this addon needs {SERIES}")
            return _alone(path)
    raise Problem(f"{VARIABLE}={home} holds no Odoo: name the folder with odoo-bin, or unset it")


def _alone(path):
    """Return a folder with only Odoo in it: other packages next to it would hide the pinned ones."""
    if not path.name.endswith("-packages"):
        return path
    folder = cache.folder("odoo-links", hashlib.sha256(str(path).encode()).hexdigest()[:8])
    for name in ("odoo", "addons"):
        link = folder / name
        if not link.is_symlink() and (path / name).exists():
            link.symlink_to(path / name)
    return folder


def _cached():
    for tree in (_tree(DEBIAN), _tree(UPSTREAM_CLONE)):
        for path in (tree / DIST_PACKAGES, tree):
            if series(path) == SERIES:
                return path
    return None


def _tree(name):
    return cache.root() / "odoo" / name


def _fetched():
    with locks.exclusive("odoo", "it fetches Odoo"):
        if not _cached():
            _fetch()
    return _cached()


def _fetch():
    can_clone = shutil.which("git")
    if apt.available():
        try:
            return _from_debian()
        except Problem as problem:
            if process.disk_full() or not can_clone:
                raise
            say(f"note: {problem}")
    if not can_clone:
        text = f"no Odoo {SERIES} here: install git, or set {VARIABLE} to an Odoo {SERIES} tree"
        raise Problem(text)
    return _from_upstream()


def _from_debian():
    say("fetching Odoo from Debian (122 MB)")
    odoo, *others = apt.download(["odoo-19", *STATIC_PACKAGES])
    if hashlib.sha256(odoo.read_bytes()).hexdigest() != TESTED_DEB:
        say(f"note: {odoo.name} is another version than the tested one")
    say("unpacking Odoo")
    with cache.whole(_tree(DEBIAN)) as partial:
        apt.unpack(odoo, partial, NOT_UNPACKED)
        for package in others:
            apt.unpack(package, partial)
        stub = partial / DIST_PACKAGES / STUB
        if not stub.exists():
            stub.parent.mkdir(parents=True, exist_ok=True)
            stub.write_text("/* not packaged by Debian */\n")


def _from_upstream():
    say("fetching Odoo from its repository (about 300 MB)")
    options = f"--progress --depth=1 --single-branch --branch={SERIES}".split()
    with cache.whole(_tree(UPSTREAM_CLONE)) as partial:
        process.run(
            ["git", "clone", *options, UPSTREAM, partial],
            doing="cloning Odoo",
            log=cache.log_file("odoo-clone"),
            progress=lambda: f"{cache.megabytes(partial)} MB",
        )
