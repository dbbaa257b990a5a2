from odoo.exceptions import UserError
from odoo.tests import tagged

from .correction_case import CorrectionCase


@tagged("post_install", "-at_install")
class TestCorrectedParts(CorrectionCase):
    """A serial number moves to another part."""

    def test_move_takes_the_unit_to_the_other_part(self):
        self._receive("ST1@Y1-1C", self.starter)
        opened = self.first.action_open_source()
        self._correct(self.first, "move", product_id=self.starter.id)
        self.assertBooks(self.part, [("Y1-1B", "SN2", 1, 0)])
        self.assertBooks(self.starter, [("Y1-1A", "SN1", 1, 0), ("Y1-1C", "ST1", 1, 0)])
        unit = self._serials(self.starter)[0].with_user(self.boss)
        self.assertEqual(unit.name, "SN1")
        self.assertEqual(unit.serial_answers._values, {self.mileage.key: 120000})
        self.assertEqual((unit.source, unit.used_on), (self.receipt.purchase_id.name, False))
        self.assertEqual(unit.action_open_source(), opened)
        self.assertFalse(self.first.active)
        self.assertEqual(self.first.name, "SN1 (corrected)")
        self.assertEqual(unit.corrected_from_id, self.first)
        self.assertEqual(self._corrections(unit | self.first), ["Correction: Label misread"] * 2)

    def test_move_is_noted_on_both_sides(self):
        self._correct(self.first, "move", product_id=self.starter.id)
        unit = self._serials(self.starter)
        for record in (self.first, unit):
            self.assertNoted(record, "SN1", "Alternator", "Starter")
        links = [record.message_ids[0].body for record in (self.first, unit)]
        self.assertIn(f'data-oe-id="{unit.id}"', links[0])
        self.assertIn(f'data-oe-id="{self.first.id}"', links[1])

    def test_the_unit_goes_on_under_its_new_part(self):
        self._correct(self.first, "move", product_id=self.starter.id)
        unit = self._serials(self.starter)
        delivery = self._deliver(self.starter, 1)
        self.assertTrue(delivery.button_validate())
        self.assertEqual((unit.source, unit.used_on), (self.first.source, delivery.name))

    def test_a_move_can_be_moved_back(self):
        self._correct(self.first, "move", product_id=self.starter.id)
        self._correct(self._serials(self.starter), "move", product_id=self.part.id)
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 0), ("Y1-1B", "SN2", 1, 0)])
        self.assertBooks(self.starter, [])
        unit = self._serials(self.part)[0]
        self.assertEqual((unit.name, unit.source), ("SN1", self.receipt.purchase_id.name))
        self._correct(unit, "move", product_id=self.starter.id)
        self.assertEqual(unit.name, "SN1 (corrected 2)")

    def test_move_keeps_package_and_owner(self):
        package = self.env["stock.package"].create({"name": "BOX"})
        owner = self.env["res.partner"].create({"name": "Owner"})
        quant = self.first.quant_ids.filtered(lambda quant: quant.quantity > 0)
        quant.sudo().write({"package_id": package.id, "owner_id": owner.id})
        self._correct(self.first, "move", product_id=self.starter.id)
        unit = self._serials(self.starter).quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertEqual((unit.package_id, unit.owner_id), (package, owner))
        self.assertEqual(package.location_id, self.bin_a)

    def test_parts_that_cannot_be_moved_to(self):
        bolt = self._new_part("Bolt", categ_id=self.category.id)
        engine = self._new_part("Engine", uses_serial_numbers=True)
        self._receive("SN1", self.starter)
        refusals = (
            (self.part, "Choose another part"),
            (bolt, "Bolt.*Tick"),
            (engine, "Engine.*another part type"),
            (self.starter, "SN1 is already another unit of.*Starter.*Stock"),
        )
        for part, reason in refusals:
            with self.assertRaisesRegex(UserError, reason):
                self._correct(self.first, "move", product_id=part.id)
        self.assertTrue(self.first.active)

    def test_units_that_are_not_free_stay(self):
        delivery = self._deliver(self.part, 2)
        for kind in ("move", "undo"):
            with self.assertRaisesRegex(UserError, f"SN1 is reserved by {delivery.name}"):
                self._correct(self.first, kind, product_id=self.starter.id)
        delivery.button_validate()
        for kind in ("move", "undo"):
            with self.assertRaisesRegex(UserError, "SN1 isn't in stock in exactly one bin"):
                self._correct(self.first, kind, product_id=self.starter.id)

    def test_a_serial_that_was_never_here_just_changes_its_part(self):
        serial = self.env["stock.lot"].create({"name": "NEW", "product_id": self.part.id})
        receipt = self._receipt_of_both()
        [line] = receipt.move_line_ids.filtered(lambda line: line.product_id == self.part)
        line.lot_id = serial
        self._notes(serial)
        self._correct(serial, "move", product_id=self.starter.id)
        self.assertEqual(serial.product_id, self.starter)
        self.assertEqual(
            {line.product_id: line.lot_id for line in receipt.move_line_ids},
            {self.part: serial.browse(), self.starter: serial},
        )
        self.assertNoted(serial, "Alternator", "Starter")
        self.assertNoted(receipt, "NEW")

    def test_before_validation_the_typed_serial_moves_to_the_other_part(self):
        receipt = self._receipt_of_both()
        mine = receipt.move_line_ids.filtered(lambda line: line.product_id == self.part)
        theirs = receipt.move_line_ids - mine
        self.assertEqual(
            self._enter(receipt, "SN7@Y1-1C", product_id=self.part.id), {"SN7": "assigned"}
        )
        mine.serial_answers = {self.mileage.key: 5}
        self._correct_line(mine, self.starter)
        self.assertEqual((mine.lot_name, theirs.lot_name), (False, "SN7"))
        self.assertEqual(theirs.location_dest_id, self.bin_c)
        self.assertEqual(theirs.serial_answers.given, {self.mileage.key: 5})
        self.assertFalse(mine.serial_answers.given)
        self.assertNoted(receipt, "SN7", "Alternator", "Starter")
        with self.assertRaisesRegex(UserError, "Every unit of .*Starter"):
            mine.lot_name = "SN8"
            self._correct_line(mine, self.starter)

    def test_before_validation_a_serial_stays_where_the_other_part_cant_have_it(self):
        self._receive("SN7@Y1-1C", self.starter)
        receipt = self._receipt_of_both()
        mine = receipt.move_line_ids.filtered(lambda line: line.product_id == self.part)
        self._enter(receipt, "SN7", product_id=self.part.id)
        with self.assertRaisesRegex(UserError, "SN7: is already in stock, in .*Y1-1C"):
            self._correct_line(mine, self.starter)
        self.assertEqual(mine.lot_name, "SN7")
        self.assertFalse((receipt.move_line_ids - mine).lot_name)
