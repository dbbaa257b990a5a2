from odoo.tests import tagged

from .common import ManufacturingCase


@tagged("post_install", "-at_install")
class TestDocuments(ManufacturingCase):
    """Source and Used On follow the orders that they name."""

    def test_a_manufacturing_order_is_renamed(self):
        order = self._manufacture("CAR1")
        [consumed], [produced] = self._serials(self.part), self._serials(self.car)
        self.assertEqual((consumed.used_on, produced.source), (order.name, order.name))
        order.name = "MO/RENAMED"
        self.assertEqual((consumed.used_on, produced.source), ("MO/RENAMED", "MO/RENAMED"))

    def test_an_unbuild_order_is_renamed(self):
        order = self._manufacture("CAR1")
        car = self._serials(self.car)
        unbuild = (
            self.env["mrp.unbuild"]
            .with_user(self.planner)
            .create({"mo_id": order.id, "lot_id": car.id})
        )
        unbuild.action_unbuild()
        self.assertEqual(car.used_on, unbuild.name)
        unbuild.name = "UB/RENAMED"
        self.assertEqual((car.used_on, self._serials(self.part).used_on), ("UB/RENAMED",) * 2)
