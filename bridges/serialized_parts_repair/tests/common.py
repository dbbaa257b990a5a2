from odoo import Command

from odoo.addons.serialized_parts.tests.common import SerialCase


class RepairCase(SerialCase):
    """A car that is repaired: parts with serial numbers are added, removed and recycled.

    Tests act as the clerk, a warehouse user: in Odoo, they do the repairs.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.car = cls._new_part("Car")
        cls._put_in_stock(cls.car, 1, cls.bin_c)

    def _order(self, *parts, **values):
        """Return a repair order that was started, as the clerk.

        :param parts: each ``(type of the line, quantity)`` of the part, or with another one
        """
        order = (
            self.env["repair.order"]
            .with_user(self.clerk)
            .create(
                {
                    "product_id": self.car.id,
                    "picking_type_id": self.warehouse.repair_type_id.id,
                    "product_location_src_id": self.bin_c.id,
                    "product_location_dest_id": self.bin_c.id,
                    "move_ids": [self._prepare_part(*part) for part in parts],
                    **values,
                }
            )
        )
        order.action_validate()
        order.action_repair_start()
        return order

    def _prepare_part(self, kind, quantity, product=None):
        return Command.create(
            {
                "product_id": (product or self.part).id,
                "product_uom_qty": quantity,
                "repair_line_type": kind,
            }
        )

    def _open(self, action, kind):
        """Return the units whose prompt is opened by *action*, as the clerk; check their *kind*."""
        self.assertEqual(action["res_model"], "repair.order.units")
        units = self.env["repair.order.units"].with_user(self.clerk)
        units = units.with_context(**action["context"]).browse(action["res_id"])
        self.assertEqual(units.kind, kind)
        return units
