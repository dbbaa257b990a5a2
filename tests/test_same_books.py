from contextlib import nullcontext, suppress
from random import Random
from unittest import skipUnless

from freezegun import freeze_time

from odoo.tests import tagged

from ..models import FAST
from .common import SerialCase
from .random_documents import RandomDocuments
from .without_fast import without_fast

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
class TestSameBooks(SerialCase):
    """What changes nothing but time: with and without it, the books are the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.owner = cls.env["res.partner"].create({"name": "Consignor"})

    def test_the_books_are_those_of_odoo(self):
        with freeze_time(START) as clock:
            for seed in range(4):
                with self.subTest(seed=seed):
                    together = self._play(seed, clock)
                    with self._with_fast(fast=False):
                        self.assertEqual(together, self._play(seed, clock))

    def _with_fast(self, fast):
        return nullcontext() if fast else without_fast(self.registry)

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
                self._with_fast(fast),
                freeze_time(START),
                suppress(_Undo),
                self.env.cr.savepoint(),
            ):
                receipt = self._move(
                    *(self.part, 3, warehouse.in_type_id, self.supplier, warehouse.lot_stock_id)
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

    def _use_serials(self):
        self.part.product_tmpl_id.uses_serial_numbers = True

    def test_units_from_one_moment_leave_in_the_order_they_came(self):
        self._use_serials()
        for fast in (True, False):
            with (
                self._with_fast(fast),
                freeze_time(START),
                suppress(_Undo),
                self.env.cr.savepoint(),
            ):
                receipt = self._receipt(3)
                receipt.enter_serials("SN1*3@Y1-1A")
                # Odoo moves a unit into a package last, and creates its quant by itself.
                package = self.env["stock.package"].create({"name": "P3"})
                receipt.move_line_ids.sorted("lot_name")[2].result_package_id = package
                receipt.button_validate()
                leaving = self._deliver(self.part, 2).move_line_ids.lot_id
                self.assertEqual(sorted(leaving.mapped("name")), ["SN1", "SN2"])
                raise _Undo
            self.env.invalidate_all()

    def test_a_delivery_that_loses_its_unit_gets_one_from_the_same_moment(self):
        self._use_serials()
        # Only the validation itself reserves again.
        self.warehouse.out_type_id.reservation_method = "manual"
        for fast in (True, False):
            with self._with_fast(fast), suppress(_Undo), self.env.cr.savepoint():
                self._receive_named("SN1")
                delivery = self._deliver(self.part, 1)
                self._receive_named("SN2", location=self.bin_b)
                self.assertEqual(delivery.move_line_ids.lot_id.name, "SN1")
                self._move_both_away()
                self.assertEqual(delivery.state, "assigned")
                self.assertEqual(len(delivery.move_line_ids.lot_id), 1)
                raise _Undo
            self.env.invalidate_all()

    def _move_both_away(self):
        """Move SN2 to the first bin, and SN1, which is reserved there, to the last one."""
        transfer = self._move(self.part, 2, self.warehouse.int_type_id, self.stock, self.stock)
        transfer.move_line_ids.unlink()
        self.env["stock.move.line"].with_user(self.clerk).create(
            [
                {
                    "picking_id": transfer.id,
                    "move_id": transfer.move_ids.id,
                    "product_id": self.part.id,
                    "lot_id": self._serial(name).id,
                    "quantity": 1,
                    "location_id": source.id,
                    "location_dest_id": into.id,
                    "picked": True,
                }
                for name, source, into in (
                    ("SN2", self.bin_b, self.bin_a),
                    ("SN1", self.bin_a, self.bin_c),
                )
            ]
        )
        transfer.button_validate()
        self.assertEqual(transfer.state, "done")
