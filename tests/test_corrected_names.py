from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from .correction_case import CorrectionCase


@tagged("post_install", "-at_install")
class TestCorrectedNames(CorrectionCase):
    """Serial numbers are renamed, and exchange their names."""

    # -------------------------------------------------------------------------------- rename

    def test_rename_leaves_everything_but_the_name(self):
        message = self._correct(self.first, "rename", new_name=" SN9 ")
        self.assertEqual(message, "SN1 is SN9 now.")
        self.assertEqual(self.first.source, self.receipt.purchase_id.name)
        self.assertEqual(self.first.serial_answers._values, {self.mileage.key: 120000})
        self.assertBooks(self.part, [("Y1-1A", "SN9", 1, 0), ("Y1-1B", "SN2", 1, 0)])

    def test_rename_is_noted_on_the_serial_and_the_transfer(self):
        delivery = self._deliver(self.part, 2)
        self._correct(self.first, "rename", new_name="SN9")
        notes = self._notes(self.first)
        self.assertEqual(notes[0][1], "SN1>SN9")
        self.assertNotEqual(notes[0][1:], notes[1][1:])
        for record in (self.first, delivery):
            self.assertNoted(record, "SN1", "SN9")
        self.assertTrue(delivery.button_validate())
        self.assertEqual(self.first.used_on, delivery.name)

    def test_what_everybody_reads_names_no_correction(self):
        parts = self.part.product_tmpl_id | self.starter.product_tmpl_id
        self._deliver(self.part, 2)
        before = parts.message_ids, self.part.message_ids
        self._correct(self.first, "rename", new_name="SN9")
        self._correct(self.first, "swap", other_lot_id=self.second.id)
        self.env["stock.picking"].search([("state", "=", "assigned")]).do_unreserve()
        self._correct(self.first, "move", product_id=self.starter.id)
        self._correct(self.second, "undo")
        receipt = self._receipt_of_both()
        mine = receipt.move_line_ids.filtered(lambda line: line.product_id == self.part)
        mine.lot_name = "SN7"
        self._correct_line(mine, self.starter)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((parts.message_ids, self.part.message_ids), before)
        Message = self.env["mail.message"].with_user(self.employee)
        self.assertFalse(Message.search([("body", "ilike", "Label misread")]))

    def test_rename_of_a_sold_unit_is_followed_where_it_comes_back(self):
        self._deliver(self.part, 2).button_validate()
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, "SN1"), {"SN1": "known"})
        self._correct(self.first, "rename", new_name="SN9")
        self.assertEqual(receipt.move_line_ids.lot_name, "SN9")
        self.assertNoted(receipt, "SN9")
        self.assertTrue(receipt.button_validate())
        self.assertEqual(self.first.location_id, receipt.location_dest_id)

    def test_a_typed_name_that_may_be_another_unit_is_explained(self):
        receipt = self._receipt(1)
        receipt.move_line_ids.lot_name = "SN1"
        self._correct(self.first, "rename", new_name="SN9")
        self.assertEqual(receipt.move_line_ids.lot_name, "SN1")
        self.assertNoted(receipt, "SN1 was left as typed")
        self.assertTrue(receipt.button_validate())
        self.assertEqual(len(self._serials(self.part)), 3)

    def test_impossible_names_are_refused(self):
        for name in ("", " ", "SN\t9", "S" * 129, "SN1"):
            with self.assertRaises(UserError, msg=name):
                self._correct(self.first, "rename", new_name=name)
        self._correct(self.first, "rename", new_name="S" * 128)

    def test_the_message_about_a_used_name_names_the_bin(self):
        with self.assertRaisesRegex(UserError, "SN2.*Alternator.*Y1-1B"):
            self._correct(self.first, "rename", new_name="SN2")
        self._deliver(self.part, 2).button_validate()
        with self.assertRaisesRegex(UserError, "SN2.*not in stock"):
            self._correct(self.first, "rename", new_name="SN2")
        self.second.action_archive()
        with self.assertRaisesRegex(UserError, "archived.*Unarchive"):
            self._correct(self.first, "rename", new_name="SN2")

    def test_plain_renames_are_traced(self):
        with Form(self.first.with_user(self.clerk)) as form:
            form.name = "FORM"
        self.assertEqual(self._notes(self.first)[0][1:], ("SN1>FORM", self.clerk.partner_id))
        call_kw(
            self.env["stock.lot"].with_user(self.clerk),
            "write",
            [self.first.ids, {"name": "RPC"}],
            {},
        )
        self.assertEqual(self._notes(self.first)[0][1:], ("FORM>RPC", self.clerk.partner_id))

    def test_renames_by_import_are_traced(self):
        # Odoo's import screen sends tracking_disable, unless one ticks "Track history".
        context = {"tracking_disable": True, "rename_serials": True}
        Serial = self.env["stock.lot"].with_user(self.clerk).with_context(**context)
        before = len(self._notes(self.second))
        result = Serial.load(
            [".id", "name"], [[str(self.first.id), "FILE"], [str(self.second.id), "SN2"]]
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self._notes(self.first)[0][1:], ("SN1>FILE", self.clerk.partner_id))
        self.assertEqual(len(self._notes(self.second)), before)

    # ---------------------------------------------------------------------------------- swap

    def test_swap_exchanges_only_the_names(self):
        delivery = self._deliver(self.part, 1)
        self._correct(self.first, "swap", other_lot_id=self.second.id)
        self.assertEqual((self.first.name, self.second.name), ("SN2", "SN1"))
        self.assertEqual(self.first.serial_answers._values, {self.mileage.key: 120000})
        self.assertFalse(self.second.serial_answers._values)
        self.assertEqual(delivery.move_line_ids.lot_id, self.first)
        self.assertBooks(self.part, [("Y1-1A", "SN2", 1, 1), ("Y1-1B", "SN1", 1, 0)])

    def test_swap_is_one_note_each(self):
        delivery = self._deliver(self.part, 1)
        before = [len(self._notes(serial)) for serial in (self.first, self.second)]
        self._correct(self.first, "swap", other_lot_id=self.second.id)
        notes = [self._notes(serial) for serial in (self.first, self.second)]
        self.assertEqual([len(found) - 1 for found in notes], before)
        self.assertEqual([found[0][1] for found in notes], ["SN1>SN2", "SN2>SN1"])
        for record in (self.first, self.second, delivery):
            self.assertNoted(record, "exchanged", "SN1", "SN2")

    def test_swap_needs_two_of_a_part(self):
        self._receive("ST1", self.starter)
        for other in (self.first, self._serials(self.starter)):
            with self.assertRaisesRegex(UserError, "another serial number of Alternator"):
                self._correct(self.first, "swap", other_lot_id=other.id)
