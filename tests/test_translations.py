import re
from io import BytesIO
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import trans_export

from .common import list_own_addons


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    """The translations of the addon and of the bridges that are installed."""

    def _read_terms(self, name):
        return {entry.msgid for entry in polib.pofile(file_path(f"{name}/i18n/{name}.pot"))}

    def test_translators_have_every_term(self):
        """Run ``python3 dev pot`` when this fails."""
        for name in list_own_addons(self.env):
            exported = BytesIO()
            trans_export(False, [name], exported, "po", self.env)
            now = {entry.msgid for entry in polib.pofile(exported.getvalue().decode())}
            with self.subTest(name):
                self.assertFalse(now - self._read_terms(name))

    def test_every_language_has_every_term(self):
        for name in list_own_addons(self.env):
            terms = self._read_terms(name)
            for language in ("de", "fr", "es"):
                catalogue = polib.pofile(file_path(f"{name}/i18n/{language}.po"))
                translated = {entry.msgid for entry in catalogue.translated_entries()}
                with self.subTest(name, language=language):
                    self.assertFalse(terms - translated)

    def test_translations_keep_what_is_filled_in(self):
        """Placeholders like %(serial)s, and tags, are the same in every language."""
        slot = re.compile(r"%\(\w+\)[a-z]|%[sd]|</?\w+>")
        for name in list_own_addons(self.env):
            for path in Path(file_path(f"{name}/i18n")).glob("*.po"):
                with self.subTest(name, file=path.name):
                    for entry in polib.pofile(str(path)):
                        self.assertEqual(
                            sorted(slot.findall(entry.msgid)),
                            sorted(slot.findall(entry.msgstr)),
                            entry.msgid,
                        )
