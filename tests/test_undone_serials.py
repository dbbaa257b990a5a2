from odoo.tests import tagged

from .correction_case import CorrectionCase


@tagged("post_install", "-at_install")
class TestUndoneSerials(CorrectionCase):
    """A serial number is removed from a unit that never had it."""

    def test_undo_leaves_the_unit_unserialized(self):
        message = self._correct(self.first, "undo")
        self.assertIn("Assign Serial Numbers", message)
        self.assertBooks(self.part, [("Y1-1A", "", 1, 0), ("Y1-1B", "SN2", 1, 0)])
        part = self.part.with_user(self.clerk)
        self.assertEqual((part.unserialized_quantity, part.serial_count), (1, 1))
        self.assertTrue(self.part.product_tmpl_id.serials_started)
        self.assertEqual((self.first.active, self.first.name), (False, "SN1 (corrected)"))
        self.assertEqual(self.first.source, self.receipt.purchase_id.name)
        self.assertNoted(self.first, "SN1", "Y1-1A")
        self.assertEqual(self._corrections(self.first), ["Correction: Label misread"])

    def test_an_undone_unit_gets_the_right_serial_and_the_number_the_right_unit(self):
        self._correct(self.first, "undo")
        transfer = self._serialize(self.part)
        self.assertEqual(self._enter(transfer, "SN5"), {"SN5": "assigned"})
        self.assertTrue(transfer.button_validate())
        self.assertBooks(self.part, [("Y1-1A", "SN5", 1, 0), ("Y1-1B", "SN2", 1, 0)])
        later = self._receive("SN1@Y1-1C")
        right = self._serials(self.part).filtered(lambda serial: serial.name == "SN1")
        self.assertEqual(right.source, later.purchase_id.name)
        self.assertFalse(right.serial_answers._values)

    def test_undo_keeps_the_value_whatever_the_costing(self):
        for cost_method in ("standard", "average", "fifo"):
            category = self.category.copy(
                {"name": cost_method, "property_cost_method": cost_method}
            )
            part = self._new_part(cost_method, uses_serial_numbers=True, categ_id=category.id)
            for price, serial in ((50, "A"), (70, "B")):
                receipt = self._receipt(1, part, price_unit=price)
                receipt.enter_serials(serial)
                receipt.button_validate()
            before = self._value(part)
            self.assertEqual(before, 200 if cost_method == "standard" else 120)
            self._correct(self._serials(part)[1], "undo")
            self.assertEqual(self._value(part), before, cost_method)
            self.assertEqual(part.qty_available, 2)
            transfer = self._serialize(part)
            transfer.enter_serials("C")
            self.assertTrue(transfer.button_validate())
            self._deliver(part, 2).button_validate()
            self.assertEqual(self._value(part), 0, cost_method)

    def test_undo_keeps_the_age_of_the_unit(self):
        quant = self.first.quant_ids.filtered(lambda quant: quant.quantity > 0)
        quant.sudo().in_date = "2020-01-01"
        self._correct(self.first, "undo")
        [unit] = self.part._get_unserialized_units()
        self.assertEqual(str(unit.in_date.date()), "2020-01-01")

    def test_undo_keeps_the_value_of_a_part_valued_by_serial(self):
        category = self.category.copy({"name": "AVCO", "property_cost_method": "average"})
        part = self._new_part("Valued", uses_serial_numbers=True, categ_id=category.id)
        part.product_tmpl_id.lot_valuated = True
        self._receive("V1", part)
        self._correct(self._serials(part), "undo")
        self.assertBooks(part, [("Stock", "", 1, 0)])
        self.assertEqual(self._value(part), 100)
