"""Debian packages without root and without touching the system: private lists, download, unpack.

Packages come from the machine's own mirror, whose address ``apt-get indextargets`` tells.
"""

import glob
import os
import platform
import pwd
import shutil
from contextlib import suppress

from dev import cache, process
from dev.output import Problem

KEYRINGS = "/usr/share/keyrings/debian-archive-keyring.*"


def available():
    """Tell whether this is a Debian machine with its tools."""
    return _read_release().get("ID") == "debian" and bool(shutil.which("apt-get"))


def _read_release():
    with suppress(OSError):
        return platform.freedesktop_os_release()
    return {}


class Apt:
    """The packages of one suite ("sid"), or of the machine's own release when no suite is named."""

    def __init__(self, suite=None):
        self.suite = suite or "own"
        self.folder = cache.folder("apt", self.suite)
        self.debs = cache.folder("apt", self.suite, "debs")
        for part in ("lists/partial", "archives/partial"):
            cache.folder("apt", self.suite, part)
        sources = self.folder / "sources.list"
        sources.write_text("".join(_sources(suite)))
        user = pwd.getpwuid(os.geteuid()).pw_name
        settings = {
            "Dir::State::Lists": self.folder / "lists",
            "Dir::Cache": self.folder,
            "Dir::Cache::Archives": self.folder / "archives",
            "Dir::Etc::SourceList": sources,
            "Dir::Etc::SourceParts": "-",
            "Acquire::Languages": "none",
            "Acquire::Check-Valid-Until": "false",  # a frozen mirror will do: packages are signed all the same
            "Acquire::Retries": "2",
            "APT::Update::Error-Mode": "any",
            "APT::Sandbox::User": user,
            "Debug::NoLocking": "1",
        }
        self._options = [
            part for key, value in settings.items() for part in ("-o", f"{key}={value}")
        ]

    def update(self):
        """Fetch the package lists."""
        log = cache.log_file(f"apt-{self.suite}")
        doing = f"reading Debian's package list ({self.suite})"
        process.run(["apt-get", "-q", *self._options, "update"], doing=doing, log=log)
        (self.folder / "updated").touch()

    def known(self, names):
        """Return those of the names that the suite has."""
        self._updated()
        everything = set(process.read(["apt-cache", *self._options, "pkgnames"]).split())
        return [name for name in names if name in everything]

    def needed(self, names):
        """Return the names of all packages that installing these would add to the machine."""
        self._updated()
        lines = self._ask("-s", "--no-install-recommends", "install", *names)
        return [line.split()[1] for line in lines if line.startswith("Inst ")]

    def download(self, names):
        """Return the paths of the packages' files, downloaded if they aren't there; apt checks signatures and hashes."""
        if missing := [name for name in names if not self._deb(name)]:
            self._updated()
            try:
                self._fetch(missing)
            except Problem:
                self.update()  # the suite has moved on since the lists were read
                self._fetch(missing)
        return [self._deb(name) for name in names]

    def _ask(self, *arguments):
        return process.read(["apt-get", "-q", *self._options, *arguments]).splitlines()

    def _updated(self):
        if not (self.folder / "updated").exists():
            self.update()

    def _deb(self, name):
        return next(self.debs.glob(f"{name}_*.deb"), None)

    def _fetch(self, names):
        what = names[0] if len(names) == 1 else f"{len(names)} packages"
        uris = self._ask("--print-uris", "download", *names)
        total = sum(int(line.split()[2]) for line in uris if line.startswith("'")) // 1_000_000
        with cache.whole(self.folder / "download") as partial:
            process.run(
                ["apt-get", "-q", *self._options, "download", *names],
                doing=f"downloading {what} from Debian",
                log=cache.log_file(f"apt-{self.suite}"),
                progress=lambda: f"{cache.megabytes(partial)} of {total} MB",
                cwd=partial,
            )
            for deb in partial.glob("*.deb"):
                deb.rename(self.debs / deb.name)


def _sources(suite):
    """Yield the lines of a sources.list for the suite, or for the machine's own release."""
    codename = _read_release().get("VERSION_CODENAME", "sid")
    own = (codename, f"{codename}-updates", f"{codename}-security", "stable", "testing", "unstable")
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    targets = process.read(["apt-get", "indextargets", "--format", form, "Created-By: Packages"])
    found = [
        (uri, release, component)
        for uri, release, component in map(str.split, targets.splitlines())
        if release in own and component == "main"
    ]
    keyring = next((f"[signed-by={path}] " for path in glob.glob(KEYRINGS)), "")
    if suite:
        found = [(uri, suite, "main") for uri, release, _ in found if "-" not in release][:1]
    if not found:
        raise Problem("this machine's apt has no Debian mirror: set ODOO_HOME to an Odoo 19 tree")
    return [
        f"deb {keyring}{uri} {release} {component}\n"
        for uri, release, component in dict.fromkeys(found)
    ]


def unpack(deb, target, exclude=()):
    """Unpack a package's files below ``target``, leaving out the files that match a pattern of ``exclude``."""
    doing, log = f"unpacking {deb.name}", cache.log_file("unpack")
    total = int(process.read(["dpkg-deb", "-f", deb, "Installed-Size"]) or 0) // 1000
    patterns = " ".join(f"--exclude='{pattern}'" for pattern in exclude)
    script = f'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner {patterns}'
    process.run(
        ["bash", "-o", "pipefail", "-c", script, "unpack", deb, target],
        doing=doing,
        log=log,
        progress=(lambda: f"{cache.megabytes(target)} of {total} MB") if total > 20 else None,
    )
