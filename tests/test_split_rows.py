from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestSplitRows(SerialCase):
    """What Odoo has booked in several rows, one of them negative, counts as their sum: for every
    bin, package and owner."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True
        cls.package = cls.env["stock.package"].create({"name": "PK1"})

    def _book(self, units, serial=None, location=None, package=None):
        """Add a row, as Odoo does where another call has locked the one that is there."""
        self.env["stock.quant"].create(
            {
                "product_id": self.part.id,
                "location_id": (location or self.bin_a).id,
                "package_id": package and package.id,
                "lot_id": serial and serial.id,
                "quantity": units,
            }
        )
        self.env.invalidate_all()

    def _sold(self, name="S1"):
        """Return a serial number that was sold while its row was locked."""
        receipt = self._receipt(1)
        receipt.enter_serials(name, location_id=self.bin_a.id)
        receipt.button_validate()
        serial = self._serials(self.part).filtered(lambda lot: lot.name == name)
        self._book(-1, serial)
        return serial.with_user(self.clerk)

    def _findings(self):
        rows = self.env["serial.checkup"].with_user(self.clerk)
        self.env.flush_all()
        return rows.search([("product_id", "=", self.part.id)]).mapped("kind")

    def test_missing_units_get_no_serial_number(self):
        self._book(1)
        self._book(-1)
        part = self.part.with_user(self.clerk)
        self.assertEqual((part.unserialized_quantity, part.missing_quantity), (0, 0))
        self.assertNotIn(part, part.search([("unserialized_quantity", ">", 0)]))
        with self.assertRaisesRegex(UserError, "has a serial number"):
            part.action_assign_serials()
        self.assertEqual(self._findings(), [])

    def test_as_many_get_one_as_there_are(self):
        self._book(3)
        self._book(-2)
        part = self.part.with_user(self.clerk)
        self.assertEqual((part.unserialized_quantity, part.missing_quantity), (1, 0))
        self.assertEqual(self._serialize(self.part).serial_missing_count, 1)

    def test_positions_are_not_mixed(self):
        self._book(1)
        self._book(-1, package=self.package)
        part = self.part.with_user(self.clerk)
        self.assertEqual((part.unserialized_quantity, part.missing_quantity), (1, 1))
        self.assertEqual(self._serialize(self.part).serial_missing_count, 1)
        self.assertEqual(self._findings(), ["below_zero", "unserialized"])

    def test_a_new_serial_number_names_no_missing_unit(self):
        self._book(1)
        self._book(-1)
        delivery = self._deliver(self.part, 1)
        delivery.move_ids.quantity = 1
        self.assertEqual(self._enter(delivery, "S9"), {"S9": "invalid"})

    def test_a_serial_number_that_was_sold_is_not_on_hand(self):
        serial = self._sold()
        self.assertFalse(serial.is_on_hand)
        self.assertNotIn(serial, serial.search([("is_on_hand", "=", True)]))
        self.assertFalse(serial.location_id)
        self.assertEqual(self.part.with_user(self.clerk).serial_count, 0)
        self.assertEqual(self._findings(), [])

    def test_a_serial_number_that_was_sold_is_archived(self):
        serial = self._sold()
        serial.action_archive()
        self.assertFalse(serial.active)

    def test_a_serial_number_that_was_sold_is_bought_back(self):
        serial = self._sold()
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, "S1", location_id=self.bin_b.id), {"S1": "known"})
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.env.invalidate_all()
        self.assertTrue(serial.is_on_hand)
        self.assertEqual(serial.location_id, self.bin_b)
        self.assertEqual(self.part.with_user(self.clerk).serial_count, 1)

    def test_a_serial_number_that_moved_on_is_where_it_is(self):
        serial = self._sold()
        self._book(1, serial, self.bin_b)
        self.assertTrue(serial.is_on_hand)
        self.assertEqual(serial.location_id, self.bin_b)
        self.assertEqual(self._findings(), [])

    def test_a_part_whose_rows_are_split_begins_to_use_serial_numbers(self):
        part = self._new_part("Starter", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": part.id})
        for units in (1, 1, -1):
            self.env["stock.quant"].create(
                {
                    "product_id": part.id,
                    "location_id": self.bin_a.id,
                    "lot_id": lot.id,
                    "quantity": units,
                }
            )
        self._tick(part)
        self.assertTrue(part.uses_serial_numbers)

    def test_a_reservation_of_split_rows_passes_on(self):
        self._book(3)
        delivery = self._deliver(self.part, 2)
        self._book(-1)
        transfer = self._serialize(self.part)
        transfer.enter_serials("S1\nS2")
        transfer.action_validate_serials()
        self.assertEqual(sorted(delivery.move_line_ids.lot_id.mapped("name")), ["S1", "S2"])
