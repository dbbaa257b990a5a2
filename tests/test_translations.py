import re
from io import BytesIO
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import trans_export


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_translators_have_every_term(self):
        """Run ``python3 dev pot`` when this fails."""
        exported = BytesIO()
        trans_export(False, ["serialized_parts"], exported, "po", self.env)
        now = {entry.msgid for entry in polib.pofile(exported.getvalue().decode())}
        path = file_path("serialized_parts/i18n/serialized_parts.pot")
        self.assertFalse(now - {entry.msgid for entry in polib.pofile(path)})

    def test_every_language_has_every_term(self):
        folder = Path(file_path("serialized_parts/i18n"))
        terms = {entry.msgid for entry in polib.pofile(str(folder / "serialized_parts.pot"))}
        for language in ("de", "fr", "es"):
            catalogue = polib.pofile(str(folder / f"{language}.po"))
            translated = {entry.msgid for entry in catalogue.translated_entries()}
            self.assertFalse(terms - translated, language)

    def test_translations_keep_what_is_filled_in(self):
        """Placeholders like %(serial)s, and tags, are the same in every language."""
        slot = re.compile(r"%\(\w+\)[a-z]|%[sd]|</?\w+>")
        for path in Path(file_path("serialized_parts/i18n")).glob("*.po"):
            for entry in polib.pofile(str(path)):
                self.assertEqual(
                    sorted(slot.findall(entry.msgid)),
                    sorted(slot.findall(entry.msgstr)),
                    f"{path.name}: {entry.msgid}",
                )
