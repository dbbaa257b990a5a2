from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestMessages(SerialCase):
    """What the prompt answers when a serial number can't be used, or may not be what was meant;
    and what it does where only one thing can be meant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.engine = cls._new_part("Engine", True, barcode="ENG-1")
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.owner = cls.env["res.partner"].create({"name": "Consignor"})

    def _stock(self, product, name, location=None, **values):
        """Put the unit *name* in stock and return its serial number."""
        lot = self.env["stock.lot"].create({"name": name, "product_id": product.id})
        self._put_in_stock(product, 1, location or self.bin_a, lot_id=lot, **values)
        return lot

    def _deliver_both(self, parts=1, engines=1):
        """Return a delivery of both parts that has reserved what is there, as the clerk."""
        delivery = self._deliver(self.part, parts)
        delivery.move_ids.copy({"product_id": self.engine.id, "product_uom_qty": engines})
        delivery.move_ids.state = "confirmed"
        delivery.action_assign()
        return delivery

    def _receive_both(self, parts=1, engines=1):
        order = self._purchase(parts)
        order.order_line = [(0, 0, {"product_id": self.engine.id, "product_qty": engines})]
        return self.env["stock.picking"].with_user(self.clerk).browse(order.picking_ids.id)

    def _enter_one(self, picking, text, **values):
        """Enter *text*, one entry, and return its status and message."""
        outcome = picking.enter_serials(text, **values)
        [row] = outcome["entries"]
        return row["status"], row["message"]

    def _ask(self, picking, text, **values):
        status, message = self._enter_one(picking, text, **values)
        self.assertEqual(status, "invalid")
        for word in ("Alternator and Engine", "scan the part's barcode", "under Part"):
            self.assertIn(word.lower(), message.lower())

    # ------------------------------------------------------------------------- several parts

    def test_a_serial_that_is_on_the_transfer_is_named_with_its_part_and_bin(self):
        receipt = self._receive_both()
        receipt.enter_serials("SAME", product_id=self.part.id, location_id=self.bin_a.id)
        receipt.enter_serials("E1", product_id=self.engine.id)
        status, message = self._enter_one(receipt, "SAME")
        self.assertEqual(status, "duplicate")
        self.assertEqual(
            message, f"is already on this transfer (Alternator), in {self.bin_a.display_name}."
        )

    def test_a_reserved_serial_of_another_part_than_the_chosen_one_is_scanned(self):
        self._stock(self.part, "SAME")
        self._stock(self.engine, "E1", self.bin_b)
        delivery = self._deliver_both()
        status, _message = self._enter_one(delivery, "E1", product_id=self.part.id)
        self.assertEqual(status, "picked")
        self.assertEqual(delivery.move_line_ids.filtered("picked").product_id, self.engine)
        self._stock(self.engine, "E2", self.bin_b)
        self.assertIn("The unit of Engine is scanned", self._enter_one(delivery, "E2")[1])

    def test_a_serial_of_two_parts_on_the_transfer_names_both(self):
        self._stock(self.part, "SAME")
        self._stock(self.engine, "SAME", self.bin_b)
        delivery = self._deliver_both()
        self._ask(delivery, "SAME")
        self.assertEqual(self._enter(delivery, "SAME", product_id=self.engine.id)["SAME"], "picked")
        self.assertEqual(delivery.move_line_ids.filtered("picked").product_id, self.engine)

    def test_a_serial_of_two_parts_that_both_wait_for_it_is_asked_about(self):
        self._put_in_stock(self.part, 1, self.bin_c)
        self._put_in_stock(self.engine, 1, self.bin_c)
        delivery = self._deliver_both()
        self.assertEqual(delivery.serial_missing_count, 2)
        self._stock(self.part, "SAME")
        self._stock(self.engine, "SAME", self.bin_b)
        self._ask(delivery, "SAME")
        self.assertEqual(delivery.serial_missing_count, 2)
        self.assertFalse(delivery.enter_in_prompt("SAME")["product_id"])
        self.assertFalse(delivery.serial_entry_product_id)
        self._ask(delivery, "SAME")
        self.assertEqual(
            self._enter(delivery, "ENG-1\nSAME"), {"ENG-1": "product", "SAME": "assigned"}
        )
        line = delivery.move_line_ids.filtered("lot_id")
        self.assertEqual((line.product_id, line.location_id), (self.engine, self.bin_b))
        self.assertEqual(self._enter_one(delivery, "SAME", product_id=self.part.id)[0], "assigned")

    def test_a_serial_that_came_of_two_parts_is_asked_about_when_it_returns(self):
        for part in (self.part, self.engine):
            self.env["stock.lot"].create({"name": "SAME", "product_id": part.id})
        receipt = self._receive_both()
        self._ask(receipt, "SAME")
        self.assertEqual(self._enter_one(receipt, "SAME", product_id=self.engine.id)[0], "known")
        self.assertEqual(receipt.move_line_ids.filtered("lot_name").product_id, self.engine)

    def test_on_the_way_out_a_known_serial_is_taken_for_its_own_part(self):
        self._put_in_stock(self.part, 1, self.bin_c)
        self._put_in_stock(self.engine, 1, self.bin_c)
        delivery = self._deliver_both()
        serial = self._stock(self.engine, "E1", self.bin_b)
        status, message = self._enter_one(delivery, "E1", product_id=self.part.id)
        self.assertEqual((status, message), ("assigned", "is a serial number of Engine."))
        self.assertEqual(delivery.move_line_ids.lot_id, serial)

    def test_a_known_serial_goes_to_its_part_when_the_other_has_no_unit_left(self):
        self.env["stock.lot"].create({"name": "E1", "product_id": self.engine.id})
        receipt = self._receive_both()
        self.assertEqual(self._enter_one(receipt, "A1"), ("assigned", ""))
        self.assertEqual(self._enter_one(receipt, "E1", product_id=self.part.id)[0], "known")
        self.assertEqual(
            {line.product_id: line.lot_name for line in receipt.move_line_ids},
            {self.part: "A1", self.engine: "E1"},
        )

    def test_a_new_serial_without_a_unit_is_refused_naming_the_part_that_has_one(self):
        receipt = self._receive_both(1, 2)
        receipt.enter_serials("A1")
        status, message = self._enter_one(receipt, "A2", product_id=self.part.id)
        self.assertEqual(status, "surplus")
        self.assertEqual(
            message,
            "Every unit of Alternator already has a serial number; units of Engine don't. Scan "
            "that part's barcode first, or choose it under Part.",
        )
        self.assertEqual(receipt.serial_missing_count, 2)

    # -------------------------------------------------------------------- chosen in a row

    def test_a_serial_chosen_in_the_row_of_a_reserved_one_is_delivered(self):
        reserved = self._stock(self.part, "C0")
        delivery = self._deliver(self.part, 1)
        free = self._stock(self.part, "C2")
        self.assertEqual(delivery.move_line_ids.lot_id, reserved)
        delivery.move_line_ids.lot_id = free
        delivery.button_validate()
        self.assertEqual(free.location_id, self.customers)
        self.assertEqual(self._on_hand(self.part), [("Y1-1A", "C0", 1, 0)])

    # -------------------------------------------------------------- new ones on the way out

    def test_a_mistyped_serial_is_not_delivered(self):
        for create in (True, False):
            self.warehouse.out_type_id.use_create_lots = create
            self._stock(self.part, f"A{create}")
            delivery = self._deliver(self.part, 1)
            delivery.move_line_ids.lot_id = False
            status, message = self._enter_one(delivery, "AO2")
            self.assertEqual(status, "invalid")
            self.assertEqual(
                message,
                "is not known, and every unit of Alternator in WH/Stock has a serial number. Check "
                "the number; a new unit has to be received first.",
            )
            delivery.move_line_ids.lot_name = "AO2"
            with self.assertRaisesRegex(UserError, "AO2: is not known, and every unit"):
                delivery.button_validate()
            self.assertFalse(self._serials(self.part).filtered(lambda lot: lot.name == "AO2"))

    def test_a_serial_that_was_sold_is_not_delivered_again(self):
        self._stock(self.part, "SOLD", self.customers)
        self._stock(self.part, "A1")
        delivery = self._deliver(self.part, 1)
        delivery.move_line_ids.lot_id = False
        status, message = self._enter_one(delivery, "SOLD")
        self.assertEqual(status, "invalid")
        self.assertIn("is not in stock. Check the number", message)

    def test_a_known_serial_of_a_unit_that_came_back_without_it_reserves_that_unit(self):
        for create in (True, False):
            with self.subTest(create=create), self.env.cr.savepoint() as savepoint:
                self.warehouse.out_type_id.use_create_lots = create
                old = self._stock(self.part, "OLD", self.customers)
                self._put_in_stock(self.part, 1, self.bin_a)
                delivery = self._deliver(self.part, 1)
                self.assertEqual(self._enter_one(delivery, "OLD")[0], "known")
                self.assertEqual(self._on_hand(self.part), [("Y1-1A", "", 1, 1)])
                self.assertTrue(delivery.button_validate())
                self.assertEqual((delivery.state, delivery.move_line_ids.lot_id), ("done", old))
                self.assertEqual(self._on_hand(self.part), [])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_new_serial_names_a_unit_that_had_none_and_the_message_is_clear(self):
        self.warehouse.out_type_id.use_create_lots = False
        self._put_in_stock(self.part, 1, self.bin_a)
        delivery = self._deliver(self.part, 1)
        status, message = self._enter_one(delivery, "N1")
        self.assertEqual(status, "assigned")
        self.assertEqual(
            message,
            f"is new: assigned to a unit in {self.bin_a.display_name} that had no serial number.",
        )
        self.assertTrue(delivery.button_validate())
        self.assertEqual(self._on_hand(self.part), [])

    def test_as_many_are_named_as_there_are_units_without_a_serial(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._stock(self.part, "A1", self.bin_b)
        delivery = self._deliver(self.part, 2)
        delivery.move_line_ids.lot_id = False
        self.assertEqual(
            self._enter(delivery, "N1\nN2\nA1\nN3"),
            {"N1": "assigned", "N2": "invalid", "A1": "assigned", "N3": "invalid"},
        )
        again = self._deliver(self.part, 2)
        self.assertEqual(self._enter(delivery, "N4"), {"N4": "invalid"})
        self.assertTrue(delivery.button_validate())
        self.assertEqual(self._on_hand(self.part), [])
        self.assertFalse(again.serial_done_count)

    def test_a_new_serial_takes_its_unit_from_where_one_is(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        delivery = self._deliver(self.part, 1)
        delivery.move_line_ids.location_id = self.bin_b
        delivery.move_line_ids.lot_name = "N1"
        self.assertTrue(delivery.button_validate())
        self.assertEqual(self._on_hand(self.part), [])
        self.assertEqual(delivery.move_line_ids.location_id, self.bin_a)

    def test_a_serial_on_its_way_between_companies_stands_where_it_is_taken_from(self):
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        serial = self._stock(self.part, "T1", transit)
        arrival = self._move(self.part, 1, self.warehouse.in_type_id, transit, self.stock)
        arrival.action_assign()
        arrival.move_line_ids.lot_id = False
        self.assertEqual(self._enter_one(arrival, "T1"), ("assigned", ""))
        self.assertEqual(arrival.move_line_ids.lot_id, serial)
        self.assertTrue(arrival.button_validate())
        self.assertEqual(serial.location_id, self.stock)

    def test_with_a_bin_only_its_units_count(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        transfer = self._move(self.part, 2, self.warehouse.int_type_id, self.stock, self.bin_c)
        transfer.action_assign()
        status, message = self._enter_one(transfer, "N1", location_id=self.bin_b.id)
        self.assertEqual(status, "invalid")
        self.assertIn("Y1-1B has a serial number", message)
        self.assertEqual(self._enter_one(transfer, "N1", location_id=self.bin_a.id)[0], "assigned")

    def test_typed_on_two_lines_they_are_counted_too(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._stock(self.part, "A1")
        delivery = self._deliver(self.part, 2)
        delivery.move_line_ids.lot_id = False
        first, second = delivery.move_line_ids
        first.lot_name, second.lot_name = "N1", "N2"
        with self.assertRaisesRegex(UserError, "N2: is not known"):
            delivery.button_validate()
        self.assertFalse(self.env["stock.lot"].search([("name", "in", ["N1", "N2"])]))

    def test_the_queries_of_a_delivery_do_not_grow_with_what_is_named(self):
        def count_queries(units):
            self._put_in_stock(self.part, units, self.bin_a)
            delivery = self._deliver(self.part, units)
            delivery.action_open_serial_prompt()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            outcome = delivery.enter_serials(f"Q{units}-001*{units}")
            self.env.flush_all()
            self.assertEqual(outcome["missing"], 0)
            return self.env.cr.sql_log_count - before

        count_queries(1)
        self.assertLessEqual(count_queries(40) - count_queries(2), 3)

    # -------------------------------------------------------------------- validated together

    def test_one_new_serial_on_two_receipts_names_both(self):
        receipts = self._receipt(1) + self._receipt(1)
        for receipt in receipts:
            receipt.enter_serials("TWIN")
        with self.assertRaises(UserError) as caught:
            receipts.button_validate()
        self.assertIn(
            f"TWIN: it is on {receipts[0].name} and {receipts[1].name}; clear it on all but one",
            str(caught.exception),
        )
        self.assertFalse(self._serials(self.part))
        receipts[1].move_line_ids.lot_name = "OTHER"
        self.assertTrue(receipts.button_validate())
        self.assertEqual(self._serials(self.part).mapped("name"), ["OTHER", "TWIN"])

    # ----------------------------------------------------------------------------- consigned

    def _start_return(self, quantity=1):
        """Return a transfer from the customer, made by hand."""
        return self._move(
            self.part, quantity, self.warehouse.in_type_id, self.customers, self.stock
        )

    def _sell_consigned(self, name):
        """Sell the unit *name* of the owner and return its serial number."""
        serial = self._stock(self.part, name, owner_id=self.owner)
        delivery = self._deliver(self.part, 1)
        self.assertEqual(delivery.move_line_ids.owner_id, self.owner)
        delivery.button_validate()
        return serial

    def _assert_back(self, transfer, serial):
        self.assertTrue(transfer.button_validate())
        self.assertEqual(serial.location_id, self.stock)
        there = serial.quant_ids.filtered("quantity")
        self.assertEqual((there.owner_id, there.quantity), (self.owner, 1))

    def test_a_consigned_unit_that_comes_back_by_hand_has_its_owner_again(self):
        serial = self._sell_consigned("K1")
        for create in (True, False):
            self.warehouse.in_type_id.use_create_lots = create
            transfer = self._start_return()
            transfer.enter_serials("K1")
            self.assertEqual(transfer.move_line_ids.owner_id, self.owner)
            transfer.action_cancel()
        transfer = self._start_return()
        transfer.enter_serials("K1")
        self._assert_back(transfer, serial)

    def test_it_has_its_owner_again_when_typed_or_chosen_in_a_row(self):
        for name, field in (("K1", "lot_name"), ("K2", "lot_id")):
            serial = self._sell_consigned(name)
            transfer = self._start_return()
            transfer.move_line_ids[field] = name if field == "lot_name" else serial
            self._assert_back(transfer, serial)
            self._deliver(self.part, 1).button_validate()

    def test_a_corrected_serial_has_its_own_owner(self):
        self._sell_consigned("K1")
        ours = self._stock(self.part, "A1", self.customers)
        transfer = self._start_return()
        transfer.enter_serials("K1")
        transfer.move_line_ids.lot_name = "A1"
        self.assertTrue(transfer.button_validate())
        self.assertFalse(transfer.move_line_ids.owner_id)
        self.assertEqual(ours.location_id, self.stock)
