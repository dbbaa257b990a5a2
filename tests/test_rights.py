import ast
import base64
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
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
        self.gone = self.env["stock.lot"].create({"name": "SN8", "product_id": self.part.id})
        self.choice = self._new_question("Colour", "selection", ["Red"]).option_ids
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
                (*picking, "forget_refused", self.asked),
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
                (*lot, "action_take_back_misfits"),
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

    # Its fields: which line of the table says who writes them, and what is written.

    def _fields(self):
        """Return ``{record: {line of the table: {field: value}}}`` of all fields that the addon
        adds; the line None is for what nobody writes, or what is computed."""
        part, question = self.part.product_tmpl_id, self.question
        line = self.receipt.move_line_ids.filtered("lot_name")
        tick = "tick _Uses Serial #s_, set the default answers"
        enter = "enter serial numbers on a transfer"
        counts = dict.fromkeys(("serial_count", "unserialized_quantity", "missing_quantity"), 7)
        computed = {"answers_missing": "x", "part_type_id": self.part.categ_id.id}
        return {
            self.bolt.product_tmpl_id: {
                tick: {"uses_serial_numbers": True, "default_serial_answers": {question.key: 5}},
            },
            part: {
                tick: {
                    "default_serial_answers": {question.key: 5},
                    "serial_edits": {},
                    "serial_ids": [Command.update(self.serial.id, {"note": "x"})],
                },
                None: {**counts, "part_type_id": self.part.categ_id.id, "serials_started": True},
            },
            self.part: {
                tick: {
                    "serial_edits": {},
                    "serial_ids": [Command.update(self.serial.id, {"note": "x"})],
                },
                None: {**counts, "unserialized_value": 7},
            },
            self.part.categ_id: {
                None: {"serial_question_definition": [], "serial_question_ids": []},
            },
            self.serial: {
                "answer custom fields, move a serial number": {
                    "serial_answers": {question.key: 6},
                },
                None: {
                    **computed,
                    "corrected_from_id": self.serial.id,
                    "in_company_history": False,
                    "is_on_hand": False,
                    "part_tracking": "lot",
                    "product_tmpl_id": self.bolt.product_tmpl_id.id,
                    "answers_misfit": "x",
                    "source": "x",
                    "unit_company_id": False,
                    "used_on": "x",
                },
            },
            self.gone: {"answer custom fields, move a serial number": {"active": False}},
            line: {
                enter: {"serial_answers": {question.key: 6}},
                None: {**computed, "known_lot_id": self.serial.id},
            },
            self.receipt.move_ids: {
                None: {"is_serialize": True, "is_serial_correction": True, "unit_value": 7},
            },
            self.receipt: {
                enter: {
                    "serial_entry": "SN9",
                    "serial_entry_location_id": self.bin_b.id,
                    "serial_entry_product_id": self.part.id,
                    "serial_line_ids": [Command.update(line.id, {"lot_name": "SN9"})],
                },
                None: {
                    **dict.fromkeys(("serial_done_count", "serial_missing_count"), 7),
                    **dict.fromkeys(("is_serialize", "serial_units_in_stock"), True),
                    "serial_answers_missing": "x",
                    "serial_entry_product_ids": self.bolt.ids,
                    "serial_entry_refused": [],
                    "serial_several_parts": True,
                    "serial_unit_count": 7,
                    "serial_validate_label": "x",
                },
            },
            self.receipt.move_ids.purchase_line_id.order_id: {None: {"serial_count": 7}},
            self.serial.quant_ids[0]: {None: {"is_of_other_company": True}},
            self.warehouse.serialize_type_id: {
                None: {"is_serialize": False, "serial_checkup_count": 7},
            },
            question: {
                "set up custom fields": {
                    "active": False,
                    "category_ids": self.part.categ_id.ids,
                    "help": "x",
                    "indexed": True,
                    "name": "Miles",
                    "option_ids": [],
                    "question_type": "float",
                    "required": True,
                    "sequence": 7,
                },
                None: {"answer_count": 7, "key": "x"},
            },
            self.choice: {
                "set up custom fields": {
                    "active": False,
                    "name": "Blue",
                    "sequence": 7,
                    "question_id": question.id,
                },
                None: {"key": "x"},
            },
            self.correction: {
                "correct a serial number": {
                    **dict.fromkeys(("new_name", "other_serial", "reason", "serial"), "x"),
                    "kind": "undo",
                    "lot_id": self.serial.id,
                    "move_line_id": line.id,
                    "other_lot_id": self.serial.id,
                    "product_id": self.part.id,
                },
                None: {
                    "location_id": self.bin_b.id,
                    "part_id": self.bolt.id,
                    "part_type_id": self.part.categ_id.id,
                },
            },
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

    def test_each_field(self):
        table, everybody = self._read_table(), dict.fromkeys(self.users, "–")
        for record, lines in self._fields().items():
            for line, values in lines.items():
                for name, user in self.users.items():
                    cell = table.get(line, everybody)[name]
                    for field, value in values.items():
                        with self.subTest(record._name, field=field, user=name):
                            self._check_write(user, record, field, value, cell)

    def _check_write(self, user, record, field, value, cell):
        """Hold what writing a field does against a *cell* of the table."""
        before = record.sudo()[field]
        with self.env.cr.savepoint() as savepoint:
            try:
                call_kw(record.with_user(user), "write", [record.ids, {field: value}], {})
                self.env.flush_all()
                written = True
            except UserError as error:
                # It is told that it can't be done now, which an AccessError does not say.
                written = cell == "yes" and not isinstance(error, AccessError)
            self.env.invalidate_all()
            if cell == "yes":
                self.assertTrue(written)
            else:
                # What is computed can be written in memory only.
                self.assertEqual(record.sudo()[field], before)
            savepoint.rollback()
        self.env.invalidate_all()

    def test_no_other_field_is_there(self):
        """Every field that the addon adds to a model is in ``_fields``."""
        listed = {
            (record._name, field)
            for record, lines in self._fields().items()
            for values in lines.values()
            for field in values
        }
        added = {
            (model._name, name)
            for model in self.registry.values()
            for name, field in model._fields.items()
            if field._modules[:1] == ("serialized_parts",)
            and name not in MAGIC_COLUMNS
            # A variant's field of its part is written on the part.
            and not field.inherited
            and not model._abstract
        }
        # Its rows are of a query; a warehouse's operation types are kept by Odoo.
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
        for room in ("controllers", "models", "tools", "wizard"):
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
