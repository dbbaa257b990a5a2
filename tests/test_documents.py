from datetime import timedelta
from unittest import skipUnless
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models import FAST
from .common import SerialCase


@tagged("post_install", "-at_install")
class TestDocuments(SerialCase):
    """Source and Used On of every serial number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.customers = cls.env.ref("stock.stock_location_customers")

    def _receive(self, text):
        receipt = self._receipt(1)
        receipt.enter_serials(text)
        receipt.button_validate()
        return receipt

    def test_a_delivery_is_the_latest_use(self):
        order = self._receive("SN1").move_ids.purchase_line_id.order_id
        delivery = self._deliver(self.part, 1)
        delivery.button_validate()
        self.assertRecordValues(
            self._serials(self.part), [{"source": order.name, "used_on": delivery.name}]
        )

    def test_links_open_the_document(self):
        receipt = self._receive("SN1@Y1-1A")
        serial = self._serials(self.part).with_user(self.clerk)
        order = receipt.move_ids.purchase_line_id.order_id
        action = serial.with_user(self.buyer).action_open_source()
        self.assertEqual((action["res_model"], action["res_id"]), ("purchase.order", order.id))
        self.assertEqual(serial.action_open_used_on()["tag"], "display_notification")

    def test_who_may_not_see_the_order_opens_the_transfer(self):
        receipt = self._receive("SN1@Y1-1A")
        action = self._serials(self.part).with_user(self.clerk).action_open_source()
        self.assertEqual((action["res_model"], action["res_id"]), ("stock.picking", receipt.id))

    def test_users_who_can_see_neither_read_the_name(self):
        receipt = self._receive("SN1@Y1-1A")
        serial = self._serials(self.part).with_user(self.employee)
        with self.assertRaises(AccessError):
            serial.action_open_source()
        reader = self._new_user("reader", "base.group_user")
        self.env["ir.model.access"].create(
            {
                "name": "serials only",
                "model_id": self.env["ir.model"]._get_id("stock.lot"),
                "group_id": self.env["res.groups"]
                .create({"name": "Serials", "user_ids": reader.ids})
                .id,
                "perm_read": True,
            }
        )
        action = serial.with_user(reader).action_open_source()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn(receipt.origin, action["params"]["message"])

    def test_an_internal_move_is_a_use(self):
        self._receive("SN1@Y1-1A")
        transfer = self._move(self.part, 1, self.warehouse.int_type_id, self.bin_a, self.bin_b)
        transfer.action_assign()
        transfer.button_validate()
        self.assertEqual(self._serials(self.part).used_on, transfer.name)
        self.assertEqual(self._serials(self.part).location_id, self.bin_b)

    def test_a_location_typed_on_the_serial_moves_the_unit(self):
        self._receive("SN1@Y1-1A")
        serial = self._serials(self.part).with_user(self.clerk)
        with Form(serial) as form:
            form.location_id = self.bin_b
        self.assertBooks(self.part, [("Y1-1B", "SN1", 1, 0)])
        self.assertIn("Relocated", serial.used_on)

    def test_scrap_is_named_by_the_scrap_order(self):
        self._receive("SN1@Y1-1A")
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.clerk)
            .create(
                {
                    "product_id": self.part.id,
                    "lot_id": self._serials(self.part).id,
                    "location_id": self.bin_a.id,
                }
            )
        )
        scrap.action_validate()
        serial = self._serials(self.part)
        self.assertEqual(serial.used_on, scrap.name)
        self.assertEqual(serial.action_open_used_on()["res_model"], "stock.scrap")

    def _move_without_document(self, source, destination, **line):
        """Do a move without a document, as other addons create."""
        route = {"location_id": source.id, "location_dest_id": destination.id}
        line = {"product_id": self.part.id, "quantity": 1, **route, **line}
        Move = self.env["stock.move"].with_user(self.clerk)
        move = Move.create({"product_id": self.part.id, "product_uom_qty": 1, **route})
        move._action_confirm()
        lines = [Command.clear(), Command.create(line)]
        move.write({"move_line_ids": lines, "picked": True})
        move._action_done()
        self.assertEqual(move.state, "done")
        self.assertFalse(move.reference)
        return move

    def test_a_move_without_a_document_has_no_name(self):
        vendors = self.env.ref("stock.stock_location_suppliers")
        serial = self.env["stock.lot"].create({"name": "SN1", "product_id": self.part.id})
        self._move_without_document(vendors, self.bin_a, lot_id=serial.id)
        self._move_without_document(self.bin_a, self.bin_b, lot_id=serial.id)
        self.env.invalidate_all()
        self.assertRecordValues(serial, [{"source": False, "used_on": False}])
        self.assertTrue(serial.in_company_history)
        mine = [("product_id", "=", self.part.id)]
        Serial = self.env["stock.lot"].with_user(self.clerk)
        for field in ("source", "used_on"):
            self.assertEqual(Serial.search([*mine, (field, "=", False)]), serial)
            self.assertFalse(Serial.search([*mine, (field, "ilike", "false")]))
        for action in (serial.action_open_source(), serial.action_open_used_on()):
            self.assertEqual(action["params"]["message"], "There is no document yet.")

    def test_messages_name_a_move_without_a_document(self):
        receipt = self._receive("SN1@Y1-1A")
        serial = self._serials(self.part)
        self._move_without_document(self.bin_a, self.bin_b, lot_id=serial.id)
        with self.assertRaisesRegex(UserError, "by a move without a document: undo that first"):
            receipt.move_line_ids.quantity = 0
        reserving = self.env["stock.move"].create(
            {
                "product_id": self.part.id,
                "product_uom_qty": 1,
                "location_id": self.bin_b.id,
                "location_dest_id": self.customers.id,
            }
        )
        reserving._action_confirm()
        reserving._action_assign()
        with self.assertRaisesRegex(UserError, "reserved by a move without a document"):
            receipt.move_line_ids.lot_id = False

    def test_an_inventory_adjustment_is_named_by_its_reason(self):
        lot = self.env["stock.lot"].create({"name": "SN1", "product_id": self.part.id})
        self.assertFalse(lot.source)
        quant = (
            self.env["stock.quant"]
            .with_user(self.boss)
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": self.part.id,
                    "location_id": self.bin_a.id,
                    "lot_id": lot.id,
                    "inventory_quantity": 1,
                }
            )
        )
        quant.with_context(inventory_name="Found behind the rack").action_apply_inventory()
        self.assertEqual(
            lot.source,
            quant.env["stock.move"].search([("product_id", "=", self.part.id)]).reference,
        )

    def test_a_return_is_a_use_of_the_same_serial(self):
        receipt = self._receive("SN1@Y1-1A")
        wizard = Form(
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_id=receipt.id, active_model="stock.picking")
        ).save()
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.with_user(self.clerk).button_validate()
        serial = self._serials(self.part)
        self.assertEqual(len(serial), 1)
        self.assertEqual(serial.used_on, back.move_ids._get_serial_document_name())
        self.assertFalse(serial.location_id)

    def test_a_corrected_line_corrects_both_serials(self):
        receipt = self._receive("SN1")
        order = receipt.move_ids.purchase_line_id.order_id
        wrong = self._serials(self.part)
        right = self.env["stock.lot"].create({"name": "SN2", "product_id": self.part.id})
        receipt.move_line_ids.lot_id = right
        self.assertRecordValues(wrong + right, [{"source": False}, {"source": order.name}])

    def test_a_line_corrected_to_nothing_was_not_a_use(self):
        receipt = self._receive("SN1")
        delivery = self._deliver(self.part, 1)
        delivery.button_validate()
        serial = self._serials(self.part)
        delivery.move_line_ids.quantity = 0
        self.assertRecordValues(serial, [{"source": receipt.origin, "used_on": False}])
        self.assertEqual(self.part.serial_count, 1)

    def test_lots_are_left_alone(self):
        paint = self._new_part("Paint")
        paint.tracking = "lot"
        receipt = self._receipt(1, paint)
        receipt.move_line_ids.lot_name = "L1"
        receipt.button_validate()
        self.assertFalse(self._serials(paint).source)

    def test_one_statement_however_many_serials(self):
        def count_queries(units):
            receipt = self._receipt(units)
            receipt.enter_serials(f"Q{units}-01*{units}")
            receipt.button_validate()
            serials = self.env["stock.lot"].browse(receipt.move_line_ids.lot_id.ids)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            serials._update_documents()
            return self.env.cr.sql_log_count - before

        count_queries(1)
        self.assertEqual(count_queries(2), count_queries(30))

    # ------------------------------------------------------------------ what they are read from

    def _move_twice(self):
        """Return the serial number SN1 and the transfers that moved it from bin to bin, the
        first of them an hour before the second."""
        self._receive("SN1@Y1-1A")
        serial, internal = self._serials(self.part), self.warehouse.int_type_id
        transfers = self.env["stock.picking"]
        for hours, (source, target) in enumerate(
            ((self.bin_a, self.bin_b), (self.bin_b, self.bin_c)), 1
        ):
            with freeze_time(fields.Datetime.now() + timedelta(hours=hours)):
                transfer = self._move(self.part, 1, internal, source, target)
                transfer.action_assign()
                transfer.button_validate()
                transfers |= transfer
        self.assertEqual(serial.used_on, transfers[1].name)
        return serial, transfers.with_user(self.boss)

    def test_the_effective_date_of_a_transfer_is_edited(self):
        serial, (first, second) = self._move_twice()
        first.date_done = second.date_done + timedelta(hours=1)
        self.assertEqual(serial.used_on, first.name)
        source = serial.source
        second.date_done = "2001-01-01 00:00:00"
        self.assertEqual((serial.source, serial.used_on), (second.name, first.name))
        second.date_done = fields.Datetime.now() + timedelta(hours=2)
        self.assertEqual(serial.source, source)

    def test_the_date_of_moves_or_their_lines_is_edited(self):
        serial, (first, second) = self._move_twice()
        first.move_ids.date = second.date_done + timedelta(hours=1)
        self.assertEqual(serial.used_on, first.name)
        first.move_line_ids.date = second.date_done - timedelta(hours=1)
        self.assertEqual(serial.used_on, second.name)

    def test_a_move_becomes_a_correction_or_is_no_longer_done(self):
        serial, (first, second) = self._move_twice()
        second.move_ids.sudo().is_serial_correction = True
        self.assertEqual(serial.used_on, first.name)
        second.move_ids.sudo().is_serial_correction = False
        self.assertEqual(serial.used_on, second.name)
        second.move_ids.sudo().state = "cancel"
        self.assertEqual(serial.used_on, first.name)
        second.move_ids.sudo().state = "done"
        self.assertEqual(serial.used_on, second.name)

    def test_documents_are_renamed(self):
        serial, (_first, second) = self._move_twice()
        second.name = "YARD/7"
        self.assertEqual(serial.used_on, "YARD/7")
        order = self.env["purchase.order"].search([("name", "=", serial.source)])
        order.with_user(self.buyer).name = "P-7"
        self.assertEqual(serial.source, "P-7")
        second.move_ids.write({"is_inventory": True, "picking_id": False, "inventory_name": "Yard"})
        self.assertEqual(serial.used_on, "Yard")
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.clerk)
            .create(
                {
                    "product_id": self.part.id,
                    "lot_id": serial.id,
                    "location_id": self.bin_c.id,
                }
            )
        )
        scrap.action_validate()
        scrap.with_user(self.boss).name = "Scrap 7"
        scrap.move_ids.with_user(self.boss).date = fields.Datetime.now() + timedelta(hours=9)
        self.assertEqual(serial.used_on, "Scrap 7")

    def test_renaming_an_order_needs_no_access_to_stock(self):
        order = self._receive("SN1").move_ids.purchase_line_id.order_id
        writer = self._new_user("writer", "base.group_user")
        self.env["ir.model.access"].create(
            {
                "name": "orders only",
                "model_id": self.env["ir.model"]._get_id("purchase.order"),
                "group_id": self.env["res.groups"]
                .create({"name": "Orders", "user_ids": writer.ids})
                .id,
                "perm_read": True,
                "perm_write": True,
            }
        )
        order.with_user(writer).name = "P-7"
        self.assertEqual(self._serials(self.part).source, "P-7")

    def test_a_receipt_gets_its_order_later(self):
        receipt = self._receive("SN1")
        line = receipt.move_ids.purchase_line_id
        serial = self._serials(self.part)
        receipt.move_ids.sudo().purchase_line_id = False
        self.assertEqual(serial.source, receipt.name)
        receipt.move_ids.sudo().purchase_line_id = line
        self.assertEqual(serial.source, line.order_id.name)

    @skipUnless(FAST, "it takes what changes nothing but time")
    def test_a_receipt_reads_no_history_however_long_it_takes(self):
        receipt = self._receipt(3)
        receipt.enter_serials("SN1*3")
        history = "odoo.addons.serialized_parts.models.stock_lot_documents.read_history_ends"
        with patch(history) as read, freeze_time(fields.Datetime.now(), auto_tick_seconds=1):
            receipt.button_validate()
            receipt.with_user(self.boss).date_done = receipt.date_done
            self.env.flush_all()
        read.assert_not_called()
        self.assertEqual(set(self._serials(self.part).mapped("source")), {receipt.origin})

    def test_one_statement_however_many_lines_get_a_date(self):
        def count_queries(units):
            receipt = self._receipt(units)
            receipt.enter_serials(f"D{units}-01*{units}")
            receipt.button_validate()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipt.with_user(self.boss).date_done = "2001-01-01 00:00:00"
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count_queries(1)
        self.assertEqual(count_queries(2), count_queries(30))
