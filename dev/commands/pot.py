"""Write the terms to translate into i18n/, from the demo database. Run it after changing a text that users see."""

import re

import polib

from dev import addon, database, demo_database, stack
from dev.output import say

HELP = "write i18n/serialized_parts.pot anew, and bring the translations in line with it"
SCRIPT = """
from odoo.tools.translate import trans_export
with open({path!r}, "wb") as file:
    trans_export(False, [{name!r}], file, "po", env)
"""
DATES = re.compile(r'"(POT-Creation|PO-Revision)-Date: .*\n')


def run(options, rest):
    path = addon.CHECKOUT / "i18n" / f"{addon.NAME}.pot"
    path.parent.mkdir(exist_ok=True)
    with stack.ready() as stack_:
        demo_database.ensure_unless_served(stack_)
        script = SCRIPT.format(name=addon.NAME, path=str(path))
        database.run_shell(stack_, demo_database.config(), demo_database.name(), script)
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
