from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestBoughtBack(SerialCase):
    """A serial number that was sold comes back by any document, and can be used again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True

    def _sell(self, serial):
        delivery = self._deliver(serial.product_id, 1)
        delivery.button_validate()
        self.assertEqual((delivery.state, delivery.move_line_ids.lot_id), ("done", serial))
        return delivery

    def _world(self, serial):
        """Return where *serial* has units, other than lost ones, as ``{usage: units}``."""
        self.env.invalidate_all()
        quants = serial.sudo().quant_ids.filtered("quantity")
        quants = quants.filtered(lambda quant: quant.location_id.usage != "inventory")
        return {quant.location_id.usage: quant.quantity for quant in quants if quant.quantity > 0}

    def _count_in(self, serial, location):
        quant = (
            self.env["stock.quant"]
            .with_user(self.boss)
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": self.part.id,
                    "location_id": location.id,
                    "lot_id": serial.id,
                    "inventory_quantity": 1,
                }
            )
        )
        quant.action_apply_inventory()

    def _return_unserialized(self, serial):
        self.warehouse.in_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        back = self._move(*(self.part, 1, self.warehouse.in_type_id, self.customer, self.stock))
        back.move_ids.picked = True
        back.button_validate()
        self.warehouse.in_type_id.write({"use_create_lots": True, "use_existing_lots": True})
        transfer = self._serialize(self.part)
        transfer.enter_serials(serial.name)
        transfer.action_validate_serials()

    def test_it_is_sold_again_however_it_came_back(self):
        ways = {
            "bought": lambda serial: self._receive_named(serial.name),
            "counted": lambda serial: self._count_in(serial, self.bin_b),
            "returned without its number": self._return_unserialized,
        }
        for number, (way, come_back) in enumerate(ways.items()):
            with self.subTest(way):
                part = self.part = self._new_part(f"Engine {number}", uses_serial_numbers=True)
                self._receive_named("SN1")
                serial = self._serials(part)
                for _sale in range(3):
                    self._sell(serial)
                    self.assertEqual(self._world(serial), {"customer": 1})
                    come_back(serial)
                    self.assertEqual(self._world(serial), {"internal": 1})
                self.assertEqual(self._serials(part), serial)
                self.assertEqual(part.total_value, part.standard_price)

    def test_its_old_number_is_given_to_a_unit_that_is_reserved(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        self._sell(serial)
        self._put_in_stock(self.part, 1, self.bin_a)
        delivery = self._deliver(self.part, 1)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        transfer.action_validate_serials()
        self.assertEqual(self._on_hand(self.part), [("Y1-1A", "SN1", 1, 1)])
        self.assertEqual(delivery.move_line_ids.lot_id, serial)
        self.assertEqual(self._world(serial), {"internal": 1})

    def test_the_move_that_settles_it_is_not_a_document_of_the_unit(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        self._sell(serial)
        back = self._receive_named("SN1")
        order = back.move_ids.purchase_line_id.order_id
        self.assertEqual(serial.used_on, order.name)
        settled = self.env["stock.move"].search(
            [("product_id", "=", self.part.id), ("is_serial_correction", "=", True)]
        )
        self.assertRecordValues(
            settled,
            [
                {
                    "location_id": self.customer.id,
                    "reference": "SN1 came back without a return",
                    "state": "done",
                    "value": 0,
                }
            ],
        )
        self.assertFalse(settled.account_move_id)
        self.assertEqual(order.order_line.qty_received, 1)

    def test_it_goes_back_by_its_return_as_in_odoo(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        delivery = self._sell(serial)
        wizard = self.env["stock.return.picking"].with_user(self.clerk)
        wizard = wizard.with_context(active_id=delivery.id, active_model="stock.picking")
        with Form(wizard) as form, form.product_return_moves.edit(0) as line:
            line.quantity = 1
        action = form.save().action_create_returns()
        back = self.env["stock.picking"].with_user(self.clerk).browse(action["res_id"])
        back.button_validate()
        self.assertEqual(self._world(serial), {"internal": 1})
        self.assertFalse(self.env["stock.move"].search_count([("is_serial_correction", "=", True)]))

    def test_what_was_at_a_customer_before_is_settled_by_the_next_sale(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        self._put_in_stock(self.part, 1, self.customer, lot_id=serial)
        self._sell(serial)
        self.assertEqual(self._world(serial), {"customer": 1})

    def test_another_company_sells_what_this_one_sold(self):
        branch = self.env["res.company"].create({"name": "Branch"})
        self.clerk.company_ids |= branch
        self._receive_named("SN1")
        serial = self._serials(self.part)
        self._sell(serial)
        there = self.env["stock.warehouse"].search([("company_id", "=", branch.id)], limit=1)
        supplier = self.env.ref("stock.stock_location_suppliers")
        self.clerk.company_id = branch
        bought = self._move(self.part, 1, there.in_type_id, supplier, there.lot_stock_id)
        bought.enter_serials("SN1")
        bought.button_validate()
        self.assertEqual(bought.state, "done")
        sold = self._move(self.part, 1, there.out_type_id, there.lot_stock_id, self.customer)
        sold.action_assign()
        sold.button_validate()
        self.assertEqual((sold.state, sold.move_line_ids.lot_id), ("done", serial))
        self.assertEqual(self._world(serial), {"customer": 1})

    def test_a_unit_that_is_not_here_cant_be_sold_twice(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        self._sell(serial)
        again = self._move(self.part, 1, self.warehouse.out_type_id, self.stock, self.customer)
        self.env["stock.move.line"].with_user(self.clerk).create(
            {
                "picking_id": again.id,
                "move_id": again.move_ids.id,
                "product_id": self.part.id,
                "lot_id": serial.id,
                "quantity": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.customer.id,
                "picked": True,
            }
        )
        with self.assertRaisesRegex(UserError, "SN1"), self.env.cr.savepoint():
            again.button_validate()
