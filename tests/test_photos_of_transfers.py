from odoo.tests import HttpCase, tagged

from ..models import FAST
from .correction_case import CorrectionCase
from .photo_case import PhotoCase, make_picture
from .without_fast import without_fast

RED, BLUE = (255, 0, 0), (0, 0, 255)


@tagged("post_install", "-at_install")
class TestPhotosOfTransfers(PhotoCase):
    """Photos of units that have no serial number yet."""

    def _read(self, records):
        """Return the colours of the photos of each record, by serial number."""
        self.env.flush_all()
        self.env.invalidate_all()
        return {
            record.display_name if record._name == "stock.lot" else record.lot_name: [
                self._colour(photo.image_1920) for photo in record.photo_ids
            ]
            for record in records
            if record.photo_ids
        }

    def _photographed(self, quantity=2):
        """Return a receipt of which the last unit, S2, has a red photo and S1 none."""
        receipt = self._receipt(quantity)
        receipt.enter_serials("S1\nS2")
        line = receipt.move_line_ids.filtered(lambda line: line.lot_name == "S2")
        return receipt, self._add_photos(line, "red")

    def test_the_serial_number_gets_them(self):
        receipt, photo = self._photographed()
        receipt.button_validate()
        self.assertEqual(self._read(self._serials(self.part)), {"S2": [RED]})
        self.assertFalse(photo.move_line_id)
        note = self._serial("S2").message_ids.filtered(lambda note: "photo" in (note.body or ""))
        self.assertEqual((note.preview, note.author_id), ("1 photo added", self.clerk.partner_id))

    def test_the_serial_number_gets_them_without_the_fast_road(self):
        if FAST:
            with without_fast(self.registry):
                self.test_the_serial_number_gets_them()

    def test_a_photo_is_taken_before_there_is_a_number(self):
        receipt = self._receipt(1)
        self._add_photos(receipt.move_line_ids, "red", "blue")
        receipt.enter_serials("S1")
        receipt.button_validate()
        self.assertEqual(self._read(self._serials(self.part)), {"S1": [RED, BLUE]})

    def test_one_that_comes_back_gets_them_too(self):
        self._receive_named("S1")
        self._add_photos(self._serial("S1"), "blue")
        self._deliver(self.part, 1).button_validate()
        receipt = self._receipt(1)
        receipt.enter_serials("S1")
        self._add_photos(receipt.move_line_ids, "red")
        receipt.button_validate()
        self.assertEqual(self._read(self._serials(self.part)), {"S1": [BLUE, RED]})

    def test_a_unit_in_stock_gets_them(self):
        part = self._new_part("Starter")
        self._put_in_stock(part, 2, self.bin_a)
        self._tick(part)
        transfer = self._serialize(part)
        transfer.enter_serials("S1")
        named = transfer.move_line_ids.filtered("lot_name")
        self._add_photos(named, "red")
        transfer.with_context(skip_serial_prompt=True).button_validate()
        self.assertEqual(self._read(self._serials(part)), {"S1": [RED]})

    def test_they_stay_with_the_unit_when_its_number_is_corrected_or_cleared(self):
        receipt, photo = self._photographed()
        line = photo.move_line_id
        for name in ("S3", False, "S4"):
            line.lot_name = name
            self.assertEqual(line.photo_ids, photo)
        receipt.button_validate()
        self.assertEqual(self._read(self._serials(self.part)), {"S4": [RED]})

    def test_units_without_photos_go_first(self):
        receipt = self._receipt(3)
        receipt._prepare_serial_lines()
        last = receipt.move_line_ids[-1]
        photo = self._add_photos(last, "red")
        receipt.move_ids.product_uom_qty = 1
        self.assertEqual(receipt.move_line_ids, last)
        self.assertEqual(last.photo_ids, photo)

    def test_they_wait_for_a_unit(self):
        receipt, photo = self._photographed()
        line = photo.move_line_id
        receipt.move_ids.product_uom_qty = 0
        self.assertFalse(line.exists())
        self.assertRecordValues(photo, [{"picking_id": receipt.id, "move_line_id": False}])
        [row] = [row for row in receipt.serial_entry_refused if row["text"] == "S2"]
        self.assertIn("Photos: 1.", row["message"])
        receipt.move_ids.product_uom_qty = 2
        receipt.action_assign()
        self.assertEqual(self._read(receipt.move_line_ids), {"S2": [RED]})
        self.assertFalse(photo.picking_id)

    def test_a_photo_without_a_number_waits_too(self):
        receipt = self._receipt(1)
        photo = self._add_photos(receipt.move_line_ids, "red")
        receipt.move_ids.product_uom_qty = 0
        self.assertEqual(photo.picking_id, receipt)
        receipt.move_ids.product_uom_qty = 1
        receipt.action_assign()
        self.assertEqual(photo.move_line_id, receipt.move_line_ids)

    def test_what_is_forgotten_is_deleted(self):
        receipt, photo = self._photographed()
        receipt.move_ids.product_uom_qty = 0
        receipt.forget_refused("S1")
        self.assertTrue(photo.exists())
        receipt.forget_refused("S2")
        self.assertFalse(photo.exists())

    def test_they_go_to_the_backorder(self):
        receipt, photo = self._photographed()
        line = photo.move_line_id
        (receipt.move_line_ids - line).picked = True
        line.picked = False
        receipt.with_context(skip_backorder=True, skip_serial_prompt=True).move_ids._action_done()
        self.assertEqual(self._serials(self.part).mapped("name"), ["S1"])
        backorder = receipt.backorder_ids
        self.assertEqual(self._read(backorder.move_line_ids), {"S2": [RED]})
        self.assertEqual(photo.move_line_id.picking_id, backorder)

    def test_they_wait_on_the_backorder(self):
        receipt, photo = self._photographed(3)
        photo.move_line_id.lot_name = False
        receipt.move_ids.quantity = 1
        self.assertEqual(photo.picking_id, receipt)
        receipt.with_context(skip_backorder=True).button_validate()
        backorder = receipt.backorder_ids
        self.assertIn(backorder, photo.picking_id | photo.move_line_id.picking_id)

    def test_those_of_a_unit_in_stock_go_to_the_backorder(self):
        part = self._new_part("Starter")
        self._put_in_stock(part, 2, self.bin_a)
        self._tick(part)
        transfer = self._serialize(part)
        transfer.enter_serials("S1")
        photo = self._add_photos(transfer.move_line_ids._awaits_serial(), "red")
        transfer.with_context(skip_backorder=True).action_validate_serials()
        backorder = transfer.backorder_ids
        self.assertEqual(photo.exists().move_line_id, backorder.move_line_ids)

    def test_they_are_deleted_with_their_line_or_transfer(self):
        receipt, photo = self._photographed()
        receipt.action_cancel()
        self.assertFalse(photo.exists())
        other, photo = self._photographed()
        other.move_ids.product_uom_qty = 0
        self.assertEqual(photo.picking_id, other)
        self.env["serial.photo"]._delete_with(other.sudo())
        self.assertFalse(photo.exists())

    def test_queries_do_not_grow_with_the_photos(self):
        counts = []
        for size in (1, 1, 50):
            receipt = self._receipt(size)
            names = "\n".join(f"Q{len(counts)}-{at}" for at in range(size))
            receipt.enter_serials(names)
            for line in receipt.move_line_ids:
                self._add_photos(line, "red")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipt.move_line_ids._hand_over_photos()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2] - counts[1], 5)

    def test_without_photos_it_is_one_query(self):
        receipt = self._receipt(50)
        lines = receipt.move_line_ids
        self.env.flush_all()
        with self.assertQueryCount(1):
            lines._hand_over_photos()


@tagged("post_install", "-at_install")
class TestPhotosInCorrections(CorrectionCase):
    """Photos stay with the unit."""

    def setUp(self):
        super().setUp()
        self.photo = self.env["serial.photo"].with_user(self.clerk)
        self.photo = self.photo.create({"lot_id": self.first.id, "image_1920": make_picture()})

    def test_exchanged_labels(self):
        self._correct(
            self.first, "swap", other_lot_id=self.second.id, other_serial=self.second.name
        )
        self.assertEqual(self.first.name, "SN2")
        self.assertEqual(self.photo.lot_id, self.first)

    def test_another_part(self):
        self._correct(self.first, "move", product_id=self.starter.id)
        unit = self._serials(self.starter)
        self.assertEqual((unit.name, self.photo.lot_id), ("SN1", unit))

    def test_another_part_before_it_is_validated(self):
        order = self._purchase(1)
        order.write({"order_line": [(0, 0, {"product_id": self.starter.id, "product_qty": 1})]})
        receipt = order.picking_ids.with_user(self.boss)
        receipt.enter_serials("SN9", product_id=self.part.id)
        line = receipt.move_line_ids.filtered("lot_name")
        self.photo = self.photo.create({"move_line_id": line.id, "image_1920": make_picture()})
        line._move_serial_to_part(self.starter, "Label misread")
        self.assertEqual(self.photo.move_line_id.product_id, self.starter)
        self.assertEqual(self.photo.move_line_id.lot_name, "SN9")

    def test_a_serial_number_taken_back_keeps_them(self):
        self._correct(self.first, "undo")
        self.assertFalse(self.first.active)
        self.assertEqual(self.photo.lot_id, self.first)


@tagged("post_install", "-at_install")
class TestPhotosOnAPhone(HttpCase, PhotoCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_a_photo_is_taken_in_the_prompt(self):
        receipt = self._receipt(1)
        url = f"/odoo/action-stock.action_picking_tree_all/{receipt.id}"
        self.start_tour(url, "serialized_parts_photo", login=self.clerk.login)
        self.env.invalidate_all()
        [photo] = self._serial("PH1").photo_ids
        red, green, blue = self._colour(photo.image_1920)
        self.assertTrue(red > 240 and green < 20 and blue < 20)
