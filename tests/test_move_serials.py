from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestMoveSerials(SerialCase):
    """Internal transfers from scans alone: units, then the bins they go into."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.starter = cls._new_part("Starter", True, barcode="STA-1", default_code="ST-9")
        cls.bolt = cls._new_part("Bolt", barcode="BOLT-1")

    def setUp(self):
        super().setUp()
        self._receive_named("SN1", "SN2", "SN3", location=self.bin_a)
        self._receive_named("ST1", "ST2", "ST3", product=self.starter, location=self.bin_b)
        self.transfer = self._start()

    def _start(self, user=None):
        """Return the transfer that Move Serials opens."""
        operation_type = self.warehouse.int_type_id.with_user(user or self.clerk)
        action = operation_type.action_move_serials()
        self.assertEqual((action["res_model"], action["target"]), ("stock.picking", "new"))
        self.assertEqual(action["name"], "Move Serials")
        return self.env["stock.picking"].with_user(user or self.clerk).browse(action["res_id"])

    def _scan(self, *texts, transfer=None):
        """Scan *texts* one by one, as the prompt does; return the row of the last one."""
        transfer = transfer or self.transfer
        for text in texts:
            outcome = transfer.enter_in_prompt(
                text,
                transfer.serial_entry_product_id.id,
                transfer.serial_entry_location_id.id,
                single=True,
            )
        return outcome["entries"][-1]

    def _undo(self, name):
        lines = self.transfer.move_line_ids
        lines.filtered(lambda line: line.lot_id.name == name).action_undo_scan()

    def _bins(self, transfer=None):
        lines = (transfer or self.transfer).move_line_ids
        return {line.lot_id.name: line.location_dest_id.name for line in lines}

    def test_six_units_into_three_bins(self):
        self._scan("SN1", "ST1", "Y1-1C", "Y1-1A", "ST2", "ST3", "BIN-Y1-1B", "SN2", "SN3")
        self.assertEqual(self.transfer.serial_scanned_count, 6)
        self.assertEqual(
            self._bins(),
            {
                "SN1": "Y1-1C",
                "ST1": "Y1-1C",
                "ST2": "Y1-1A",
                "ST3": "Y1-1A",
                "SN2": "Y1-1B",
                "SN3": "Y1-1B",
            },
        )
        self.assertRecordValues(
            self.transfer.move_ids,
            [
                {"product_id": self.part.id, "product_uom_qty": 3, "quantity": 3},
                {"product_id": self.starter.id, "product_uom_qty": 3, "quantity": 3},
            ],
        )
        self.assertEqual(self.transfer.serial_validate_label, "Move 6")
        self.assertTrue(self.transfer.action_validate_serials())
        self.assertEqual(self.transfer.state, "done")
        self.assertFalse(self.transfer.backorder_ids)
        self.assertBooks(
            self.part,
            [("Y1-1B", "SN2", 1, 0), ("Y1-1B", "SN3", 1, 0), ("Y1-1C", "SN1", 1, 0)],
        )
        self.assertBooks(
            self.starter,
            [("Y1-1A", "ST2", 1, 0), ("Y1-1A", "ST3", 1, 0), ("Y1-1C", "ST1", 1, 0)],
        )

    def test_only_what_is_scanned_is_reserved(self):
        self._scan("SN2")
        self.assertEqual(self.transfer.state, "assigned")
        self.assertEqual(
            self._on_hand(self.part),
            [("Y1-1A", "SN1", 1, 0), ("Y1-1A", "SN2", 1, 1), ("Y1-1A", "SN3", 1, 0)],
        )
        self._scan("SN3")
        self.transfer.action_assign()
        self.assertEqual(sorted(self._bins()), ["SN2", "SN3"])

    def test_the_empty_one_is_opened_again(self):
        self.assertEqual(self._start(), self.transfer)
        self.assertNotEqual(self._start(self.boss), self.transfer)
        self._scan("SN1")
        other = self._start()
        self.assertNotEqual(other, self.transfer)
        self.assertFalse(other.move_ids)

    def test_with_several_warehouses_it_asks_which_one(self):
        Picking = self.env["stock.picking"].with_user(self.clerk)
        self.assertEqual(Picking.action_move_serials()["res_id"], self.transfer.id)
        far = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"})
        self.assertEqual(Picking.action_move_serials()["res_model"], "serial.move.start")
        start = self.env["serial.move.start"].with_user(self.clerk)
        action = start.create({"warehouse_id": far.id}).action_start()
        transfer = Picking.browse(action["res_id"])
        self.assertEqual(transfer.location_id | transfer.location_dest_id, far.lot_stock_id)
        if "property_warehouse_id" in self.clerk._fields:
            self.clerk.property_warehouse_id = far
            self.assertEqual(Picking.action_move_serials()["res_id"], transfer.id)

    def test_only_warehouse_users_start_one(self):
        for user in (self.buyer, self.employee):
            with self.assertRaises(AccessError):
                self.env["stock.picking"].with_user(user).action_move_serials()
        with self.assertRaisesRegex(UserError, "no internal transfers"):
            self.warehouse.in_type_id.with_user(self.clerk).action_move_serials()

    def test_the_chatter_does_not_name_each_scan(self):
        self._scan("SN1")
        before = len(self.transfer.message_ids)
        self._scan("SN2", "SN3")
        self.assertEqual(len(self.transfer.message_ids), before)

    def test_a_list_is_previewed_and_entered(self):
        text = "SN1\nST1\nSN9\nY1-1C\nSN1"
        preview = self.transfer.preview_serials(text)
        self.assertEqual((preview["assigned"], preview["refused"]), (2, 2))
        self.assertFalse(self.transfer.move_ids)
        self.assertEqual(
            self._enter(self.transfer, text),
            {"SN1": "duplicate", "ST1": "picked", "SN9": "invalid", "Y1-1C": "location"},
        )
        self.assertEqual(self._bins(), {"SN1": "Y1-1C", "ST1": "Y1-1C"})

    def test_undo_takes_the_unit_off(self):
        self._scan("SN1", "SN2", "ST1")
        self._undo("SN1")
        self.assertEqual(self.transfer.move_ids.mapped("product_uom_qty"), [1, 1])
        self._undo("ST1")
        self.assertRecordValues(
            self.transfer.move_ids, [{"product_id": self.part.id, "product_uom_qty": 1}]
        )
        self.assertEqual(self._on_hand(self.part)[0], ("Y1-1A", "SN1", 1, 0))
        self.transfer.move_line_ids.action_undo_scan()
        self.assertFalse(self.transfer.move_ids)
        self.assertEqual(self.transfer.state, "draft")
        self.assertEqual(self._scan("SN1")["status"], "picked")

    def test_a_unit_of_another_document_is_taken_after_a_question(self):
        delivery = self._deliver(self.starter, 3)
        row = self._scan("ST2")
        self.assertTrue(row["take"])
        self.assertIn(delivery.name, row["message"])
        self.assertFalse(self.transfer.move_ids)
        [row] = self.transfer.take_reserved("ST2")["entries"]
        self.assertEqual(row["status"], "picked")
        self.assertIn(f"taken from {delivery.name}", row["message"])
        self.assertEqual(list(self._bins()), ["ST2"])
        self.assertEqual(sorted(self._bins(delivery)), ["ST1", "ST3"])
        self.assertIn("ST2", delivery.message_ids[0].body)
        self._scan("Y1-1C")
        self.transfer.action_validate_serials()
        self.assertEqual(self.transfer.state, "done")

    def test_a_number_of_several_parts_is_asked_about(self):
        self._receive_named("SN1", product=self.starter, location=self.bin_c)
        row = self._scan("SN1")
        self.assertEqual(row["status"], "invalid")
        self.assertRegex(row["message"], "Alternator.*and.*Starter.*barcode first")
        self.assertEqual(self._scan("STA-1")["status"], "product")
        self._scan("SN1")
        self.assertEqual(self.transfer.move_line_ids.product_id, self.starter)
        self._scan("ALT-1", "SN1")
        self.assertEqual(self.transfer.move_line_ids.product_id, self.starter | self.part)

    def test_a_number_of_several_parts_one_of_which_is_scanned(self):
        self._scan("SN1")
        self._receive_named("SN1", product=self.starter, location=self.bin_c)
        self.assertRegex(self._scan("SN1")["message"], "Alternator.*and.*Starter")
        self._scan("STA-1", "SN1")
        self.assertEqual(len(self.transfer.move_line_ids), 2)

    def test_codes_and_labels_name_the_part(self):
        serials = self._serials(self.starter)
        self.assertEqual(self._scan(serials[0].serial_url)["status"], "picked")
        # A label of a part by its number.
        self._scan("[)>\x1e06\x1d1PST-9\x1dSST2\x1e\x04")
        self.assertEqual(sorted(self._bins()), ["ST1", "ST2"])

    def test_what_cannot_be_moved_is_explained(self):
        sold = self._deliver(self.starter, 1)
        sold.partner_id = self.vendor
        name = sold.move_line_ids.lot_id.name
        sold.button_validate()
        self.assertIn("Delivered to Salvage Lot", self._scan(name)["message"])
        self.assertRegex(self._scan("SN77")["message"], "is not known")
        self.assertRegex(self._scan("BOLT-1")["message"], "Bolt.*have no serial numbers")
        self.assertRegex(self._scan("sn1")["message"], "SN1 is in .*Y1-1A.* same unit")
        far = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"})
        self._serial("SN3").sudo().location_id = far.lot_stock_id
        self.assertRegex(self._scan("SN3")["message"], "is in FAR/Stock, not in WH/Stock")
        self.assertFalse(self.transfer.move_ids)
        self.assertEqual(len(self.transfer.serial_entry_refused), 5)

    def test_an_unknown_number_does_not_name_an_unserialized_unit(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._scan("ALT-1")
        self.assertEqual(self._scan("SN77")["status"], "invalid")
        self.assertEqual(self._scan("ALT-1", "SN1")["status"], "picked")

    def test_units_without_a_bin_do_not_move_by_accident(self):
        self._scan("SN1", "Y1-1B", "SN2", "SN3")
        self.assertEqual(
            self.transfer.serial_without_bin, "2 units have no bin yet: scan the bin they go into."
        )
        with self.assertRaisesRegex(UserError, "2 units have no bin yet"):
            self.transfer.action_validate_serials()
        self.assertEqual(self.transfer.button_validate()["res_id"], self.transfer.id)
        self.transfer.action_leave_without_bin()
        self.assertFalse(self.transfer.serial_without_bin)
        self.transfer.action_validate_serials()
        self.assertBooks(
            self.part, [("Stock", "SN2", 1, 0), ("Stock", "SN3", 1, 0), ("Y1-1B", "SN1", 1, 0)]
        )

    def test_the_stock_itself_can_be_scanned(self):
        self._scan("SN1", self.stock.complete_name)
        self.assertTrue(self.transfer.action_validate_serials())
        self.assertEqual(self._serial("SN1").location_id, self.stock)

    def _count_queries(self, names):
        transfer = self._start()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        outcome = transfer.enter_serials("\n".join(names))
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        self.assertEqual({row["status"] for row in outcome["entries"]}, {"picked"})
        return count

    def test_queries_do_not_grow_with_the_units(self):
        names = [f"Q{number:03}" for number in range(102)]
        self._receive_named(*names)
        self._count_queries(names[:1])
        one, fifty = self._count_queries(names[1:2]), self._count_queries(names[2:52])
        # Odoo reserves each unit by itself: it looks for the unit, locks and changes it.
        self.assertLess(fifty - one, 50 * 4)


@tagged("post_install", "-at_install")
class TestMoveSelection(SerialCase):
    """Moving the serial numbers that are selected in their list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def setUp(self):
        super().setUp()
        self._receive_named("SN1", "SN2", "SN3", location=self.bin_a)

    def _move_selected(self, *names):
        serials = self._serials(self.part).filtered(lambda serial: serial.name in names)
        action = serials.with_user(self.clerk).action_move_serials()
        return self.env["stock.picking"].with_user(self.clerk).browse(action["res_id"])

    def test_selected_units_are_expected(self):
        transfer = self._move_selected("SN1", "SN3")
        self.assertEqual(sorted(transfer.move_line_ids.lot_id.mapped("name")), ["SN1", "SN3"])
        self.assertEqual(set(transfer.move_line_ids.mapped("scan_state")), {"expected"})
        transfer.enter_serials("SN3\nY1-1B")
        question = transfer.action_validate_serials()
        transfer.with_context(**question["context"], skip_backorder=True).button_validate()
        self.assertEqual(self._serial("SN3").location_id, self.bin_b)
        self.assertEqual(transfer.backorder_ids.move_line_ids.lot_id, self._serial("SN1"))

    def test_they_move_at_once_into_a_chosen_bin(self):
        transfer = self._move_selected("SN1", "SN3")
        with self.assertRaisesRegex(UserError, "Choose the bin"):
            transfer.action_validate_serials()
        transfer.serial_entry_location_id = self.bin_c
        self.assertTrue(transfer.action_validate_serials())
        self.assertEqual(transfer.state, "done")
        self.assertEqual(
            self._on_hand(self.part),
            [("Y1-1A", "SN2", 1, 0), ("Y1-1C", "SN1", 1, 0), ("Y1-1C", "SN3", 1, 0)],
        )

    def test_those_that_cannot_move_are_named(self):
        delivery = self._deliver(self.part, 1)
        reserved = delivery.move_line_ids.lot_id.name
        transfer = self._move_selected("SN1", "SN2", "SN3")
        self.assertEqual(len(transfer.move_line_ids), 2)
        [row] = transfer.serial_entry_refused
        self.assertEqual((row["name"], row["take"]), (reserved, True))
        transfer.take_reserved(row["text"])
        self.assertEqual(len(transfer.move_line_ids), 3)
        delivered = self.env["stock.lot"].create({"name": "GONE", "product_id": self.part.id})
        with self.assertRaisesRegex(UserError, "None of these"):
            delivered.with_user(self.clerk).action_move_serials()


@tagged("post_install", "-at_install")
class TestUnmetDemand(SerialCase):
    """Transfers that ask for more units than are reserved: a free one that is scanned goes with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True
        # Otherwise, what is received is reserved at once.
        cls.warehouse.out_type_id.reservation_method = "manual"

    def test_a_scanned_unit_fills_the_demand(self):
        self._receive_named("SN1", "SN2", location=self.bin_a)
        delivery = self._deliver(self.part, 5)
        self.assertEqual(len(delivery.move_line_ids), 2)
        self._receive_named("SN3", "SN4", "SN5", "SN6", location=self.bin_b)
        preview = delivery.preview_serials("SN3\nSN1")
        self.assertEqual((preview["assigned"], len(delivery.move_line_ids)), (2, 2))
        self.assertEqual(self._enter(delivery, "SN3\nSN1"), {"SN3": "picked", "SN1": "picked"})
        self.assertEqual(
            sorted(delivery.move_line_ids.lot_id.mapped("name")), ["SN1", "SN2", "SN3"]
        )
        self._enter(delivery, "SN4\nSN5")
        # There is no room for more: it takes the place of SN2.
        [row] = delivery.enter_serials("SN6")["entries"]
        self.assertIn("takes the place of SN2", row["message"])
        self.assertEqual(delivery.move_ids.product_uom_qty, 5)
        self.assertTrue(delivery.action_validate_serials())
        self.assertEqual(delivery.state, "done")

    def test_nothing_was_reserved(self):
        delivery = self._deliver(self.part, 2)
        self._receive_named("SN1", "SN2", location=self.bin_a)
        self.assertEqual(self._enter(delivery, "SN2"), {"SN2": "picked"})
        self.assertEqual(delivery.move_line_ids.lot_id.name, "SN2")


class MoveSerialsTour(HttpCase, SerialCase):
    """Six units of two parts into three bins, from the overview."""

    def _tour(self, name):
        for prefix, title in (("MA", "Engine"), ("MB", "Gearbox")):
            part = self._new_part(title, True)
            names = [f"{prefix}{number}" for number in (1, 2, 3)]
            self._receive_named(*names, product=part, location=self.stock)
        self.start_tour("/odoo/inventory", name, login=self.clerk.login)
        self.env.invalidate_all()
        serials = self.env["stock.lot"].search([("name", "=like", "M__")], order="name")
        where = [serial.location_id.name for serial in serials]
        self.assertEqual(where, ["Y1-1A", "Y1-1B", "Y1-1C"] * 2)


@tagged("post_install", "-at_install")
class TestMoveSerialsTour(MoveSerialsTour):
    def test_on_a_desktop(self):
        self._tour("serialized_parts_move_serials")


@tagged("post_install", "-at_install")
class TestMoveSerialsPhone(MoveSerialsTour):
    browser_size = "390x844"
    touch_enabled = True

    def test_on_a_phone(self):
        self._tour("serialized_parts_move_serials_phone")
