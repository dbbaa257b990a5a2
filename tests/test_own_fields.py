from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestOwnFields(SerialCase):
    """Nobody writes what the addon fills in itself: over RPC, by an import or by a default."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True
        cls.question = cls._new_question("Colour", "selection", ["Red"])

    def setUp(self):
        super().setUp()
        self.receipt = self._receipt(2)
        self.receipt.enter_serials("S1\nS2")
        self.receipt.button_validate()
        self.first, self.second = self._serials(self.part)
        self.count = self.env["serial.count"].with_user(self.clerk).create({})
        self.count.scan("Y1-1A")

    def _forge(self):
        """Return ``{record: values}`` of everything that only the addon writes."""
        return {
            self.first: {
                "corrected_from_id": self.second.id,
                "part_type_id": self.part.categ_id.id,
                "source": "P99999",
                "unit_company_id": self.env.company.id,
                "used_on": "P99999",
            },
            self.receipt.move_ids: {
                "is_serial_correction": True,
                "serial_count_id": self.count.id,
                "unit_value": 5.0,
            },
            self.count: {"date": "2030-01-31", "name": "CNT/1", "state": "done"},
            self.count.bin_ids: {
                **dict.fromkeys(("expected_count", "found_count", "missing_count"), 7),
                "accuracy": 5.0,
                "company_id": 7,
                "date": "2030-01-31",
                "misplaced_count": 7,
                "state": "closed",
                "user_id": self.boss.id,
            },
            self.receipt.move_line_ids[0]: {"scanned_name": "S1", "bin_user_id": self.clerk.id},
            self.receipt: {"serial_entry_refused": 5, "serial_from_scans": True},
            self.vendor: {"serial_list_columns": []},
            self.part.product_tmpl_id: {
                "part_type_id": self.part.categ_id.id,
                "serials_started": True,
            },
            self.part: {"unserialized_value": 5.0},
            self.part.categ_id: {"serial_question_definition": []},
        }

    def test_all_of_them_are_listed(self):
        """A stored field of ours that can't be edited in a view is one that the addon fills in."""
        forged = {
            (record._name, name) for record, values in self._forge().items() for name in values
        }
        ours = {
            (model._name, name)
            for model in self.registry.values()
            for name, field in model._fields.items()
            if field._modules == ("serialized_parts",)
            and field.store
            and field.readonly
            # The rows of a list have rights of their own.
            and field.type != "one2many"
            and name not in MAGIC_COLUMNS
            and model._auto
            and not (model._abstract or model._transient)
        }
        # A key that was given can be imported, and never changes.
        keys = {("serial.question", "key"), ("serial.question.option", "key")}
        self.assertEqual(ours - forged, keys)
        for model, name in forged:
            self.assertIn(name, self.env[model]._own_fields)

    def test_nobody_writes_them(self):
        everybody = "\n".join(["stock.group_stock_manager", "purchase.group_purchase_manager"])
        admin = self._new_user("all", *everybody.splitlines(), "base.group_system")
        for record, values in self._forge().items():
            for name, value in values.items():
                with self.subTest(record._name, field=name):
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        record.with_user(admin).write({name: value})
                    if not record.with_user(admin).has_access("create"):
                        continue
                    key = {f"default_{name}": value}
                    with self.assertRaisesRegex(AccessError, name), self.env.cr.savepoint():
                        record.with_user(admin).with_context(**key).create({})

    def test_an_import_does_not_write_them(self):
        rows = [["S9", str(self.part.id), "P99999"]]
        lots = self.env["stock.lot"].with_user(self.boss)
        result = lots.load(["name", "product_id/.id", "source"], rows)
        self.assertFalse(result["ids"])
        self.assertIn("source", result["messages"][0]["message"])

    def test_a_client_corrects_nothing_by_its_context(self):
        quants = self.env["stock.quant"].with_user(self.boss)
        context = {"inventory_mode": True, "serialized_parts_correction": True}
        quant = quants.with_context(**context).create(
            {
                "product_id": self.part.id,
                "location_id": self.bin_b.id,
                "inventory_quantity": 1,
            }
        )
        quant.action_apply_inventory()
        moves = self.env["stock.move"].search([("product_id", "=", self.part.id)])
        self.assertEqual(len(moves), 2)
        self.assertFalse(any(moves.mapped("is_serial_correction")))

    def test_a_circle_of_corrections_ends(self):
        self.first.sudo().corrected_from_id = self.second
        self.second.sudo().corrected_from_id = self.first
        first = self.first.with_user(self.clerk)
        self.assertEqual(first.action_open_source()["res_id"], self.receipt.id)
        first.location_id = self.bin_c
        self.assertEqual(first.location_id, self.bin_c)

    def test_what_was_refused_is_forgotten(self):
        receipt = self._receipt(1)
        receipt.enter_in_prompt("S1\nS2")
        receipt.forget_refused("S1")
        self.assertEqual([row["text"] for row in receipt.serial_entry_refused], ["S2"])
        with self.assertRaises(AccessError):
            receipt.with_user(self.buyer).forget_refused("S2")

    def test_they_are_not_copied(self):
        copies = [record.copy() for record in (self.first, self.receipt.move_ids, self.question)]
        self.assertFalse(copies[0].source)
        self.assertNotEqual(copies[2].key, self.question.key)
