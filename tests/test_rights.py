import ast
import base64
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tools import file_path

from .common import SerialCase

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
        cls.bolt = cls._new_part("Bolt", company_id=cls.env.company.id)
        cls.shared = cls._new_part("Starter", uses_serial_numbers=True)

    def setUp(self):
        super().setUp()
        self._receive("SN1\nSN2")
        self.serial = self._serials(self.part)[0]
        self._put_in_stock(self.part, 1, self.bin_a)
        self.receipt = self._receipt(2)
        self.receipt.enter_serials("SN3")
        self.receipt.enter_in_prompt("sn1")
        [asked] = self.receipt.serial_entry_refused
        self.asked = asked["text"]
        self.correction = (
            self.env["serial.correction"]
            .with_user(self.users["inventory manager"])
            .create({"lot_id": self.serial.id, "new_name": "SN7", "reason": "Misread"})
        )

        self._receive("SHARED1\nSHARED2", self.shared)
        self._deliver(self.shared, 1).button_validate()
        serials = self._serials(self.shared).with_user(self.boss)
        # One is in stock, one was sold.
        self.shared_serials = [("stock.lot", serial.ids) for serial in serials]
        self.notes = [serial.message_post(body="Cracked cover") for serial in serials]

    def _receive(self, text, product=None):
        receipt = self._receipt(2, product)
        receipt.enter_serials(text, location_id=self.bin_a.id)
        receipt.button_validate()

    # The lines of the table: what to call, and with what.

    def _actions(self):
        lot, picking = ("stock.lot", self.serial.ids), ("stock.picking", self.receipt.ids)
        part = ("product.template", self.part.product_tmpl_id.ids)
        order = ("purchase.order", self.receipt.move_ids.purchase_line_id.order_id.ids)
        category = ("product.category", self.part.part_type_id.ids)
        findings = self.env["serial.checkup"].search([("product_id", "=", self.part.id)])
        finding = ("serial.checkup", findings[:1].ids)
        serialize = ("stock.picking.type", self.warehouse.serialize_type_id.ids)
        key = self.question.key
        fields = ["name", "location_id", "serial_answers", "source", "used_on", "is_on_hand"]
        line = self.receipt.move_line_ids.filtered("lot_name").id
        content = base64.b64encode(b"Serial\nSN9\n").decode()
        return {
            "see serial numbers, their answers, Source and Used On": [(*lot, "read", fields)],
            "open Source and Used On": [
                (*lot, "action_open_source"),
                (*lot, "action_open_used_on"),
            ],
            "open the serial numbers of a transfer": [(*picking, "action_view_serials")],
            "open the serial numbers of a purchase order": [(*order, "action_view_serials")],
            "see how many units of a part have no serial number": [
                (*part, "read", ["unserialized_quantity", "serial_count"])
            ],
            "enter serial numbers on a transfer": [
                (*picking, "enter_serials", "SN9"),
                (*picking, "enter_in_prompt", "SN9"),
                (*picking, "answer_similar", self.asked),
                (*picking, "preview_serials", "SN9"),
                (*picking, "generate_serials"),
                (*picking, "get_serial_template"),
                (*picking, "copy_serial_answers", line),
                (*picking, "action_open_serial_prompt"),
            ],
            "read a file of serial numbers": [
                ("stock.picking", None, "read_serial_file", "a.csv", content)
            ],
            "validate what has its serial number": [(*picking, "action_validate_serials")],
            "assign serial numbers to units in stock": [
                (*part, "action_assign_serials"),
                ("product.product", self.part.ids, "action_assign_serials"),
            ],
            "see the Serial Check-up, open what puts a finding right": [
                (*finding, "read", ["kind", "description"]),
                (*finding, "action_open_remedy"),
                (*finding, "action_settle"),
                (*serialize, "read", ["serial_checkup_count"]),
                (*serialize, "action_open_serial_checkup"),
            ],
            "answer custom fields, move a serial number": [
                (*lot, "write", {"serial_answers": {key: 5}}),
                (*lot, "write", {"location_id": self.bin_b.id}),
            ],
            "see a serial number of a part that companies share, its place, answers and chatter": [
                *((*shared, "read", fields) for shared in self.shared_serials),
                *(("mail.message", note.ids, "read", ["body"]) for note in self.notes),
            ],
            "answer, rename or archive a serial number of a part that companies share": [
                *(
                    (*shared, "write", vals)
                    for shared in self.shared_serials
                    for vals in ({"serial_answers": {key: 5}}, {"name": "SN8"})
                ),
                (*self.shared_serials[0], "write", {"active": False}),
            ],
            "correct a serial number": [
                (*lot, "action_correct_serial"),
                ("stock.move.line", [line], "action_correct_serial"),
                ("serial.correction", self.correction.ids, "action_correct"),
            ],
            "tick _Uses Serial #s_, set the default answers": [
                (
                    "product.template",
                    self.bolt.product_tmpl_id.ids,
                    "write",
                    {"uses_serial_numbers": True},
                ),
                (*part, "write", {"default_serial_answers": {key: 5}}),
            ],
            "see which custom fields a part type has": [
                (*category, "action_open_serial_questions")
            ],
            "set up custom fields": [
                ("serial.question", None, "create", {"name": "Colour"}),
                ("serial.question", self.question.ids, "write", {"name": "Miles"}),
            ],
        }

    @staticmethod
    def _read_table():
        """Return ``{line: {user: whether the README says yes}}``."""
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
        self.assertEqual(table.keys(), self._actions().keys())
        for line, calls in self._actions().items():
            self.assertEqual(table[line].keys(), self.users.keys(), line)
            for name, user in self.users.items():
                for call in calls:
                    with self.subTest(line=line, user=name, call=call[2]):
                        self._check(user, call, table[line][name])

    def test_nothing_else_can_be_called(self):
        """Every public method that the addon adds to a model is in the table."""
        called = {call[2] for calls in self._actions().values() for call in calls}
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
        self.assertEqual(added, called - {"read", "write", "create"})

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

    def test_each_sudo_says_why(self):
        """In a comment above its statement, or in it."""
        folder = Path(file_path("serialized_parts"))
        files = [folder / "hooks.py"]
        for room in ("models", "tools", "wizard"):
            files += (folder / room).glob("*.py")
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
