from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestReceipt(SerialCase):
    """Receiving a purchase order prompts for serial numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def _backorder_question(self, action):
        self.assertEqual(action["res_model"], "stock.backorder.confirmation")
        Wizard = self.env["stock.backorder.confirmation"].with_user(self.clerk)
        return Form(Wizard.with_context(**action["context"])).save()

    def test_the_whole_example(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        serialize = self._serialize(self.part)
        serialize.enter_serials("SN001*3")
        serialize.button_validate()
        receipt = self._receipt(5)
        receipt.button_validate()
        receipt.enter_serials("SN004*2@Y1-1A\nSN006*3@Y1-1B")
        self.assertTrue(receipt.button_validate())
        self.assertEqual(receipt.state, "done")
        self.assertBooks(
            self.part,
            [
                ("Y1-1A", "SN001", 1, 0),
                ("Y1-1A", "SN002", 1, 0),
                ("Y1-1A", "SN004", 1, 0),
                ("Y1-1A", "SN005", 1, 0),
                ("Y1-1B", "SN003", 1, 0),
                ("Y1-1B", "SN006", 1, 0),
                ("Y1-1B", "SN007", 1, 0),
                ("Y1-1B", "SN008", 1, 0),
            ],
        )
        order = receipt.move_ids.purchase_line_id.order_id
        serials = self._serials(self.part)
        self.assertEqual(serials.mapped("source"), [serialize.name] * 3 + [order.name] * 5)
        self.assertEqual(serials.mapped("used_on"), [False] * 8)
        self.assertEqual((self.part.serial_count, self.part.unserialized_quantity), (8, 0))
        self.assertEqual((self.part.qty_available, self.part.total_value), (8, 800))
        self.assertEqual(order.serial_count, 5)
        action = order.with_user(self.buyer).action_view_serials()
        found = self.env["stock.lot"].with_user(self.buyer).search(action["domain"])
        self.assertEqual(found, serials[3:])

    def test_validating_opens_the_prompt(self):
        receipt = self._receipt(2)
        prompt = receipt.button_validate()
        view = self.env.ref("serialized_parts.stock_picking_view_form_serials")
        self.assertEqual(
            (prompt["res_model"], prompt["res_id"], prompt["views"], prompt["target"]),
            ("stock.picking", receipt.id, [(view.id, "form")], "new"),
        )
        self.assertEqual(receipt.state, "assigned")

    def test_a_draft_receipt_opens_the_prompt_too(self):
        receipt = (
            self.env["stock.picking"]
            .with_user(self.clerk)
            .create(
                {
                    "picking_type_id": self.warehouse.in_type_id.id,
                    "move_ids": [
                        Command.create({"product_id": self.part.id, "product_uom_qty": 2})
                    ],
                }
            )
        )
        self.assertEqual(receipt.button_validate()["res_id"], receipt.id)
        receipt.enter_serials("SN1*2")
        self.assertTrue(receipt.button_validate())
        self.assertEqual(self._serials(self.part).mapped("source"), [receipt.name] * 2)

    def test_a_picked_line_opens_the_prompt_instead_of_an_error(self):
        receipt = self._receipt(2)
        receipt.move_ids.picked = True
        self.assertEqual(receipt.button_validate()["res_id"], receipt.id)

    def test_a_part_is_received_and_the_rest_is_on_a_backorder(self):
        receipt = self._receipt(5)
        receipt.enter_serials("SN1*3")
        question = receipt.action_validate_serials()
        self.assertTrue(self._backorder_question(question).process())
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self._serials(self.part).mapped("name"), ["SN1", "SN2", "SN3"])
        backorder = receipt.backorder_ids
        self.assertEqual(backorder.serial_missing_count, 2)
        self.assertEqual(backorder.button_validate()["res_id"], backorder.id)

    def test_no_backorder_when_the_user_chooses_so(self):
        receipt = self._receipt(5)
        receipt.enter_serials("SN1*3")
        question = receipt.action_validate_serials()
        self._backorder_question(question).process_cancel_backorder()
        self.assertEqual(receipt.state, "done")
        self.assertFalse(receipt.backorder_ids)
        self.assertEqual(self.part.qty_available, 3)

    def test_leaving_at_the_question_prompts_again(self):
        receipt = self._receipt(5)
        receipt.enter_serials("SN1*3")
        receipt.action_validate_serials()
        self.assertEqual(receipt.button_validate()["res_id"], receipt.id)
        self.assertEqual(
            receipt.move_line_ids.filtered("lot_name").mapped("lot_name"), ["SN1", "SN2", "SN3"]
        )

    def test_naming_the_rest_after_leaving_at_the_question_receives_all(self):
        receipt = self._receipt(5)
        receipt.enter_serials("SN1*3")
        receipt.action_validate_serials()
        receipt.enter_serials("SN4*2")
        self.assertTrue(receipt.button_validate())
        self.assertEqual(self.part.serial_count, 5)

    def test_nothing_typed_is_explained(self):
        receipt = self._receipt(2)
        with self.assertRaisesRegex(UserError, "at least one"):
            receipt.action_validate_serials()

    def test_other_parts_of_the_receipt_can_be_received_alone(self):
        bolt = self._new_part("Bolt")
        receipt = self._receipt(2)
        receipt.move_ids.copy({"product_id": bolt.id, "picking_id": receipt.id})
        receipt.action_confirm()
        self.assertEqual(receipt.button_validate()["res_id"], receipt.id)
        self._backorder_question(receipt.action_validate_serials()).process()
        self.assertEqual((bolt.qty_available, self.part.qty_available), (2, 0))
        self.assertEqual(receipt.backorder_ids.serial_missing_count, 2)

    def test_parts_that_were_not_picked_are_not_asked_for(self):
        bolt = self._new_part("Bolt")
        receipt = self._receipt(2)
        receipt.move_ids.copy({"product_id": bolt.id, "picking_id": receipt.id})
        receipt.action_confirm()
        receipt.move_ids.filtered(lambda move: move.product_id == bolt).picked = True
        self._backorder_question(receipt.button_validate())

    def test_with_less_than_ordered_only_that_quantity_is_asked_for(self):
        receipt = self._receipt(5)
        receipt.move_ids.quantity = 2
        receipt.button_validate()
        self.assertEqual(receipt.serial_missing_count, 2)
        receipt.enter_serials("SN1*2")
        self._backorder_question(receipt.button_validate()).process()
        self.assertEqual(self.part.qty_available, 2)
        self.assertEqual(receipt.backorder_ids.move_ids.product_uom_qty, 3)

    def test_a_unit_in_another_uom_is_one_line_each(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        receipt = self._receipt(1, product_uom_id=dozen.id)
        self.assertEqual(receipt.enter_serials("SN01*12")["missing"], 0)
        self.assertTrue(receipt.button_validate())
        self.assertEqual(self.part.serial_count, 12)

    def test_a_serial_that_is_on_hand_is_refused_whichever_way_it_was_typed(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN1@Y1-1A")
        receipt.button_validate()
        second = self._receipt(1)
        second.move_line_ids.lot_name = "SN1"
        with self.assertRaisesRegex(UserError, "SN1.*Y1-1A"):
            second.button_validate()

    def test_two_receipts_validated_together_are_prompted_one_after_the_other(self):
        first, second = self._receipt(1), self._receipt(1)
        both = first + second
        self.assertEqual(both.button_validate()["res_id"], first.id)
        first.enter_serials("SN1")
        prompt = both.button_validate()
        self.assertEqual(prompt["res_id"], second.id)
        second.enter_serials("SN2")
        second.with_context(**prompt["context"]).action_validate_serials()
        self.assertEqual(set(both.mapped("state")), {"done"})
