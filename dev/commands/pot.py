"""Write the terms to translate into i18n/, of the addon and of each bridge, from the demo database. Run it after
changing a text that users see."""

import re

import polib

from dev import addon, process, stack
from dev.commands import demo
from dev.output import say

HELP = "write i18n/*.pot anew, and bring the translations in line with them"
DATES = re.compile(r'"(POT-Creation|PO-Revision)-Date: .*\n')


def run(options, rest):
    with stack.ready() as stack_:
        demo.ensure_unless_served(stack_)
        for name, home in addon.get_homes().items():
            _write_terms(stack_, name, home / "i18n" / f"{name}.pot")
    return 0


def _write_terms(stack_, name, path):
    """Write the terms of the addon *name* into the file *path*; bring the translations beside it in line."""
    path.parent.mkdir(exist_ok=True)
    where = ("-c", demo.config(), "-d", demo.DATABASE, "-o", path)
    process.read(stack_.odoo_command("i18n", "export", *where, name), env=stack_.env)
    path.write_text(DATES.sub("", path.read_text()))
    template = polib.pofile(str(path))
    for translation in path.parent.glob("*.po"):
        catalogue = polib.pofile(str(translation), wrapwidth=0)
        catalogue.merge(template)
        for entry in catalogue.obsolete_entries():
            catalogue.remove(entry)
        catalogue.save()
    say(f"wrote {path}")
