"""Where the browser of the tours comes from: the system, else Debian's Chromium unpacked into the cache."""

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
PROGRAMS = {"chromium": "usr/lib/chromium/chromium", "wkhtmltopdf": "usr/bin/wkhtmltopdf"}
WRAPPER = """#!/bin/sh
export LD_LIBRARY_PATH='{libraries}' FONTCONFIG_FILE='{tree}/fonts.conf' QT_QPA_PLATFORM=offscreen
exec '{tree}/{program}' "$@"
"""
FONTS = """<?xml version="1.0"?>
<fontconfig><dir>{tree}/usr/share/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def find(path):
    """Return a browser on this search path, or None. One that is found elsewhere gets a wrapper in the cache."""
    for name in NAMES:
        if found := shutil.which(name, path=path):
            return found
    for name in ELSEWHERE:
        if shutil.which(name):
            return _write_wrapper("chromium", f"#!/bin/sh\nexec '{name}' \"$@\"\n")
    return None


def install():
    """Unpack Debian's Chromium, and wkhtmltopdf where Debian has it, into the cache; needs no root."""
    if not apt.available():
        raise Problem(
            "only Debian's Chromium can be had without root: install Chromium or Chrome in your system's way"
        )
    tree = cache.root() / "browser"
    with locks.exclusive("browser", "it fetches the browser"):
        if not tree.exists():
            _unpack(tree)
        for name, program in PROGRAMS.items():
            if (tree / program).exists():
                text = WRAPPER.format(tree=tree, program=program, libraries=_libraries(tree))
                _write_wrapper(name, text)
    return cache.folder("bin") / "chromium"


def _unpack(tree):
    say("fetching Chromium from Debian (about 230 MB)")
    source = apt.Apt()
    names = source.known([*PACKAGES, "wkhtmltopdf"])
    debs = source.download(source.needed(names))
    say(f"unpacking {len(debs)} packages")
    with cache.whole(tree) as partial:
        for deb in debs:
            apt.unpack(deb, partial)
        (partial / "fonts.conf").write_text(
            FONTS.format(tree=tree, cache=cache.folder("fontconfig"))
        )
    for deb in debs:
        deb.unlink()


def _libraries(tree):
    triplet = f"{platform.machine()}-linux-gnu"
    folders = (f"usr/lib/{triplet}", f"lib/{triplet}", f"usr/lib/{triplet}/pulseaudio")
    return ":".join(str(tree / folder) for folder in folders)


def _write_wrapper(name, text):
    wrapper = cache.folder("bin") / name
    wrapper.write_text(text)
    wrapper.chmod(0o755)
    return str(wrapper)
