"""Put Chromium for the browser tests into the cache, without root (Debian only; downloads 230 MB, takes 0.9 GB)."""

import os
import platform
import shutil

from dev import apt, cache, locks
from dev.output import Problem, say

HELP = "bring Chromium into the cache, without root"
#: The names that Odoo looks for.
NAMES = "google-chrome", "chromium", "chromium-browser", "google-chrome-stable"
HINT = (
    "no Chromium: the browser tests are skipped; `apt-get install chromium` as root, "
    "or `python3 dev browser` without, brings it"
)
PACKAGES = ("chromium", "fonts-dejavu-core", "fontconfig-config")
WRAPPER = """#!/bin/sh
export LD_LIBRARY_PATH='{libraries}' FONTCONFIG_FILE='{tree}/program/fonts.conf'
exec '{tree}/usr/lib/chromium/chromium' "$@"
"""
FONTS = """<?xml version="1.0"?>
<fontconfig><dir>{tree}/usr/share/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def run(options, rest):
    if found := find(os.environ.get("PATH")):
        say(f"there is one already: {found}")
        return 0
    if not apt.available():
        text = "only Debian's Chromium can be had without root: install Chromium or Chrome in your system's way"
        raise Problem(text)
    locks.made_once(folder().parent, _unpack, "it fetches the browser")
    say(f"ready: {folder()}/chromium")
    return 0


def folder():
    """Return the folder in which a program ``chromium`` is, once this command has been run."""
    return cache.root() / "chromium/program"


def find(path):
    """Return the first browser on this search path, or None."""
    return next(filter(None, (shutil.which(name, path=path) for name in NAMES)), None)


def _unpack(partial):
    apt.unpack(PACKAGES, partial, dependencies=True)
    tree, triplet = folder().parent, f"{platform.machine()}-linux-gnu"
    folders = (f"usr/lib/{triplet}", f"lib/{triplet}", f"usr/lib/{triplet}/pulseaudio")
    libraries = ":".join(f"{tree}/{name}" for name in folders)
    (partial / "program").mkdir()
    fonts = FONTS.format(tree=tree, cache=cache.folder("fontconfig"))
    (partial / "program/fonts.conf").write_text(fonts)
    wrapper = partial / "program/chromium"
    wrapper.write_text(WRAPPER.format(tree=tree, libraries=libraries))
    wrapper.chmod(0o755)
