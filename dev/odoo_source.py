"""Finds Odoo 19: the user's tree, the cache, Debian's package, or upstream's repository."""

import hashlib
import os
import shutil
from pathlib import Path

from dev import apt, cache, locks, process
from dev.output import Problem, say

VARIABLE = "ODOO_HOME"
SERIES = "19.0"
RELEASE = "version_info = (19, 0,"
UPSTREAM = "https://github.com/odoo/odoo"
TESTED_DEB = "odoo-19_19.0.0+dfsg-1_all.deb"
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


def find():
    """Return the folder to put on PYTHONPATH, downloaded if missing. Raise Problem with what to do if that fails."""
    if home := os.environ.get(VARIABLE):
        return _named(home)
    debian, upstream = (cache.folder("odoo") / name for name in (f"debian-{RECIPE}", "upstream"))
    can_clone = shutil.which("git")
    if debian.exists() or (apt.available() and not upstream.exists()):
        try:
            return locks.made_once(debian, _unpack_debian, "it fetches Odoo") / DIST_PACKAGES
        except Problem as problem:
            if process.disk_full() or not can_clone:
                raise
            say(f"note: {problem}")
    if not can_clone and not upstream.exists():
        text = f"no Odoo {SERIES} here: install git, or set {VARIABLE} to an Odoo {SERIES} tree"
        raise Problem(text)
    return locks.made_once(upstream, _clone, "it fetches Odoo")


def _named(home):
    tree = Path(home).expanduser().absolute()
    release = tree / "odoo/release.py"
    if not release.exists():
        raise Problem(
            f"{VARIABLE}={home} holds no Odoo: name the folder with odoo-bin, or unset it"
        )
    if RELEASE not in release.read_text():
        raise Problem(f"{VARIABLE}={home} is another Odoo; this addon needs {SERIES}")
    return tree


def _unpack_debian(folder):
    odoo, *_others = apt.unpack(["odoo-19", *STATIC_PACKAGES], folder, exclude=NOT_UNPACKED)
    if odoo != TESTED_DEB:
        say(f"note: {odoo} is another version than the tested one")
    stub = folder / DIST_PACKAGES / STUB
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("/* not packaged by Debian */\n")


def _clone(folder):
    options = f"--progress --depth=1 --single-branch --branch={SERIES}".split()
    command = ["git", "clone", *options, UPSTREAM, folder]
    process.run(command, doing="cloning Odoo from its repository (about 300 MB)")
