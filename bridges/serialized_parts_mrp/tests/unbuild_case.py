from odoo.tests import Form

from .common import ManufacturingCase


class UnbuildCase(ManufacturingCase):
    """Cars with serial numbers that are taken apart, by the planner."""

    def _form(self):
        return Form(self.env["mrp.unbuild"].with_user(self.planner))

    def _scan(self, *texts):
        """Scan *texts* one after the other on a new unbuild order; return it."""
        with self._form() as form:
            for text in texts:
                form.serial_scan = text
        return form.record

    def _refused(self, text):
        """Return what is refused when *text* is scanned on a new unbuild order, which isn't saved."""
        form = self._form()
        form.serial_scan = text
        self.assertFalse(form.lot_id)
        return form.serial_refused

    def _new(self, values):
        return self.env["mrp.unbuild"].with_user(self.planner).create(values)

    def _find(self, name):
        domain = [("name", "=", name), ("product_id", "in", (self.car | self.part).ids)]
        return self.env["stock.lot"].search(domain)

    def _sell(self, name):
        delivery = self._deliver(self.car, 1)
        delivery.move_line_ids.lot_id = self._find(name)
        delivery.button_validate()
        self.assertEqual(delivery.state, "done")
