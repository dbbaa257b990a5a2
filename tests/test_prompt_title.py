from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestPromptTitle(SerialCase):
    """The title of the prompt: what is at hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.write({"default_code": "ALT-1", "uses_serial_numbers": True})
        cls.engine = cls._new_part("Engine", True)
        cls.buyer_of_parts = cls.env["res.partner"].create({"name": "Azure"})

    def _title(self, picking):
        return picking.action_open_serial_prompt()["name"]

    def test_a_receipt_names_units_part_and_vendor(self):
        self.assertEqual(self._title(self._receipt(5)), "Receive 5 × Alternator from Salvage Lot")

    def test_several_parts_are_counted(self):
        order = self._purchase(5)
        order.order_line = [(0, 0, {"product_id": self.engine.id, "product_qty": 3})]
        receipt = self.env["stock.picking"].with_user(self.clerk).browse(order.picking_ids.id)
        self.assertEqual(self._title(receipt), "Receive 8 units of 2 parts from Salvage Lot")

    def test_a_receipt_without_vendor(self):
        kind = self.warehouse.in_type_id
        receipt = self._move(self.part, 1, kind, self.supplier, self.stock)
        self.assertEqual(self._title(receipt), "Receive 1 × Alternator")

    def test_a_delivery_names_the_customer(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        delivery = self._deliver(self.part, 2)
        self.assertEqual(self._title(delivery), "Deliver 2 × Alternator")
        delivery.partner_id = self.buyer_of_parts
        self.assertEqual(self._title(delivery), "Deliver 2 × Alternator to Azure")

    def test_units_in_stock_and_moves_name_the_location(self):
        self._put_in_stock(self.part, 3, self.bin_a)
        serialize = self._serialize(self.part)
        where = self.stock.display_name
        self.assertEqual(self._title(serialize), f"Serialize 3 × Alternator in {where}")
        move = self._move(self.part, 1, self.warehouse.int_type_id, self.bin_a, self.bin_b)
        move.action_assign()
        where = self.bin_b.display_name
        self.assertEqual(self._title(move), f"Move 1 × Alternator to {where}")

    def test_several_transfers_are_counted(self):
        receipts = self._receipt(2) | self._receipt(3)
        self.assertEqual(receipts._get_prompt_title(), "Receive 5 × Alternator on 2 transfers")
        self._put_in_stock(self.part, 2, self.bin_a)
        both = receipts[0] | self._deliver(self.part, 2)
        self.assertEqual(both._get_prompt_title(), "Validate 4 × Alternator on 2 transfers")
