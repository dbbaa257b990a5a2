"""Runs a linter on a copy of the addon under its technical name.

The checkout's folder may have another name, and OCA's hooks don't look for an addon at the top of a repository.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from dev import addon

with tempfile.TemporaryDirectory() as folder:
    for path in addon.files():
        if path.parts[0] not in ("dev", "lab"):
            target = Path(folder, addon.NAME, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(addon.CHECKOUT / path, target)
    command = [*sys.argv[1:], addon.NAME]
    done = subprocess.run(command, check=False, cwd=folder, stdout=subprocess.PIPE, text=True)
print(re.sub(rf"\S*{addon.NAME}/", "", done.stdout), end="")
sys.exit(done.returncode)
