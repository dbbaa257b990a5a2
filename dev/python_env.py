"""Where Python comes from: private environments from hashed locks, installed by uv or pip."""

import functools
import glob
import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from dev import apt, cache, locks, process
from dev.output import Problem, say

SUPPORTED = [(3, 13), (3, 12), (3, 11), (3, 10)]
REQUIREMENTS = Path(__file__).parent / "requirements"
PIP_SETTINGS = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_REQUIRE_VIRTUALENV": "0",
    "PIP_RETRIES": "1",
    "PIP_USER": "0",
}
IDENTIFY = "import sys, platform; print(sys.version_info[:2], sys.version, sys.base_prefix, platform.machine(), sep='|')"


def lock_hash(name):
    """Return the hash of the lock file ``requirements/<name>.txt``."""
    return hashlib.sha256((REQUIREMENTS / f"{name}.txt").read_bytes()).hexdigest()


def ensure(name, doing):
    """Return the folder of the environment with the packages of ``requirements/<name>.txt``, built if need be.

    An environment can't be moved, so it is built in its place; the file ``complete`` tells that it was finished.
    """
    identity = "|".join((_identify(interpreter()), lock_hash(name)))
    folder = cache.folder("python") / f"{name}-{hashlib.sha256(identity.encode()).hexdigest()[:10]}"
    if (folder / "complete").exists() and (folder / "bin/python").exists():
        return folder
    with locks.exclusive("python", doing):
        if not (folder / "complete").exists() or not (folder / "bin/python").exists():
            say(doing)
            cache.remove(folder)
            _build(name, folder, doing)
            (folder / "complete").touch()
    return folder


@functools.cache
def interpreter():
    """Return a Python that Odoo 19 supports: this one, else the newest on PATH."""
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for version in SUPPORTED:
        found = shutil.which(f"python{version[0]}.{version[1]}")
        if found and process.succeeds([found, "-c", "import venv"]):
            return found
    this = ".".join(map(str, sys.version_info[:2]))
    raise Problem(f"Odoo 19 runs on Python 3.10 to 3.13; this is {this}: install one of those")


@functools.cache
def _identify(python):
    return process.read([python, "-c", IDENTIFY])


def _build(name, folder, doing):
    log = cache.log_file(f"python-{name}")
    process.run([interpreter(), "-m", "venv", "--without-pip", folder], doing=doing, log=log)
    lock = REQUIREMENTS / f"{name}.txt"
    try:
        _uv_install(lock, folder, doing, log)
    except Problem:
        _pip_install(lock, folder, doing, log)


def _uv_install(lock, folder, doing, log):
    store = cache.folder("uv")
    before = cache.megabytes(store)
    settings = {
        "VIRTUAL_ENV": str(folder),
        "UV_CACHE_DIR": str(store),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    process.run(
        [_uv(log), "pip", "sync", "--no-build", "--require-hashes", lock],
        doing=doing,
        log=log,
        progress=lambda: f"{cache.megabytes(store) - before} MB",
        env={**os.environ, **settings},
    )


def _uv(log):
    """Return the uv program of the cache, fetched from its wheel if need be."""
    target = cache.folder("python") / f"uv-{lock_hash('uv')[:10]}"
    if not (target / "bin/uv").exists():
        with cache.whole(target) as partial:
            lock = REQUIREMENTS / "uv.txt"
            options = [
                "--no-deps",
                "--only-binary",
                ":all:",
                "--require-hashes",
                "--target",
                partial,
                "-r",
                lock,
            ]
            run_pip(["install", *options], "fetching the installer uv", log)
    return target / "bin/uv"


def _pip_install(lock, folder, doing, log):
    """Install the same lock without uv: slower, for platforms and networks that uv doesn't know."""
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", lock]
    run_pip(["--python", folder / "bin/python", "install", *options], doing, log)


def run_pip(arguments, doing, log):
    """Run pip, wherever there is one, with these arguments."""
    process.run([*_pip(), *arguments], doing=doing, log=log, env={**os.environ, **PIP_SETTINGS})


@functools.cache
def _pip():
    """Return the command of a pip: Python's own, a bundled wheel, else the wheel of Debian's package."""
    python = interpreter()
    if process.succeeds([python, "-m", "pip", "--version"]):
        return [python, "-m", "pip"]
    ensurepip = importlib.util.find_spec("ensurepip")
    bundled = Path(ensurepip.origin).parent / "_bundled" if ensurepip else Path()
    wheels = sorted(bundled.glob("pip-*.whl")) + sorted(
        map(Path, glob.glob("/usr/share/python-wheels/pip-*.whl"))
    )
    if not wheels:
        wheels = [_debian_pip()]
    return [python, wheels[0] / "pip"]


def _debian_pip():
    if not apt.available():
        raise Problem(
            "this Python has no pip: install your system's package of pip (python3-pip), then run this again"
        )
    target = cache.folder("python") / "debian-pip"
    if not target.exists():
        [deb] = apt.Apt().download(["python3-pip-whl"])
        with cache.whole(target) as partial:
            apt.unpack(deb, partial)
    return next(target.rglob("pip-*.whl"))
