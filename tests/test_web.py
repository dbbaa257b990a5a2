from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import SerialCase


class ToursCase(HttpCase, SerialCase):
    """Running tours on transfers."""

    def _tour_transfer(self, transfer, tour, state="done"):
        url = f"/odoo/action-stock.action_picking_tree_all/{transfer.id}"
        self.start_tour(url, tour, login=self.clerk.login)
        self.env.invalidate_all()
        self.assertEqual(transfer.state, state)

    def _tour_lists(self):
        """Receive the unknown list of a vendor, and the next one of the same vendor: by mouse and by
        keyboard, each from a vendor and of a part of its own."""
        for way in ("mouse", "keyboard"):
            self.vendor = self.env["res.partner"].create({"name": f"Yard by {way}"})
            part = self._new_part(f"Part by {way}", True)
            for tour in (f"serialized_parts_columns_{way}", "serialized_parts_columns_known"):
                receipt = self._receipt(2, part)
                self._tour_transfer(receipt, tour)
                self.assertEqual(
                    receipt.move_line_ids.mapped("location_dest_id.name"), ["Y1-1A", "Y1-1B"]
                )

    def _tour_pick(self):
        """Deliver three of five units: one in place of a reserved one, one of another transfer."""
        self._tick(self.part)
        names = [f"PK{number}" for number in range(1, 6)]
        self._receive_named(*names)
        delivery = self._deliver(self.part, 5)
        self._receive_named("PK6", "PK7")
        other = self._move(self.part, 1, self.warehouse.out_type_id, self.stock, self.customer)
        other.action_assign()
        other.move_line_ids.lot_id = self._serial("PK7")
        self._tour_transfer(delivery, "serialized_parts_pick")
        sold, left = delivery.move_line_ids.lot_id, delivery.backorder_ids.move_line_ids.lot_id
        self.assertEqual(sorted(sold.mapped("name")), ["PK2", "PK6", "PK7"])
        # PK1 was free again; the other transfer got the unit whose row PK7 took.
        exchanged = other.move_line_ids.lot_id
        self.assertEqual((len(left), len(exchanged)), (2, 1))
        free = self._serials(self.part) - sold - left - exchanged
        self.assertEqual(free.name, "PK1")

    def _tour_put_away(self):
        """Move six units into three bins."""
        self._tick(self.part)
        self._receive_named(*(f"MV{number}" for number in range(1, 7)), location=self.stock)
        transfer = self._move(self.part, 6, self.warehouse.int_type_id, self.stock, self.stock)
        transfer.action_assign()
        self._tour_transfer(transfer, "serialized_parts_put_away")
        self.assertBooks(
            self.part,
            [("Y1-1A", f"MV{number}", 1, 0) for number in (1, 2)]
            + [("Y1-1B", f"MV{number}", 1, 0) for number in (3, 4)]
            + [("Y1-1C", f"MV{number}", 1, 0) for number in (5, 6)],
        )


@tagged("post_install", "-at_install")
class TestWeb(ToursCase):
    """What people see, in a browser."""

    def test_the_example(self):
        """Serialize 3 units, receive 5 into two bins, deliver one, look at the history."""
        self._put_in_stock(self.part, 2, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        self._tick(self.part)
        part_url = f"/odoo/product.template/{self.part.product_tmpl_id.id}"
        self.start_tour(part_url, "serialized_parts_serialize", login=self.clerk.login)
        receipt = self._receipt(5)
        self._tour_transfer(receipt, "serialized_parts_receive")
        self.assertEqual(
            [location for location, *_rest in self._on_hand(self.part)],
            ["Y1-1A"] * 4 + ["Y1-1B"] * 4,
        )
        delivery = self._deliver_sold(1)
        self._tour_transfer(delivery, "serialized_parts_deliver")
        self.start_tour(part_url, "serialized_parts_history", login=self.clerk.login)

    def test_custom_fields(self):
        """Ask for the mileage, set a default, receive two units and give each its own."""
        turbines = self.env["product.category"].create({"name": "Turbines"})
        self.part.product_tmpl_id.write({"categ_id": turbines.id, "uses_serial_numbers": True})
        self.start_tour("/odoo/serial-custom-fields", "serialized_parts_ask", login=self.boss.login)
        question = turbines.serial_question_ids
        self.assertRecordValues(
            question, [{"name": "Mileage", "question_type": "integer", "required": True}]
        )
        part_url = f"/odoo/product.template/{self.part.product_tmpl_id.id}"
        self.start_tour(part_url, "serialized_parts_default", login=self.boss.login)
        self._tour_transfer(self._receipt(2), "serialized_parts_answer")
        answers = [
            serial.serial_answers._values[question.key] for serial in self._serials(self.part)
        ]
        self.assertEqual(answers, [0, 80000])

    def test_a_receipt_by_scanner(self):
        self._tick(self.part)
        self._tour_transfer(self._receipt(5), "serialized_parts_scan")
        self.assertBooks(
            self.part,
            [("Y1-1A", f"SC{number}", 1, 0) for number in (1, 2)]
            + [("Y1-1B", f"SC{number}", 1, 0) for number in (3, 4, 5)],
        )

    def test_a_delivery_by_scanner(self):
        self._tour_pick()

    def test_units_put_away_by_scanner(self):
        self._tour_put_away()

    def test_missing_answers_are_asked_for_and_the_next_receipt_opens(self):
        self._tick(self.part)
        mileage = self._new_question("Mileage", "integer", required=True)
        kind = self.warehouse.in_type_id
        self.env["stock.picking"].search([("picking_type_id", "=", kind.id)]).action_cancel()
        receipt, following = self._receipt(90), self._receipt(2)
        self._tour_transfer(receipt, "serialized_parts_missing_answers")
        answers = self._serials(self.part).mapped("serial_answers")
        self.assertEqual({values._values[mileage.key] for values in answers}, {80000})
        self.assertEqual(following.state, "assigned")

    def _prepare_overview(self):
        """Receive units to scan in the Inventory overview; return the next receipt."""
        self._tick(self.part)
        self._receive_named("SCANNED-77")
        self._receive_named("SN1", location=self.bin_b)
        self._serial("SN1").name = "Y1-1B"  # In a prompt, it would be the bin.
        receipt = self._receipt(1)
        receipt.origin = "SCANNED ORDER"
        return receipt

    def test_what_is_scanned_in_the_overview(self):
        receipt = self._prepare_overview()
        self.start_tour("/odoo/inventory", "serialized_parts_overview", login=self.clerk.login)
        self.env.invalidate_all()
        self.assertEqual(receipt.state, "done")

    def test_a_thousand_pasted_serials(self):
        self._tick(self.part)
        receipt = self._receipt(1000)
        self._tour_transfer(receipt, "serialized_parts_thousand", state="assigned")
        names = set(receipt.move_line_ids.mapped("lot_name"))
        self.assertEqual(names, {f"T{number}" for number in range(1, 1001)})

    def test_an_unknown_list_and_the_next_of_its_vendor(self):
        self._tour_lists()

    def test_two_people_name_the_units_of_one_receipt(self):
        self._tick(self.part)
        self._tour_transfer(self._receipt(2), "serialized_parts_two_people")
        self.assertEqual(self._serials(self.part).mapped("name"), ["MINE1", "OTHER1"])

    def test_two_people_answer_one_serial_number(self):
        self._tick(self.part)
        mileage, remark, colour = (
            self._new_question(name, kind)
            for name, kind in (("Mileage", "integer"), ("Remark", "char"), ("Colour", "char"))
        )
        serial = self.env["stock.lot"].create(
            {
                "name": "TWO1",
                "product_id": self.part.id,
                "serial_answers": {mileage.key: 1, remark.key: "new"},
            }
        )
        url = f"/odoo/action-stock.action_production_lot_form/{serial.id}"
        self.start_tour(url, "serialized_parts_two_answers", login=self.clerk.login)
        self.env.invalidate_all()
        self.assertEqual(
            serial.serial_answers._values,
            {mileage.key: 80000, remark.key: "rusty", colour.key: "red"},
        )

    def test_javascript_units(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            "&filter=%40serialized_parts",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
        )

    def _deliver_sold(self, quantity):
        """Return a delivery, that of a sale if sales are installed."""
        if "sale.order" not in self.env:
            return self._deliver(self.part, quantity)
        line = {"product_id": self.part.id, "product_uom_qty": quantity}
        order = self.env["sale.order"].create(
            {"partner_id": self.vendor.id, "order_line": [Command.create(line)]}
        )
        order.action_confirm()
        return order.picking_ids.with_user(self.clerk)


@tagged("post_install", "-at_install")
class TestPhone(ToursCase):
    """The same on a phone's screen."""

    browser_size = "375x667"
    touch_enabled = True

    def test_what_is_scanned_in_the_overview(self):
        self._tick(self.part)
        self._receive_named("SN1", location=self.bin_b)
        self._serial("SN1").name = "Y1-1B"  # In a prompt, it would be the bin.
        url = "/odoo/inventory"
        self.start_tour(url, "serialized_parts_overview_phone", login=self.clerk.login)

    def test_a_receipt_on_a_phone(self):
        self._tick(self.part)
        self._tour_transfer(self._receipt(2), "serialized_parts_phone")

    def test_an_unknown_list_on_a_phone(self):
        self._tour_lists()

    def test_a_delivery_by_scanner_on_a_phone(self):
        self._tour_pick()

    def test_units_put_away_on_a_phone(self):
        self._tour_put_away()
