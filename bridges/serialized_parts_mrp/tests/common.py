from odoo import Command

from odoo.addons.serialized_parts.tests.common import SerialCase


class ManufacturingCase(SerialCase):
    """Cars that are built of one part each, both with serial numbers.

    Tests act as :attr:`planner`, a manufacturing user who is also a warehouse user.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # In Odoo, who leaves units for a backorder reads journal entries of the order.
        groups = ("mrp.group_mrp_user", "account.group_account_readonly")
        cls.planner = cls._new_user("planner", *groups)
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.car = cls._new_part("Car", True)

    def _order(self, quantity=1, product=None):
        """Return a confirmed manufacturing order for *quantity* cars, with the parts reserved that
        are in stock."""
        component = {"product_id": self.part.id, "product_uom_qty": quantity}
        order = (
            self.env["mrp.production"]
            .with_user(self.planner)
            .create(
                {
                    "product_id": (product or self.car).id,
                    "product_qty": quantity,
                    "move_raw_ids": [Command.create(component)],
                }
            )
        )
        order.action_confirm()
        order.action_assign()
        return order

    def _open(self, action, kind):
        """Return the units whose prompt is opened by *action*, as the planner; check their *kind*."""
        self.assertEqual(action["res_model"], "mrp.production.units")
        units = self.env["mrp.production.units"].with_user(self.planner)
        units = units.with_context(**action["context"]).browse(action["res_id"])
        self.assertEqual(units.kind, kind)
        return units

    def _manufacture(self, serial):
        """Build a car with this serial number, as in Odoo's own form; return the order."""
        self._receive_named(f"PART-OF-{serial}")
        order = self._order()
        order.lot_producing_ids = self.env["stock.lot"].create(
            {"name": serial, "product_id": self.car.id}
        )
        order.qty_producing = 1
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        return order
