from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestDelivery(SerialCase):
    """Units that leave, or move, before they have a serial number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.part, 2, cls.bin_a)
        cls._put_in_stock(cls.part, 1, cls.bin_b)
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.warehouse.out_type_id.use_create_lots = False

    def _name(self, text):
        transfer = self._serialize(self.part)
        transfer.enter_serials(text)
        transfer.action_validate_serials()

    def test_delivering_an_unserialized_unit_asks_which_one_leaves(self):
        delivery = self._deliver(self.part, 2)
        self.assertEqual(delivery.button_validate()["res_id"], delivery.id)
        self.assertEqual(delivery.serial_missing_count, 2)

    def test_a_unit_is_named_on_the_spot(self):
        delivery = self._deliver(self.part, 1)
        self.assertEqual(self._enter(delivery, "SN1"), {"SN1": "assigned"})
        self.assertTrue(delivery.button_validate())
        serial = self._serials(self.part)
        self.assertRecordValues(
            serial, [{"name": "SN1", "source": delivery.name, "used_on": False}]
        )
        self.assertBooks(self.part, [("Y1-1A", "", 1, 0), ("Y1-1B", "", 1, 0)])
        customers = delivery.location_dest_id
        self.assertEqual(serial.quant_ids.filtered("quantity").location_id, customers)

    def test_the_deliveries_of_a_serial(self):
        self._name("SN1@Y1-1A\nSN2@Y1-1A\nSN3@Y1-1B")
        sold, moved, kept = self._serials(self.part).sorted("name")
        delivery = self._deliver(self.part, 1)
        delivery.move_line_ids.lot_id = sold
        delivery.button_validate()
        moved.location_id = self.bin_b
        self.assertEqual((sold | moved | kept).mapped("delivery_count"), [1, 0, 0])
        # Odoo looks for a delivery by the move, too.
        delivery.move_line_ids.flush_recordset()
        self.env.cr.execute(
            "UPDATE stock_move_line SET picking_id = NULL WHERE id = %s", delivery.move_line_ids.ids
        )
        self.env.invalidate_all()
        ours = Domain("product_id", "=", self.part.id)
        lines = self.env["stock.move.line"].search(sold._get_outgoing_domain() & ours)
        self.assertEqual(lines.lot_id, sold)

    def test_a_serial_in_that_location_is_assigned(self):
        delivery = self._deliver(self.part, 1)
        self._name("SN1@Y1-1B")
        self.assertEqual(self._enter(delivery, "SN1"), {"SN1": "assigned"})
        self.assertRecordValues(
            delivery.move_line_ids,
            [{"lot_id": self._serials(self.part).id, "location_id": self.bin_b.id}],
        )
        self.assertTrue(delivery.button_validate())
        self.assertBooks(self.part, [("Y1-1A", "", 2, 0)])

    def test_a_serial_that_is_not_reserved_stands_for_a_unit_of_its_own_bin(self):
        delivery = self._deliver(self.part, 3)
        serial = self.env["stock.lot"].create({"name": "SN1", "product_id": self.part.id})
        self._put_in_stock(self.part, 1, self.bin_b, lot_id=serial)
        self.assertEqual(self._enter(delivery, "SN1"), {"SN1": "assigned"})
        named = delivery.move_line_ids.filtered("lot_id")
        self.assertEqual((named.lot_id, named.location_id), (serial, self.bin_b))
        # The two units that still wait are those in the other bin.
        self.assertEqual((delivery.move_line_ids - named).mapped("location_id"), self.bin_a)

    def test_a_serial_typed_into_a_row_is_taken_from_its_bin(self):
        delivery = self._deliver(self.part, 1)
        self._name("SN1@Y1-1B")
        delivery.move_line_ids.lot_name = "SN1"
        self.assertTrue(delivery.button_validate())
        self.assertBooks(self.part, [("Y1-1A", "", 2, 0)])
        self.assertEqual(len(self._serials(self.part)), 1)

    def test_a_serial_elsewhere_is_refused_with_its_location(self):
        yard = self.env["stock.warehouse"].create({"name": "Yard 2", "code": "Y2"})
        delivery = self._deliver(self.part, 1)
        lot = self.env["stock.lot"].create({"name": "FAR", "product_id": self.part.id})
        self._put_in_stock(self.part, 1, yard.lot_stock_id, lot_id=lot)
        outcome = delivery.enter_serials("FAR")
        self.assertEqual(outcome["entries"][0]["status"], "in_stock")
        self.assertIn("Y2/Stock", outcome["entries"][0]["message"])
        delivery.move_line_ids.lot_name = "FAR"
        with self.assertRaisesRegex(UserError, "FAR.*Y2/Stock"):
            delivery.button_validate()

    def test_a_part_is_delivered_and_the_rest_is_on_a_backorder(self):
        delivery = self._deliver(self.part, 3)
        delivery.enter_serials("SN1@Y1-1B\nSN2@Y1-1A")
        question = delivery.action_validate_serials()
        self.assertEqual(question["res_model"], "stock.backorder.confirmation")
        delivery.with_context(**question["context"], skip_backorder=True).button_validate()
        self.assertBooks(self.part, [("Y1-1A", "", 1, 1)])
        self.assertEqual(delivery.backorder_ids.serial_missing_count, 1)

    def test_a_delivery_reserved_before_the_box_was_ticked_is_split_into_units(self):
        engine = self._new_part("Engine")
        self._put_in_stock(engine, 3, self.bin_c)
        delivery = self._deliver(engine, 3)
        self._tick(engine)
        self.assertEqual(delivery.enter_serials("E1*3")["missing"], 0)
        self.assertBooks(engine, [("Y1-1C", "", 3, 3)])
        self.assertTrue(delivery.button_validate())
        self.assertBooks(engine, [])
        self.assertEqual(len(self._serials(engine)), 3)

    def test_a_transfer_names_units_on_their_way(self):
        transfer = self._move(self.part, 1, self.warehouse.int_type_id, self.bin_b, self.bin_c)
        transfer.action_assign()
        self.assertEqual(transfer.button_validate()["res_id"], transfer.id)
        transfer.enter_serials("SN1")
        transfer.button_validate()
        self.assertBooks(self.part, [("Y1-1A", "", 2, 0), ("Y1-1C", "SN1", 1, 0)])

    def test_a_receipt_whose_operation_type_takes_known_serials_only(self):
        receipt_type = self.warehouse.in_type_id
        receipt_type.write({"use_create_lots": False, "use_existing_lots": True})
        known = self.env["stock.lot"].create({"name": "BACK", "product_id": self.part.id})
        receipt = self._receipt(2)
        self.assertEqual(receipt.button_validate()["res_id"], receipt.id)
        self.assertEqual(self._enter(receipt, "NEW\nBACK"), {"NEW": "invalid", "BACK": "known"})
        self.assertEqual(receipt.move_line_ids.lot_id, known)

    def test_a_receipt_whose_operation_type_takes_no_serials_is_not_asked_for_them(self):
        self.warehouse.in_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        receipt = self._receipt(2)
        receipt.move_ids.picked = True
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self.part.product_tmpl_id.unserialized_quantity, 5)

    def test_a_sold_serial_comes_back_as_the_same_record(self):
        delivery = self._deliver(self.part, 1)
        delivery.enter_serials("SN1")
        delivery.button_validate()
        receipt = self._receipt(1)
        outcome = receipt.enter_serials("SN1@Y1-1C")
        self.assertEqual(outcome["entries"][0]["status"], "known")
        self.assertIn(delivery.name, outcome["entries"][0]["message"])
        receipt.button_validate()
        serial = self._serials(self.part)
        self.assertEqual((len(serial), serial.location_id), (1, self.bin_c))
        order = receipt.move_ids.purchase_line_id.order_id
        self.assertRecordValues(serial, [{"source": delivery.name, "used_on": order.name}])
        serial.with_user(self.clerk).location_id = self.bin_a
        self.assertIn(("Y1-1A", "SN1", 1, 0), self._on_hand(self.part))
