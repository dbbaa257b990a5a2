from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestPromptTogether(SerialCase):
    """Several transfers that are validated together have one prompt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def _open(self, action):
        """Return the transfer of a prompt, as its form opens it."""
        self.assertEqual(action["res_model"], "stock.picking")
        return (
            self.env["stock.picking"]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .browse(action["res_id"])
        )

    def test_two_receipts_are_one_prompt(self):
        both = self._receipt(2) | self._receipt(1)
        prompt = self._open(both.button_validate())
        self.assertEqual(prompt.serial_prompt_line_ids, both.move_line_ids)
        self.assertEqual((prompt.serial_unit_count, prompt.serial_missing_count), (3, 3))
        outcome = prompt.enter_in_prompt("SN1\nSN2\nSN3\nSN1")
        self.assertEqual(
            [row["status"] for row in outcome["entries"]], ["assigned"] * 3 + ["duplicate"]
        )
        self.assertEqual(outcome["missing"], 0)
        self.assertEqual(sorted(both.move_line_ids.mapped("lot_name")), ["SN1", "SN2", "SN3"])
        self.env.invalidate_all()
        prompt.action_validate_serials()
        self.assertEqual(both.mapped("state"), ["done", "done"])
        self.assertEqual(self.part.product_tmpl_id.serial_count, 3)

    def test_a_row_of_the_other_transfer_is_edited(self):
        both = self._receipt(1) | self._receipt(1)
        prompt = self._open(both.button_validate())
        line = both[1].move_line_ids
        prompt.web_save(
            {"serial_prompt_line_ids": [Command.update(line.id, {"lot_name": "X"})]}, {}
        )
        self.assertEqual(line.lot_name, "X")

    def test_units_of_two_deliveries_are_scanned(self):
        self._receive_named("SN1", "SN2", "SN3")
        both = self._deliver(self.part, 1) | self._deliver(self.part, 2)
        prompt = self._open(both.action_open_serial_prompt())
        prompt.enter_in_prompt("SN3\nSN1\nSN2")
        self.env.invalidate_all()
        self.assertEqual((prompt.serial_scanned_count, prompt.serial_unit_count), (3, 3))
        self.assertEqual(both.mapped("serial_scanned_count"), [1, 2])
        prompt.action_validate_serials()
        self.assertEqual(both.mapped("state"), ["done", "done"])

    def test_those_of_another_kind_have_their_prompt_next(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        receipt, delivery = self._receipt(1), self._deliver(self.part, 1)
        both = receipt | delivery
        first = self._open(both.button_validate())
        self.assertEqual((first, first.serial_unit_count), (receipt, 1))
        first.enter_in_prompt("IN1")
        second = self._open(first.action_validate_serials())
        self.assertEqual(second, delivery)
        self.assertEqual(both.mapped("state"), ["assigned", "assigned"])
        second.enter_in_prompt("OUT1")
        self.assertTrue(second.action_validate_serials())
        self.assertEqual(both.mapped("state"), ["done", "done"])

    def test_what_the_first_prompt_leaves_for_later_does_not_open_it_again(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        receipt, delivery = self._receipt(2), self._deliver(self.part, 1)
        first = self._open((receipt | delivery).button_validate())
        first.enter_in_prompt("IN1")
        second = self._open(first.action_validate_serials())
        second.enter_in_prompt("OUT1")
        action = second.action_validate_serials()
        self.assertEqual(action["res_model"], "stock.backorder.confirmation")
        self.assertEqual(receipt.move_line_ids.mapped("picked"), [True, False])

    def test_a_transfer_of_another_company_is_not_shown(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        receipt = self._receipt(1)
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        kind, yard = warehouse.in_type_id, warehouse.lot_stock_id
        theirs = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "location_id": self.supplier.id,
                "location_dest_id": yard.id,
            }
        )
        prompt = receipt.with_context(serial_prompt_picking_ids=[receipt.id, theirs.id])
        with self.assertRaises(AccessError):
            prompt.enter_serials("SN1")
