"""Finds the browser for the tours: the system's, or else Debian's Chromium unpacked into the cache."""

import platform
import shutil

from dev import apt, cache, locks
from dev.output import Problem, say

#: The names that Odoo looks for.
NAMES = "google-chrome", "chromium", "chromium-browser", "google-chrome-stable"
ELSEWHERE = (
    "/opt/google/chrome/chrome",
    "/usr/lib/chromium/chromium",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HINT = (
    "no Chromium: the browser tests are skipped; `apt-get install chromium` as root, "
    "or `python3 dev browser` without, brings it"
)
PACKAGES = ("chromium", "fonts-dejavu-core", "fontconfig-config")
PROGRAM = "usr/lib/chromium/chromium"
WRAPPER = """#!/bin/sh
export LD_LIBRARY_PATH='{libraries}' FONTCONFIG_FILE='{tree}/fonts.conf'
exec '{tree}/{program}' "$@"
"""
FONTS = """<?xml version="1.0"?>
<fontconfig><dir>{tree}/usr/share/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def find(path):
    """Return a browser on this search path, or a wrapper in the cache for one found elsewhere, or None."""
    for name in NAMES:
        if found := shutil.which(name, path=path):
            return found
    for name in ELSEWHERE:
        if shutil.which(name):
            return _write_wrapper(f"#!/bin/sh\nexec '{name}' \"$@\"\n")
    return None


def install():
    """Unpack Debian's Chromium into the cache; needs no root. Return its path."""
    if not apt.available():
        raise Problem(
            "only Debian's Chromium can be had without root: install Chromium or Chrome in your system's way"
        )
    tree = cache.root() / "browser"
    with locks.exclusive("browser", "it fetches the browser"):
        if not tree.exists():
            _unpack(tree)
    triplet = f"{platform.machine()}-linux-gnu"
    folders = (f"usr/lib/{triplet}", f"lib/{triplet}", f"usr/lib/{triplet}/pulseaudio")
    libraries = ":".join(str(tree / folder) for folder in folders)
    return _write_wrapper(WRAPPER.format(tree=tree, program=PROGRAM, libraries=libraries))


def _unpack(tree):
    say("fetching Chromium from Debian (about 230 MB)")
    debs = apt.download(apt.needed(PACKAGES))
    say(f"unpacking {len(debs)} packages")
    with cache.whole(tree) as partial:
        for deb in debs:
            apt.unpack(deb, partial)
        fonts = FONTS.format(tree=tree, cache=cache.folder("fontconfig"))
        (partial / "fonts.conf").write_text(fonts)
    for deb in debs:
        deb.unlink()


def _write_wrapper(text):
    wrapper = cache.folder("bin") / "chromium"
    wrapper.write_text(text)
    wrapper.chmod(0o755)
    return str(wrapper)
