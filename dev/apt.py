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

from dev import cache, process
from dev.output import Problem

KEYRINGS = "/usr/share/keyrings/debian-archive-keyring.*"
OTHER_NAMES = ("stable", "testing", "unstable")  # that a sources.list may use for a release


def available():
    """Return whether this is a Debian machine with apt."""
    release = platform.freedesktop_os_release()
    return release["ID"] == "debian" and bool(shutil.which("apt-get"))


def unpack(names, target, dependencies=False, exclude=()):
    """Download packages, with all *dependencies* if asked to, and unpack them into the folder ``target``.

    Files that match a pattern in *exclude* are left out. Return the names of the packages' files.
    """
    process.run([*_apt_get(), "update"], doing="reading Debian's package lists")
    debs = _download(_add_dependencies(names) if dependencies else names)
    patterns = " ".join(f"--exclude='{pattern}'" for pattern in exclude)
    script = f'for deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x --no-same-owner {patterns} || exit; done'
    command = ["bash", "-o", "pipefail", "-c", script, "unpack", *debs]
    process.run(command, doing=f"unpacking {len(debs)} packages", cwd=target)
    for deb in debs:
        deb.unlink()
    return [deb.name for deb in debs]


def _add_dependencies(names):
    command = [*_apt_get(), "-s", "--no-install-recommends", "install", *names]
    lines = process.read(command).splitlines()
    return [line.split()[1] for line in lines if line.startswith("Inst ")]


def _download(names):
    """Return the paths of the packages' files; apt checks signatures and hashes."""
    folder = cache.folder("apt", "debs")
    doing = f"downloading {len(names)} packages from Debian"
    process.run([*_apt_get(), "download", *names], doing=doing, cwd=folder)
    # A run that failed may have left an older version.
    return [max(folder.glob(f"{name}_*.deb"), key=os.path.getmtime) for name in names]


@functools.cache
def _apt_get():
    """Return the start of every apt-get command."""
    folder = cache.folder("apt")
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "sid")
    sources = folder / "sources.list"
    sources.write_text("".join(_sources(codename)))
    settings = {
        "Dir::State": folder,
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": folder,
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "-",
        "APT::Default-Release": f"/^{codename}(|-security|-updates)$/",
        "Acquire::Languages": "none",
        "Acquire::Check-Valid-Until": "false",  # a frozen mirror is fine: packages are signed anyway
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
    found = [tuple(target.split()) for target in targets.splitlines()]
    found = [(uri, release) for uri, release, part in found if release in own and part == "main"]
    if not found:
        raise Problem("this machine's apt has no Debian mirror: set ODOO_HOME to an Odoo 19 tree")
    mirror = next(uri for uri, release in found if "-" not in release)
    keyring = next((f"[signed-by={path}] " for path in glob.glob(KEYRINGS)), "")
    for uri, release in dict.fromkeys([*found, (mirror, "sid")]):
        yield f"deb {keyring}{uri} {release} main\n"
