from odoo import Command
from odoo.tests import Form, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestRoutes(SerialCase):
    """The routes that units take through warehouses, packages, owners and back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def _next(self, transfer):
        return transfer.move_ids.move_dest_ids.picking_id.with_user(self.clerk)

    def _return(self, transfer):
        wizard = Form(
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_id=transfer.id, active_model="stock.picking")
        ).save()
        for line in wizard.product_return_moves:
            line.quantity = line.move_quantity
        action = wizard.action_create_returns()
        return self.env["stock.picking"].with_user(self.clerk).browse(action["res_id"])

    def _receive_in_steps(self, steps):
        """Receive two units and return the number of transfers after the receipt."""
        self.warehouse.reception_steps = steps
        receipt = self._receipt(2)
        self.assertBooks(self.part, [])
        receipt.enter_serials("SN1\nSN2")
        self.assertTrue(receipt.button_validate())
        count, transfer = 0, self._next(receipt)
        while transfer:
            count += 1
            self.assertFalse(transfer.serial_missing_count)
            self.assertEqual(sorted(transfer.move_line_ids.lot_id.mapped("name")), ["SN1", "SN2"])
            location = transfer.location_id.name
            self.assertBooks(self.part, [(location, "SN1", 1, 1), (location, "SN2", 1, 1)])
            self.assertTrue(transfer.button_validate())
            transfer = self._next(transfer)
        serials = self._serials(self.part)
        self.assertBooks(self.part, [("Stock", "SN1", 1, 0), ("Stock", "SN2", 1, 0)])
        self.assertEqual(serials.mapped("source"), [receipt.origin] * 2)
        return count

    def test_two_steps_ask_once_and_follow_on(self):
        self.assertEqual(self._receive_in_steps("two_steps"), 1)

    def test_three_steps_ask_once_and_follow_on(self):
        self.assertEqual(self._receive_in_steps("three_steps"), 2)

    def test_putaway_rules_choose_the_bin_until_people_do(self):
        self.env["stock.putaway.rule"].create(
            {
                "product_id": self.part.id,
                "location_in_id": self.stock.id,
                "location_out_id": self.bin_c.id,
            }
        )
        receipt = self._receipt(2)
        receipt.enter_serials("SN1\nSN2@Y1-1A")
        receipt.button_validate()
        self.assertBooks(self.part, [("Y1-1A", "SN2", 1, 0), ("Y1-1C", "SN1", 1, 0)])

    def test_units_are_received_into_packages_and_for_an_owner(self):
        owner = self.env["res.partner"].create({"name": "Owner"})
        package = self.env["stock.package"].create({"name": "PK1"})
        receipt = self._receipt(2)
        receipt.owner_id = owner
        receipt.enter_serials("SN1*2@Y1-1A")
        receipt.move_line_ids[:1].result_package_id = package
        receipt.button_validate()
        quants = self._serials(self.part).quant_ids.filtered(
            lambda quant: quant.location_id == self.bin_a
        )
        self.assertEqual(quants.owner_id, owner)
        self.assertEqual(quants.mapped("package_id"), package)
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 0), ("Y1-1A", "SN2", 1, 0)], consigned=2)

    def test_a_return_to_the_vendor_and_back_keeps_the_record(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2@Y1-1A")
        receipt.button_validate()
        back = self._return(receipt)
        self.assertEqual(sorted(back.move_line_ids.lot_id.mapped("name")), ["SN1", "SN2"])
        serials = self._serials(self.part)
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 1), ("Y1-1A", "SN2", 1, 1)])
        back.button_validate()
        self.assertBooks(self.part, [])
        again = self._return(back)
        again.button_validate()
        self.assertEqual(self._serials(self.part), serials)
        self.assertBooks(self.part, [("Stock", "SN1", 1, 0), ("Stock", "SN2", 1, 0)])

    def test_a_customer_return_brings_the_same_record_back(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN1@Y1-1A")
        receipt.button_validate()
        delivery = self._deliver(self.part, 1)
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 1)])
        delivery.button_validate()
        self.assertBooks(self.part, [])
        back = self._return(delivery)
        self.assertEqual(back.move_line_ids.lot_id.name, "SN1")
        back.button_validate()
        serial = self._serials(self.part)
        self.assertEqual((len(serial), self.part.serial_count), (1, 1))
        self.assertBooks(self.part, [("Stock", "SN1", 1, 0)])
        self.assertEqual(serial.used_on, back.name)

    def test_a_customer_return_of_units_sold_unserialized_asks_for_it(self):
        engine = self._new_part("Engine")
        self._put_in_stock(engine, 1, self.bin_a)
        delivery = self._deliver(engine, 1)
        delivery.button_validate()
        self._tick(engine)
        back = self._return(delivery)
        self.assertEqual(back.button_validate()["res_id"], back.id)
        back.enter_serials("E1")
        self.assertTrue(back.button_validate())
        self.assertEqual((engine.serial_count, engine.unserialized_quantity), (1, 0))
        self.assertBooks(engine, [("Stock", "E1", 1, 0)])

    def test_a_transfer_to_another_warehouse_keeps_the_serial(self):
        yard = self.env["stock.warehouse"].create({"name": "Yard 2", "code": "Y2"})
        receipt = self._receipt(1)
        receipt.enter_serials("SN1@Y1-1A")
        receipt.button_validate()
        transit = self.warehouse.company_id.internal_transit_location_id
        out = self._move(self.part, 1, self.warehouse.out_type_id, self.stock, transit)
        out.action_assign()
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 1)])
        out.button_validate()
        serial = self._serials(self.part)
        self.assertEqual((serial.location_id, self.part.serial_count), (transit, 1))
        arrival = self._move(self.part, 1, yard.in_type_id, transit, yard.lot_stock_id)
        arrival.action_assign()
        self.assertTrue(arrival.button_validate())
        self.assertBooks(self.part, [("Stock", "SN1", 1, 0)])
        self.assertEqual(serial.location_id, yard.lot_stock_id)
        self.assertEqual(serial.used_on, arrival.name)

    def test_units_in_transit_are_named_when_they_arrive(self):
        transit = self.warehouse.company_id.internal_transit_location_id
        self._put_in_stock(self.part, 2, transit)
        self.assertEqual(self.part.unserialized_quantity, 2)
        arrival = self._move(self.part, 2, self.warehouse.in_type_id, transit, self.stock)
        arrival.action_assign()
        self.assertEqual(arrival.button_validate()["res_id"], arrival.id)
        arrival.enter_serials("SN1*2")
        self.assertTrue(arrival.button_validate())
        self.assertBooks(self.part, [("Stock", "SN1", 1, 0), ("Stock", "SN2", 1, 0)])
        self.assertFalse(self.part.unserialized_quantity)

    def test_more_than_ordered_is_received_when_the_line_has_more(self):
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, "SN1\nSN2"), {"SN1": "assigned", "SN2": "surplus"})
        receipt.move_ids.quantity = 2
        self.assertEqual(self._enter(receipt, "SN2"), {"SN2": "assigned"})
        self.assertTrue(receipt.button_validate())
        self.assertBooks(self.part, [("Stock", "SN1", 1, 0), ("Stock", "SN2", 1, 0)])

    def test_several_parts_and_bolts_on_one_order(self):
        engine = self._new_part("Engine", True, barcode="ENG-1")
        bolt = self._new_part("Bolt")
        order = self._purchase(2)
        order.order_line = [
            Command.create({"product_id": product.id, "product_qty": 3})
            for product in (engine, bolt)
        ]
        receipt = self.env["stock.picking"].with_user(self.clerk).browse(order.picking_ids.id)
        self.assertEqual(receipt.button_validate()["res_id"], receipt.id)
        self.assertEqual(receipt.serial_missing_count, 5)
        outcome = receipt.enter_serials("A1*2\nENG-1\nE1*3")
        self.assertEqual(outcome["missing"], 0)
        self.assertTrue(receipt.button_validate())
        self.assertBooks(self.part, [("Stock", f"A{n}", 1, 0) for n in (1, 2)])
        self.assertBooks(engine, [("Stock", f"E{n}", 1, 0) for n in (1, 2, 3)])
        self.assertBooks(bolt, [("Stock", "", 3, 0)])

    def test_no_rule_pushes_on_what_stays_where_it_is(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self.env["stock.rule"].create(
            {
                "name": "Away from the bins",
                "action": "push",
                "route_id": self.env["stock.route"]
                .create({"name": "Away", "product_ids": self.part.product_tmpl_id.ids})
                .id,
                "location_src_id": self.stock.id,
                "location_dest_id": self.bin_c.id,
                "picking_type_id": self.warehouse.int_type_id.id,
            }
        )
        arrival = self._move(self.part, 1, self.warehouse.in_type_id, self.supplier, self.stock)
        arrival.enter_serials("SN9")
        arrival.button_validate()
        self.assertEqual(arrival.move_ids.move_dest_ids.location_dest_id, self.bin_c)
        arrival.move_ids.move_dest_ids._action_cancel()
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        transfer.button_validate()
        self.assertEqual(transfer.state, "done")
        self.assertFalse(transfer.move_ids.move_dest_ids)

    def test_cancelling_a_serialize_transfer_frees_everything(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        transfer.action_cancel()
        self.assertBooks(self.part, [("Y1-1A", "", 2, 0)])
        self.assertFalse(self._serials(self.part))
        self.assertNotEqual(self._serialize(self.part), transfer)

    def test_negative_stock_is_not_offered(self):
        self._put_in_stock(self.part, -2, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        for part in (self.part, self.part.product_tmpl_id):
            self.assertEqual((part.unserialized_quantity, part.missing_quantity), (1, 2))
        self._put_in_stock(self.part, 2, self.bin_a)
        for part in (self.part, self.part.product_tmpl_id):
            self.assertEqual((part.unserialized_quantity, part.missing_quantity), (1, 0))
        self._put_in_stock(self.part, -2, self.bin_a)
        transfer = self._serialize(self.part)
        self.assertEqual(transfer.move_line_ids.location_id, self.bin_b)
        self.assertBooks(self.part, [("Y1-1A", "", -2, 0), ("Y1-1B", "", 1, 0)])
        transfer.enter_serials("SN1")
        self.assertTrue(transfer.button_validate())
        self.assertBooks(self.part, [("Y1-1A", "", -2, 0), ("Y1-1B", "SN1", 1, 0)])

    def test_archived_parts_keep_their_serials_searchable(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN1@Y1-1A")
        receipt.button_validate()
        self.part.product_tmpl_id.active = False
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 0)])
        found = self.env["stock.lot"].with_user(self.clerk).search([("name", "=", "SN1")])
        self.assertEqual(found.source, receipt.origin)
