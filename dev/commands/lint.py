"""Check the sources with pinned linters; all of them run, then the status tells. `.pre-commit-config.yaml` runs the same."""

import argparse

from dev import linters
from dev.output import say

HELP = "check the sources with all linters, or those named"


def options(parser):
    parser.add_argument(
        "linters",
        nargs="*",
        metavar="linter",
        type=_known,
        help=f"of: {', '.join(linters.LINTERS)} (default: all)",
    )
    parser.add_argument("--fix", action="store_true", help="repair what can be repaired")


def _known(name):
    if name not in linters.LINTERS:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(linters.LINTERS)}")
    return name


def run(options, rest):
    failed = []
    for name in options.linters or linters.LINTERS:
        if linters.LINTERS[name](options.fix):
            say(f"{name}: fine")
        else:
            say(f"{name}: FAILED")
            failed.append(name)
    say(f"lint: {', '.join(failed)} failed" if failed else "lint: all fine")
    return 1 if failed else 0
