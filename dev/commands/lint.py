"""Check the sources with the linters of `.pre-commit-config.yaml`, in their pinned versions, as `pre-commit` does."""

import os
import sys

from dev import addon, bootstrap, cache, locks, process
from dev.output import say

HELP = "check the sources with all linters, or those named"


def options(parser):
    known = "of: ruff, glossary, pylint, oca, prettier, eslint (default: all)"
    parser.add_argument("linters", nargs="*", metavar="linter", help=known)
    parser.add_argument("--fix", action="store_true", help="repair what can be repaired")


def run(options, rest):
    env = _env()
    listed = ["git", "ls-files", "-zco", "--exclude-standard"]
    files = process.read(listed, cwd=addon.CHECKOUT, env=env).split("\0")
    files = [file for file in files if file and (addon.CHECKOUT / file).exists()]
    command = ["prek", "run", *options.linters, "--files", *files]
    with locks.exclusive("lint", "it runs the linters"):
        if options.fix:
            process.show([*command, "--stage", "manual"], cwd=addon.CHECKOUT, env=env)
        failed = process.show(command, cwd=addon.CHECKOUT, env=env)
    say("lint: failed, see above" if failed else "lint: all fine")
    return 1 if failed else 0


def _env():
    """Return the environment with prek, uv and Node.js on PATH."""
    node, uv = bootstrap.ensure("node", "installing Node.js") / "bin", bootstrap.uv().parent
    return {
        **bootstrap.uv_env(),
        "PATH": f"{node}:{sys.prefix}/bin:{uv}:{os.environ.get('PATH', os.defpath)}",
        "PREK_HOME": str(cache.folder("lint")),
        "PYLINTHOME": str(cache.folder("pylint")),
        "npm_config_cache": str(cache.folder("npm")),
        # The checkout may belong to another user, for example in a container.
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": str(addon.CHECKOUT),
    }
