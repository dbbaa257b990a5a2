from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.stock_quant_batch import USE_BATCH
from .common import SerialCase

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


@tagged("post_install", "-at_install")
class TestSameBooks(SerialCase):
    """Quants that are created together: the books are those of Odoo, which creates each by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.owner = cls.env["res.partner"].create({"name": "Consignor"})

    def test_the_books_are_those_of_odoo(self):
        with freeze_time(START) as clock:
            for seed in range(4):
                with self.subTest(seed=seed):
                    together = self._play(seed, clock, True)
                    self.assertEqual(together, self._play(seed, clock, False))

    def _play(self, seed, clock, batch):
        """Return what documents drawn by *seed* leave in the books, then undo them."""
        clock.move_to(START)
        books = []
        try:
            with self.env.cr.savepoint():
                day = _Day(self, Random(seed), clock, batch)
                day.run()
                self.env.flush_all()
                self.env.invalidate_all()
                books = [day.outcomes, *self._read_books(day.part)]
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
        for batch in (True, False):
            with freeze_time(START), suppress(_Undo), self.env.cr.savepoint():
                receipt = self._move(
                    *(self.part, 3, warehouse.in_type_id, self.supplier, warehouse.lot_stock_id)
                ).with_context(**{USE_BATCH: batch})
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

    def test_units_of_one_moment_leave_in_the_order_in_which_they_came(self):
        self._use_serials()
        for batch in (True, False):
            with freeze_time(START), suppress(_Undo), self.env.cr.savepoint():
                receipt = self._receipt(3).with_context(**{USE_BATCH: batch})
                receipt.enter_serials("SN1*3@Y1-1A")
                # Odoo moves a unit into a package last, and creates its quant by itself.
                package = self.env["stock.package"].create({"name": "P3"})
                receipt.move_line_ids.sorted("lot_name")[2].result_package_id = package
                receipt.button_validate()
                leaving = self._deliver(self.part, 2).move_line_ids.lot_id
                self.assertEqual(sorted(leaving.mapped("name")), ["SN1", "SN2"])
                raise _Undo
            self.env.invalidate_all()

    def test_who_loses_a_reserved_unit_gets_one_that_came_in_the_same_moment(self):
        self._use_serials()
        # Nothing is reserved anew but by the validation itself.
        self.warehouse.out_type_id.reservation_method = "manual"
        for batch in (True, False):
            with suppress(_Undo), self.env.cr.savepoint():
                self._receive_named("SN1")
                delivery = self._deliver(self.part, 1)
                self._receive_named("SN2", location=self.bin_b)
                self.assertEqual(delivery.move_line_ids.lot_id.name, "SN1")
                self._move_both_away(batch)
                self.assertEqual(delivery.state, "assigned")
                self.assertEqual(len(delivery.move_line_ids.lot_id), 1)
                raise _Undo
            self.env.invalidate_all()

    def _move_both_away(self, batch):
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
        transfer.with_context(**{USE_BATCH: batch}).button_validate()
        self.assertEqual(transfer.state, "done")


class _Day:
    """Documents of one part, drawn at random: packages, owners, dozens, two bins, two steps,
    stock below zero, units without a serial number, returns."""

    def __init__(self, case, random, clock, batch):
        self.case, self.random, self.clock = case, random, clock
        self.batch = batch
        self.outcomes = []
        self.number = 0
        self.part = case._new_part("Gearbox")
        self.bins = case.bin_a, case.bin_b
        self.packages = case.env["stock.package"].create([{"name": "P1"}, {"name": "P2"}])

    def run(self):
        two_steps = self.random.random() < 0.4
        self.case.warehouse.reception_steps = "two_steps" if two_steps else "one_step"
        self._stock_units()
        self.case._tick(self.part)
        documents = [self._receive, self._receive, self._serialize, self._deliver, self._bring_back]
        documents += self.random.choices(documents, k=4)
        for document in documents:
            self.clock.tick(timedelta(hours=self.random.randint(1, 30)))
            document()

    def _stock_units(self):
        """Units without a serial number, here and at the vendor, also below zero."""
        for location in (*self.bins, self.case.supplier):
            for owner in (self.case.env["res.partner"], self.case.owner):
                if units := self.random.choice((0, 0, 1, 3, -2)):
                    self.case._put_in_stock(
                        *(self.part, units, location),
                        owner_id=owner,
                        in_date=datetime(2025, 1, self.random.randint(1, 28)),
                    )

    def _validate(self, picking):
        """Validate as a person would, or note why it can't be."""
        key = {USE_BATCH: self.batch, "skip_serial_prompt": True, "skip_backorder": True}
        picking = picking.with_context(**key)
        try:
            with self.case.env.cr.savepoint():
                picking.button_validate()
                picking.env.flush_all()
        except UserError as error:
            self.outcomes.append(str(error).replace(picking.name, "it"))
            picking.action_cancel()
        self.outcomes.append(picking.state)

    def _name_lines(self, lines):
        for line in lines:
            self.number += 1
            values = {"lot_name": f"G{self.number:03}", "picked": True}
            if self.random.random() < 0.7 and line.location_dest_id == self.case.stock:
                values["location_dest_id"] = self.random.choice(self.bins).id
            if self.random.random() < 0.15:
                values["result_package_id"] = self.packages[0].id
            if self.random.random() < 0.15:
                values["owner_id"] = self.case.owner.id
            line.write(values)

    def _receive(self):
        values = {"product_uom_id": self.case.dozen.id} if self.random.random() < 0.2 else {}
        receipt = self.case._receipt(
            1 if values else self.random.randint(1, 6), self.part, **values
        )
        if self.random.random() < 0.2:
            receipt.owner_id = self.case.owner
        receipt._prepare_serial_lines()
        self._name_lines(receipt.move_line_ids)
        if self.random.random() < 0.3:
            receipt.move_line_ids[:1].picked = False
        self._validate(receipt)
        following = receipt.move_ids.move_dest_ids.picking_id or receipt._get_next_transfers()
        for transfer in following:
            transfer.action_assign()
            self._validate(transfer)

    def _serialize(self):
        if self.part.product_tmpl_id.unserialized_quantity <= 0:
            return
        transfer = self.case._serialize(self.part)
        for line in transfer.move_line_ids:
            if self.random.random() < 0.8:
                self.number += 1
                line.lot_name = f"G{self.number:03}"
        self._validate(transfer)

    def _deliver(self):
        """Deliver what is reserved; sometimes units that are somewhere else, or nowhere."""
        delivery = self.case._deliver(self.part, self.random.randint(1, 5))
        if self.random.random() < 0.3:
            self.number += 1
            lot = self.case.env["stock.lot"].create(
                {"name": f"G{self.number:03}", "product_id": self.part.id}
            )
            location = self.random.choice(self.bins)
            delivery.move_line_ids = [
                Command.create(
                    {
                        "product_id": self.part.id,
                        "lot_id": lot.id,
                        "quantity": 1,
                        "location_id": location.id,
                        "location_dest_id": self.case.customer.id,
                        "move_id": delivery.move_ids[:1].id,
                    }
                )
            ]
        delivery.move_line_ids.picked = True
        self._validate(delivery)

    def _bring_back(self):
        """Take one back that was delivered."""
        gone = self.case.env["stock.quant"].search(
            [
                ("product_id", "=", self.part.id),
                ("location_id", "=", self.case.customer.id),
                ("lot_id", "!=", False),
                ("quantity", ">", 0),
            ],
            order="id",
        )
        if not gone:
            return
        back = self.case._move(
            *(self.part, 1, self.case.warehouse.in_type_id, self.case.customer, self.bins[0])
        )
        back.move_line_ids[:1].write({"lot_id": gone[0].lot_id.id, "quantity": 1, "picked": True})
        self._validate(back)
