from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestTypedWork(SerialCase):
    """What people typed on an open transfer outlives what Odoo does to its lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.mileage = cls._new_question("Mileage", "integer")
        cls.package = cls.env["stock.package"].create({"name": "PK1"})
        cls.owner = cls.env["res.partner"].create({"name": "Consignor"})

    # ------------------------------------------------------------------------------ helpers

    def _typed_receipt(self):
        """Return a receipt of 5 on which the last two units have been worked on."""
        receipt = self._receipt(5)
        receipt.enter_serials("S1@Y1-1A\nS2@Y1-1B")
        lines = receipt.move_line_ids - receipt.move_line_ids._awaits_serial()
        lines = lines.sorted(lambda line: line.lot_name or line.lot_id.name)
        lines[0].serial_answers = {self.mileage.key: 7}
        lines[1].write({"result_package_id": self.package.id, "owner_id": self.owner.id})
        return receipt

    def _read(self, picking):
        """Return what is typed on the lines of a transfer: serial number, bin, package, owner
        and mileage."""
        self.env.flush_all()
        self.env.invalidate_all()
        lines = picking.move_line_ids.filtered(lambda line: line.lot_name or line.lot_id)
        return sorted(
            (
                line.lot_name or line.lot_id.name,
                line.location_dest_id.name,
                line.result_package_id.name or "",
                line.owner_id.name or "",
                line.serial_answers.get(self.mileage.key) or 0,
            )
            for line in lines
        )

    FIRST = ("S1", "Y1-1A", "", "", 7)
    SECOND = ("S2", "Y1-1B", "PK1", "Consignor", 0)

    def _refused(self, picking):
        return [row["text"] for row in picking.serial_entry_refused or []]

    def _order(self, receipt, quantity):
        """Let the buyer change the order."""
        order = self.env["purchase.order"].with_user(self.buyer)
        order = order.browse(receipt.move_ids.purchase_line_id.order_id.id)
        order.order_line.product_qty = quantity

    def assertTyped(self, picking, *typed, refused=(), units=None):
        self.assertEqual(self._read(picking), sorted(typed))
        self.assertEqual(self._refused(picking), list(refused))
        if units is not None:
            self.assertEqual(sum(picking.move_line_ids.mapped("quantity")), units)
            self.assertEqual(picking.move_ids.filtered("quantity").mapped("state"), ["assigned"])

    # ---------------------------------------------------------------- the quantity is lowered

    def test_the_order_is_lowered_and_raised(self):
        receipt = self._typed_receipt()
        self._order(receipt, 4)
        self.assertTyped(receipt, self.FIRST, self.SECOND, units=4)
        self._order(receipt, 1)
        self.assertTyped(receipt, self.FIRST, refused=["S2"], units=1)
        self._order(receipt, 6)
        self.assertEqual(len(receipt.move_ids), 1)
        self.assertTyped(receipt, self.FIRST, self.SECOND, units=6)

    def test_the_move_is_lowered_and_raised(self):
        for field in ("product_uom_qty", "quantity"):
            with self.subTest(field=field):
                receipt = self._typed_receipt()
                for quantity, typed, refused in (
                    (4, [self.FIRST, self.SECOND], []),
                    (1, [self.FIRST], ["S2"]),
                    (5, [self.FIRST, self.SECOND], []),
                ):
                    receipt.move_ids[field] = quantity
                    self.assertTyped(receipt, *typed, refused=refused)
                    self.assertEqual(len(receipt.move_line_ids), quantity)

    def test_a_line_with_answers_goes_after_one_without(self):
        receipt = self._receipt(3)
        last = receipt.move_line_ids[-1]
        last.serial_answers = {self.mileage.key: 3}
        self._order(receipt, 1)
        self.assertEqual(receipt.move_line_ids, last)
        self.assertFalse(self._refused(receipt))

    def test_what_has_no_unit_names_what_was_typed(self):
        receipt = self._typed_receipt()
        receipt.move_ids.product_uom_qty = 0.0
        rows = {row["name"]: row for row in receipt.serial_entry_refused}
        self.assertEqual(set(rows), {"S1", "S2"})
        self.assertRegex(rows["S1"]["message"], "Y1-1A.* Mileage: 7.")
        self.assertIn("Y1-1B", rows["S2"]["message"])

    def test_what_has_no_unit_is_typed_again(self):
        receipt = self._typed_receipt()
        self._order(receipt, 1)
        receipt.move_line_ids.lot_name = False
        self.assertEqual(receipt.enter_in_prompt("S2")["entries"][0]["status"], "assigned")
        self.assertFalse(self._refused(receipt))
        receipt.move_line_ids.lot_name = "S9"
        self.assertEqual(receipt.enter_in_prompt("S1")["entries"][0]["status"], "surplus")
        self.assertEqual(self._refused(receipt), ["S1"])

    def test_answers_come_back_with_the_serial_number(self):
        receipt = self._typed_receipt()
        receipt.move_line_ids.filtered("lot_name").serial_answers = {self.mileage.key: 8}
        self._order(receipt, 1)
        receipt.enter_in_prompt("S2")
        [row] = receipt.serial_entry_refused
        self.assertEqual(row["typed"][0]["values"]["serial_answers"], {self.mileage.key: 8})
        receipt.move_line_ids.lot_name = False
        receipt.enter_in_prompt("S2")
        self.assertEqual(receipt.move_line_ids.serial_answers.given, {self.mileage.key: 8})
        self.assertFalse(self._refused(receipt))

    def test_a_dozen_is_lowered(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        suppliers = self.env.ref("stock.stock_location_suppliers")
        receipt = self._move(
            self.part, 1, self.warehouse.in_type_id, suppliers, self.stock, uom=dozen
        )
        receipt.enter_serials("S01*11")
        receipt.move_ids.product_uom_qty = 0.5
        self.assertEqual(len(receipt.move_line_ids), 6)
        self.assertEqual(len(self._read(receipt)), 6)
        self.assertEqual(len(self._refused(receipt)), 5)

    def test_a_line_of_several_units_is_lowered(self):
        receipt = self._receipt(5)
        receipt.move_line_ids[2:].unlink()
        receipt.move_line_ids[0].quantity = 4
        receipt.move_line_ids[1].lot_name = "S1"
        receipt.move_ids.quantity = 3
        self.assertEqual(sorted(receipt.move_line_ids.mapped("quantity")), [1, 2])
        self.assertEqual(receipt.move_line_ids.filtered("lot_name").lot_name, "S1")

    def test_two_parts_with_one_serial_number(self):
        other = self._new_part("Starter", True)
        receipt = self._receipt(1)
        receipt.move_ids.copy({"product_id": other.id, "picking_id": receipt.id})
        receipt.action_confirm()
        receipt.action_assign()
        for line in receipt.move_line_ids:
            line.write({"lot_name": "S1", "serial_answers": {self.mileage.key: line.id}})
        answers = {line.product_id: line.serial_answers.given for line in receipt.move_line_ids}
        receipt.do_unreserve()
        self.assertEqual(self._refused(receipt), ["S1"])
        receipt.action_assign()
        self.assertEqual(
            {line.product_id: line.serial_answers.given for line in receipt.move_line_ids}, answers
        )

    # --------------------------------------------------------- unreserved and reserved again

    def test_a_receipt_is_unreserved_and_reserved(self):
        receipt = self._typed_receipt()
        receipt.do_unreserve()
        self.assertTyped(receipt, refused=["S1", "S2"])
        receipt.action_assign()
        self.assertTyped(receipt, self.FIRST, self.SECOND, units=5)

    def test_what_is_gone_meanwhile_is_left_out(self):
        receipt = self._typed_receipt()
        receipt.do_unreserve()
        self.package.unlink()
        self.env["serial.question"].search([("name", "=", "Mileage")]).active = False
        receipt.action_assign()
        lines = receipt.move_line_ids.filtered("lot_name").sorted("lot_name")
        self.assertEqual(lines.location_dest_id, self.bin_a | self.bin_b)
        self.assertEqual(lines.mapped("lot_name"), ["S1", "S2"])
        self.assertFalse(lines.result_package_id)

    def test_units_of_a_delivery_keep_their_names(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b, package_id=self.package)
        delivery = self._deliver(self.part, 2)
        delivery.enter_serials("S1@Y1-1A\nS2@Y1-1B")
        named = {line.lot_name: line.location_id for line in delivery.move_line_ids}
        self.assertEqual(named, {"S1": self.bin_a, "S2": self.bin_b})
        delivery.do_unreserve()
        # Odoo keeps what is picked, as what was scanned is.
        self.assertEqual(self._on_hand(self.part)[0][3], 1)
        delivery.move_line_ids.action_undo_scan()
        delivery.do_unreserve()
        self.assertEqual(self._refused(delivery), ["S1", "S2"])
        self.assertEqual({quantity for *_unit, quantity in self._on_hand(self.part)}, {0})
        self._put_in_stock(self.part, -1, self.bin_b, package_id=self.package)
        self._put_in_stock(self.part, 1, self.bin_c)
        delivery.action_assign()
        # The unit in the other bin is another one.
        named = {line.location_id: line.lot_name for line in delivery.move_line_ids}
        self.assertEqual(named, {self.bin_a: "S1", self.bin_c: False})
        self.assertEqual(self._refused(delivery), ["S2"])

    def test_a_lowered_delivery_keeps_the_names_of_its_units(self):
        self._put_in_stock(self.part, 3, self.bin_a)
        delivery = self._deliver(self.part, 3)
        delivery.enter_serials("S1\nS2")
        delivery.move_line_ids.action_undo_scan()
        delivery.move_ids.product_uom_qty = 2
        self.assertEqual(sorted(delivery.move_line_ids.mapped("lot_name")), ["S1", "S2"])
        self.assertEqual(delivery.state, "assigned")
        self.assertEqual(self._on_hand(self.part), [("Y1-1A", "", 3, 2)])
        delivery.move_ids.quantity = 1
        self.assertEqual(delivery.move_line_ids.lot_name, "S1")
        self.assertEqual(self._refused(delivery), ["S2"])

    def test_known_serial_numbers_chosen_on_a_receipt(self):
        self.warehouse.in_type_id.write({"use_create_lots": False, "use_existing_lots": True})
        for name in ("S1", "S2"):
            self.env["stock.lot"].create({"name": name, "product_id": self.part.id})
        receipt = self._typed_receipt()
        self.assertEqual(receipt.move_line_ids.lot_id.mapped("name"), ["S1", "S2"])
        receipt.do_unreserve()
        receipt.action_assign()
        self.assertEqual(sorted(receipt.move_line_ids.lot_id.mapped("name")), ["S1", "S2"])
        self._order(receipt, 1)
        self.assertEqual(receipt.move_line_ids.lot_id.name, "S1")
        self.assertEqual(self._refused(receipt), ["S2"])

    def test_lines_of_a_serialize_transfer_stay(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        transfer = self._serialize(self.part)
        transfer.enter_serials("S1")
        transfer.do_unreserve()
        transfer.action_assign()
        self.assertEqual(transfer.move_line_ids.filtered("lot_name").lot_name, "S1")

    # ------------------------------------------------------------------------ other changes

    def test_the_transfer_begins_or_ends_in_another_location(self):
        receipt = self._typed_receipt()
        vendors = receipt.location_id.sudo().copy({"name": "Other Vendors"})
        receipt.with_user(self.boss).location_id = vendors
        self.assertTyped(receipt, self.FIRST, self.SECOND, units=5)
        self.assertEqual(receipt.move_line_ids.location_id, vendors)

    def test_the_date_is_changed(self):
        receipt = self._typed_receipt()
        receipt.scheduled_date = fields.Datetime.now() + timedelta(days=9)
        order = receipt.move_ids.purchase_line_id.order_id.with_user(self.buyer)
        order.date_planned = fields.Datetime.now() + timedelta(days=12)
        self.assertTyped(receipt, self.FIRST, self.SECOND, units=5)

    def test_a_putaway_rule_leaves_the_bin_that_was_typed(self):
        receipt = self._typed_receipt()
        self.env["stock.putaway.rule"].create(
            {
                "product_id": self.part.id,
                "location_in_id": self.stock.id,
                "location_out_id": self.bin_c.id,
            }
        )
        self._order(receipt, 6)
        self.assertTyped(receipt, self.FIRST, self.SECOND, units=6)
        others = receipt.move_line_ids.filtered(lambda line: not line.lot_name)
        self.assertEqual(others.location_dest_id, self.bin_c)

    def test_the_transfer_is_split(self):
        receipt = self._typed_receipt()
        receipt.move_line_ids.filtered(lambda line: not line.lot_name).unlink()
        receipt.action_split_transfer()
        self.assertTyped(receipt, self.FIRST, self.SECOND, units=2)
        [rest] = receipt.backorder_ids
        self.assertEqual(rest.move_ids.product_uom_qty, 3)

    def test_answers_of_an_unserialized_unit_wait_on_the_backorder(self):
        receipt = self._typed_receipt()
        waiting = receipt.move_line_ids.filtered(lambda line: not line.lot_name)
        waiting[0].serial_answers = {self.mileage.key: 3}
        receipt.with_context(skip_backorder=True).action_validate_serials()
        self.assertEqual(receipt.state, "done")
        [rest] = receipt.backorder_ids
        self.assertEqual(len(rest.move_line_ids), 3)
        given = [line.serial_answers.given for line in rest.move_line_ids]
        self.assertIn({self.mileage.key: 3}, given)

    def test_answers_of_an_unserialized_unit_wait_while_nothing_is_reserved(self):
        internal = self.warehouse.int_type_id
        internal.reservation_method = "manual"
        self._put_in_stock(self.part, 2, self.bin_a)
        transfer = self._move(self.part, 2, internal, self.bin_a, self.bin_b)
        transfer.action_assign()
        transfer.enter_serials("S1")
        waiting = transfer.move_line_ids.filtered(lambda line: not line.lot_name)
        waiting.serial_answers = {self.mileage.key: 3}
        transfer.with_context(skip_backorder=True).action_validate_serials()
        [rest] = transfer.backorder_ids
        rest.action_assign()
        self.assertEqual(rest.move_line_ids.serial_answers.given, {self.mileage.key: 3})
        self.assertFalse(self._refused(rest) or self._refused(transfer))

    def test_answers_of_an_unserialized_unit_in_stock_wait_on_the_backorder(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        transfer = self._serialize(self.part)
        transfer.enter_serials("S1")
        waiting = transfer.move_line_ids.filtered(lambda line: not line.lot_name)
        waiting.serial_answers = {self.mileage.key: 3}
        transfer.action_validate_serials()
        [rest] = transfer.backorder_ids
        self.assertEqual(rest.move_line_ids.serial_answers.given, {self.mileage.key: 3})

    def test_a_whole_package_is_added(self):
        self._put_in_stock(self.part, 1, self.bin_a, package_id=self.package)
        transfer = self._move(self.part, 1, self.warehouse.int_type_id, self.stock, self.bin_b)
        transfer.action_assign()
        transfer.enter_serials("S1")
        transfer.action_add_entire_packs(self.package.ids)
        self.assertEqual(transfer.move_line_ids.lot_name, "S1")

    # ------------------------------------------------------------- what people take back

    def test_a_unit_that_is_taken_elsewhere_leaves_what_was_typed_for_it(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        delivery = self._deliver(self.part, 1)
        delivery.move_line_ids.lot_name = "S4"
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.part.id), ("location_id", "=", self.bin_a.id)]
        )
        customers = self.env.ref("stock.stock_location_customers")
        quant.with_user(self.boss).move_quants(customers, message="Sold from the shelf")
        kept = [row["name"] for row in delivery.serial_entry_refused]
        self.assertEqual((kept, delivery.move_line_ids.mapped("lot_name")), (["S4"], []))

    def test_people_delete_lines_and_cancel(self):
        receipt = self._typed_receipt()
        named = receipt.move_line_ids.filtered("lot_name")
        receipt.move_line_ids = [Command.delete(named[0].id)]
        self.assertTyped(receipt, self.SECOND)
        receipt.action_cancel()
        self.assertFalse(self._refused(receipt))

    def test_a_cancelled_order_takes_it_along(self):
        receipt = self._typed_receipt()
        receipt.move_ids.purchase_line_id.order_id.with_user(self.buyer).button_cancel()
        self.assertEqual(receipt.state, "cancel")
        self.assertFalse(self._refused(receipt))

    # ------------------------------------------------------------------------------ the cost

    def test_lowering_many_units_takes_no_more_queries_than_a_few(self):
        def count_queries(units):
            receipt = self._receipt(units)
            receipt.enter_serials(f"Q{units:03}001*{units - 1}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipt.move_ids.product_uom_qty = units - 1
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count_queries(3)
        few, many = count_queries(4), count_queries(60)
        self.assertLess(many - few, 5, f"{few} queries for 4 units, {many} for 60")
