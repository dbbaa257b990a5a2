from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SerialCase

GTIN = "9501101530003"


@tagged("post_install", "-at_install")
class TestScannedSerials(SerialCase):
    """A code that is scanned in the Inventory overview opens the serial number that it means."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.part.barcode = GTIN
        cls.other = cls._new_part("Starter", uses_serial_numbers=True, default_code="ST-1")

    def setUp(self):
        super().setUp()
        self._receive_named("SN1", "SN-2/A")
        self._receive_named("SN1", product=self.other)
        self.first = self._serial("SN1")
        self.same = self._serials(self.other)

    def _scan(self, text):
        """Return the serial numbers that are opened, as the clerk."""
        action = self.env["stock.lot"].with_user(self.clerk).action_open_scanned(text)
        if action["type"] == "ir.actions.client":
            return self.env["stock.lot"]
        if action.get("res_id"):
            return self.env["stock.lot"].browse(action["res_id"])
        return self.env["stock.lot"].with_context(**action["context"]).search(action["domain"])

    def test_our_own_labels(self):
        self.assertEqual(self._scan(self.first.serial_url), self.first)
        self.assertEqual(self._scan(self.same.serial_url), self.same)
        odd = self._serial("SN-2/A")
        self.assertEqual(self._scan(odd.serial_url), odd)

    def test_gs1(self):
        self.assertEqual(self._scan(f"010{GTIN}21SN1"), self.first)
        self.assertEqual(self._scan(f"]d2010{GTIN}21SN1\x1d240A"), self.first)
        self.assertEqual(self._scan(f"(01)0{GTIN}(21)SN1"), self.first)

    def test_a_part_number(self):
        self.assertEqual(self._scan("[)>\x1e06\x1d1PST-1\x1dSSN1\x1e\x04"), self.same)

    def test_a_number_that_several_parts_have(self):
        self.assertEqual(self._scan("SN1"), self.first | self.same)

    def test_a_similar_number_is_listed(self):
        action = self.env["stock.lot"].with_user(self.clerk).action_open_scanned("sn-2/a")
        self.assertNotIn("res_id", action)
        self.assertEqual(self._scan("sn-2/a"), self._serial("SN-2/A"))

    def test_an_archived_one(self):
        delivery = self._deliver(self.other, 1)
        delivery.button_validate()
        self.same.active = False
        self.assertEqual(self._scan(self.same.serial_url), self.same)

    def test_what_is_not_there(self):
        for text in ("SN99", "https://example.com/a", f"010{GTIN}21SN99", "/serial/1/x", ""):
            self.assertFalse(self._scan(text), text)
        with self.assertRaisesRegex(UserError, "entered as text"):
            self.env["stock.lot"].with_user(self.clerk).action_open_scanned(5)

    def test_lots_are_not_serial_numbers(self):
        oil = self._new_part("Oil")
        oil.tracking = "lot"
        self.env["stock.lot"].create({"name": "L1", "product_id": oil.id})
        self.assertFalse(self._scan("L1"))

    def test_rights(self):
        with self.assertRaises(AccessError):
            self.env["stock.lot"].with_user(self.employee).action_open_scanned("SN1")
