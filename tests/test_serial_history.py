from odoo.tests import tagged

from .history_case import UnitHistoryCase


@tagged("post_install", "-at_install")
class TestSerialHistory(UnitHistoryCase):
    """What happened to a unit: its moves."""

    def test_received(self):
        receipt, serial = self._receive_one()
        received, created = self._history(serial)
        self.assertEqual(received["text"], "Received from Salvage Lot into Y1-1A")
        self.assertEqual(received["kind"], "received")
        self.assertEqual(received["user"], self.clerk.name)
        date = receipt.move_line_ids.date
        self.assertEqual(received["date"], f"{date:%Y-%m-%d %H:%M:%S}")
        self.assertEqual((created["kind"], created["text"]), ("created", "Serial number created"))

    def test_the_document_is_the_one_that_the_user_may_open(self):
        receipt, serial = self._receive_one()
        order = receipt.purchase_id
        self.buyer.group_ids |= self.env.ref("account.group_account_invoice")
        for user, document in ((self.clerk, receipt), (self.buyer, order)):
            self.assertEqual(
                self._history(serial, user)[0]["document"],
                {"model": document._name, "id": document.id, "name": document.name},
            )

    def test_serialized(self):
        self.part.product_tmpl_id.uses_serial_numbers = True
        self._put_in_stock(self.part, 1, self.bin_b)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        transfer.button_validate()
        entry = self._history(self._serial("SN1"), limit=1)[0]
        self.assertEqual((entry["kind"], entry["text"]), ("serialized", "Serialized in Y1-1B"))
        self.assertEqual(entry["document"]["name"], transfer.name)

    def test_moved_from_bin_to_bin(self):
        _receipt, serial = self._receive_one()
        serial.with_user(self.clerk).location_id = self.bin_b
        self.assertEqual(self._latest(serial), ("moved", "Moved from Y1-1A to Y1-1B"))

    def test_moved_between_bins_of_the_same_name(self):
        _receipt, serial = self._receive_one()
        other = self.env["stock.location"].create(
            {"name": "Y1-1A", "location_id": self.bin_b.id, "usage": "internal"}
        )
        serial.with_user(self.clerk).location_id = other
        text = f"Moved from {self.bin_a.display_name} to {other.display_name}"
        self.assertEqual(self._latest(serial), ("moved", text))

    def test_moved_into_a_package(self):
        _receipt, serial = self._receive_one()
        package = self.env["stock.package"].create({"name": "BOX"})
        serial.quant_ids.filtered(lambda quant: quant.quantity > 0).with_user(
            self.clerk
        ).move_quants(package_dest_id=package)
        self.assertEqual(self._latest(serial), ("moved", "Moved from Y1-1A to Y1-1A (package BOX)"))

    def test_received_for_an_owner(self):
        owner = self.env["res.partner"].create({"name": "Consignor"})
        receipt = self._receipt(1)
        receipt.enter_serials("SN1@Y1-1A")
        receipt.owner_id = owner
        receipt.button_validate()
        self.assertEqual(
            self._latest(self._serial("SN1")),
            ("received", "Received from Salvage Lot into Y1-1A (owner Consignor)"),
        )

    def test_received_in_two_steps(self):
        self.warehouse.reception_steps = "two_steps"
        receipt = self._receipt(1)
        receipt.enter_serials("SN1")
        self.assertTrue(receipt.button_validate())
        serial = self._serial("SN1")
        self._age(serial)
        entrance = self.warehouse.wh_input_stock_loc_id.display_name
        step = serial.with_user(self.clerk).env["stock.move.line"]
        step = step.search([("lot_id", "=", serial.id), ("state", "=", "assigned")]).picking_id
        entries = self._texts(serial)
        self.assertIn(("received", f"Received from Salvage Lot into {entrance}"), entries)
        self.assertIn(("reserved", f"Reserved for {step.name}"), entries)
        step.move_line_ids.location_dest_id = self.bin_c
        self.assertTrue(step.button_validate())
        self.assertEqual(self._latest(serial), ("moved", f"Moved from {entrance} to Y1-1C"))

    def test_through_another_warehouse(self):
        _receipt, serial = self._receive_one()
        transit = self.env.company.internal_transit_location_id
        transit.active = True
        self._ship(serial, self.warehouse.int_type_id, self.bin_a, transit)
        self.assertEqual(
            self._latest(serial), ("moved", f"Moved from Y1-1A to {transit.display_name}")
        )

    def test_counted(self):
        _receipt, serial = self._receive_one()
        quant = serial.quant_ids.filtered(lambda quant: quant.quantity > 0)
        for location, units, text in (
            (self.bin_a, 0, "Counted: not in Y1-1A any more (Yearly)"),
            (self.bin_b, 1, "Counted: found in Y1-1B (Yearly)"),
        ):
            Quant = self.env["stock.quant"].with_user(self.boss)
            quant = Quant.with_context(inventory_mode=True, inventory_name="Yearly").create(
                {
                    "product_id": self.part.id,
                    "location_id": location.id,
                    "lot_id": serial.id,
                    "inventory_quantity": units,
                }
            )
            quant.action_apply_inventory()
            self.assertEqual(self._latest(serial), ("counted", text))
            self._age(serial)

    def test_reserved_until_delivered(self):
        _receipt, serial = self._receive_one()
        kind = self.warehouse.out_type_id
        delivery = self._ship(serial, kind, self.stock, self.customer, self.buyer_at, False)
        self.assertEqual(self._latest(serial), ("reserved", f"Reserved for {delivery.name}"))
        delivery.button_validate()
        self.assertEqual(self._latest(serial), ("delivered", "Delivered to Azure Interior"))
        delivery.partner_id = False
        delivery.move_ids.partner_id = False
        self.assertEqual(self._latest(serial), ("delivered", "Delivered to a customer"))

    def test_a_cancelled_reservation_is_none(self):
        _receipt, serial = self._receive_one()
        before = self._texts(serial)
        kind = self.warehouse.out_type_id
        delivery = self._ship(serial, kind, self.stock, self.customer, validate=False)
        self.assertEqual(len(self._texts(serial)), len(before) + 1)
        delivery.action_cancel()
        self.assertEqual(self._texts(serial), before)

    def test_returned(self):
        _receipt, serial = self._receive_one()
        kinds = self.warehouse
        self._ship(serial, kinds.out_type_id, self.stock, self.customer, self.buyer_at)
        back = self._ship(
            serial, kinds.in_type_id, self.customer, self.bin_c, self.buyer_at, validate=False
        )
        self.assertEqual(self._latest(serial), ("expected", f"Expected on {back.name}"))
        back.with_context(skip_serial_prompt=True).button_validate()
        self.assertEqual(
            self._latest(serial), ("returned", "Returned by Azure Interior into Y1-1C")
        )
        self._age(serial)
        self._ship(serial, kinds.out_type_id, self.bin_c, self.supplier, self.vendor)
        self.assertEqual(self._latest(serial), ("returned", "Returned to Salvage Lot"))

    def test_sent_by_the_vendor_to_the_customer(self):
        drop = self._move(self.part, 1, self.warehouse.in_type_id, self.supplier, self.customer)
        drop.partner_id = self.vendor
        drop.move_ids.partner_id = self.buyer_at
        drop.move_line_ids.lot_name = "SN1"
        drop.with_context(skip_serial_prompt=True).button_validate()
        serial = self._serial("SN1")
        self.assertEqual(
            self._latest(serial), ("delivered", "Delivered to Azure Interior by Salvage Lot")
        )
        self._age(serial)
        back = self._ship(
            serial, self.warehouse.out_type_id, self.customer, self.supplier, self.vendor, False
        )
        back.move_ids.partner_id = self.buyer_at
        back.with_context(skip_serial_prompt=True).button_validate()
        self.assertEqual(
            self._latest(serial), ("returned", "Returned to Salvage Lot by Azure Interior")
        )

    def test_scrapped(self):
        _receipt, serial = self._receive_one()
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.clerk)
            .create({"product_id": self.part.id, "lot_id": serial.id, "location_id": self.bin_a.id})
        )
        scrap.action_validate()
        [entry] = self._history(serial, limit=1)
        self.assertEqual((entry["kind"], entry["text"]), ("scrapped", "Scrapped"))
        self.assertEqual(entry["document"]["model"], "stock.scrap")

    def test_used_up_and_made(self):
        _receipt, serial = self._receive_one()
        production = self.part.with_company(self.env.company).property_stock_production
        kind = self.warehouse.int_type_id
        self._ship(serial, kind, self.stock, production)
        self.assertEqual(self._latest(serial), ("consumed", "Consumed in production"))
        self._ship(serial, kind, production, self.bin_a)
        self.assertEqual(self._latest(serial), ("produced", "Manufactured into Y1-1A"))

    def test_lots_have_a_history_too(self):
        bolts = self._new_part("Bolt", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "LOT1", "product_id": bolts.id})
        self._put_in_stock(bolts, 5, self.bin_a, lot_id=lot)
        lot.with_user(self.clerk).location_id = self.bin_b
        self.assertEqual(self._latest(lot), ("moved", "Moved from Y1-1A to Y1-1B"))
