import tempfile
import unittest
from pathlib import Path
from unittest import mock

from lab import oca
from lab.commands import compat


class TestOca(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def _addons(self, **depends):
        for name, needed in depends.items():
            (self.root / name).mkdir()
            text = repr({"version": "19.0.1.0.0", "depends": needed})
            (self.root / name / "__manifest__.py").write_text(text)
        return oca.Addons({name: self.root / name for name in depends})

    def test_words_choose_sections_modules_and_distributions(self):
        self.assertEqual(oca.choose(["stock_b", "odoo-addon-stock-a"]), ["stock_a", "stock_b"])
        default, more = oca.choose([]), oca.choose(["more"])
        self.assertIn("stock_no_negative", default)
        self.assertFalse({*default} & {*more})
        self.assertEqual(oca.choose(["default", "more"]), sorted([*default, *more]))

    def test_what_depends_on_an_addon_is_left_out_with_it(self):
        addons = self._addons(rma=["stock"], rma_sale=["rma"], rma_more=["rma_sale"], lots=[])
        addons.leave_out("rma", "it doesn't install")
        self.assertEqual(addons.versions, {"lots": "19.0.1.0.0"})
        self.assertEqual(
            oca.reasons(addons.left_out),
            [
                "rma: it doesn't install",
                "rma_more: it needs rma_sale",
                "rma_sale: it needs rma",
            ],
        )

    def test_an_addon_that_cannot_be_had_is_left_out(self):
        known = self._addons(lots=["stock", "gone"], other=["stock"]).folders

        def fetch(name):
            if name not in known:
                raise oca.Problem("no such wheel")
            return known[name]

        stack_ = mock.MagicMock(**{"odoo.path": self.root / "odoo"})
        (self.root / "odoo/odoo/addons/stock").mkdir(parents=True)
        with mock.patch.object(oca, "_fetch", fetch), mock.patch.object(oca.locks, "exclusive"):
            addons = oca.fetch(stack_, ["lots", "other"])
        self.assertEqual(addons.folders, {"other": self.root / "other"})
        self.assertEqual(addons.left_out, {"gone": oca.NOT_FOUND, "lots": "it needs gone"})

    def test_own_tests_pass_without_other_addons(self):
        ours = {
            "serialized_parts:TestA.test_1": "failed",
            "serialized_parts:TestA.test_2": "skipped",
            "stock_a:TestA.test_1": "error",
        }
        self.assertEqual(
            compat.own_alone(ours),
            {
                "serialized_parts:TestA.test_1": "passed",
                "serialized_parts:TestA.test_2": "skipped",
            },
        )
