import logging
from contextlib import nullcontext, suppress
from random import Random
from unittest import skipUnless
from unittest.mock import patch

from freezegun import freeze_time

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import FAST
from .common import SerialCase
from .random_documents import RandomDocuments
from .without_fast import ROOM, without_fast

START = "2025-03-03 08:00:00"
QUANT = (
    *("location_id", "lot_id", "package_id", "owner_id", "company_id", "quantity"),
    *("reserved_quantity", "in_date", "inventory_date", "inventory_quantity_set", "user_id"),
    *("inventory_diff_quantity", "create_uid", "write_uid"),
)
LOT = (
    "name",
    "location_id",
    "product_qty",
    "standard_price",
    "total_value",
    "company_id",
    "avg_cost",
)
MOVE = (
    *("state", "quantity", "product_uom_qty", "product_uom", "value", "date", "picked"),
    *("location_id", "location_dest_id"),
)
LINE = (
    *("move_id", "lot_id", "lot_name", "quantity", "product_uom_id", "state", "date", "picked"),
    *("location_id", "location_dest_id", "package_id", "result_package_id", "owner_id"),
    *("create_uid", "write_uid"),
)
MESSAGE = ("body", "author_id", "subtype_id", "message_type", "is_internal")
TEXTS = ("source", "used_on")


class _Undo(Exception):
    pass


@skipUnless(FAST, "there is nothing that changes nothing but time")
@tagged("post_install", "-at_install")
class TestSpeed(SerialCase):
    """What changes nothing but time: with it and without it the same books, in a number of
    queries that does not grow with every unit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.owner = cls.env["res.partner"].create({"name": "Consignor"})

    def _road(self, fast):
        return nullcontext() if fast else without_fast(self.registry)

    # ------------------------------------------------------------------------- the same books

    def test_the_books_are_those_of_odoo(self):
        with freeze_time(START) as clock:
            for seed in range(4):
                with self.subTest(seed=seed):
                    together = self._play(seed, clock)
                    with self._road(fast=False):
                        self.assertEqual(together, self._play(seed, clock))

    def _play(self, seed, clock):
        """Return what documents drawn by *seed* leave in the books, then undo them."""
        clock.move_to(START)
        books = []
        try:
            with self.env.cr.savepoint():
                documents = RandomDocuments(self, Random(seed), clock)
                documents.run()
                self.env.flush_all()
                self.env.invalidate_all()
                books = [documents.outcomes, *self._read_books(documents.part)]
                raise _Undo
        except _Undo:
            self.env.invalidate_all()
        return books

    def _read_books(self, part):
        """Return what is stored of *part*, in the order in which it was created, with the
        position of records instead of their ids."""
        books, seen = [], {}
        for model, names in (
            ("stock.lot", LOT),
            ("stock.move", MOVE),
            ("stock.move.line", LINE),
            ("stock.quant", QUANT),
        ):
            records = (
                self.env[model]
                .with_context(active_test=False)
                .search([("product_id", "=", part.id)], order="id")
            )
            seen.update({record: position for position, record in enumerate(records)})
            books += [
                [self._read_value(record[name], seen) for name in names] for record in records
            ]
            if model == "stock.lot":
                books += [[bool(lot[name]) for name in TEXTS] for lot in records]
                for message in records.message_ids.sorted("id"):
                    books.append([self._read_value(message[name], seen) for name in MESSAGE])
        return [*books, part.total_value, part.qty_available, part.free_qty, part.standard_price]

    def _read_value(self, value, seen):
        if not hasattr(value, "_name"):
            return value
        return [seen.get(record, record.display_name) for record in value]

    def test_the_books_of_a_shared_part_in_another_company(self):
        company = self.env["res.company"].create({"name": "Branch"})
        self.clerk.company_ids |= company
        self._use_serials()
        self.env = self.part.with_company(company).env
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        books = []
        for fast in (True, False):
            with (
                self._road(fast),
                freeze_time(START),
                suppress(_Undo),
                self.env.cr.savepoint(),
            ):
                receipt = self._move(
                    *(self.part, 3, warehouse.in_type_id, self.suppliers, warehouse.lot_stock_id)
                )
                receipt.enter_serials("B001*3")
                receipt.button_validate()
                receipt.env.flush_all()
                self.env.invalidate_all()
                books.append(self._read_books(self.part))
                raise _Undo
            self.env.invalidate_all()
        self.assertEqual(books[0], books[1])
        self.assertIn(company.name, str(books[0]))

    def test_serial_numbers_are_written_one_by_one_where_another_app_has_its_say(self):
        self._use_serials()
        Line = type(self.env["stock.move.line"])
        another = patch(f"{ROOM}.stock_move_line.KNOWN_WRITES", set())
        for writes, calls in ((nullcontext(), 1), (another, 0)):
            receipt = self._receive(3)
            with (
                writes,
                patch.object(
                    Line, "_assign_together", autospec=True, side_effect=Line._assign_together
                ) as assign,
            ):
                receipt.button_validate()
            self.assertEqual(assign.call_count, calls)
            names = receipt.move_line_ids.mapped("lot_name")
            self.assertEqual(receipt.move_line_ids.lot_id.mapped("name"), names)
        with another, self.assertLogs(ROOM, logging.INFO) as logs:
            self.env["stock.move.line"]._register_hook()
        self.assertIn("written line by line", logs.output[0])

    def test_a_patched_write_is_another_one(self):
        Line = type(self.env["stock.move.line"])
        self.assertFalse(Line._find_unknown_writes(self.env["stock.move.line"]))
        with patch.object(Line, "write", Line.write):
            self.assertTrue(Line._find_unknown_writes(self.env["stock.move.line"]))

    def test_a_delivery_locks_its_units_once(self):
        self._use_serials()
        self._receive(3).button_validate()
        delivery = self._deliver(self.part, 3)
        with patch.object(
            Environment, "execute_query", autospec=True, side_effect=Environment.execute_query
        ) as execute:
            delivery.button_validate()
        queries = [str(call.args[1].code) for call in execute.call_args_list]
        locking = [query for query in queries if "FROM stock_quant" in query and "FOR NO" in query]
        self.assertEqual((delivery.state, len(locking)), ("done", 1))

    # ---------------------------------------------------------------------------- the queries

    def _count(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _assert_flat(self, count_queries):
        """Assert that *count_queries* of 50 units hardly gives more than of one."""
        count_queries(1)
        one, fifty = count_queries(1), count_queries(50)
        self.assertLess(fifty - one, 25, f"{one} queries for 1 unit, {fifty} for 50")

    def _use_serials(self):
        self.part.product_tmpl_id.uses_serial_numbers = True

    def _receive(self, units):
        self._names = getattr(self, "_names", 0) + 1000
        receipt = self._receipt(units)
        receipt.enter_serials(f"N{self._names}*{units}@R1-1A")
        return receipt

    def test_queries_of_a_receipt(self):
        self._use_serials()
        self._assert_flat(lambda units: self._count(self._receive(units).button_validate))
        self.assertEqual(self.part.serial_count, 52)

    def test_queries_of_a_serialize_transfer(self):
        def count_queries(units):
            part = self._new_part(f"Engine {units}")
            self._put_in_stock(part, units, self.bin_a)
            self._tick(part)
            transfer = self._serialize(part)
            transfer.enter_serials(f"E001*{units}")
            return self._count(transfer.button_validate)

        self._assert_flat(count_queries)

    def test_queries_of_a_delivery(self):
        def count_queries(units):
            self._receive(units).button_validate()
            return self._count(self._deliver(self.part, units).button_validate)

        self._use_serials()
        self._assert_flat(count_queries)
        self.assertEqual(self.part.serial_count, 0)

    def test_a_serial_of_another_company_is_found_among_many_lines(self):
        self._use_serials()
        lines = self._receive(3).move_line_ids
        lines._check_company()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        lot = self.env["stock.lot"].create(
            {"name": "FOREIGN-1", "product_id": self.part.id, "company_id": elsewhere.id}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move_line SET lot_id = %s WHERE id = %s", (lot.id, lines[1].id)
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "FOREIGN-1"):
            lines._check_company()

    def test_the_work_of_finding_misplaced_serials_grows_with_them(self):
        def count_rows(units):
            receipt = self._receive(units)
            receipt.button_validate()
            with patch.object(
                Environment, "execute_query", autospec=True, side_effect=Environment.execute_query
            ) as execute:
                receipt.move_line_ids.lot_id._find_misplaced()
            query = SQL("EXPLAIN (ANALYZE, FORMAT JSON) %s", execute.call_args.args[1])
            [[[explained]]] = self.env.execute_query(query)
            return self._count_rows(explained["Plan"])

        self._use_serials()
        # As PostgreSQL reads tables that it takes for small, before it has looked at them again.
        for joins in ("hashjoin", "mergejoin", "material", "memoize"):
            self.env.cr.execute(SQL("SET LOCAL %s = off", SQL(f"enable_{joins}")))
        self.assertLess(count_rows(80), 20 * count_rows(8))

    def _count_rows(self, plan):
        """Return how many rows the steps of a plan have gone through."""
        rows = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        return plan["Actual Loops"] * rows + sum(map(self._count_rows, plan.get("Plans", ())))

    def test_odoo_creates_each_quant_by_itself_when_told(self):
        def count_queries(units):
            receipt = self._receive(units)
            with without_fast(self.registry):
                return self._count(receipt.button_validate)

        self._use_serials()
        self.assertGreater(count_queries(50) - count_queries(1), 90)
