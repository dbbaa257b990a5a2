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

    def test_a_part_number_without_separators(self):
        """The scanner lost what is between part number and serial number."""
        self.assertEqual(self._scan("[)>061PST-1SN1"), self.env["stock.lot"])
        self._receive_named("77-A", product=self.other)
        found = self._serials(self.other).filtered(lambda lot: lot.name == "77-A")
        self.assertEqual(self._scan("[)>061PST-1S77-A"), found)
        self.assertEqual(self._scan("[)>061Pst-1S77-A"), found)

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


@tagged("post_install", "-at_install")
class TestOwnLabelsInPrompts(SerialCase):
    """The addresses on our own labels, scanned in a prompt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.other = cls._new_part("Starter", uses_serial_numbers=True)

    def setUp(self):
        super().setUp()
        self._receive_named("SN-1/A", "SN2")
        self._receive_named("ST1", product=self.other)

    def _enter(self, picking, text):
        """Return the status and the message of the only entry."""
        [row] = picking.enter_serials(text)["entries"]
        return row["status"], row["message"]

    def _sell(self, product):
        self._deliver(product, len(self._serials(product))).button_validate()

    def test_a_unit_that_comes_back(self):
        self._sell(self.part)
        receipt = self._receipt(1)
        status, _message = self._enter(receipt, self._serial("SN-1/A").serial_url)
        self.assertEqual((status, receipt.move_line_ids.lot_name), ("known", "SN-1/A"))

    def test_a_unit_in_stock(self):
        status, message = self._enter(self._receipt(1), self._serial("SN2").serial_url)
        self.assertEqual(status, "in_stock")
        self.assertIn("Y1-1A", message)

    def test_a_unit_of_another_part(self):
        starter = self._serials(self.other).serial_url
        status, message = self._enter(self._receipt(1), starter)
        self.assertEqual(status, "invalid")
        self.assertIn("no unit on this transfer", message)

    def test_the_label_chooses_the_part(self):
        """With both parts on a transfer, the label of one is never taken for the other."""
        self._sell(self.part)
        self._sell(self.other)
        order = self._purchase(1)
        order.order_line.copy({"order_id": order.id, "product_id": self.other.id})
        receipt = order.picking_ids.with_user(self.clerk)
        self._enter(receipt, self._serials(self.other).serial_url)
        named = receipt.move_line_ids.filtered("lot_name")
        self.assertRecordValues(named, [{"product_id": self.other.id, "lot_name": "ST1"}])

    def test_the_label_of_another_odoo(self):
        """Its part has the number of ours, but that unit isn't ours."""
        address = f"https://other.example.com/serial/{self.part.id}/X77"
        receipt = self._receipt(1)
        status, message = self._enter(receipt, address)
        self.assertEqual(status, "invalid")
        self.assertIn("doesn't have", message)
        self.assertFalse(receipt.move_line_ids.lot_name)
