import tempfile
import unittest
from pathlib import Path
from unittest import mock

from dev import addon


class TestBridges(unittest.TestCase):
    """A folder in ``bridges/`` that has a manifest is all that a bridge needs."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.checkout, self.root = (Path(temporary.name, name) for name in ("checkout", "root"))
        self._write("", ["purchase_stock"])
        self._write("bridges/serialized_parts_mrp", ["serialized_parts", "mrp"])
        (self.checkout / "bridges/no_addon").mkdir()
        checkout = mock.patch.object(addon, "CHECKOUT", self.checkout)
        checkout.start()
        self.addCleanup(checkout.stop)

    def _write(self, place, depends):
        folder = self.checkout / place
        folder.mkdir(parents=True)
        (folder / "__manifest__.py").write_text(repr({"depends": depends}))

    def _list_linked(self):
        addon.link(self.checkout, self.root)
        return sorted(path.name for path in self.root.iterdir() if path.is_dir())

    def test_odoo_sees_the_bridges_beside_the_addon(self):
        self.root.mkdir()
        (self.root / "serialized_parts").symlink_to(self.checkout)
        self.assertEqual(self._list_linked(), ["serialized_parts", "serialized_parts_mrp"])
        own = [path.name for path in (self.root / "serialized_parts").iterdir()]
        self.assertEqual(own, ["__manifest__.py"])
        self._write("bridges/serialized_parts_sale", [])
        (self.checkout / "bridges/serialized_parts_mrp/__manifest__.py").unlink()
        (self.checkout / "models").mkdir()
        self.assertEqual(self._list_linked(), ["serialized_parts", "serialized_parts_sale"])
        own = {path.name for path in (self.root / "serialized_parts").iterdir()}
        self.assertEqual(own, {"__manifest__.py", "models"})

    def test_their_apps_are_installed_except_in_the_plain_set(self):
        self.assertEqual(addon.modules("plain"), ["purchase_stock"])
        self.assertEqual(addon.modules("demo"), ["mrp", "purchase_stock", "sale_stock"])

    def test_they_are_tested_where_their_apps_are(self):
        for modules, tested in (
            (["purchase_stock"], ["serialized_parts"]),
            (["mrp", "purchase_stock"], ["serialized_parts", "serialized_parts_mrp"]),
        ):
            self.assertEqual(addon.get_tested(modules), tested)
