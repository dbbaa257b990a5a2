from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .correction_case import CorrectionCase


@tagged("post_install", "-at_install")
class TestArchivedSerials(CorrectionCase):
    """Serial numbers with history are archived, not deleted."""

    def test_a_serial_with_history_cannot_be_deleted(self):
        for user in (self.clerk, self.boss, self.env.ref("base.user_root")):
            with self.assertRaisesRegex(UserError, "SN1.*Archive it"):
                self.first.with_user(user).unlink()
        self._deliver(self.part, 2).button_validate()
        self.env["stock.quant"]._unlink_zero_quants()
        with self.assertRaisesRegex(UserError, "SN2.*Archive it"):
            self.second.unlink()
        counted = self.env["stock.lot"].create({"name": "ST", "product_id": self.starter.id})
        self._put_in_stock(self.starter, 1, self.bin_a, lot_id=counted)
        with self.assertRaisesRegex(UserError, "ST.*Archive it"):
            counted.unlink()

    def test_a_serial_without_history_can_be_deleted(self):
        serial = self.env["stock.lot"].create({"name": "TYPO", "product_id": self.part.id})
        serial.with_user(self.clerk).unlink()
        self.assertFalse(serial.exists())

    def test_a_serial_on_hand_cannot_be_archived(self):
        with self.assertRaisesRegex(ValidationError, "SN1.*Y1-1A"):
            self.first.action_archive()
        self._deliver(self.part, 2).button_validate()
        self.first.with_user(self.clerk).action_archive()
        self.assertFalse(self.first.active)
        self.assertEqual(self.part.product_tmpl_id.serial_ids, self.second.with_env(self.env))

    def test_the_record_of_a_unit_that_moved_on_cannot_be_put_in_stock(self):
        self._correct(self.first, "move", product_id=self.starter.id)
        with self.assertRaisesRegex(UserError, "archived"):
            self.first.location_id = self.bin_c
        self.assertBooks(self.part, [("Y1-1B", "SN2", 1, 0)])

    def test_an_archived_name_stays_taken(self):
        self._deliver(self.part, 2).button_validate()
        self.first.action_archive()
        with self.assertRaisesRegex(ValidationError, "archived.*Unarchive"):
            self.env["stock.lot"].create({"name": "SN1", "product_id": self.part.id})
        with self.assertRaisesRegex(ValidationError, "archived.*Unarchive"):
            self.second.name = "SN1"

    def test_an_archived_serial_is_back_when_its_unit_is(self):
        self._deliver(self.part, 2).button_validate()
        (self.first | self.second).action_archive()
        receipt = self._receipt(2)
        self.assertEqual(self._enter(receipt, "SN1\nSN2"), {"SN1": "known", "SN2": "known"})
        self.assertTrue(receipt.button_validate())
        self.assertEqual(
            receipt.move_line_ids.lot_id, (self.first | self.second).with_env(self.env)
        )
        self.assertTrue(self.first.active and self.second.active)

    def test_the_list_finds_archived_ones(self):
        self._correct(self.first, "undo")
        Serial = self.env["stock.lot"].with_user(self.clerk)
        arch = Serial.get_view(view_type="search")["arch"]
        self.assertIn("[('active', '=', False)]", arch)
        self.assertIn(self.first, Serial.search([("active", "=", False)]))
        self.assertNotIn(self.first, Serial.search([("product_id", "=", self.part.id)]))

    def test_archived_answers_keep_their_question(self):
        self._correct(self.first, "undo")
        self.assertEqual(self.mileage.answer_count, 1)
        with self.assertRaises(UserError):
            self.mileage.unlink()
