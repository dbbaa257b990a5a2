"""Entry point of ``python3 dev``: sets up a private Python, then runs the command line in it."""

import sys

sys.dont_write_bytecode = not sys.pycache_prefix  # nothing is written into the checkout

from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[0] = str(HERE.parent)

if sys.version_info < (3, 10):
    sys.exit("python3 dev needs Python 3.10 or later; this is " + sys.version.split()[0])

from dev import bootstrap

bootstrap.enter(HERE)

from dev import cli

sys.exit(cli.main(sys.argv[1:]))
