import ast
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tools import file_path

from .common import SerialCase
from .photo_case import make_picture
from .rights import list_calls, list_fields

USERS = {
    "portal": "base.group_portal",
    "public": "base.group_public",
    "employee": "base.group_user",
    "purchase user": "purchase.group_purchase_user",
    "warehouse user": "stock.group_stock_user",
    "inventory manager": "stock.group_stock_manager",
}
ELSEWHERE = "inventory manager of another company"


@tagged("post_install", "-at_install")
class TestRights(SerialCase):
    """The README's table of who may do what: each of its cells, called as over RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(cls.env, login=f"rights {name}", groups=groups)
            for name, groups in USERS.items()
        }
        cls.users["no access"] = cls.env["res.users"].create(
            {"name": "Nobody", "login": "rights nobody", "group_ids": [Command.clear()]}
        )
        other = cls.env["res.company"].create({"name": "Other Yard"})
        cls.users[ELSEWHERE] = new_test_user(
            cls.env,
            login="rights elsewhere",
            groups=USERS["inventory manager"],
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        cls.part.uses_serial_numbers = True
        cls.part.company_id = cls.env.company
        cls.question = cls._new_question("Mileage", "integer")
        cls.bolt = cls._new_part("Bolt", company_id=cls.env.company.id, default_code="BOLT")
        cls.gear = cls._new_part(
            "Gear", uses_serial_numbers=True, company_id=cls.env.company.id
        )
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

        self._receive("GEAR1\nGEAR2", self.gear)
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

    @staticmethod
    def _read_table():
        """Return ``{line: {user: whether the README has a yes}}``."""
        text = Path(file_path("serialized_parts/README.md")).read_text()
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in text.split("## Who may do what")[1].split("\n## ")[0].splitlines()
            if line.startswith("|")
        ]
        header, _rule, *lines = rows
        return {line[0]: dict(zip(header[1:], line[1:], strict=True)) for line in lines}

    def _call(self, user, model, ids, method, *args):
        args = list(args) if ids is None else [ids, *args]
        call_kw(self.env[model].with_user(user), method, args, {})
        self.env.flush_all()

    def test_each_cell(self):
        table = self._read_table()
        self.assertEqual(table.keys(), list_calls(self).keys())
        for line, calls in list_calls(self).items():
            self.assertEqual(table[line].keys(), self.users.keys(), line)
            for name, user in self.users.items():
                for call in calls:
                    with self.subTest(line=line, user=name, call=call[2]):
                        self._check(user, call, table[line][name])

    def test_each_field(self):
        table, everybody = self._read_table(), dict.fromkeys(self.users, "–")
        for record, lines in list_fields(self).items():
            for line, values in lines.items():
                for name, user in self.users.items():
                    cell = table.get(line, everybody)[name]
                    for field, value in values.items():
                        with self.subTest(record._name, field=field, user=name):
                            self._check_write(user, record, field, value, cell)

    def _check_write(self, user, record, field, value, cell):
        """Check what writing a field does, with a *cell* of the table."""
        before = record.sudo()[field]
        with self.env.cr.savepoint() as savepoint:
            try:
                call_kw(record.with_user(user), "write", [record.ids, {field: value}], {})
                self.env.flush_all()
                written = True
            except UserError as error:
                # Other errors explain why not now; only an AccessError is about rights.
                written = cell == "yes" and not isinstance(error, AccessError)
            self.env.invalidate_all()
            if cell == "yes":
                self.assertTrue(written)
            else:
                # A computed field can be written in memory only.
                self.assertEqual(record.sudo()[field], before)
            savepoint.rollback()
        self.env.invalidate_all()

    def test_no_other_field_is_there(self):
        """Every field that the addon adds to a model is in :mod:`rights`."""
        listed = {
            (record._name, field)
            for record, lines in list_fields(self).items()
            for values in lines.values()
            for field in values
        }
        added = {
            (model._name, name)
            for model in self.registry.values()
            for name, field in model._fields.items()
            if field._modules[:1] == ("serialized_parts",)
            and name not in MAGIC_COLUMNS
            # A field that a variant inherits from its part is written on the part.
            and not field.inherited
            and not model._abstract
        }
        # Its rows come from a query; a warehouse's operation types are kept by Odoo.
        fixed = {pair for pair in added if pair[0] == "serial.checkup"}
        self.assertEqual(added - listed, fixed | {("stock.warehouse", "serialize_type_id")})

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
        added = set()
        for model in self.registry.values():
            ours = {cls for cls in model.mro() if self._is_ours(cls)}
            others = [cls for cls in model.mro() if cls not in ours]
            for cls in ours:
                added |= {
                    name
                    for name, value in vars(cls).items()
                    if callable(value)
                    and not name.startswith("_")
                    and not any(hasattr(other, name) for other in others if other is not model)
                }
        self.assertEqual(added, called - {"read", "write", "create", "unlink"})

    @staticmethod
    def _is_ours(definition):
        return definition.__module__.startswith("odoo.addons.serialized_parts.")

    def _check(self, user, call, cell):
        self.env.invalidate_all()
        with self.env.cr.savepoint() as savepoint:
            if cell == "yes":
                self._call(user, *call)
            else:
                self.assertEqual(cell, "–")
                with self.assertRaises(AccessError):
                    self._call(user, *call)
            savepoint.rollback()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestAllRights(BaseCase):
    """What the addon does with all rights."""

    def test_each_sudo_is_explained(self):
        """In a comment above its statement, or in it."""
        folder = Path(file_path("serialized_parts"))
        files = [folder / "hooks.py"]
        for room in ("controllers", "fields", "models", "report", "tools", "wizard"):
            files += (folder / room).rglob("*.py")
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
