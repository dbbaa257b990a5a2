from odoo.tests import tagged

from .value_case import ValueCase, each_way


@tagged("post_install", "-at_install")
class TestValueOfMoves(ValueCase):
    """What is sold, comes back, is scrapped or corrected has the value of its own serial number."""

    @each_way(valuations=["real_time"])
    def test_a_sold_unit_comes_back_at_its_cost(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1*2")
        cost = 10 if method == "fifo" else 15
        self._sell(part, "V1")
        self._buy(part, 70, "V3")
        later = 15 if method == "standard" else 70
        delivery = self._serials(part)[0].quant_ids  # at the customer's
        self.assertTrue(delivery)
        move = part.stock_move_ids.filtered("is_out")
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_id=move.picking_id.id, active_model="stock.picking")
            .create({"picking_id": move.picking_id.id})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].with_user(self.clerk)
        back = back.browse(wizard.action_create_returns()["res_id"])
        back.move_line_ids.lot_id = self._serials(part)[0]
        back.button_validate()
        self.assertEqual(back.state, "done")
        self.assertValue(part, 30 + later, V1=cost, V2=30 - cost, V3=later)
        self.assertAlmostEqual(self._sell(part, "V1"), cost)
        self.assertValue(part, 30 - cost + later, V2=30 - cost, V3=later)

    @each_way(valuations=["real_time"])
    def test_a_unit_named_on_its_delivery_leaves_at_its_cost(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        delivery = self._deliver(part, 1)
        self._buy(part, 50, "V3")
        delivery.enter_serials("V1")
        delivery.button_validate()
        cost = 10 if method == "fifo" else 15
        later = 15 if method == "standard" else 50
        self.assertEqual(delivery.move_line_ids.lot_id.name, "V1")
        self.assertAlmostEqual(delivery.move_ids.sudo().value, cost)
        self.assertValue(part, 30 - cost + later, V3=later)

    @each_way()
    def test_an_unserialized_unit_is_scrapped_at_its_cost(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._buy(part, 50, "V3")
        [quant] = part._get_unserialized_units()
        quant = quant.with_user(self.boss)
        quant.with_context(inventory_mode=True).inventory_quantity = 1
        quant.action_apply_inventory()
        cost = 10 if method == "fifo" else 15
        later = 15 if method == "standard" else 50
        move = part.stock_move_ids.filtered("is_out").sudo()
        self.assertAlmostEqual(move.value, cost)
        self.assertValue(part, 30 - cost + later, V3=later)
        if part.valuation == "real_time":
            lines = move.account_move_id.line_ids
            self.assertEqual(sorted(lines.mapped("balance")), [-cost, cost])
        # A unit that is found has the part's cost.
        quant.with_context(inventory_mode=True).inventory_quantity = 2
        quant.action_apply_inventory()
        found = part.stock_move_ids.filtered("is_in").sorted("id")[-1].sudo()
        found = 15 if method == "standard" else found.value
        self.assertValue(part, 30 - cost + later + found, V3=later)
        self._name(part, "V1*2")
        self.assertValue(part, 30 - cost + later + found, V3=later)

    @each_way()
    def test_corrections_keep_the_value(self, method, part):
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1*2")
        first, second = (10, 20) if method == "fifo" else (15, 15)
        self._buy(part, 50, "V3")
        later = 15 if method == "standard" else 50
        lots = {lot.name: lot for lot in self._serials(part)}
        self._correct(lots["V1"], "rename", new_name="V0")
        self.assertValue(part, 30 + later, V0=first, V2=second, V3=later)
        self._correct(lots["V1"], "swap", other_lot_id=lots["V3"].id)
        self.assertValue(part, 30 + later, V0=later, V2=second, V3=first)
        self._correct(lots["V2"], "undo")
        self.assertValue(part, 30 + later, V0=later, V3=first)
        self._buy(part, 70, "V4")
        latest = 15 if method == "standard" else 70
        self.assertValue(part, 30 + later + latest, V0=later, V3=first, V4=latest)
        self._name(part, "V5")
        self.assertValue(part, 30 + later + latest, V0=later, V3=first, V4=latest, V5=second)
        self.assertAlmostEqual(self._sell(part, "V5"), second)

    @each_way(valuations=["real_time"])
    def test_undone_among_other_unserialized_units(self, method, part):
        for price in (10, 20, 30):
            self._buy(part, price)
        self._tick(part)
        self._value_by_lot(part)
        total = 45 if method == "standard" else 60
        self._name(part, "V1*2")
        self._correct(self._serials(part)[0], "undo")
        self.assertValue(part, total)
        self._name(part, "V3*2")
        # The unit whose number was taken back is the latest without one.
        costs = {"standard": (15, 15), "average": (20, 20), "fifo": (30, 10)}[method]
        self.assertValue(part, total, V3=costs[0], V4=costs[1])

    @each_way(valuations=["real_time"])
    def test_a_unit_moved_to_another_part_takes_its_cost_with_it(self, method, part):
        other = self._new_part("Other", True, standard_price=5, categ_id=part.categ_id.id)
        self._value_by_lot(other)
        self._buy(part, 10)
        self._buy(part, 20)
        self._tick(part)
        self._value_by_lot(part)
        self._name(part, "V1*2")
        cost, rest = {"standard": (5, 15), "average": (15, 15), "fifo": (10, 20)}[method]
        self._correct(self._serials(part)[0], "move", product_id=other.id)
        self.assertValue(part, rest, V2=rest)
        self.assertValue(other, cost, V1=cost)
