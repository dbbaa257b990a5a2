from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .history_case import UnitHistoryCase


@tagged("post_install", "-at_install")
class TestHistoryRights(UnitHistoryCase):
    """Nobody learns from a history what they may not read."""

    def test_a_buyer_reads_it(self):
        _receipt, serial = self._receive_one()
        self.assertEqual(
            self._latest(serial, self.buyer), ("received", "Received from Salvage Lot into Y1-1A")
        )

    def test_who_may_not_read_the_serial_number(self):
        _receipt, serial = self._receive_one()
        for group in ("base.group_user", "base.group_portal", "base.group_public"):
            user = new_test_user(self.env, login=f"no {group}", groups=group)
            with self.subTest(group), self.assertRaises(AccessError):
                self._history(serial, user)

    def _hide(self, model, domain):
        """Let no warehouse user read these records."""
        self.env["ir.rule"].create(
            {
                "name": "hidden",
                "model_id": self.env["ir.model"]._get_id(model),
                "domain_force": str(["!", *domain]),
            }
        )

    def test_documents_that_the_user_may_not_read(self):
        _receipt, serial = self._receive_one()
        kind = self.warehouse.out_type_id
        delivery = self._ship(serial, kind, self.stock, self.customer, self.buyer_at, False)
        self._hide("stock.picking", [("id", "=", delivery.id)])
        [entry] = self._history(serial, limit=1)
        self.assertEqual((entry["text"], entry["document"]), ("Reserved", False))
        self.assertEqual(
            self._latest(serial, self.env.ref("base.user_root"))[1], f"Reserved for {delivery.name}"
        )

    def test_names_that_the_user_may_not_read(self):
        _receipt, serial = self._receive_one()
        self._hide("res.partner", [("id", "=", self.vendor.id)])
        self._hide("stock.location", [("id", "=", self.bin_a.id)])
        self._hide("res.users", [("id", "=", self.clerk.id)])
        [entry] = self._history(serial, self.buyer, limit=1)
        self.assertEqual(
            entry["text"], "Received from a vendor into a bin you don't have access to"
        )
        self.assertFalse(entry["user"])

    def test_moves_that_the_user_may_not_read(self):
        _receipt, serial = self._receive_one()
        self._hide("stock.move.line", [("lot_id", "=", serial.id)])
        self.assertEqual(self._texts(serial), [("created", "Serial number created")])

    def test_notifications_of_others(self):
        _receipt, serial = self._receive_one()
        before = self._texts(serial)
        serial.sudo().message_notify(
            body="For you alone",
            partner_ids=self.boss.partner_id.ids,
            model=serial._name,
            res_id=serial.id,
        )
        for user in (self.clerk, self.boss):
            self.assertEqual(self._texts(serial, user), before)

    def test_tracked_fields_that_the_user_may_not_read(self):
        _receipt, serial = self._receive_one()
        field = self.env["ir.model.fields"]._get("stock.lot", "unit_company_id")
        serial.sudo()._message_log(
            body="",
            tracking_value_ids=[
                Command.create({"field_id": field.id, "new_value_char": "Secret Yard"})
            ],
        )
        self.assertEqual(self._latest(serial), ("note", "A note without text"))

    def test_another_company(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        _receipt, serial = self._receive_one()
        kind = self.warehouse.out_type_id
        self._ship(serial, kind, self.stock, self.customer, self.buyer_at)
        there = new_test_user(
            self.env,
            login="serial_there",
            groups="stock.group_stock_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self._history(serial, there)
        # It buys the unit, which has one record for both.
        serial.sudo().unit_company_id = other
        self.assertEqual(self._texts(serial, there), [("created", "Serial number created")])
