"""Debian packages without root and without touching the system: private lists, download, unpack.

They come from the machine's own mirror, which ``apt-get indextargets`` names: from the machine's own release, or from
sid if that release doesn't have them.
"""

import functools
import glob
import os
import platform
import pwd
import shutil
from contextlib import suppress

from dev import cache, process
from dev.output import Problem

KEYRINGS = "/usr/share/keyrings/debian-archive-keyring.*"
OTHER_NAMES = ("stable", "testing", "unstable")  # that a sources.list may use for a release


def available():
    """Return whether this is a Debian machine with apt."""
    return _read_release().get("ID") == "debian" and bool(shutil.which("apt-get"))


def needed(names):
    """Return the names of all packages that installing these would add."""
    lines = _ask("-s", "--no-install-recommends", "install", *names)
    return [line.split()[1] for line in lines if line.startswith("Inst ")]


def download(names):
    """Return the paths of the packages' files, downloaded if missing; apt checks signatures and hashes."""
    if missing := [name for name in names if not _find(name)]:
        try:
            _fetch(missing)
        except Problem:
            _update()  # sid has moved on since the lists were read
            _fetch(missing)
    return [_find(name) for name in names]


def unpack(deb, target, exclude=()):
    """Unpack a package into ``target``, without the files that match a pattern in ``exclude``."""
    total = int(process.read(["dpkg-deb", "-f", deb, "Installed-Size"]) or 0) // 1000
    patterns = " ".join(f"--exclude='{pattern}'" for pattern in exclude)
    script = f'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner {patterns}'
    process.run(
        ["bash", "-o", "pipefail", "-c", script, "unpack", deb, target],
        doing=f"unpacking {deb.name}",
        log=cache.log_file("unpack"),
        progress=(lambda: f"{cache.megabytes(target)} of {total} MB") if total > 20 else None,
    )


def _read_release():
    with suppress(OSError):
        return platform.freedesktop_os_release()
    return {}


@functools.cache
def _apt_get():
    """Return the start of every apt-get command."""
    folder = cache.folder("apt")
    for part in ("lists/partial", "archives/partial"):
        cache.folder("apt", part)
    codename = _read_release().get("VERSION_CODENAME", "sid")
    (folder / "sources.list").write_text("".join(_sources(codename)))
    settings = {
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder,
        "Dir::Cache::Archives": folder / "archives",
        "Dir::Etc::SourceList": folder / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "APT::Default-Release": f"/^{codename}(|-security|-updates)$/",
        "Acquire::Languages": "none",
        "Acquire::Check-Valid-Until": "false",  # a frozen mirror is fine: packages are signed anyway
        "Acquire::Retries": "2",
        "APT::Update::Error-Mode": "any",
        "APT::Sandbox::User": pwd.getpwuid(os.geteuid()).pw_name,
        "Debug::NoLocking": "1",
    }
    options = [part for key, value in settings.items() for part in ("-o", f"{key}={value}")]
    return ["apt-get", "-q", *options]


def _sources(codename):
    """Yield the lines of a sources.list: the machine's own release, as set up, and sid."""
    own = (codename, f"{codename}-updates", f"{codename}-security", *OTHER_NAMES)
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    targets = process.read(["apt-get", "indextargets", "--format", form, "Created-By: Packages"])
    found = [target.split() for target in targets.splitlines() if target.endswith(" main")]
    found = [(uri, release) for uri, release, _main in found if release in own]
    if not found:
        raise Problem("this machine's apt has no Debian mirror: set ODOO_HOME to an Odoo 19 tree")
    mirror = next(uri for uri, release in found if "-" not in release)
    keyring = next((f"[signed-by={path}] " for path in glob.glob(KEYRINGS)), "")
    for uri, release in dict.fromkeys([*found, (mirror, "sid")]):
        yield f"deb {keyring}{uri} {release} main\n"


def _update():
    log, doing = cache.log_file("apt"), "reading Debian's package lists"
    process.run([*_apt_get(), "update"], doing=doing, log=log)
    (cache.folder("apt") / "updated").touch()


def _ask(*arguments):
    if not (cache.folder("apt") / "updated").exists():
        _update()
    return process.read([*_apt_get(), *arguments]).splitlines()


def _find(name):
    return next(cache.folder("apt", "debs").glob(f"{name}_*.deb"), None)


def _fetch(names):
    what = names[0] if len(names) == 1 else f"{len(names)} packages"
    uris = _ask("--print-uris", "download", *names)
    total = sum(int(line.split()[2]) for line in uris if line.startswith("'")) // 1_000_000
    with cache.whole(cache.folder("apt") / "download") as partial:
        process.run(
            [*_apt_get(), "download", *names],
            doing=f"downloading {what} from Debian",
            log=cache.log_file("apt"),
            progress=lambda: f"{cache.megabytes(partial)} of {total} MB",
            cwd=partial,
        )
        for deb in partial.glob("*.deb"):
            deb.rename(cache.folder("apt", "debs") / deb.name)
