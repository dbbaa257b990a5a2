from unittest.mock import patch

from odoo import sql_db
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL
from odoo.tools.sql import index_exists

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ..models import serial_question_index
from .common import SerialCase


@tagged("post_install", "-at_install")
class TestIndexes(SerialCase):
    """Serial numbers are found by an index, the same ones that Odoo finds without it."""

    def setUp(self):
        super().setUp()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.part.product_tmpl_id.uses_serial_numbers = True
        self.Serial = self.env["stock.lot"].with_user(self.clerk)

    def _new_serial(self, name, **answers):
        return self.Serial.create(
            {"name": name, "product_id": self.part.id, "serial_answers": answers}
        )

    def _explain(self, *condition):
        """Return how PostgreSQL finds what Odoo asks for."""
        # In a small table, PostgreSQL would use the companies of the record rule instead.
        query = self.env["stock.lot"]._search([condition])
        self.env.flush_all()
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        return "\n".join(line for [line] in rows)

    def _find(self, *condition):
        domain = list(condition) if condition[0] == "!" else [condition]
        return self.Serial.search(
            [("product_id", "=", self.part.id), *domain], order="name"
        ).mapped("name")

    def _index_of(self, question):
        return f"serialized_parts_answer_{question.key}"

    def _assert_by_index(self, *cases):
        """Assert what is found, that an index finds it, and that the same is found without it.

        :param cases: ``(question, operator, value, names of the serial numbers)``
        """
        questions = self.env["serial.question"].with_user(self.boss)
        others = {}
        for question, operator, value, found in cases:
            condition = (f"serial_answers.{question.key}", operator, value)
            with self.subTest(condition):
                self.assertIn(self._index_of(question), self._explain(*condition))
                self.assertEqual(self._find(*condition), found)
                others[str(condition)] = self._find("!", condition)
            questions |= question
        questions.indexed = False
        for question, operator, value, found in cases:
            condition = (f"serial_answers.{question.key}", operator, value)
            with self.subTest(condition, indexed=False):
                self.assertNotIn(self._index_of(question), self._explain(*condition))
                self.assertEqual(self._find(*condition), found)
                self.assertEqual(self._find("!", condition), others[str(condition)])

    # ------------------------------------------------------------------------------ answers

    def test_numbers_and_dates(self):
        mileage, tested = (
            self._new_question(name, kind, indexed=True).with_user(self.boss)
            for name, kind in (("Mileage", "integer"), ("Tested", "date"))
        )
        self._new_serial("SN1", **{mileage.key: 0, tested.key: "2025-03-01"})
        self._new_serial("SN2", **{mileage.key: 250000, tested.key: "2026-01-31"})
        self._new_serial("SN3")
        self._assert_by_index(
            (mileage, "=", 250000, ["SN2"]),
            (mileage, "=", 0, ["SN1"]),
            (mileage, "in", [0, 250000], ["SN1", "SN2"]),
            (mileage, "<", 100, ["SN1"]),
            (mileage, ">=", 100, ["SN2"]),
            (tested, "=", "2025-03-01", ["SN1"]),
            (tested, ">", "2025-12-31", ["SN2"]),
            (tested, "<=", "2026-01-31", ["SN1", "SN2"]),
        )

    def test_texts_and_choices(self):
        plate, fuel, damage = (
            self._new_question(name, kind, choices, indexed=True).with_user(self.boss)
            for name, kind, choices in (
                ("Plate", "char", ""),
                ("Fuel", "selection", "AB"),
                ("Damage", "tags", "AB"),
            )
        )
        petrol, diesel = fuel.option_ids.mapped("key")
        dent, rust = damage.option_ids.mapped("key")
        long = 'Ünlü "90%" ' + "x" * 5000
        self._new_serial(
            "SN1", **{plate.key: "M-SN 4711", fuel.key: petrol, damage.key: [dent, rust]}
        )
        self._new_serial("SN2", **{plate.key: long, fuel.key: diesel, damage.key: [dent]})
        self._new_serial("SN3")
        self._assert_by_index(
            (plate, "=", "M-SN 4711", ["SN1"]),
            (plate, "=", long, ["SN2"]),
            (plate, "ilike", "sn 47", ["SN1"]),
            (plate, "ilike", '"90%"', ["SN2"]),
            (plate, "=ilike", "m-sn%", ["SN1"]),
            (fuel, "=", diesel, ["SN2"]),
            (fuel, "in", [petrol, diesel], ["SN1", "SN2"]),
            (damage, "=", dent, ["SN1", "SN2"]),
            (damage, "in", [rust], ["SN1"]),
        )

    def _assert_index(self, question, expected):
        """Assert that the index of *question* is there, with its statistics, or is not."""
        self.env.cr.execute(
            "SELECT relname FROM pg_class WHERE relname = %(name)s"
            " UNION ALL SELECT stxname FROM pg_statistic_ext WHERE stxname = %(name)s",
            {"name": self._index_of(question)},
        )
        self.assertEqual(len(self.env.cr.fetchall()), 2 if expected else 0)

    def test_an_index_is_there_while_its_question_is_marked_and_asked(self):
        question = self._new_question("Plate", indexed=True).with_user(self.boss)
        condition = (f"serial_answers.{question.key}", ">", 5)
        self._assert_index(question, True)
        for value in (False, True):
            question.active = value
            self._assert_index(question, value)
        question.question_type = "boolean"
        self._assert_index(question, False)
        question.question_type = "integer"
        self._assert_index(question, True)
        self.assertIn(self._index_of(question), self._explain(*condition))
        question.indexed = False
        self._assert_index(question, False)

    def test_an_index_goes_with_its_question(self):
        question = self._new_question("Plate", indexed=True).with_user(self.boss)
        copy = question.copy()
        self._assert_index(copy, True)
        gone = copy.new({"key": copy.key})
        copy.unlink()
        self._assert_index(gone, False)
        self._assert_index(question, True)

    def test_the_indexes_go_with_the_addon(self):
        question = self._new_question("Plate", indexed=True)
        fields = self.env["ir.model.fields"]
        # What uninstalling does to every field of the addon.
        for name in ("serial_answers", "source", "used_on"):
            field = fields._get("stock.lot", name).with_context(**{MODULE_UNINSTALL_FLAG: True})
            field._drop_column()
        self._assert_index(question, False)
        self.assertFalse(index_exists(self.env.cr, "stock_lot_serial_source_index"))
        self.assertFalse(index_exists(self.env.cr, "stock_lot_serial_used_on_index"))

    def test_marking_does_not_wait_long_for_others(self):
        question = self._new_question("Plate").with_user(self.boss)
        with (
            sql_db.db_connect(self.env.cr.dbname).cursor() as other,
            patch.object(serial_question_index, "LOCK_TIMEOUT", "50ms"),
        ):
            other.execute("LOCK TABLE stock_lot IN ROW EXCLUSIVE MODE")
            with self.assertRaisesRegex(UserError, "fewer people"):
                question.indexed = True
            other.rollback()
            question.indexed = True
        self.assertTrue(index_exists(self.env.cr, self._index_of(question)))

    # ---------------------------------------------------------------------------- documents

    def test_documents(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        first, second = self._new_serial("SN1"), self._new_serial("SN2")
        first.sudo().source = "P00014"
        second.sudo().write({"source": "Rück 100%", "used_on": "S00022"})
        second.sudo().with_company(other).source = "P00014"
        for condition, found in (
            (("source", "=", "P00014"), ["SN1"]),
            (("source", "in", ["P00014", "Rück 100%"]), ["SN1", "SN2"]),
            (("source", "ilike", "p0001"), ["SN1"]),
            (("source", "ilike", "ck 100%"), ["SN2"]),
            (("source", "=ilike", "p000_4"), ["SN1"]),
            (("used_on", "ilike", "S00022"), ["SN2"]),
        ):
            with self.subTest(condition):
                self.assertEqual(self._find(*condition), found)
                self.assertIn(f"stock_lot_serial_{condition[0]}_index", self._explain(*condition))
        self.assertEqual(self._find("source", "=", False), [])
        self.assertEqual(self._find("source", "!=", "P00014"), ["SN2"])
        self.assertEqual(self._find("source", "not ilike", "P0001"), ["SN2"])
        self.assertEqual(self._find("used_on", "=", False), ["SN1"])

    def test_a_default_is_found_too(self):
        self._new_serial("SN1")
        self.env["ir.default"].set("stock.lot", "source", "Stock 2020")
        self.assertEqual(self._find("source", "=", "Stock 2020"), ["SN1"])
        self.assertEqual(self._find("source", "ilike", "2020"), ["SN1"])
