from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import SerialCase

GTIN = "09501101530003"


@tagged("post_install", "-at_install")
class TestOtherApps(SerialCase):
    """Manufacturing, repair, batches and dropshipping, where they are installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True
        groups = ("mrp.group_mrp_user", "sales_team.group_sale_salesman_all_leads")
        known = [group for group in groups if cls.env.ref(group, raise_if_not_found=False)]
        cls.planner = cls._new_user("planner", "stock.group_stock_user", *known)

    def _need(self, model):
        if model not in self.env:
            self.skipTest(f"{model} is not installed")

    def _receive(self, text, product=None):
        receipt = self._receipt(text.count("\n") + 1, product)
        receipt.enter_serials(text)
        receipt.button_validate()

    def assertHistory(self, serial, kind, text, document):
        """Assert that the history of *serial* has this entry."""
        self.env.cr.flush()
        entries = serial.with_user(self.planner).get_serial_history()
        found = [
            (entry["text"], entry["document"] and entry["document"]["id"])
            for entry in entries
            if entry["kind"] == kind
        ]
        self.assertIn((text, document.id), found, entries)

    def _manufacture(self, product, component, serial, component_serial):
        order = (
            self.env["mrp.production"]
            .with_user(self.planner)
            .create(
                {
                    "product_id": product.id,
                    "product_qty": 1,
                    "move_raw_ids": [
                        Command.create({"product_id": component.id, "product_uom_qty": 1})
                    ],
                }
            )
        )
        order.action_confirm()
        order.action_assign()
        order.lot_producing_ids = self.env["stock.lot"].create(
            {"name": serial, "product_id": product.id}
        )
        order.qty_producing = 1
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.move_raw_ids.lot_ids.name, component_serial)
        return order

    def test_the_state_of_a_unit_in_repair(self):
        self._need("repair.order")
        self._receive_named("SN1")
        serial = self._serial("SN1").with_user(self.clerk)
        order = (
            self.env["repair.order"]
            .with_user(self.clerk)
            .create(
                {
                    "product_id": self.part.id,
                    "lot_id": serial.id,
                    "product_location_src_id": self.bin_a.id,
                }
            )
        )
        self.assertEqual(serial.unit_state, "in_stock")
        order.action_validate()
        serial.invalidate_recordset()
        self.assertEqual(serial.unit_state, "repair")
        self.assertEqual(serial.unit_status, f"In repair: {order.name}")

    def test_a_serial_used_in_and_made_by_manufacturing(self):
        self._need("mrp.production")
        car = self._new_part("Car", True)
        self._receive("SN1@Y1-1A")
        order = self._manufacture(car, self.part, "CAR1", "SN1")
        self.assertEqual(self._serials(self.part).used_on, order.name)
        self.assertRecordValues(self._serials(car), [{"source": order.name, "used_on": False}])
        self.assertTrue(car.serials_started)
        self.assertBooks(self.part, [])
        self.assertBooks(car, [("Stock", "CAR1", 1, 0)])
        self.assertHistory(self._serials(self.part), "consumed", "Built into Car", order)
        self.assertHistory(
            self._serials(car), "produced", f"Manufactured into {self.stock.display_name}", order
        )

    def test_reservations_of_a_manufacturing_order_pass_on(self):
        self._need("mrp.production")
        engine, car = self._new_part("Engine"), self._new_part("Car")
        self._put_in_stock(engine, 1, self.bin_a)
        order = (
            self.env["mrp.production"]
            .with_user(self.planner)
            .create(
                {
                    "product_id": car.id,
                    "product_qty": 1,
                    "move_raw_ids": [
                        Command.create({"product_id": engine.id, "product_uom_qty": 1})
                    ],
                }
            )
        )
        order.action_confirm()
        order.action_assign()
        self.assertEqual(order.reservation_state, "assigned")
        self._tick(engine)
        self.assertBooks(engine, [("Y1-1A", "", 1, 1)])
        transfer = self._serialize(engine)
        transfer.enter_serials("E1")
        transfer.button_validate()
        self.assertBooks(engine, [("Y1-1A", "E1", 1, 1)])
        self.assertEqual(order.reservation_state, "assigned")
        self.assertEqual(order.move_raw_ids.move_line_ids.lot_id.name, "E1")

    def test_a_sale_is_named_by_its_order(self):
        self._need("sale.order")
        self._receive("SN1@Y1-1A")
        order = (
            self.env["sale.order"]
            .with_user(self.planner)
            .create(
                {
                    "partner_id": self.vendor.id,
                    "order_line": [Command.create({"product_id": self.part.id})],
                }
            )
        )
        order.action_confirm()
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 1)])
        self.assertHistory(
            self._serials(self.part), "reserved", f"Reserved for {order.name}", order
        )
        order.picking_ids.with_user(self.clerk).button_validate()
        self.assertBooks(self.part, [])
        serial = self._serials(self.part)
        self.assertEqual(serial.used_on, order.name)
        action = serial.action_open_used_on()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", order.id))

    def test_a_repair_is_a_use(self):
        self._need("repair.order")
        self._receive("SN1@Y1-1A")
        tool = self._new_part("Car")
        self._put_in_stock(tool, 1, self.bin_a)
        serial = self._serials(self.part)
        order = (
            self.env["repair.order"]
            .with_user(self.planner)
            .create(
                {
                    "product_id": tool.id,
                    "picking_type_id": self.warehouse.repair_type_id.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.part.id,
                                "product_uom_qty": 1,
                                "repair_line_type": "add",
                            }
                        )
                    ],
                }
            )
        )
        order.action_validate()
        order.action_repair_start()
        order.move_ids.quantity = 1
        order.move_ids.lot_ids = serial
        order.move_ids.picked = True
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 1)])
        order.action_repair_end()
        self.assertBooks(self.part, [])
        self.assertEqual(serial.used_on, order.name)
        self.assertHistory(serial, "consumed", "Built into Car", order)

    def test_a_repaired_unit_and_what_was_taken_out_of_it(self):
        self._need("repair.order")
        car = self._new_part("Car", True)
        self._receive("CAR1@Y1-1A", car)
        order = (
            self.env["repair.order"]
            .with_user(self.planner)
            .create(
                {
                    "product_id": car.id,
                    "lot_id": self._serials(car).id,
                    "picking_type_id": self.warehouse.repair_type_id.id,
                    "product_location_src_id": self.bin_a.id,
                    "product_location_dest_id": self.bin_a.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.part.id,
                                "product_uom_qty": 1,
                                "repair_line_type": "recycle",
                            }
                        )
                    ],
                }
            )
        )
        order.action_validate()
        order.action_repair_start()
        order.move_ids.quantity = 1
        order.move_ids.move_line_ids.lot_name = "OUT1"
        order.move_ids.picked = True
        order.action_repair_end()
        self.assertHistory(self._serials(car), "repaired", "Repaired", order)
        self.assertHistory(self._serials(self.part), "removed", "Taken out of Car", order)

    def test_receipts_in_a_batch_are_prompted_one_after_the_other(self):
        self._need("stock.picking.batch")
        first, second = self._receipt(1), self._receipt(1)
        batch = (
            self.env["stock.picking.batch"]
            .with_user(self.clerk)
            .create({"picking_ids": [Command.set((first + second).ids)]})
        )
        batch.action_confirm()
        self.assertEqual(batch.action_done()["res_id"], first.id)
        first.enter_serials("SN1")
        prompt = batch.action_done()
        self.assertEqual(prompt["res_id"], second.id)
        second.enter_serials("SN2")
        second.with_context(**prompt["context"]).action_validate_serials()
        self.assertEqual(set((first + second).mapped("state")), {"done"})
        self.assertEqual(batch.state, "done")
        self.assertBooks(self.part, [("Stock", "SN1", 1, 0), ("Stock", "SN2", 1, 0)])

    def test_dropshipping_names_the_unit_on_its_way_to_the_customer(self):
        route = self.env.ref("stock_dropshipping.route_drop_shipping", raise_if_not_found=False)
        if not route:
            self.skipTest("stock_dropshipping is not installed")
        self.part.route_ids = route
        self.part.seller_ids = [Command.create({"partner_id": self.vendor.id})]
        sale = (
            self.env["sale.order"]
            .with_user(self.planner)
            .create(
                {
                    "partner_id": self.vendor.copy().id,
                    "order_line": [Command.create({"product_id": self.part.id})],
                }
            )
        )
        sale.action_confirm()
        order = self.env["purchase.order"].search([("origin", "=", sale.name)])
        order.button_confirm()
        transfer = self.env["stock.picking"].with_user(self.clerk).browse(order.picking_ids.id)
        self.assertEqual(transfer.button_validate()["res_id"], transfer.id)
        transfer.enter_serials("SN1")
        self.assertTrue(transfer.button_validate())
        serial = self._serials(self.part)
        self.assertEqual(serial.source, transfer.move_ids._get_serial_document_name())
        self.assertBooks(self.part, [])

    def test_expiry_dates_are_kept(self):
        if "use_expiration_date" not in self.part._fields:
            self.skipTest("product_expiry is not installed")
        self.part.product_tmpl_id.write({"use_expiration_date": True, "expiration_time": 10})
        self._receive("SN1@Y1-1A")
        self.assertTrue(self._serials(self.part).expiration_date)
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 0)])

    def test_the_expiry_date_of_a_scanned_code_is_kept(self):
        if "use_expiration_date" not in self.part._fields:
            self.skipTest("product_expiry is not installed")
        code = f"01{GTIN}17291224" + "21{}"
        for uses_dates in (True, False):
            self.part.product_tmpl_id.write(
                {"barcode": GTIN[1:], "use_expiration_date": uses_dates}
            )
            self._receive(code.format(f"EX{uses_dates:d}"))
        unused, used = self._serials(self.part)
        self.assertEqual((used.name, used.expiration_date.date()), ("EX1", date(2029, 12, 24)))
        self.assertEqual((unused.name, unused.expiration_date), ("EX0", False))

    def test_the_best_before_date_of_a_scanned_code_is_kept(self):
        if "use_expiration_date" not in self.part._fields:
            self.skipTest("product_expiry is not installed")
        best = self._new_question("Best Before", "date")
        dates = {"expiration_time": 10, "use_time": 1, "removal_time": 2, "alert_time": 3}
        for uses_dates in (True, False):
            self.part.product_tmpl_id.write(
                {"barcode": GTIN[1:], "use_expiration_date": uses_dates, **dates}
            )
            self._receive(f"01{GTIN}1529122417300131" + f"21EX{uses_dates:d}")
        unused, used = self._serials(self.part)
        self.assertEqual(
            [
                used[name].date()
                for name in ("use_date", "expiration_date", "removal_date", "alert_date")
            ],
            [date(2029, 12, 24), date(2030, 1, 31), date(2030, 1, 29), date(2030, 1, 28)],
        )
        self.assertFalse(used.serial_answers.get(best.key))
        self.assertEqual(unused.serial_answers.get(best.key), "2029-12-24")
        self.assertFalse(unused.use_date)

    def test_an_unbuilt_serial_names_the_unbuild_order(self):
        self._need("mrp.unbuild")
        car = self._new_part("Car", True)
        self._receive("SN1@Y1-1A")
        order = self._manufacture(car, self.part, "CAR1", "SN1")
        unbuild = Form(self.env["mrp.unbuild"].with_user(self.planner))
        unbuild.mo_id = order
        unbuild.lot_id = self._serials(car)
        unbuild = unbuild.save()
        self.assertBooks(car, [("Stock", "CAR1", 1, 0)])
        unbuild.action_unbuild()
        self.assertBooks(car, [])
        self.assertBooks(self.part, [("Stock", "SN1", 1, 0)])
        self.assertEqual(self._serials(car).used_on, unbuild.name)
        self.assertEqual(self._serials(self.part).used_on, unbuild.name)
        self.assertEqual(self._serials(car).action_open_used_on()["res_model"], "mrp.unbuild")
        self.assertHistory(self._serials(car), "unbuilt", "Taken apart", unbuild)
        self.assertHistory(self._serials(self.part), "removed", "Taken out of Car", unbuild)

    def test_users_who_cannot_see_serials_change_lines_without_them(self):
        self._receive("SN1@Y1-1A")
        requesters = self.env["res.groups"].create(
            {"name": "Requesters", "user_ids": self.employee.ids}
        )
        self.env["ir.model.access"].create(
            {
                "name": "moves",
                "model_id": self.env["ir.model"]._get_id("stock.move"),
                "group_id": requesters.id,
                "perm_read": True,
                "perm_write": True,
            }
        )
        bolt = self._new_part("Bolt")
        self._put_in_stock(bolt, 5, self.bin_a)
        line = self._deliver(bolt, 3).move_line_ids.with_user(self.employee)
        line.quantity = 2
        self.assertEqual(line.quantity, 2)
        with self.assertRaises(AccessError):
            line.lot_id = self._serials(self.part).id

    def test_a_subcontractor_delivers_serials(self):
        self._need("mrp.bom")
        if "subcontractor_ids" not in self.env["mrp.bom"]:
            self.skipTest("mrp_subcontracting is not installed")
        bolt = self._new_part("Bolt")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.part.product_tmpl_id.id,
                "type": "subcontract",
                "subcontractor_ids": [Command.set(self.vendor.ids)],
                "bom_line_ids": [Command.create({"product_id": bolt.id, "product_qty": 1})],
            }
        )
        # Ordering from a subcontractor creates a manufacturing order, which takes this
        # group.
        self.buyer.group_ids |= self.env.ref("mrp.group_mrp_user")
        receipt = self._receipt(2)
        self.assertTrue(receipt.move_ids.is_subcontract)
        self.assertEqual(receipt.button_validate()["res_id"], receipt.id)
        self.assertEqual(receipt.enter_serials("SN1*2@Y1-1A")["missing"], 0)
        self.assertTrue(receipt.button_validate())
        self.assertBooks(self.part, [("Y1-1A", "SN1", 1, 0), ("Y1-1A", "SN2", 1, 0)])
        for serial in self._serials(self.part):
            production = self.env["mrp.production"].search([("lot_producing_ids", "=", serial.id)])
            self.assertIn("/SBC/", production.name)
            self.assertRecordValues(
                serial, [{"source": production.name, "used_on": receipt.origin}]
            )
