import ast
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path

from .common import list_own_addons
from .photo_case import make_picture
from .rights import list_calls, list_fields
from .rights_case import RightsCase


@tagged("post_install", "-at_install")
class TestRights(RightsCase):
    """The README's table of who may do what: each of its cells, called as over RPC."""

    addon = "serialized_parts"
    groups = {
        "portal": "base.group_portal",
        "public": "base.group_public",
        "employee": "base.group_user",
        "purchase user": "purchase.group_purchase_user",
        "warehouse user": "stock.group_stock_user",
        "inventory manager": "stock.group_stock_manager",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True
        cls.part.company_id = cls.env.company
        cls.question = cls._new_question("Mileage", "integer")
        cls.bolt = cls._new_part("Bolt", company_id=cls.env.company.id, default_code="BOLT")
        cls.gear = cls._new_part("Gear", uses_serial_numbers=True, company_id=cls.env.company.id)
        cls.shared = cls._new_part("Starter", uses_serial_numbers=True)

    def setUp(self):
        super().setUp()
        self._receive("SN1\nSN2")
        self.serial = self._serials(self.part)[0]
        self.serial.photo_ids = [Command.create({"image_1920": make_picture()})]
        self._put_in_stock(self.part, 1, self.bin_a)
        self.receipt = self._receipt(2)
        self.receipt.enter_serials("SN3")
        self.receipt.enter_in_prompt("sn1")
        [asked] = self.receipt.serial_entry_refused
        self.asked = asked["text"]
        self.gone = self.env["stock.lot"].create({"name": "SN8", "product_id": self.part.id})
        self.choice = self._new_question("Colour", "selection", ["Red"]).option_ids
        self.correction = (
            self.env["serial.correction"]
            .with_user(self.users["inventory manager"])
            .create({"lot_id": self.serial.id, "new_name": "SN7", "reason": "Misread"})
        )

        self._receive("G1\nG2", self.gear)
        self.delivery, other = self._deliver(self.gear, 1), self._deliver(self.gear, 1)
        self.taken = other.move_line_ids.lot_id.name
        self.delivery.enter_in_prompt(self.taken)

        self._receive("SHARED1\nSHARED2", self.shared)
        self._deliver(self.shared, 1).button_validate()
        serials = self._serials(self.shared).with_user(self.boss)
        # One is in stock, one was sold.
        self.shared_serials = [("stock.lot", serial.ids) for serial in serials]
        self.sold = serials.filtered(lambda serial: serial.unit_state == "delivered")
        self.count = self.env["serial.count"].create({})
        self.count.scan("Y1-1A\nBOLT")
        self.closed_count = ("serial.count", self.env["serial.count"].create({}).ids)
        self.returned = self._receipt(1, self.shared)
        self.returned.enter_serials(self.sold.name)
        self.notes = [serial.message_post(body="Cracked cover") for serial in serials]

    def _receive(self, text, product=None):
        receipt = self._receipt(2, product)
        receipt.enter_serials(text, location_id=self.bin_a.id)
        receipt.button_validate()

    def test_each_cell(self):
        self.assertCalls(list_calls(self))

    def test_each_field(self):
        self.assertFields(list_fields(self))

    def test_no_other_field_is_there(self):
        """Every field that the addon adds to a model is in :mod:`rights`."""
        # Its rows come from a query; a warehouse's operation types are kept by Odoo.
        fixed = {pair for pair in self._find_fields() if pair[0] == "serial.checkup"}
        fixed.add(("stock.warehouse", "serialize_type_id"))
        self.assertFieldsListed(list_fields(self), fixed)

    def test_the_check_up_is_only_read(self):
        row = self.env["serial.checkup"].search([("product_id", "=", self.part.id)], limit=1)
        for user in self.users.values():
            for method, arguments in (
                ("write", [row.ids, {"quantity": 7}]),
                ("create", [{"quantity": 7}]),
                ("unlink", [row.ids]),
            ):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    call_kw(row.with_user(user), method, arguments, {})

    def test_nothing_else_can_be_called(self):
        """Every public method that the addon adds to a model is in the table."""
        called = {call[2] for calls in list_calls(self).values() for call in calls}
        self.assertEqual(self._find_methods(), called - {"read", "write", "create", "unlink"})


@tagged("post_install", "-at_install")
class TestAllRights(TransactionCase):
    """What the addon and its bridges do with all rights."""

    def test_each_sudo_is_explained(self):
        """In a comment above its statement, or in it."""
        folders = [Path(file_path(name)) for name in list_own_addons(self.env)]
        files = [folders[0] / "hooks.py"]
        for room in ("controllers", "fields", "models", "report", "tools", "wizard"):
            files += [file for folder in folders for file in (folder / room).rglob("*.py")]
        silent = [f"{file.name}:{line}" for file in files for line in self._find_silent(file)]
        self.assertFalse(silent)

    def _find_silent(self, file):
        source = file.read_text()
        lines, tree = source.splitlines(), ast.parse(source)
        statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        for call in ast.walk(tree):
            if isinstance(call, ast.Attribute) and call.attr == "sudo":
                around = [
                    statement
                    for statement in statements
                    if statement.lineno <= call.lineno <= statement.end_lineno
                ]
                statement = max(around, key=lambda statement: statement.lineno)
                if not any(
                    "#" in line for line in lines[statement.lineno - 2 : statement.end_lineno]
                ):
                    yield call.lineno
