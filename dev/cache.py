"""The cache: the only place where anything is written.

odoo/ python/ node/ postgres/ templates/ apt/ ...   shared by all checkouts
checkouts/<key>/                                    one checkout's own files
locks/ logs/
"""

import functools
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path

from dev.output import Problem

NAME = "serialized_parts"
VARIABLE = "SERIALIZED_PARTS_CACHE"
MARK = "CACHEDIR.TAG"
MARK_TEXT = f"""Signature: 8a477f597d28d172789f06886806bc55
# Cache of `python3 dev` of the Odoo addon {NAME}; `python3 dev clean --all` deletes it.
"""


def locate(environ, is_root):
    """Return where the cache is for this environment, without touching the disk."""
    if environ.get(VARIABLE):
        return Path(environ[VARIABLE]).expanduser().absolute()
    if is_root:
        return Path("/var/cache", NAME)
    if environ.get("XDG_CACHE_HOME"):
        return Path(environ["XDG_CACHE_HOME"], NAME).absolute()
    return Path(environ.get("HOME") or os.path.expanduser("~"), ".cache", NAME).absolute()


def is_marked(folder):
    """Return whether this tool made the folder."""
    tag = folder / MARK
    return tag.is_file() and tag.read_text() == MARK_TEXT


@functools.cache
def root():
    """Return the cache folder, created and marked as ours.

    Raise Problem if it can't be written to, or holds files that this tool didn't make.
    """
    folder = locate(os.environ, os.geteuid() == 0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not is_marked(folder):
            if any(folder.iterdir()):
                text = f"{folder} holds other things: set {VARIABLE} to an empty or new folder"
                raise Problem(text)
            (folder / MARK).write_text(MARK_TEXT)
    except OSError as error:
        text = f"can't write the cache {folder} ({error.strerror}): set {VARIABLE} to a folder of yours"
        raise Problem(text) from None
    return folder


def folder(*parts):
    """Return a folder inside the cache, created if missing."""
    path = root().joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True)
    return path


def log_file(name):
    """Return an empty log file for a set-up step."""
    path = folder("logs") / f"{name}.log"
    path.write_text("")
    return path


@contextmanager
def whole(path):
    """Yield a partial folder next to ``path`` that becomes ``path`` when the block succeeds.

    So ``path`` is complete whenever it exists. What a killed run left is deleted first. The caller holds a lock.
    """
    partial = path.with_name(path.name + ".partial")
    remove(partial)
    partial.mkdir(parents=True)
    yield partial
    remove(path)
    partial.rename(path)


def remove(path):
    """Delete a file, link or folder if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def megabytes(path):
    """Return the total size of a folder, in whole megabytes."""
    total = 0
    for directory, _folders, files in os.walk(path):
        for file in files:
            with suppress(FileNotFoundError):
                total += os.lstat(os.path.join(directory, file)).st_size
    return total // 1_000_000
