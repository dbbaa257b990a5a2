import logging
from contextlib import nullcontext
from unittest import skipUnless
from unittest.mock import patch

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import FAST
from .common import SerialCase
from .without_fast import ROOM, without_fast


@skipUnless(FAST, "there is nothing that changes nothing but time")
@tagged("post_install", "-at_install")
class TestSpeed(SerialCase):
    """The number of queries does not grow with every unit."""

    def test_serial_numbers_are_written_one_by_one_where_another_app_overrides_it(self):
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
        receipt.enter_serials(f"N{self._names}*{units}@Y1-1A")
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

    def test_queries_of_scanning_a_delivery(self):
        def count_queries(units):
            names = self._receive(units)
            names.button_validate()
            delivery = self._deliver(self.part, units)
            text = "\n".join(delivery.move_line_ids.lot_id.mapped("name"))
            queries = self._count(lambda: delivery.enter_serials(text))
            self.assertEqual(delivery.serial_scanned_count, units)
            delivery.with_context(skip_serial_prompt=True).button_validate()
            return queries

        self._use_serials()
        self._assert_flat(count_queries)

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
        # As PostgreSQL reads tables that it takes for small until it analyzes them again.
        for joins in ("hashjoin", "mergejoin", "material", "memoize"):
            self.env.cr.execute(SQL("SET LOCAL %s = off", SQL(f"enable_{joins}")))
        self.assertLess(count_rows(80), 20 * count_rows(8))

    def _count_rows(self, plan):
        """Return how many rows the steps of a plan went through."""
        rows = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        return plan["Actual Loops"] * rows + sum(map(self._count_rows, plan.get("Plans", ())))

    def test_odoo_creates_each_quant_by_itself_without_the_fast_room(self):
        def count_queries(units):
            receipt = self._receive(units)
            with without_fast(self.registry):
                return self._count(receipt.button_validate)

        self._use_serials()
        self.assertGreater(count_queries(50) - count_queries(1), 90)
