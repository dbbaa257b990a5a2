"""Checking who may do what: each cell of the table in an addon's README."""

from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import file_path

from .common import SerialCase

ELSEWHERE = "inventory manager of another company"


class RightsCase(SerialCase):
    """The table *Who may do what* in the README of :attr:`addon`, called as over RPC.

    A bridge has a table and a case of its own.
    """

    #: The addon whose README, methods and fields are checked.
    addon = None
    #: The users in the table, with their groups.
    groups = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(cls.env, login=f"rights {name}", groups=groups)
            for name, groups in cls.groups.items()
        }
        cls.users["no access"] = cls.env["res.users"].create(
            {"name": "Nobody", "login": "rights nobody", "group_ids": [Command.clear()]}
        )
        other = cls.env["res.company"].create({"name": "Other Yard"})
        cls.users[ELSEWHERE] = new_test_user(
            cls.env,
            login="rights elsewhere",
            groups=cls.groups["inventory manager"],
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )

    def assertCalls(self, calls):
        """Assert that each call works for whom the table has a yes, and is refused to the others.

        :param calls: ``{line of the table: [(model, ids or None, method, *arguments)]}``
        """
        table = self._read_table()
        self.assertEqual(table.keys(), calls.keys())
        for line, its_calls in calls.items():
            self.assertEqual(table[line].keys(), self.users.keys(), line)
            for name, user in self.users.items():
                for call in its_calls:
                    with self.subTest(line=line, user=name, call=call[2]):
                        self._check(user, call, table[line][name])

    def assertFields(self, fields):
        """Assert that each field can be written by whom the table has a yes only.

        :param fields: ``{record: {line of the table: {field: value}}}``; the line None is for what
            nobody writes, or what is computed
        """
        table, everybody = self._read_table(), dict.fromkeys(self.users, "–")
        for record, lines in fields.items():
            for line, values in lines.items():
                for name, user in self.users.items():
                    cell = table.get(line, everybody)[name]
                    for field, value in values.items():
                        with self.subTest(record._name, field=field, user=name):
                            self._check_write(user, record, field, value, cell)

    def _list_computed(self):
        """Return a value for each field that units of one kind of a document compute."""
        lines = [Command.clear()]
        return {
            **dict.fromkeys(("name", "serial_answers_missing", "serial_validate_label"), "x"),
            **dict.fromkeys(("serial_done_count", "serial_missing_count"), 7),
            **dict.fromkeys(("serial_scanned_count", "serial_unit_count"), 7),
            **dict.fromkeys(("is_serialize", "serial_is_scanned"), True),
            **dict.fromkeys(("serial_must_be_scanned", "serial_puts_away"), True),
            "serial_some_new": False,
            **dict.fromkeys(("serial_several_parts", "serial_several_transfers"), True),
            **dict.fromkeys(("move_ids", "move_line_ids", "serial_line_ids"), lines),
            **dict.fromkeys(("location_id", "location_dest_id"), self.bin_b.id),
            "company_id": False,
            "partner_id": self.vendor.id,
            "picking_type_code": "incoming",
            "picking_type_id": self.warehouse.in_type_id.id,
            "serial_entry_product_ids": self.part.ids,
            "serial_entry_refused": [],
            "serial_prompt_line_ids": [],
            "serial_units_in_stock": True,
            "state": "done",
        }

    def _find_fields(self):
        """Return ``{(model, field)}`` of what the addon adds."""
        return {
            (model._name, name)
            for model in self.registry.values()
            for name, field in model._fields.items()
            if self._is_added(model, field)
            and name not in MAGIC_COLUMNS
            # A field that a variant inherits from its part is written on the part.
            and not field.inherited
            and not model._abstract
        }

    def _is_added(self, model, field):
        """Return whether the addon adds *field* to *model*: a bridge's models are its own, with what
        they inherit."""
        if model._original_module.startswith("serialized_parts_"):
            return model._original_module == self.addon and bool(field._modules)
        return field._modules[:1] == (self.addon,)

    def assertFieldsListed(self, fields, left_out=()):
        """Assert that *fields*, see :meth:`assertFields`, are all that the addon adds.

        :param left_out: further pairs of a model and a field
        """
        listed = {
            (record._name, field)
            for record, lines in fields.items()
            for values in lines.values()
            for field in values
        }
        self.assertEqual(self._find_fields() - listed, set(left_out))

    def assertMethodsListed(self, calls):
        """Assert that the methods in *calls*, see :meth:`assertCalls`, are all public ones that the
        addon adds."""
        called = {call[2] for its_calls in calls.values() for call in its_calls}
        missing = self._find_methods() - called - {"read", "write", "create", "unlink"}
        self.assertFalse(missing)

    def _find_methods(self):
        """Return the names of the public methods that the addon adds to models."""
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
        return added

    def _is_ours(self, definition):
        return definition.__module__.startswith(f"odoo.addons.{self.addon}.")

    def _read_table(self):
        """Return ``{line: {user: whether the README has a yes}}``."""
        text = Path(file_path(f"{self.addon}/README.md")).read_text()
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
