"""The first stage: private Python environments from hashed locks, by a pinned uv. Uses only the standard library."""

import configparser
import functools
import hashlib
import html
import os
import platform
import re
import shutil
import sys
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

from dev import cache, locks, output, process
from dev.output import Problem, say

SUPPORTED = [(3, 13), (3, 12), (3, 11), (3, 10)]
REQUIREMENTS = Path(__file__).parent / "requirements"
INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
PIP_SETTINGS = ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")
INDEX = "https://pypi.org/simple"
IDENTIFY = "import sys, platform; print(sys.version, sys.base_prefix, platform.machine(), sep='|')"


def enter(program):
    """Replace this process with one in the private environment, unless it runs there already."""
    os.umask(0o022)
    process.catch_signals()
    with output.problems_shown():
        folder = ensure("odoo", "installing Python packages")
        if Path(sys.prefix).resolve() != folder.resolve():
            options = ["-E", "-s", "-X", f"pycache_prefix={cache.folder('pycache')}"]
            python = folder / "bin/python"
            os.execv(python, [str(python), *options, str(program), *sys.argv[1:]])


def lock_hash(name):
    """Return the hash of the lock file ``requirements/<name>.txt``."""
    return hashlib.sha256((REQUIREMENTS / f"{name}.txt").read_bytes()).hexdigest()


def ensure(name, doing):
    """Return the folder of the environment with the packages of ``requirements/<name>.txt``, built if needed.

    An environment can't be moved, so it is built in place; the file ``complete`` marks a finished one.
    """
    identity = "|".join((_identify(_interpreter()), lock_hash(name)))
    folder = cache.folder("python") / f"{name}-{hashlib.sha256(identity.encode()).hexdigest()[:10]}"
    if not (folder / "complete").exists():
        with locks.exclusive("python", doing):
            if not (folder / "complete").exists():
                say(doing)
                _build(name, folder, doing)
                (folder / "complete").touch()
    return folder


def _interpreter():
    """Return a Python that Odoo 19 supports: this one, or else the newest on PATH."""
    if sys.version_info[:2] in SUPPORTED:
        return os.path.join(
            sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}"
        )
    for version in SUPPORTED:
        if found := shutil.which(f"python{version[0]}.{version[1]}"):
            return found
    this = ".".join(map(str, sys.version_info[:2]))
    raise Problem(f"Odoo 19 runs on Python 3.10 to 3.13; this is {this}: install one of those")


@functools.cache
def _identify(python):
    return process.read([python, "-c", IDENTIFY])


def _build(name, folder, doing):
    log, lock = cache.log_file(f"python-{name}"), REQUIREMENTS / f"{name}.txt"
    cache.remove(folder)
    run_uv(["venv", "--python", _interpreter(), folder], doing, log)
    run_uv(["pip", "sync", "--no-build", "--require-hashes", lock], doing, log, folder)


def run_uv(arguments, doing, log, environment=sys.prefix):
    """Run uv for an environment, with the package index that pip or uv would use here."""
    store = cache.folder("uv")
    before = cache.megabytes(store)
    settings = {
        "UV_CACHE_DIR": str(store),
        "UV_DEFAULT_INDEX": index(),
        "UV_PYTHON_DOWNLOADS": "never",
        "VIRTUAL_ENV": str(environment),
    }
    process.run(
        [uv(), *arguments],
        doing=doing,
        log=log,
        progress=lambda: f"{cache.megabytes(store) - before} MB",
        env={**os.environ, **settings},
    )


def index():
    """Return the URL of the package index that pip or uv would use here."""
    settings = configparser.ConfigParser(interpolation=None, strict=False)
    settings.read(map(os.path.expanduser, PIP_SETTINGS))
    named = next(filter(None, map(os.environ.get, INDEX_VARIABLES)), None)
    return named or settings.get("global", "index-url", fallback=INDEX)


def uv():
    """Return the cache's uv program, downloaded if needed, or the system's if that fails."""
    target = cache.folder("python") / f"uv-{lock_hash('uv')[:10]}"
    if not target.exists():
        try:
            with cache.whole(target) as partial:
                _download_uv(partial / "bin/uv")
        except (OSError, StopIteration) as error:
            if not shutil.which("uv"):
                raise Problem(
                    f"can't get uv from {index()} ({error}): run this again, or install uv"
                ) from None
            return Path(shutil.which("uv"))
    return target / "bin/uv"


def _download_uv(target):
    """Extract the uv program from the pinned wheel for this machine, without pip."""
    page = f"{index().rstrip('/')}/uv/"
    with urllib.request.urlopen(page, timeout=60) as response:
        links = re.findall(r'href="([^"]+)"', response.read().decode())
    pinned = set(re.findall(r"sha256:(\w+)", (REQUIREMENTS / "uv.txt").read_text()))
    found = (html.unescape(link).partition("#sha256=") for link in links)
    link, digest = next(
        (link, digest) for link, _, digest in found if digest in pinned and _fits(link)
    )
    wheel = target.with_suffix(".whl")
    target.parent.mkdir()
    with urllib.request.urlopen(urllib.parse.urljoin(page, link), timeout=60) as response:
        wheel.write_bytes(response.read())
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != digest:
        raise OSError("the download does not match its checksum")
    with zipfile.ZipFile(wheel) as archive:
        [member] = (name for name in archive.namelist() if name.endswith("/scripts/uv"))
        target.write_bytes(archive.read(member))
    target.chmod(0o755)
    wheel.unlink()


def _fits(link):
    """Return whether a wheel is for this machine, going by its name."""
    libc = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
    system = {"linux": libc, "darwin": "macosx"}.get(sys.platform, sys.platform)
    return link.endswith(".whl") and system in link and f"_{platform.machine()}" in link
