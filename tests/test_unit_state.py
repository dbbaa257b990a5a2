from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestUnitState(SerialCase):
    """The head of a serial number's form: what its unit is doing, and what can be done next."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.buyer_of_parts = cls.env["res.partner"].create({"name": "Lakeside Garage"})

    def setUp(self):
        super().setUp()
        self.receipt = self._receive_named("SN1", "SN2", "SN3")
        self.first, self.second, self.third = self._serials(self.part).with_user(self.clerk)

    def _state(self, lot):
        lot.invalidate_recordset()
        return lot.unit_state, lot.unit_status

    def _sell(self, lot, validate=True):
        delivery = self._deliver(self.part, 1)
        delivery.partner_id = self.buyer_of_parts
        delivery.move_line_ids.lot_id = lot
        if validate:
            delivery.button_validate()
            self.assertEqual(delivery.state, "done")
        return delivery

    def _open_return(self, lot):
        context = lot.action_return_unit()["context"]
        wizard = self.env["stock.return.picking"].with_user(self.clerk).with_context(**context)
        return Form(wizard).save()

    def test_in_stock(self):
        self.assertEqual(self._state(self.first), ("in_stock", "In Stock"))
        self.assertEqual(self.first.unit_since, self.receipt.move_line_ids[0].date)

    def test_reserved(self):
        delivery = self._sell(self.second, validate=False)
        self.assertEqual(self._state(self.second), ("reserved", f"Reserved for {delivery.name}"))
        action = self.second.action_open_unit_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("stock.picking", delivery.id))
        self.assertEqual(self._state(self.first)[0], "in_stock")

    def test_delivered_and_returned(self):
        self._sell(self.second)
        self.assertEqual(self._state(self.second), ("delivered", "Delivered to Lakeside Garage"))
        wizard = self._open_return(self.second)
        self.assertEqual(wizard.product_return_moves.quantity, 1)
        opened = wizard.action_create_returns()
        back = self.env["stock.picking"].with_user(self.clerk).browse(opened["res_id"])
        self.assertEqual(back.move_line_ids.lot_id, self.second)
        back.button_validate()
        self.assertEqual(self._state(self.second), ("in_stock", "In Stock"))

    def test_the_return_is_of_this_unit(self):
        """Of several units on one delivery, the one whose page it was opened from comes back."""
        delivery = self._deliver(self.part, 3)
        delivery.button_validate()
        wizard = self._open_return(self.third)
        opened = wizard.action_create_returns()
        back = self.env["stock.picking"].browse(opened["res_id"])
        self.assertEqual(back.move_line_ids.lot_id, self.third)

    def test_scrapped(self):
        context = self.first.action_scrap_unit()["context"]
        scrap = self.env["stock.scrap"].with_user(self.clerk).with_context(**context).create({})
        scrap.action_validate()
        self.assertEqual(self._state(self.first), ("scrapped", f"Scrapped: {scrap.name}"))

    def test_counted_out(self):
        quant = self.first.quant_ids.filtered(lambda quant: quant.location_id == self.bin_a)
        quant.with_user(self.boss).with_context(inventory_mode=True).inventory_quantity = 0
        quant.with_user(self.boss).action_apply_inventory()
        self.assertEqual(self._state(self.first), ("removed", "Counted Out"))

    def test_returned_to_the_vendor(self):
        wizard = Form(
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_id=self.receipt.id, active_model="stock.picking")
        )
        with wizard.product_return_moves.edit(0) as line:
            line.quantity = 1
        opened = wizard.save().action_create_returns()
        back = self.env["stock.picking"].with_user(self.clerk).browse(opened["res_id"])
        back.button_validate()
        lot = back.move_line_ids.lot_id
        self.assertEqual(self._state(lot), ("returned", "Returned to Salvage Lot"))

    def test_on_its_way(self):
        transit = self.env.company.internal_transit_location_id
        transfer = self._move(self.part, 1, self.warehouse.out_type_id, self.bin_a, transit)
        transfer.action_assign()
        transfer.move_line_ids.lot_id = self.first
        transfer.button_validate()
        self.assertEqual(self._state(self.first), ("transit", f"On its way: {transfer.name}"))

    def test_never_moved(self):
        lot = self.env["stock.lot"].create({"name": "SN9", "product_id": self.part.id})
        self.assertEqual(self._state(lot), ("none", "Not in Stock"))
        self.assertFalse(lot.unit_since)

    def test_a_lot_has_no_state(self):
        part = self._new_part("Oil")
        part.tracking = "lot"
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": part.id})
        self.assertEqual(lot.unit_state, "none")

    def test_only_what_is_in_stock_is_moved_or_scrapped(self):
        self._sell(self.second)
        for action in ("action_move_unit", "action_scrap_unit"):
            with self.assertRaisesRegex(UserError, "SN2 isn't in one bin in stock"):
                getattr(self.second, action)()
        with self.assertRaisesRegex(UserError, "SN1 wasn't delivered by a transfer"):
            self.first.action_return_unit()

    def test_move(self):
        action = self.first.action_move_unit()
        wizard = self.env["stock.quant.relocate"].with_user(self.boss)
        wizard.with_context(**action["context"]).create(
            {"dest_location_id": self.bin_b.id}
        ).action_relocate_quants()
        self.assertEqual(self.first.location_id, self.bin_b)

    def test_partner_of_another_company_is_not_named(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        self._sell(self.second)
        self.buyer_of_parts.company_id = other
        self.assertEqual(self._state(self.second), ("delivered", "Delivered"))

    def test_queries(self):
        """The states of 50 serial numbers take as many queries as that of one."""
        self._receive_named(*[f"Q{number}" for number in range(50)])
        lots = self._serials(self.part)

        def count_queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("unit_status")
            return self.env.cr.sql_log_count - before

        count_queries(lots[:1])
        self.assertEqual(count_queries(lots[:1]), count_queries(lots[-50:]))
