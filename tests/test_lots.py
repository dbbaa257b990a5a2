from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestLots(SerialCase):
    """Switching a part from lots to serial numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.tracking = "lot"

    def _lot(self, name, *quantities):
        lot = self.env["stock.lot"].create({"name": name, "product_id": self.part.id})
        for quantity, location in quantities:
            self._put_in_stock(self.part, quantity, location, lot_id=lot)
        return lot

    def test_lots_of_one_unit_become_serial_numbers(self):
        self._lot("L1", (1, self.bin_a))
        self._lot("L2", (1, self.bin_b))
        self._lot("EMPTY")
        self._tick(self.part)
        self.assertEqual((self.part.serial_count, self.part.serials_started), (2, True))
        self.assertBooks(self.part, [("Y1-1A", "L1", 1, 0), ("Y1-1B", "L2", 1, 0)])

    def test_a_lot_of_several_units_is_refused_with_its_location(self):
        self._lot("L1", (1, self.bin_a))
        self._lot("L5", (5, self.bin_b))
        refused = self.assertRaisesRegex(ValidationError, "L5.*Y1-1B")
        with refused, self.env.cr.savepoint():
            self._tick(self.part)
        self.assertEqual(self.part.tracking, "lot")

    def test_a_lot_in_two_locations_is_refused_with_both(self):
        self._lot("L2", (1, self.bin_a), (1, self.bin_b))
        with self.assertRaisesRegex(ValidationError, "L2.*Y1-1A.*Y1-1B"):
            self.part.product_tmpl_id.with_user(self.boss).tracking = "serial"

    def test_a_lot_in_halves_is_refused_though_they_make_one(self):
        self._lot("L1", (0.5, self.bin_a), (0.5, self.bin_b))
        with self.assertRaisesRegex(ValidationError, "L1.*Y1-1A.*Y1-1B"):
            self._tick(self.part)

    def test_a_lot_in_another_company_is_refused_without_its_location(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        self._lot("L5", (5, warehouse.lot_stock_id))
        with self.assertRaisesRegex(ValidationError, "a lot of another") as refused:
            self._tick(self.part)
        self.assertNotIn(warehouse.code, str(refused.exception))

    def test_units_without_a_lot_are_offered_for_serial_numbers(self):
        self._put_in_stock(self.part, 2, self.bin_c)
        self._lot("L1", (1, self.bin_a))
        self._tick(self.part)
        self.assertEqual(self._serialize(self.part).serial_missing_count, 2)

    def test_a_done_line_of_a_lot_is_corrected_as_in_odoo(self):
        """A lot is not a serial number: it may be anywhere, or nowhere."""
        first, second = self._lot("L1"), self._lot("L2")
        receipt = self._receipt(5)
        receipt.move_ids.move_line_ids.lot_id = first
        receipt.button_validate()
        self.assertEqual(self._on_hand(self.part), [("Stock", "L1", 5, 0)])
        line = receipt.move_line_ids.with_user(self.boss)
        for values, on_hand in (
            ({"lot_id": second.id}, [("Stock", "L2", 5, 0)]),
            ({"quantity": 0.5}, [("Stock", "L2", 0.5, 0)]),
            ({"location_dest_id": self.bin_b.id}, [("Y1-1B", "L2", 0.5, 0)]),
        ):
            with self.subTest(values):
                line.write(values)
                self.assertEqual(self._on_hand(self.part), on_hand)
