from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.amounts import round_together
from .value_case import ValueCase, each_way


@tagged("post_install", "-at_install")
class TestValueAndCosts(ValueCase):
    """What a new cost, another costing method or another owner means for the value."""

    def test_a_serial_number_with_a_cost_of_its_own_is_not_taken_back(self):
        part = self._new_part("Starter", True, standard_price=15)
        self._value_by_lot(part)
        self._buy(part, 10, "V1")
        serial = self._serials(part)
        serial.standard_price = 12
        with self.assertRaisesRegex(UserError, "Set the cost of V1 to 15"):
            self._correct(serial, "undo")
        self.assertValue(part, 12)

    def test_a_standard_cost_of_its_own_is_kept_when_unticked(self):
        part = self._new_part("Starter", True, standard_price=15)
        self._value_by_lot(part)
        self._buy(part, 10, "V1\nV2")
        self._serials(part)[0].standard_price = 12
        self._value_by_lot(part, False)
        self.assertValue(part, 27)
        self._value_by_lot(part)
        self.assertValue(part, 27, V1=13.5, V2=13.5)

    @each_way(valuations=["real_time"])
    def test_another_owners_unit_is_worth_nothing(self, _method, part):
        owner = self.env["res.partner"].create({"name": "Consignor"})
        self._buy(part, 10)
        self._put_in_stock(part, 1, self.bin_a, owner_id=owner)
        self._tick(part)
        self._value_by_lot(part)
        self.env.invalidate_all()
        total = part.total_value
        self._name(part, "V1*2")
        self.assertValue(part, total)

    @each_way(["standard"])
    def test_another_costing_method_keeps_the_value_of_unserialized_units(self, _method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1")
        part.standard_price = 20
        for method in ("average", "fifo"):
            part.categ_id.property_cost_method = method
            self.env.invalidate_all()
            self.assertAlmostEqual(part._get_unserialized_value(), 20)
        self._name(part, "V2")
        self._buy(part, 50, "V3")
        # With FIFO, each unit is worth what it was named with.
        self.assertValue(part, 85, V2=20, V3=50)

    @each_way(["standard"], ["periodic"])
    def test_another_part_type_keeps_the_value_of_unserialized_units(self, _method, part):
        self._buy(part, 10)
        self._tick(part)
        self._value_by_lot(part)
        part.standard_price = 20
        part.categ_id = part.categ_id.copy({"property_cost_method": "average"})
        self.assertValue(part, 20)

    @each_way(["average"], ["real_time"])
    def test_a_new_cost_of_the_part_is_that_of_all_its_units(self, _method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1")
        # Within a second, Odoo doesn't know which is later.
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            part.standard_price = 40
            part.env.flush_all()
        self.assertAlmostEqual(part._get_unserialized_value(), 40)

    def test_amounts_are_rounded_so_that_their_sum_stays(self):
        currency = self.env.company.currency_id
        self.assertEqual(round_together(currency, [10 / 3] * 3), [3.33, 3.34, 3.33])
        self.assertEqual(round_together(currency, []), [])
