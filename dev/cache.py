"""The cache: the only place where anything is written.

odoo/ python/ postgres/ templates/ apt/ ...   shared by all checkouts
checkouts/<key>/                              one checkout's own files
locks/ logs/
"""

import functools
import os
import shutil
from pathlib import Path

from dev.output import Problem

NAME = "serialized_parts"
VARIABLE = "SERIALIZED_PARTS_CACHE"
MARK = "CACHEDIR.TAG"
MARK_TEXT = f"""Signature: 8a477f597d28d172789f06886806bc55
# Cache of `python3 dev` of the Odoo addon {NAME}; `python3 dev clean --all` deletes it.
"""


def locate():
    """Return where the cache is, without touching the disk."""
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser().absolute()
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(home if os.geteuid() else "/var/cache", NAME).absolute()


@functools.cache
def root():
    """Return the cache folder, created and marked as ours.

    Raise Problem if it can't be written to, or holds files that this tool didn't make.
    """
    folder = locate()
    mark = folder / MARK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not mark.is_file() or mark.read_text() != MARK_TEXT:
            if any(folder.iterdir()):
                text = f"{folder} holds other things: set {VARIABLE} to an empty or new folder"
                raise Problem(text)
            mark.write_text(MARK_TEXT)
    except OSError as error:
        text = f"can't write the cache {folder} ({error.strerror}): set {VARIABLE} to a folder of yours"
        raise Problem(text) from None
    return folder


def folder(*parts):
    """Return a folder inside the cache, created if missing."""
    path = root().joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True)
    return path


def remove(path):
    """Delete a file, link or folder if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
