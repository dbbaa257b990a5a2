from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import SerialCase
from .photo_case import make_picture


class ProposedReturnsCase(SerialCase):
    """Units that were sold, and a receipt that they are scanned on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.garage = cls.env["res.partner"].create({"name": "Lakeside Garage"})

    def _sell(self, *names, product=None):
        """Deliver these units, which are in stock; return the delivery."""
        product = product or self.part
        delivery = self._deliver(product, len(names))
        delivery.partner_id = self.garage
        serials = self._serials(product).filtered(lambda lot: lot.name in names)
        delivery.move_line_ids.lot_id = False
        for line, serial in zip(delivery.move_line_ids, serials, strict=True):
            line.lot_id = serial
        delivery.button_validate()
        self.assertEqual(delivery.state, "done")
        return delivery

    def _return(self, receipt, delivery):
        """Agree that the units come back from *delivery*; return the return."""
        action = receipt.action_return_serials(delivery.id)
        back = self.env["stock.picking"].with_user(self.clerk).browse(action["res_id"])
        self.assertEqual(back.return_id, delivery)
        return back

    def _ask(self, picking):
        """Return the questions about possible returns on *picking*."""
        picking.invalidate_recordset(["serial_returns"])
        return [row["message"] for row in picking.serial_returns or []]


@tagged("post_install", "-at_install")
class TestProposedReturns(ProposedReturnsCase):
    """A sold unit that is scanned on a receipt: the return of its delivery is proposed."""

    def setUp(self):
        super().setUp()
        self._receive_named("SN1", "SN2", "SN3", "SN4")
        self.delivery = self._sell("SN1", "SN2", "SN3")

    def _serial(self, name):
        return super()._serial(name).with_user(self.clerk)

    def test_it_is_assigned_and_asked_about(self):
        receipt = self._receipt(2)
        [row] = receipt.enter_serials("SN2")["entries"]
        self.assertEqual((row["status"], row["return_id"]), ("known", self.delivery.id))
        self.assertEqual(
            self._ask(receipt),
            [
                f"SN2 was delivered to Lakeside Garage with {self.delivery.name}. Is it a return?",
            ],
        )

    def test_ignoring_it_changes_nothing(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN2")
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self._serial("SN2").unit_state, "in_stock")
        self.assertFalse(self._ask(receipt))

    def test_no_return(self):
        """New units, units that were never sold, and returns themselves are not asked about."""
        receipt = self._receipt(3)
        entries = receipt.enter_serials("NEW1\nSN4")["entries"]
        self.assertFalse([row for row in entries if "return_id" in row])
        self.assertFalse(self._ask(receipt))
        receipt.enter_serials("SN1")
        back = self._return(receipt, self.delivery)
        self.assertFalse(self._ask(back))
        back.serial_line_ids.lot_id = False
        [row] = back.enter_serials("SN1")["entries"]
        self.assertNotIn("return_id", row)

    def test_keep_it_here(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1\nSN2")
        receipt.keep_serials_here(self.delivery.id)
        self.assertFalse(self._ask(receipt))
        with self.assertRaisesRegex(UserError, "already been answered"):
            receipt.keep_serials_here(self.delivery.id)
        with self.assertRaisesRegex(UserError, "already been answered"):
            receipt.action_return_serials(self.delivery.id)

    def test_return_it(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN2\nNEW1")
        back = self._return(receipt, self.delivery)
        self.assertEqual(
            sorted(receipt.move_line_ids.mapped(lambda line: line.lot_name or "")), ["", "NEW1"]
        )
        self.assertFalse(self._ask(receipt))
        self.assertRecordValues(back.move_ids, [{"product_uom_qty": 1}])
        self.assertEqual(back.move_line_ids.lot_id, self._serial("SN2"))
        back.button_validate()
        self.assertEqual(self._serial("SN2").unit_state, "in_stock")
        self.assertBooks(self.part, [("Stock", "SN2", 1, 0), ("Y1-1A", "SN4", 1, 0)])

    def test_what_was_typed_goes_with_the_unit(self):
        mileage = self._new_question("Mileage", "integer")
        receipt = self._receipt(1)
        receipt.enter_serials("SN2", location_id=self.bin_b.id)
        line = receipt.move_line_ids
        line.serial_answers = {mileage.key: 77000}
        line.photo_ids = [Command.create({"image_1920": make_picture()})]
        photo = line.photo_ids
        back = self._return(receipt, self.delivery)
        self.assertEqual(
            (line.serial_answers.given, line.photo_ids, line.lot_name), ({}, photo.browse(), False)
        )
        its_line = back.move_line_ids
        self.assertEqual(its_line.location_dest_id, self.bin_b)
        self.assertEqual(its_line.photo_ids, photo)
        back.button_validate()
        serial = self._serial("SN2")
        self.assertEqual(serial.location_id, self.bin_b)
        self.assertEqual(serial.serial_answers[mileage.key], 77000)
        self.assertEqual(serial.photo_ids, photo)

    def test_several_units_of_several_deliveries(self):
        other = self._sell("SN4")
        receipt = self._receipt(4)
        entries = receipt.enter_serials("SN1\nSN4\nSN3\nNEW1")["entries"]
        self.assertEqual(
            [row.get("return_id") for row in entries],
            [self.delivery.id, other.id, self.delivery.id, None],
        )
        self.assertEqual(
            sorted(self._ask(receipt)),
            sorted(
                [
                    f"SN1 and SN3 were delivered to Lakeside Garage with {self.delivery.name}. "
                    "Are they returns?",
                    f"SN4 was delivered to Lakeside Garage with {other.name}. Is it a return?",
                ]
            ),
        )
        back = self._return(receipt, self.delivery)
        self.assertEqual(sorted(back.move_line_ids.lot_id.mapped("name")), ["SN1", "SN3"])
        self.assertEqual(len(self._ask(receipt)), 1)
        back.button_validate()
        self.assertEqual(back.state, "done")

    def test_no_unit_is_left_for_it(self):
        receipt = self._receipt(1)
        receipt.enter_in_prompt("NEW1")
        [row] = receipt.enter_in_prompt("SN2")["entries"]
        self.assertEqual((row["status"], row["return_id"]), ("surplus", self.delivery.id))
        self.assertEqual(len(self._ask(receipt)), 1)
        back = self._return(receipt, self.delivery)
        self.assertFalse(receipt.serial_entry_refused)
        self.assertEqual(receipt.move_line_ids.lot_name, "NEW1")
        self.assertEqual(back.move_line_ids.lot_id.name, "SN2")

    def test_a_unit_of_another_part(self):
        starter = self._new_part("Starter", uses_serial_numbers=True)
        receipt = self._receipt(1, starter)
        [row] = receipt.enter_in_prompt(self._serial("SN2").serial_url)["entries"]
        self.assertEqual((row["status"], row["return_id"]), ("invalid", self.delivery.id))
        back = self._return(receipt, self.delivery)
        self.assertEqual(back.move_line_ids.lot_id.name, "SN2")
        self.assertFalse(receipt.serial_entry_refused)

    def test_an_unknown_number_that_another_part_has(self):
        starter = self._new_part("Starter", uses_serial_numbers=True)
        receipt = self._receipt(1, starter)
        receipt.picking_type_id.with_user(self.boss).use_create_lots = False
        [row] = receipt.enter_in_prompt("SN2")["entries"]
        self.assertEqual((row["status"], row["return_id"]), ("invalid", self.delivery.id))

    def test_two_parts_with_one_number_are_not_guessed(self):
        starter, lamp, relay = (
            self._new_part(name, uses_serial_numbers=True) for name in ("Starter", "Lamp", "Relay")
        )
        for part in (starter, lamp):
            self._receive_named("X1", product=part)
        self._sell("X1", product=starter)
        sold = self._sell("X1", product=lamp)
        receipt = self._receipt(1, relay)
        receipt.enter_in_prompt("NEW1")
        [row] = receipt.enter_in_prompt("X1")["entries"]
        self.assertEqual(row["status"], "surplus")
        self.assertNotIn("return_id", row)
        url = self._serials(lamp).serial_url
        [row] = receipt.enter_in_prompt(url)["entries"]
        self.assertEqual(row["return_id"], sold.id)

    def test_an_open_return_is_used(self):
        """The office has prepared it; the dock scans its unit on another receipt."""
        receipt = self._receipt(1)
        receipt.enter_serials("SN2")
        first = self._return(receipt, self.delivery)
        receipt.enter_serials("SN2")
        self.assertEqual(self._return(receipt, self.delivery), first)
        first.move_line_ids.lot_id = False
        receipt.enter_serials("SN3")
        self.assertEqual(self._return(receipt, self.delivery), first)
        self.assertEqual(first.move_line_ids.lot_id.name, "SN3")
        receipt.enter_serials("SN1")
        self.assertNotEqual(self._return(receipt, self.delivery), first)

    def test_receipts_that_share_a_prompt(self):
        """The sold unit may be on another receipt than the one whose prompt it is; its return is
        validated by itself."""
        receipts = self._receipt(1) | self._receipt(1)
        context = receipts.action_open_serial_prompt()["context"]
        first, second = receipts.with_context(**context)
        first.enter_in_prompt("NEW1")
        [row] = first.enter_in_prompt("SN2")["entries"]
        self.assertEqual(row["return_id"], self.delivery.id)
        self.assertEqual(second.move_line_ids.lot_name, "SN2")
        [question] = self._ask(first)
        self.assertIn("SN2 was delivered", question)
        action = first.action_return_serials(self.delivery.id)
        self.assertFalse(second.move_line_ids.lot_name)
        self.assertEqual(action["context"]["button_validate_picking_ids"], [action["res_id"]])

    def test_a_unit_cleared_is_asked_about_no_longer(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN2")
        self.assertEqual(len(self._ask(receipt)), 1)
        receipt.move_line_ids.lot_name = False
        self.assertFalse(self._ask(receipt))

    def test_typed_on_its_line(self):
        receipt = self._receipt(1)
        receipt.move_line_ids.lot_name = "SN2"
        self.assertEqual(len(self._ask(receipt)), 1)

    def test_a_delivery_without_customer(self):
        self.delivery.partner_id = False
        receipt = self._receipt(1)
        receipt.enter_serials("SN2")
        self.assertEqual(
            self._ask(receipt), [f"SN2 was delivered with {self.delivery.name}. Is it a return?"]
        )

    def test_a_delivery_of_another_company(self):
        """Neither its name nor its customer is shown to who may not read it."""
        other = self.env["res.company"].create({"name": "Other Yard"})
        there = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        self.clerk.company_ids |= other
        clerk = self.env["stock.picking"].with_user(self.clerk)
        both = clerk.with_context(allowed_company_ids=[other.id, self.env.company.id])
        order = (
            self.env["purchase.order"]
            .with_company(other)
            .create(
                {
                    "company_id": other.id,
                    "partner_id": self.vendor.id,
                    "order_line": [Command.create({"product_id": self.part.id, "product_qty": 1})],
                }
            )
        )
        order.button_confirm()
        bought = both.browse(order.picking_ids.ids)
        self.assertEqual(bought.picking_type_id, there.in_type_id)
        [row] = bought.enter_serials("SN2")["entries"]
        self.assertNotIn("return_id", row)
        self.assertFalse(bought.serial_returns)

    def test_what_the_user_may_not_read_is_not_named(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN2")
        other = self.env["res.company"].create({"name": "Other Yard"})
        self.garage.company_id = other
        self.assertEqual(
            self._ask(receipt), [f"SN2 was delivered with {self.delivery.name}. Is it a return?"]
        )
        self.env["ir.rule"].create(
            {
                "name": "Not this one",
                "model_id": self.env["ir.model"]._get_id("stock.picking"),
                "domain_force": f"[('id', '!=', {self.delivery.id})]",
            }
        )
        self.assertFalse(self._ask(receipt))

    def test_what_the_vendor_sent_to_the_customer(self):
        """Its return would go to the vendor."""
        kind = self.warehouse.in_type_id
        sent = self._move(self.part, 1, kind, self.supplier, self.customer)
        sent.enter_serials("D1")
        sent.with_context(skip_serial_prompt=True).button_validate()
        self.assertEqual(self._serial("D1").unit_state, "delivered")
        receipt = self._receipt(1)
        [row] = receipt.enter_serials("D1")["entries"]
        self.assertEqual(row["status"], "known")
        self.assertFalse(self._ask(receipt))

    def test_rights(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN2")
        for method in ("keep_serials_here", "action_return_serials"):
            with self.assertRaises(AccessError):
                getattr(receipt.with_user(self.buyer), method)(self.delivery.id)
        with self.assertRaisesRegex(UserError, "already been answered"):
            receipt.keep_serials_here(receipt.id)
        with self.assertRaisesRegex(UserError, "not the ID of a record"):
            receipt.keep_serials_here("x")

    def test_queries(self):
        """Fifty sold units take as many queries as one."""
        names = [f"Q{number}" for number in range(50)]
        self._receive_named(*names)
        self._sell(*names)

        def count_queries(*entered):
            receipt = self._receipt(50)
            receipt.enter_in_prompt("\n".join(entered))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(receipt.serial_returns), 1)
            return self.env.cr.sql_log_count - before

        count_queries("Q0")
        self.assertEqual(count_queries("Q0"), count_queries(*names))


class ReturnsTourCase(HttpCase, ProposedReturnsCase):
    """Running the tour on a receipt."""

    def _tour_receipt(self):
        self._receive_named("SN1", "SN2")
        self._sell("SN1")
        self._sell("SN2")
        receipt = self._receipt(2)
        url = f"/odoo/action-stock.action_picking_tree_all/{receipt.id}"
        self.start_tour(url, "serialized_parts_returns", login=self.clerk.login)
        self.env.invalidate_all()
        self.assertEqual(receipt.state, "assigned")
        self.assertEqual(receipt.move_line_ids.filtered("lot_name").lot_name, "SN1")
        self.assertEqual(self._serial("SN2").unit_state, "in_stock")


@tagged("post_install", "-at_install")
class TestProposedReturnsInBrowser(ReturnsTourCase):
    """The line in the prompt of a receipt, and the prompt of the return."""

    def test_one_returned_and_one_kept(self):
        self._tour_receipt()


@tagged("post_install", "-at_install")
class TestProposedReturnsOnPhone(ReturnsTourCase):
    """The same on a phone's screen."""

    browser_size = "375x667"
    touch_enabled = True

    def test_one_returned_and_one_kept(self):
        self._tour_receipt()
