from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestOnePosition(SerialCase):
    """No document leaves a serial number in two positions, or negative where it has been."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True

    def _prepare(self, serial, source, target):
        """Return a transfer of *serial* from *source*, whether it is there or not."""
        picking = self._move(self.part, 1, self.warehouse.int_type_id, source, target)
        picking.move_ids.move_line_ids.unlink()
        self.env["stock.move.line"].with_user(self.clerk).create(
            {
                "picking_id": picking.id,
                "move_id": picking.move_ids.id,
                "product_id": self.part.id,
                "lot_id": serial.id,
                "quantity": 1,
                "location_id": source.id,
                "location_dest_id": target.id,
                "picked": True,
            }
        )
        return picking

    def _unknown(self, name):
        lots = self.env["stock.lot"].with_user(self.clerk)
        return lots.create({"name": name, "product_id": self.part.id})

    def assertRefused(self, picking, message):
        with self.assertRaisesRegex(ValidationError, message), self.env.cr.savepoint():
            picking.with_context(skip_serial_prompt=True, skip_backorder=True).button_validate()

    def test_a_transfer_from_the_wrong_bin_is_refused(self):
        self._receive_named("SN1")
        picking = self._prepare(self._serials(self.part), self.bin_b, self.bin_c)
        self.assertRefused(picking, "SN1: 1 in WH/Stock/Y1-1A, -1 in WH/Stock/Y1-1B, 1 in")

    def test_a_delivery_from_the_wrong_bin_is_refused(self):
        self._receive_named("SN1")
        picking = self._prepare(self._serials(self.part), self.bin_b, self.customer)
        self.assertRefused(picking, "SN1: 1 in WH/Stock/Y1-1A, -1 in WH/Stock/Y1-1B")

    def test_what_has_left_cant_leave_again(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        self._prepare(serial, self.bin_a, self.customer).button_validate()
        picking = self._prepare(
            serial, self.bin_a, self.env.ref("stock.stock_location_inter_company")
        )
        self.assertRefused(picking, "SN1")

    def test_what_is_here_cant_leave_from_a_vendor(self):
        self._receive_named("SN1")
        picking = self._prepare(self._serials(self.part), self.supplier, self.customer)
        self.assertRefused(picking, "SN1: 1 in WH/Stock/Y1-1A")

    def test_one_wrong_serial_names_only_that_one(self):
        self._receive_named("SN1", "SN2")
        picking = self._prepare(self._serials(self.part)[0], self.bin_b, self.bin_c)
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            picking.with_context(skip_serial_prompt=True).button_validate()
        self.assertNotIn("SN2", str(caught.exception))

    def test_an_adjustment_cant_count_a_serial_a_second_time(self):
        self._receive_named("SN1")
        quants = self.env["stock.quant"].with_user(self.boss).with_context(inventory_mode=True)
        quant = quants.create(
            {
                "product_id": self.part.id,
                "location_id": self.bin_b.id,
                "lot_id": self._serials(self.part).id,
                "inventory_quantity": 1,
            }
        )
        with self.assertRaisesRegex(ValidationError, "SN1"), self.env.cr.savepoint():
            quant.action_apply_inventory()

    def test_nobody_overwrites_the_books(self):
        self._receive_named("SN1")
        quants = self.env["stock.quant"].with_user(self.clerk)
        quant = quants.search([("product_id", "=", self.part.id), ("quantity", ">", 0)])
        for values in (
            {"quantity": 2},
            {"reserved_quantity": 1},
            {"location_id": self.bin_b.id},
            {"lot_id": False},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "changed directly"):
                quant.write(values)
        unit = {"product_id": self.part.id, "location_id": self.bin_b.id, "quantity": 1}
        with self.assertRaisesRegex(UserError, "changed directly"):
            quants.create(unit)
        self.assertEqual(self._on_hand(self.part), [("Y1-1A", "SN1", 1, 0)])

    def test_a_done_transfer_cant_be_edited_into_two_positions(self):
        self._receive_named("SN1", "SN2")
        first, second = self._serials(self.part)
        done = self._prepare(first, self.bin_a, self.bin_b)
        done.button_validate()
        for values in ({"lot_id": second.id, "location_id": self.bin_c.id}, {"quantity": 2}):
            with (
                self.subTest(values),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                done.move_line_ids.write(values)
        done.move_line_ids.location_dest_id = self.bin_c
        self.assertEqual(first.location_id, self.bin_c)

    def _count(self, serial, quantity, location=None):
        quants = self.env["stock.quant"].with_user(self.boss).with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": self.part.id,
                "location_id": (location or self.bin_a).id,
                "lot_id": serial.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def test_a_count_is_of_a_whole_unit_or_none(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        for quantity in (0.5, 2, -1):
            with (
                self.subTest(quantity),
                self.assertRaisesRegex(ValidationError, "SN1"),
                self.env.cr.savepoint(),
            ):
                self._count(serial, quantity)
        self._count(serial, 0)
        self.assertEqual(self._on_hand(self.part), [])
        with self.assertRaisesRegex(ValidationError, "SN1: -1 in"), self.env.cr.savepoint():
            self._count(serial, -1)

    def test_a_count_moves_a_unit_to_another_bin(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        quants = self.env["stock.quant"].with_user(self.boss).with_context(inventory_mode=True)
        there = quants.create(
            {
                "product_id": self.part.id,
                "location_id": self.bin_b.id,
                "lot_id": serial.id,
                "inventory_quantity": 1,
            }
        )
        here = quants.browse(serial.quant_ids.filtered(lambda q: q.location_id == self.bin_a).id)
        here.inventory_quantity = 0
        (here | there).action_apply_inventory()
        self.assertEqual(self._on_hand(self.part), [("Y1-1B", "SN1", 1, 0)])

    def test_a_scrap_is_of_a_whole_unit(self):
        self._receive_named("SN1")
        scrap = {
            "product_id": self.part.id,
            "lot_id": self._serials(self.part).id,
            "location_id": self.bin_a.id,
        }
        scraps = self.env["stock.scrap"].with_user(self.clerk)
        with self.assertRaisesRegex(ValidationError, "SN1: 0.5 in"), self.env.cr.savepoint():
            scraps.create({**scrap, "scrap_qty": 0.5}).do_scrap()
        scraps.create({**scrap, "scrap_qty": 1}).do_scrap()
        self.assertEqual(self._on_hand(self.part), [])

    def test_two_units_or_half_a_unit_cant_be_delivered(self):
        self._receive_named("SN1")
        for quantity in (0.5, 2):
            with self.subTest(quantity):
                picking = self._prepare(self._serials(self.part), self.bin_a, self.customer)
                picking.move_line_ids.quantity = quantity
                self.assertRefused(picking, "SN1")
                picking.action_cancel()

    def test_a_unit_that_was_sold_first_is_received_where_it_is_missing(self):
        serial = self._unknown("SN1")
        self._prepare(serial, self.stock, self.customer).button_validate()
        receipt = self._receipt(1)
        self._enter(receipt, "SN1", location_id=self.bin_a.id)
        self.assertRefused(receipt, "SN1: .*-1 in WH/Stock")
        with self.assertRaisesRegex(ValidationError, "SN1"), self.env.cr.savepoint():
            self._count(serial, 1)

    def test_what_was_received_once_is_not_sold_before_it_is_received(self):
        receipt = self._receive_named("SN1")
        serial = self._serials(self.part)
        self._prepare(serial, self.bin_a, self.customer).button_validate()
        # Another date makes the delivery the first of its documents.
        receipt.with_user(self.boss).date_done = fields.Datetime.now() + timedelta(days=1)
        again = self._prepare(serial, self.stock, self.customer)
        self.assertRefused(again, "SN1: -1 in WH/Stock")

    def test_half_a_serial_is_refused(self):
        self._receive_named("SN1")
        picking = self._prepare(self._serials(self.part), self.bin_a, self.bin_b)
        picking.move_line_ids.quantity = 0.5
        self.assertRefused(picking, "SN1: 0.5 in")

    def test_a_unit_may_be_delivered_before_it_is_received(self):
        serial = self._unknown("SN1")
        self._prepare(serial, self.stock, self.customer).button_validate()
        self.assertEqual(self._on_hand(self.part), [("Stock", "SN1", -1, 0)])
        self._receive_named("SN1", location=self.stock)
        self.assertEqual(self._on_hand(self.part), [])

    def test_a_unit_that_came_back_before_it_was_received_may_leave_again(self):
        serial = self._unknown("SN1")
        for _time in range(2):
            self._prepare(serial, self.stock, self.customer).button_validate()
            self.assertEqual(self._on_hand(self.part), [("Stock", "SN1", -1, 0)])
            again = self._prepare(serial, self.stock, self.customer)
            self.assertRefused(again, "SN1")
            again.action_cancel()
            self._prepare(serial, self.customer, self.stock).button_validate()
            self.assertEqual(self._on_hand(self.part), [])

    def test_a_unit_may_be_packed_before_it_is_received(self):
        serial = self._unknown("SN1")
        self._prepare(serial, self.stock, self.bin_c).button_validate()
        self._prepare(serial, self.bin_c, self.customer).button_validate()
        self.assertEqual(self._on_hand(self.part), [("Stock", "SN1", -1, 0)])

    def test_half_a_unit_is_refused_where_one_is_owed(self):
        serial = self._unknown("SN1")
        self._prepare(serial, self.stock, self.bin_c).button_validate()
        with self.assertRaisesRegex(ValidationError, "SN1: 0.5 in"), self.env.cr.savepoint():
            self._count(serial, 0.5, self.stock)
        self._count(serial, 0, self.stock)
        self.assertEqual(self._on_hand(self.part), [("Y1-1C", "SN1", 1, 0)])

    def test_what_was_wrong_before_can_be_put_right(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        for location in (self.bin_b, self.bin_c):
            self._put_in_stock(self.part, 1, location, lot_id=serial)
        for location in (self.bin_b, self.bin_c):
            quant = serial.quant_ids.filtered(
                lambda quant, location=location: quant.location_id == location
            )
            quant.with_user(self.boss).with_context(inventory_mode=True).inventory_quantity = 0
            quant.with_user(self.boss).action_apply_inventory()
        self.assertEqual(self._on_hand(self.part), [("Y1-1A", "SN1", 1, 0)])

    def test_where_no_unit_moves_there_are_no_queries(self):
        before = self.env.cr.sql_log_count
        with self.env["stock.lot"]._watch_positions():
            pass
        self.assertEqual(self.env.cr.sql_log_count, before)

    def test_lots_may_be_in_many_positions(self):
        oil = self._new_part("Oil", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": oil.id})
        for location in (self.bin_a, self.bin_b):
            self._put_in_stock(oil, 5, location, lot_id=lot)
        picking = self._move(oil, 2, self.warehouse.int_type_id, self.bin_a, self.bin_c)
        picking.action_assign()
        picking.button_validate()
        self.assertEqual(
            self._on_hand(oil),
            [("Y1-1A", "L1", 3, 0), ("Y1-1B", "L1", 5, 0), ("Y1-1C", "L1", 2, 0)],
        )

    def test_a_unit_reserved_twice_by_hand_leaves_beside_one_without_a_number(self):
        """Without the addon, Odoo takes the other unit for a missing one, and names it."""
        self._receive_named("SN1")
        self._put_in_stock(self.part, 1, self.bin_a)
        deliveries = []
        for _delivery in range(2):
            delivery = self._deliver(self.part, 1)
            delivery.move_line_ids.lot_id = self._serial("SN1")
            deliveries.append(delivery)
        deliveries[0].button_validate()
        self.assertEqual(deliveries[0].state, "done")
        [left] = [quant for quant in self._on_hand(self.part) if quant[2]]
        self.assertEqual(left[:3], ("Y1-1A", "", 1))
