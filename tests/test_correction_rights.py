from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged

from .correction_case import CorrectionCase


@tagged("post_install", "-at_install")
class TestCorrectionRights(CorrectionCase):
    """Who corrects serial numbers, and what is asked."""

    def test_warehouse_users_may_not_correct(self):
        Correction = self.env["serial.correction"].with_user(self.clerk)
        mine = self.env["serial.correction"].with_user(self.boss)
        mine = mine.create({"lot_id": self.first.id, "new_name": "SN9", "reason": "x"})
        values = {"lot_id": self.first.id, "kind": "undo", "reason": "x"}
        serials = self.env["stock.lot"].with_user(self.clerk)
        attempts = (
            (Correction, "create", [values]),
            (Correction, "web_save", [[], values, {}]),
            (Correction, "action_correct", [mine.ids]),
            (serials, "action_correct_serial", [self.first.ids]),
            (
                self.env["stock.move.line"].with_user(self.clerk),
                "action_correct_serial",
                [self.receipt.move_line_ids[:1].ids],
            ),
            (serials, "_correct_name", [self.first.ids, "SN9", "x"]),
            (serials, "_swap_with", [self.first.ids, self.second.id, "x"]),
            (serials, "_move_to_part", [self.first.ids, self.starter.id, "x"]),
            (serials, "_undo_serial", [self.first.ids, "x"]),
        )
        for model, method, args in attempts:
            with self.assertRaises(AccessError, msg=method), self.env.cr.savepoint():
                call_kw(model, method, args, {})
        self.assertEqual(self.first.name, "SN1")

    def test_a_reason_is_needed(self):
        with self.assertRaisesRegex(UserError, "Give a reason"):
            self._correct(self.first, "undo", reason="  ")

    def test_the_button_opens_the_question_for_one_serial(self):
        action = self.first.action_correct_serial()
        self.assertEqual(action["context"], {"default_lot_id": self.first.id})
        with self.assertRaisesRegex(UserError, "Select one"):
            (self.first | self.second).action_correct_serial()
        oil = self._new_part("Oil", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": oil.id})
        with self.assertRaisesRegex(UserError, "L1 is not a serial number"):
            lot.with_user(self.boss).action_correct_serial()
        Correction = self.env["serial.correction"].with_user(self.boss)
        with Form(Correction.with_context(**action["context"])) as form:
            self.assertEqual((form.serial, form.part_id), ("SN1", self.part))
            form.new_name = "SN9"
            form.reason = "Label misread"
        form.record.action_correct()
        self.assertEqual(self.first.name, "SN9")


@tagged("post_install", "-at_install")
class TestCorrectionsOfCompanies(CorrectionCase):
    """Two companies share the parts; each one's managers correct what is theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Yard"})
        cls.other_boss = new_test_user(
            cls.env,
            login="serial_other_boss",
            groups="stock.group_stock_manager",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )

    def test_another_companys_serial_is_out_of_reach(self):
        for kind in ("rename", "undo", "move"):
            with self.assertRaises(AccessError, msg=kind), self.env.cr.savepoint():
                self._correct(
                    self.first, kind, self.other_boss, new_name="SN9", product_id=self.starter.id
                )
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 0), ("Y1-1B", "SN2", 1, 0)])

    def test_a_name_another_company_has_is_refused_without_its_location(self):
        serial = self.env["stock.lot"].create({"name": "THEIRS", "product_id": self.part.id})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.other.id)])
        self._put_in_stock(self.part, 1, warehouse.lot_stock_id, lot_id=serial)
        with self.assertRaisesRegex(UserError, "THEIRS belongs to another company") as refused:
            self._correct(self.first, "rename", new_name="THEIRS")
        self.assertNotIn(warehouse.code, str(refused.exception))

    def test_the_units_own_company_keeps_the_books(self):
        self.other_boss.company_ids += self.env.company
        boss = self.other_boss
        serial = self.first.with_user(boss).with_context(
            allowed_company_ids=(self.other | self.env.company).ids
        )
        serial._move_to_part(self.starter.with_env(serial.env), "Label misread")
        self.second.with_env(serial.env)._undo_serial("Label misread")
        moves = self.env["stock.move"].search([("is_serial_correction", "=", True)])
        self.assertEqual(moves.company_id, self.env.company)
        self.assertBooks(self.starter, [("Y1-1A", "SN1", 1, 0)])
        self.assertBooks(self.part, [("Y1-1B", "", 1, 0)])
        unit = self._serials(self.starter).with_user(self.clerk)
        self.assertEqual(unit.source, self.receipt.purchase_id.name)
