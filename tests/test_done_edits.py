from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestDoneEdits(SerialCase):
    """Done lines may be corrected as long as each serial number stays one unit in one position."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True
        cls.package = cls.env["stock.package"].create({"name": "BOX-1"})
        cls.owner = cls.env["res.partner"].create({"name": "Consignor"})

    def _send(self, name, source, target):
        """Return a done transfer of the serial number from one location to another."""
        kinds = {
            (True, True): self.warehouse.int_type_id,
            (True, False): self.warehouse.out_type_id,
            (False, True): self.warehouse.in_type_id,
        }
        kind = kinds[source.usage == "internal", target.usage == "internal"]
        picking = self._move(self.part, 1, kind, source, target)
        picking.move_ids.move_line_ids.unlink()
        self.env["stock.move.line"].with_user(self.clerk).create(
            {
                "picking_id": picking.id,
                "move_id": picking.move_ids.id,
                "product_id": self.part.id,
                "lot_id": self._serial(name).id,
                "quantity": 1,
                "location_id": source.id,
                "location_dest_id": target.id,
                "picked": True,
            }
        )
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def _lines(self, picking):
        return picking.move_line_ids.sorted(lambda line: line.lot_id.name)

    def assertRefused(self, line, values, message=""):
        """Assert that the inventory manager can't write *values* on a done line."""
        before = self._on_hand(self.part)
        with (
            self.assertRaisesRegex((UserError, ValidationError), message),
            self.env.cr.savepoint(),
        ):
            line.with_user(self.boss).write(values)
        self.env.invalidate_all()
        self.assertEqual(self._on_hand(self.part), before)

    def test_a_receipt_cant_come_from_a_bin_that_never_had_the_unit(self):
        line = self._receive_named("SN1").move_line_ids
        self.assertRefused(line, {"location_id": self.bin_b.id}, "SN1: .*-1 in WH/Stock/Y1-1B")

    def test_a_unit_that_was_named_in_its_bin_stays_there(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1*2")
        transfer.action_validate_serials()
        line = self._lines(transfer)[0]
        other = self._receive_named("SN9").move_line_ids.lot_id
        for values in (
            {"location_id": self.bin_b.id},
            {"location_dest_id": self.bin_b.id},
            {"lot_id": other.id},
            {"lot_id": False},
            {"quantity": 0},
            {"result_package_id": self.package.id},
        ):
            with self.subTest(values):
                self.assertRefused(line, values, f"SN1.*{transfer.name}.*Correct Serial Number")
        line.with_user(self.boss).write({"location_id": self.bin_a.id, "quantity": 1})

    def test_a_done_line_keeps_its_serial_number(self):
        receipt = self._receive_named("SN1")
        moved = self._send("SN1", self.bin_a, self.bin_b)
        for picking in (receipt, moved):
            self.assertRefused(picking.move_line_ids, {"lot_id": False}, "SN1")

    def test_a_delivery_that_was_returned_cant_be_undone(self):
        self._receive_named("SN1", "SN2")
        delivery = self._send("SN1", self.bin_a, self.customer)
        back = self._send("SN1", self.customer, self.bin_b)
        for values in ({"quantity": 0}, {"lot_id": self._serial("SN2").id}):
            with self.subTest(values):
                self.assertRefused(delivery.move_line_ids, values, f"SN1.*{back.name}")
        self.assertRefused(delivery.move_ids, {"quantity": 0}, f"SN1.*{back.name}")

    def test_a_receipt_whose_unit_moved_on_cant_be_undone(self):
        receipt = self._receive_named("SN1", "SN2")
        line = self._lines(receipt)[0]
        moved = self._send("SN1", self.bin_a, self.bin_b)
        for values in (
            {"quantity": 0},
            {"lot_id": self._unknown("SN3").id},
            {"result_package_id": self.package.id},
            {"owner_id": self.owner.id},
            {"location_dest_id": self.bin_c.id},
        ):
            with self.subTest(values):
                self.assertRefused(line, values, f"SN1: .*{moved.name}")

    def _unknown(self, name):
        lots = self.env["stock.lot"].with_user(self.clerk)
        return lots.create({"name": name, "product_id": self.part.id})

    def test_a_receipt_whose_unit_was_sold_cant_be_undone(self):
        line = self._receive_named("SN1").move_line_ids
        sold = self._send("SN1", self.bin_a, self.customer)
        serial = self._serial("SN1")
        for values in ({"quantity": 0}, {"lot_id": self._unknown("SN2").id}):
            with self.subTest(values):
                self.assertRefused(line, values, f"SN1: .*{sold.name}")
        self.assertNotEqual(serial.source, sold.name)

    def test_a_receipt_cant_be_undone_after_its_unit_was_sold_and_bought_back(self):
        line = self._receive_named("SN1").move_line_ids
        sold = self._send("SN1", self.bin_a, self.customer)
        with freeze_time(fields.Datetime.now(), auto_tick_seconds=1):
            # The move that settles the books comes a moment later.
            back = self._receive_named("SN1")
        for values in ({"quantity": 0}, {"lot_id": self._unknown("SN2").id}):
            with self.subTest(values):
                order = back.move_ids.purchase_line_id.order_id.name
                self.assertRefused(line, values, f"SN1: nowhere. .*{order}, {sold.name}")
        back.move_line_ids.with_user(self.boss).quantity = 0
        self.assertEqual(self._on_hand(self.part), [])

    def test_a_move_between_bins_cant_be_undone_after_the_unit_moved_on(self):
        for name, target in (("SN1", self.bin_c), ("SN2", self.customer)):
            with self.subTest(name):
                self._receive_named(name)
                first = self._send(name, self.bin_a, self.bin_b)
                then = self._send(name, self.bin_b, target)
                self.assertRefused(first.move_line_ids, {"quantity": 0}, f"{name}: .*{then.name}")

    def test_a_serial_number_is_a_whole_unit(self):
        line = self._receive_named("SN1").move_line_ids
        for quantity in (0.5, 2):
            with self.subTest(quantity):
                self.assertRefused(line, {"quantity": quantity}, f"SN1: {quantity:g} in")

    def test_edits_that_end_right_are_accepted(self):
        receipt = self._receive_named("SN1")
        line = receipt.move_line_ids.with_user(self.boss)
        line.location_dest_id = self.bin_b
        self.assertEqual(self._on_hand(self.part), [("Y1-1B", "SN1", 1, 0)])
        line.write({"result_package_id": self.package.id, "owner_id": self.owner.id})
        quant = self._serial("SN1").quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertRecordValues(
            quant, [{"package_id": self.package.id, "owner_id": self.owner.id, "quantity": 1}]
        )
        line.lot_id = self._unknown("SN2")
        self.assertEqual(self._on_hand(self.part), [("Y1-1B", "SN2", 1, 0)])
        line.quantity = 0
        self.assertEqual(self._on_hand(self.part), [])

    def test_two_serial_numbers_are_exchanged_in_one_save(self):
        self._receive_named("SN1", "SN2")
        put_away = self._move(self.part, 2, self.warehouse.int_type_id, self.bin_a, self.bin_b)
        put_away.action_assign()
        first, second = self._lines(put_away)
        second.location_dest_id = self.bin_c
        put_away.button_validate()
        self.assertRefused(first, {"lot_id": second.lot_id.id}, "SN2: ")
        exchange = [
            Command.update(first.id, {"lot_id": second.lot_id.id}),
            Command.update(second.id, {"lot_id": first.lot_id.id}),
        ]
        exchanged = [("Y1-1B", "SN2", 1, 0), ("Y1-1C", "SN1", 1, 0)]
        for document in (put_away, put_away.move_ids):
            with self.subTest(document._name), self.env.cr.savepoint() as savepoint:
                document.with_user(self.boss).write({"move_line_ids": exchange})
                self.assertEqual(self._on_hand(self.part), exchanged)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_the_unit_that_was_sold_is_not_the_one_on_the_delivery(self):
        """Also where the unit came in before there were documents."""
        lots = [self._unknown(name) for name in ("SN1", "SN2")]
        for lot in lots:
            self._put_in_stock(self.part, 1, self.bin_a, lot_id=lot.sudo())
        sold = self._send("SN1", self.bin_a, self.customer)
        sold.move_line_ids.with_user(self.boss).lot_id = lots[1]
        self.assertEqual(self._on_hand(self.part), [("Y1-1A", "SN1", 1, 0)])

    def test_a_reserved_serial_number_is_unreserved_first(self):
        line = self._receive_named("SN1").move_line_ids
        delivery = self._deliver(self.part, 1)
        self.assertEqual(delivery.move_line_ids.lot_id, line.lot_id)
        for values in ({"quantity": 0}, {"location_dest_id": self.bin_b.id}):
            with self.subTest(values):
                self.assertRefused(line, values, f"SN1 is reserved by {delivery.name}")
        delivery.do_unreserve()
        line.with_user(self.boss).quantity = 0
        self.assertEqual(self._on_hand(self.part), [])

    def test_a_receipt_in_two_steps_is_corrected_though_the_next_one_reserved_its_unit(self):
        self.warehouse.reception_steps = "two_steps"
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2")
        receipt.button_validate()
        self.assertTrue(all(quant[3] for quant in self._on_hand(self.part)))
        self._lines(receipt)[0].with_user(self.boss).quantity = 0
        self.assertEqual([quant[1] for quant in self._on_hand(self.part)], ["SN2"])

    def test_lines_added_to_a_done_transfer(self):
        receipt = self._receive_named("SN1")
        values = {
            "picking_id": receipt.id,
            "move_id": receipt.move_ids.id,
            "product_id": self.part.id,
            "location_id": self.supplier.id,
            "location_dest_id": self.bin_b.id,
            "quantity": 1,
        }
        lines = self.env["stock.move.line"].with_user(self.clerk)
        with self.assertRaisesRegex(ValidationError, "SN1: .*Y1-1B"), self.env.cr.savepoint():
            lines.create({**values, "lot_id": self._serial("SN1").id})
        with self.assertRaisesRegex(ValidationError, "SN2: 0.5 in"), self.env.cr.savepoint():
            lines.create({**values, "lot_id": self._unknown("SN2").id, "quantity": 0.5})
        lines.create({**values, "lot_id": self._unknown("SN2").id})
        self.assertEqual(self._on_hand(self.part), [("Y1-1A", "SN1", 1, 0), ("Y1-1B", "SN2", 1, 0)])

    def test_the_books_of_serial_numbers_cant_be_overwritten(self):
        self._receive_named("SN1")
        serial = self._serial("SN1")
        quants = self.env["stock.quant"].with_user(self.clerk)
        quant = quants.browse(serial.quant_ids.filtered(lambda quant: quant.quantity > 0).id)
        for values in (
            {"quantity": 2},
            {"reserved_quantity": 1},
            {"location_id": self.bin_b.id},
            {"lot_id": False},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "Alternator"):
                quant.write(values)
        new = {"product_id": self.part.id, "location_id": self.bin_b.id, "quantity": 1}
        reserved = {**new, "quantity": 0, "reserved_quantity": 1}
        for values in (new, {**new, "lot_id": serial.id}, reserved):
            with self.subTest(values), self.assertRaisesRegex(UserError, "Alternator"):
                quants.create(values)
        self.env.invalidate_all()
        self.assertEqual(self._on_hand(self.part), [("Y1-1A", "SN1", 1, 0)])
