"""Entry point of ``python3 dev``: makes the package importable and hands over to the command line."""

import sys

sys.dont_write_bytecode = True  # nothing is written into the checkout

import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
shutil.rmtree(
    HERE / "__pycache__", ignore_errors=True
)  # Python caches this very file before it runs it
sys.path[0] = str(HERE.parent)

if sys.version_info < (3, 10):
    sys.exit("python3 dev needs Python 3.10 or later; this is " + sys.version.split()[0])

from dev.cli import main

sys.exit(main(sys.argv[1:]))
