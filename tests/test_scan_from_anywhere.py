from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestScanFromAnywhere(SerialCase):
    """What is scanned in the Inventory overview is opened, whatever it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.bolt = cls._new_part("Bolt")

    def _open(self, text, user=None):
        """Return the action for *text*, by default as the clerk."""
        return self.env["serial.scan"].with_user(user or self.clerk).open_scanned(text)

    def _list(self, action):
        """Return the records that a window action lists, as the clerk."""
        records = self.env[action["res_model"]].with_user(self.clerk)
        return records.with_context(**action.get("context", {})).search(action["domain"])

    def _kinds(self, text):
        """Return ``[(kind, name)]`` of what people may choose."""
        action = self._open(text)
        self.assertEqual(action["tag"], "serialized_parts_choose")
        return [(choice["kind"], choice["name"]) for choice in action["params"]["choices"]]

    def assertOpens(self, text, record):
        action = self._open(text)
        self.assertEqual((action["res_model"], action["res_id"]), (record._name, record.id), text)

    def assertUnknown(self, text, user=None):
        action = self._open(text, user)
        self.assertEqual((action["tag"], action["params"]["type"]), self._warning, text)
        return action["params"]["message"]

    _warning = ("display_notification", "warning")

    # ----------------------------------------------------------------------------------- bins

    def test_what_is_in_a_bin(self):
        self._receive_named("SN1", "SN2")
        self._put_in_stock(self.bolt, 7, self.bin_a)
        self._put_in_stock(self.bolt, 5, self.bin_b)
        for text in ("BIN-Y1-1A", "Y1-1A", "y1-1a", self.bin_a.complete_name, " Y1-1A\n"):
            action = self._open(text)
            self.assertEqual(action["name"], self.bin_a.display_name, text)
            found = sorted(
                (quant.product_id.name, quant.lot_id.name or "", quant.quantity)
                for quant in self._list(action)
            )
            self.assertEqual(
                found,
                [("Alternator", "SN1", 1), ("Alternator", "SN2", 1), ("Bolt", "", 7)],
                text,
            )

    def test_a_row_opens_its_unit(self):
        self._receive_named("SN1")
        self._put_in_stock(self.bolt, 7, self.bin_a)
        contents = self._list(self._open("Y1-1A"))
        actions = [quant.action_open_unit() for quant in contents]
        opened = {(action["res_model"], action["res_id"]) for action in actions}
        serial = self._serials(self.part)
        self.assertEqual(opened, {("stock.lot", serial.id), ("product.product", self.bolt.id)})

    def test_a_bin_with_shelves(self):
        shelf = self.env["stock.location"].create({"name": "Left", "location_id": self.bin_a.id})
        self._receive_named("SN1", location=shelf)
        self.assertEqual(self._list(self._open("Y1-1A")).lot_id.name, "SN1")

    def test_an_empty_bin(self):
        action = self._open("Y1-1C")
        self.assertFalse(self._list(action))
        self.assertIn("Y1-1C", action["help"])

    def test_an_archived_bin_is_unknown(self):
        self.bin_c.active = False
        self.assertUnknown("Y1-1C")

    def test_a_customer_is_no_bin(self):
        self.assertUnknown("Customers")

    def test_two_bins_of_one_name(self):
        yard = self.env["stock.location"].create({"name": "Yard 2", "location_id": self.stock.id})
        self.env["stock.location"].create({"name": "Y1-1A", "location_id": yard.id})
        names = {name for _kind, name in self._kinds("Y1-1A")}
        self.assertEqual(names, {"WH/Stock/Y1-1A", "WH/Stock/Yard 2/Y1-1A"})
        # The barcode is one bin's alone.
        self.assertEqual(self._open("BIN-Y1-1A")["name"], self.bin_a.display_name)

    def test_the_same_letter_case_goes_first(self):
        other = self.env["stock.location"].create({"name": "y1-1a", "location_id": self.stock.id})
        self.assertEqual(self._open("y1-1a")["name"], other.display_name)
        self.assertEqual(len(self._kinds("Y1-1a")), 2)

    def test_signs_of_patterns_are_themselves(self):
        self.env["stock.location"].create({"name": "A_%", "location_id": self.stock.id})
        self.assertUnknown("AB%")
        self.assertUnknown("%")
        self.assertUnknown("Y1_1A")

    # ------------------------------------------------------------------------------- transfers

    def test_a_transfer_and_its_prompt(self):
        receipt = self._receipt(2)
        for text in (receipt.name, receipt.name.lower()):
            action = self._open(text)
            self.assertEqual(action["tag"], "serialized_parts_open_prompt", text)
            self.assertEqual(action["params"]["picking_id"], receipt.id)
            self.assertEqual(action["params"]["form"]["res_id"], receipt.id)

    def test_a_transfer_without_prompt(self):
        done = self._receive_named("SN1")
        self.assertOpens(done.name, done)
        receipt = self._receipt(2, self.bolt)
        self.assertOpens(receipt.name, receipt)

    def test_who_may_not_enter_serials_has_no_prompt(self):
        receipt = self._receipt(2)
        self.assertEqual(self._open(receipt.name, self.buyer)["res_id"], receipt.id)

    def test_an_order_opens_its_open_transfer(self):
        order = self._purchase(3)
        receipt = order.picking_ids.with_user(self.clerk)
        self.assertEqual(self._open(order.name)["params"]["picking_id"], receipt.id)
        receipt.enter_serials("SN1")
        receipt.with_context(skip_backorder=True).action_validate_serials()
        backorder = receipt.backorder_ids
        self.assertTrue(backorder)
        self.assertEqual(self._open(order.name)["params"]["picking_id"], backorder.id)
        backorder.enter_serials("SN2\nSN3")
        backorder.button_validate()
        self.assertEqual(
            self._kinds(order.name),
            [("Transfer", backorder.name), ("Transfer", receipt.name)],
        )

    # --------------------------------------------------------------------- parts and packages

    def test_a_part(self):
        self.assertOpens("ALT-1", self.part)
        self.part.barcode = "9501101530003"
        self.assertOpens("(01)09501101530003", self.part)
        self.part.default_code = "AL-7"
        self.assertOpens("[)>\x1e06\x1d1PAL-7\x1e\x04", self.part)

    def test_an_unknown_unit_is_not_its_part(self):
        self.part.barcode = "9501101530003"
        self.assertUnknown("(01)09501101530003(21)SN99")

    def test_a_package(self):
        sscc = "106141411234567897"
        package = self.env["stock.package"].create({"name": sscc})
        self._put_in_stock(self.bolt, 7, self.bin_a, package_id=package)
        for text in (sscc, f"(00){sscc}", f"00{sscc}"):
            action = self._open(text)
            self.assertEqual(action["name"], sscc)
            self.assertRecordValues(
                self._list(action), [{"product_id": self.bolt.id, "quantity": 7}]
            )

    # --------------------------------------------------------------------------- several, none

    def test_a_text_that_means_several_things(self):
        self._receive_named("SN1")
        self._serial("SN1").name = "Y1-1A"  # In a prompt, it would be the bin.
        receipt = self._receipt(1)
        self.bolt.barcode = "Y1-1A"
        receipt.origin = "Y1-1A"
        self.assertEqual(
            self._kinds("Y1-1A"),
            [
                ("Serial Number", "Y1-1A"),
                ("Bin", "WH/Stock/Y1-1A"),
                ("Transfer", receipt.name),
                ("Part", "Bolt"),
            ],
        )
        action = self._open("Y1-1A")["params"]["choices"][0]["action"]
        self.assertEqual(action["res_id"], self._serial("Y1-1A").id)

    def test_bins_of_two_companies(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        self.env["stock.location"].create(
            {
                "name": "Y1-1C",
                "location_id": warehouse.lot_stock_id.id,
                "company_id": other.id,
            }
        )
        self.assertEqual(self._open("Y1-1C")["name"], self.bin_c.display_name)
        self.clerk.company_ids |= other
        scan = self.env["serial.scan"].with_user(self.clerk)
        scan = scan.with_context(allowed_company_ids=[self.env.company.id, other.id])
        choices = scan.open_scanned("Y1-1C")["params"]["choices"]
        self.assertEqual(
            {choice["detail"] for choice in choices}, {self.env.company.name, "Other Yard"}
        )

    def test_what_the_user_may_not_read_is_not_found(self):
        receipt = self._receipt(1)
        self._receive_named("SN1")
        other = self.env["res.company"].create({"name": "Other Yard"})
        stranger = new_test_user(
            self.env,
            login="scan stranger",
            groups="stock.group_stock_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.part.company_id = self.env.company
        for text in (receipt.name, "Y1-1A", "SN1", "ALT-1"):
            self.assertUnknown(text, stranger)
        for user in (self.employee, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self._open("Y1-1A", user)

    def test_nothing_is_called_so(self):
        self.assertIn("Nothing here is called XX1. Scan", self.assertUnknown("XX1"))
        for text in ("", " ", "\n", '""'):
            self.assertUnknown(text)

    def test_why_a_code_is_no_use(self):
        self.assertIn("web address", self.assertUnknown("https://example.com/a"))
        self.assertIn("check digit", self.assertUnknown("(01)09501101530004(21)SN1"))
