"""Write the terms to translate into i18n/, from the demo database; to be run when a text for people changed."""

import subprocess

from dev import addon, demo_database, stack
from dev.output import Problem, say

HELP = "write i18n/serialized_parts.pot anew, and bring the translations in line with it"

SCRIPT = """
import re, sys
from io import BytesIO
from odoo.tools.translate import trans_export
buffer = BytesIO()
trans_export(False, [{name!r}], buffer, "po", env)
text = re.sub(r'"(POT-Creation|PO-Revision)-Date: .*\\n', "", buffer.getvalue().decode())
open({path!r}, "w").write(text)

import polib
from pathlib import Path
template = polib.pofile({path!r})
for translation in Path({path!r}).parent.glob("*.po"):
    catalogue = polib.pofile(str(translation), wrapwidth=0)
    catalogue.merge(template)
    for entry in catalogue.obsolete_entries():
        catalogue.remove(entry)
    catalogue.save()
"""


def options(parser):
    pass


def run(options, rest):
    path = addon.CHECKOUT / "i18n" / f"{addon.NAME}.pot"
    path.parent.mkdir(exist_ok=True)
    with stack.ready() as stack_:
        demo_database.ensure_unless_served(stack_)
        command = stack_.odoo_command(
            *("shell", "-c", demo_database.config(), "-d", demo_database.name(), "--no-http")
        )
        done = subprocess.run(
            [str(part) for part in command],
            env=stack_.env,
            input=SCRIPT.format(name=addon.NAME, path=str(path)),
            text=True,
            capture_output=True,
            check=False,
        )
    if done.returncode or not path.exists():
        raise Problem(f"exporting the terms failed: {done.stderr.strip()[-500:]}")
    say(f"wrote {path}")
    return 0
