import gc

from odoo import Command
from odoo.tests import TransactionCase, new_test_user


def list_own_addons(env):
    """Return the names of our addons that are installed: this one, then its bridges."""
    modules = env["ir.module.module"].search(
        [("name", "=like", "serialized\\_parts%"), ("state", "=", "installed")], order="name"
    )
    return modules.mapped("name")


class SerialCase(TransactionCase):
    """A small parts yard: three bins, one part with 3 units, people of each kind.

    Tests act as :attr:`clerk`, a warehouse user; the records below are read as that user.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._new_user("clerk", "stock.group_stock_user")
        cls.boss = cls._new_user("boss", "stock.group_stock_manager")
        cls.buyer = cls._new_user("buyer", "purchase.group_purchase_user")
        cls.employee = cls._new_user("employee", "base.group_user")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.bin_a, cls.bin_b, cls.bin_c = cls.env["stock.location"].create(
            [
                {"name": name, "location_id": cls.stock.id, "barcode": f"BIN-{name}"}
                for name in ("Y1-1A", "Y1-1B", "Y1-1C")
            ]
        )
        cls.customer = cls.env.ref("stock.stock_location_customers")
        cls.supplier = cls.env.ref("stock.stock_location_suppliers")
        cls.vendor = cls.env["res.partner"].create({"name": "Salvage Lot"})
        cls.part = cls._new_part("Alternator", barcode="ALT-1")

    def setUp(self):
        super().setUp()
        # Tests count queries, and an environment that was collected meanwhile is read anew.
        gc.disable()
        self.addCleanup(gc.enable)

    @classmethod
    def _new_user(cls, login, *groups):
        return new_test_user(cls.env, login=f"serial_{login}", groups=",".join(groups), tz="UTC")

    @classmethod
    def _new_part(cls, name, uses_serial_numbers=False, **values):
        template = cls.env["product.template"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "standard_price": 100,
                "uses_serial_numbers": uses_serial_numbers,
                **values,
            }
        )
        return template.product_variant_id

    @classmethod
    def _new_question(cls, name, question_type="char", choices=(), **values):
        """Return a custom field; *choices* are the labels of its choices."""
        return cls.env["serial.question"].create(
            {
                "name": name,
                "question_type": question_type,
                "option_ids": [Command.create({"name": choice}) for choice in choices],
                **values,
            }
        )

    @classmethod
    def _set_up_engines(cls):
        """Let the part use serial numbers, with a part type of its own: :attr:`engines`."""
        cls.engines = cls.env["product.category"].create({"name": "Engines"})
        cls.template = cls.part.product_tmpl_id
        cls.template.write({"uses_serial_numbers": True, "categ_id": cls.engines.id})

    @classmethod
    def _put_in_stock(cls, product, quantity, location, **values):
        """Put *quantity* units without a serial number in *location*."""
        cls.env["stock.quant"]._update_available_quantity(product, location, quantity, **values)

    def _tick(self, product):
        """Tick the box, as the inventory manager does."""
        product.product_tmpl_id.with_user(self.boss).uses_serial_numbers = True

    def _serialize(self, product):
        """Return the part's open Serialize transfer, as the clerk."""
        action = product.product_tmpl_id.with_user(self.clerk).action_assign_serials()
        self.assertEqual(action["res_model"], "stock.picking")
        return self.env["stock.picking"].with_user(self.clerk).browse(action["res_id"])

    def _receipt(self, quantity, product=None, **line_values):
        """Return the receipt of a purchase order for *quantity* units, as the clerk."""
        order = self._purchase(quantity, product, **line_values)
        return self.env["stock.picking"].with_user(self.clerk).browse(order.picking_ids.ids)

    def _purchase(self, quantity, product=None, **line_values):
        order = (
            self.env["purchase.order"]
            .with_user(self.buyer)
            .create(
                {
                    "partner_id": self.vendor.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": (product or self.part).id,
                                "product_qty": quantity,
                                "price_unit": 100,
                                **line_values,
                            }
                        )
                    ],
                }
            )
        )
        order.button_confirm()
        return order

    def _receive_named(self, *names, product=None, location=None):
        """Receive units with these serial numbers, by default of the part into its first bin;
        return the receipt."""
        receipt = self._receipt(len(names), product)
        receipt.enter_serials("\n".join(names), location_id=(location or self.bin_a).id)
        receipt.with_context(skip_serial_prompt=True).button_validate()
        self.assertEqual(receipt.state, "done")
        return receipt

    def _move(self, product, quantity, operation_type, source, destination, uom=None, user=None):
        """Return a confirmed transfer of *quantity* units, by default as the clerk."""
        picking = (
            self.env["stock.picking"]
            .with_user(user or self.clerk)
            .create(
                {
                    "picking_type_id": operation_type.id,
                    "location_id": source.id,
                    "location_dest_id": destination.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom": (uom or product.uom_id).id,
                                "product_uom_qty": quantity,
                                "location_id": source.id,
                                "location_dest_id": destination.id,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        return picking

    def _deliver(self, product, quantity):
        """Return a delivery that has reserved *quantity* units, as the clerk."""
        kind = self.warehouse.out_type_id
        picking = self._move(product, quantity, kind, self.stock, self.customer)
        picking.action_assign()
        return picking

    def _enter(self, picking, text, **values):
        """Enter *text* and return ``{serial or text: status}``."""
        entries = picking.enter_serials(text, **values)["entries"]
        return {entry["serial"] or entry["text"]: entry["status"] for entry in entries}

    def _serials(self, product):
        return self.env["stock.lot"].search([("product_id", "=", product.id)], order="name")

    def _serial(self, name):
        return self._serials(self.part).filtered(lambda lot: lot.name == name)

    def _on_hand(self, product):
        """Return the part's quants on hand as sorted ``(bin, serial, quantity, reserved)``."""
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id.usage", "=", "internal")]
        )
        return sorted(
            (
                quant.location_id.name,
                quant.lot_id.name or "",
                quant.quantity,
                quant.reserved_quantity,
            )
            for quant in quants
            if quant.quantity or quant.reserved_quantity
        )

    def assertBooks(self, product, on_hand, consigned=0):
        """Assert the part's quants and reservations, the bin of each serial number, and the
        value of the stock.

        :param on_hand: list of ``(bin, serial, quantity, reserved)``
        :param consigned: how many of these units somebody else owns, worth nothing to us
        """
        self.env.invalidate_all()
        self.assertEqual(self._on_hand(product), on_hand)
        locations = {serial.name: serial.location_id.name for serial in self._serials(product)}
        for location, serial, *_quantities in on_hand:
            if serial:
                self.assertEqual(locations[serial], location, serial)
        owned = sum(quantity for _bin, _serial, quantity, _reserved in on_hand) - consigned
        self.assertEqual(product.total_value, owned * product.standard_price)

    def assertEnteringScales(self, open_prompt):
        """Assert that entering 50 units takes hardly more queries than entering one.

        :param open_prompt: called with a number of units, returns what has the prompt for them
        """

        def count_queries(units):
            prompt = open_prompt(units)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            prompt.enter_serials(f"N{units}-001*{units}")
            self.env.flush_all()
            self.assertFalse(prompt.serial_missing_count)
            return self.env.cr.sql_log_count - before

        count_queries(2)
        one, fifty = count_queries(1), count_queries(50)
        self.assertLess(fifty - one, 25, f"{one} queries for 1 unit, {fifty} for 50")
