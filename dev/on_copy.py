"""Runs a linter on a copy of the addon under its technical name.

The checkout's folder may have another name, and OCA's hooks don't look for an addon at the top of a repository.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAME = "serialized_parts"
LEFT_OUT = shutil.ignore_patterns(".git", "dev", "lab", "__pycache__", "node_modules", ".venv")

with tempfile.TemporaryDirectory() as folder:
    shutil.copytree(Path(__file__).parents[1], Path(folder, NAME), ignore=LEFT_OUT)
    command = [*sys.argv[1:], NAME]
    done = subprocess.run(command, check=False, cwd=folder, stdout=subprocess.PIPE, text=True)
print(re.sub(rf"\S*{NAME}/", "", done.stdout), end="")
sys.exit(done.returncode)
