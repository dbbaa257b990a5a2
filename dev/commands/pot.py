"""Write the terms to translate into i18n/, from the demo database. Run it after changing a text that users see."""

import re

import polib

from dev import addon, process, stack
from dev.commands import demo
from dev.output import say

HELP = "write i18n/serialized_parts.pot anew, and bring the translations in line with it"
DATES = re.compile(r'"(POT-Creation|PO-Revision)-Date: .*\n')


def run(options, rest):
    path = addon.CHECKOUT / "i18n" / f"{addon.NAME}.pot"
    with stack.ready() as stack_:
        demo.ensure_unless_served(stack_)
        where = ("-c", demo.config(), "-d", demo.DATABASE, "-o", path)
        command = stack_.odoo_command("i18n", "export", *where, addon.NAME)
        process.read(command, env=stack_.env)
    path.write_text(DATES.sub("", path.read_text()))
    template = polib.pofile(str(path))
    for translation in path.parent.glob("*.po"):
        catalogue = polib.pofile(str(translation), wrapwidth=0)
        catalogue.merge(template)
        for entry in catalogue.obsolete_entries():
            catalogue.remove(entry)
        catalogue.save()
    say(f"wrote {path}")
    return 0
