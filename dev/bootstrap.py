"""The first stage: private Python environments from hashed locks, by a pinned uv. Uses only the standard library."""

import configparser
import hashlib
import html
import io
import os
import platform
import re
import sys
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

from dev import cache, locks, output, process
from dev.output import Problem

SUPPORTED = ">=3.10,<3.14"  # by Odoo 19; uv looks for one
REQUIREMENTS = Path(__file__).parent / "requirements"
INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
PIP_SETTINGS = ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")
INDEX = "https://pypi.org/simple"


def enter(program):
    """Replace this process with one in the private environment, unless it runs there already."""
    os.umask(0o022)
    process.catch_signals()
    with output.problems_shown():
        if Path(sys.prefix).resolve().parent == cache.folder("python").resolve():
            return
        python = ensure("odoo", "installing Python packages") / "bin/python"
        options = ["-E", "-s", "-X", f"pycache_prefix={cache.folder('pycache')}"]
        os.execv(python, [str(python), *options, str(program), *sys.argv[1:]])


def lock_hash(name):
    """Return the hash of the lock file ``requirements/<name>.txt``."""
    return hashlib.sha256((REQUIREMENTS / f"{name}.txt").read_bytes()).hexdigest()


def ensure(name, doing):
    """Return the folder of the environment with the packages of ``requirements/<name>.txt``, built if needed."""

    def build(folder):
        python = sys.executable if sys.version_info < (3, 14) else SUPPORTED
        venv = ["venv", "--relocatable", "--python", python, folder]
        process.run([uv(), *venv], doing="creating a Python environment", env=uv_env())
        lock = REQUIREMENTS / f"{name}.txt"
        run_uv(["sync", "--no-build", "--require-hashes", lock], doing, folder)

    made_of = "|".join((sys.version, sys.base_prefix, platform.machine(), lock_hash(name)))
    key = hashlib.sha256(made_of.encode()).hexdigest()[:10]
    return locks.made_once(cache.folder("python") / f"{name}-{key}", build, doing)


def uv_env():
    """Return the environment for uv, with the package index that pip or uv would use here."""
    return {
        **os.environ,
        "UV_CACHE_DIR": str(cache.folder("uv")),
        "UV_DEFAULT_INDEX": index(),
        "UV_PYTHON_DOWNLOADS": "never",
    }


def run_uv(arguments, doing, environment=sys.prefix):
    """Run ``uv pip`` with these arguments for an environment."""
    command = [uv(), "pip", *arguments, "--python", environment]
    process.run(command, doing=doing, env=uv_env())


def index():
    """Return the URL of the package index that pip or uv would use here."""
    settings = configparser.ConfigParser(interpolation=None, strict=False)
    settings.read(map(os.path.expanduser, PIP_SETTINGS))
    named = next(filter(None, map(os.environ.get, INDEX_VARIABLES)), None)
    return named or settings.get("global", "index-url", fallback=INDEX)


def uv():
    """Return the cache's uv program, downloaded if needed."""
    folder = cache.folder("python") / f"uv-{lock_hash('uv')[:10]}"
    try:
        return locks.made_once(folder, _download_uv, "it fetches uv") / "bin/uv"
    except (OSError, StopIteration) as error:
        raise Problem(f"can't get uv from {index()} ({error}): run this again") from None


def _download_uv(folder):
    """Extract the uv program from the pinned wheel for this machine, without pip."""
    page = f"{index().rstrip('/')}/uv/"
    pinned = re.findall(r"sha256:(\w+)", (REQUIREMENTS / "uv.txt").read_text())
    links = re.findall(r'href="([^"]+)"', _download(page).decode())
    found = (html.unescape(link).partition("#sha256=") for link in links)
    wanted = re.compile(rf".*manylinux.*_{platform.machine()}.*\.whl$")
    link, digest = next(
        (link, digest) for link, _, digest in found if digest in pinned and wanted.match(link)
    )
    wheel = _download(urllib.parse.urljoin(page, link))
    if hashlib.sha256(wheel).hexdigest() != digest:
        raise OSError("the download does not match its checksum")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        [member] = (name for name in archive.namelist() if name.endswith("/scripts/uv"))
        program = folder / "bin/uv"
        program.parent.mkdir()
        program.write_bytes(archive.read(member))
    program.chmod(0o755)


def _download(url):
    with urllib.request.urlopen(url, timeout=60) as response:
        return response.read()
