"""Runs a linter on a copy of the addon under its technical name, with the bridges beside it.

The checkout's folder may have another name, and OCA's hooks don't look for an addon at the top of a repository.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAME = "serialized_parts"
CHECKOUT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(
    ".git", "bridges", "dev", "lab", "__pycache__", "node_modules", ".venv"
)

bridges = {path.parent.name: path.parent for path in CHECKOUT.glob("bridges/*/__manifest__.py")}
with tempfile.TemporaryDirectory() as folder:
    for name, addon in {NAME: CHECKOUT, **bridges}.items():
        shutil.copytree(addon, Path(folder, name), ignore=LEFT_OUT)
    command = [*sys.argv[1:], NAME, *bridges]
    done = subprocess.run(command, check=False, cwd=folder, stdout=subprocess.PIPE, text=True)
output = re.sub(rf"\S*\b{NAME}/", "", done.stdout)
print(re.sub(rf"\S*\b({NAME}_\w+/)", r"bridges/\1", output), end="")
sys.exit(done.returncode)
