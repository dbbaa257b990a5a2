from itertools import permutations, product

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .two_calls import TwoCallsCase


@tagged("post_install", "-at_install")
class TestAtOnce(TwoCallsCase):
    """Two people move, name or correct the same units in the same moment."""

    def setUp(self):
        super().setUp()
        self.part = self._new_part("Raced", uses_serial_numbers=True)

    def _type_count(self, env):
        """Type a count of the bin's unserialized units."""
        quant = env["stock.quant"].search(
            [("product_id", "=", self.part.id), ("lot_id", "=", False)], limit=1
        )
        quant.with_context(inventory_mode=True).inventory_quantity = quant.quantity
        env.flush_all()

    def _lock(self, env):
        """Lock the stock's rows and change nothing."""
        quants = env["stock.quant"].search([("product_id", "=", self.part.id)])
        quants.sudo().lock_for_update()

    def _validate(self, picking):
        return lambda env: (
            picking.with_env(env).with_context(skip_serial_prompt=True).button_validate()
        )

    def _named(self, units, *names):
        """Return a Serialize transfer on which units in a bin are named."""
        self._put_in_stock(self.part, units, self.bin_a)
        transfer = self._serialize(self.part)
        transfer.enter_serials("\n".join(names))
        return transfer

    def _delivery(self, name, quantity=1):
        delivery = self._deliver(self.part, quantity)
        delivery.enter_serials(name)
        return delivery

    def _start_anew(self, *names):
        """Begin with another part that has these serial numbers in a bin."""
        self.part = self.parts = self._new_part("Raced", uses_serial_numbers=True)
        names = names or ("S1",)
        self._validate(self._named(len(names), *names))(self.env)

    def _serials_by_name(self):
        lots = self._serials(self.part).with_context(active_test=False)
        return lots.search([("product_id", "=", self.part.id)]).grouped("name")

    def _prepare_transfer(self, name, target):
        kind = self.warehouse.out_type_id
        if target.usage == "internal":
            kind = self.warehouse.int_type_id
        route = {"location_id": self.bin_a.id, "location_dest_id": target.id}
        lot = self._serials_by_name()[name].id
        line = {"product_id": self.part.id, "lot_id": lot, "quantity": 1, **route}
        return {
            "picking_type_id": kind.id,
            "move_line_ids": [Command.create({**line, "picked": True})],
            **route,
        }

    def _prepare_delivery(self, name):
        values = self._prepare_transfer(name, self.customer)
        delivery = self.env["stock.picking"].with_user(self.clerk).create(values)
        delivery.action_confirm()
        return delivery

    def _send(self, name, target):
        values = self._prepare_transfer(name, target)

        def send(env):
            picking = env["stock.picking"].create(values)
            picking.action_confirm()
            picking.button_validate()
            if picking.state != "done":
                raise AssertionError(f"{picking.name} is {picking.state}")

        return send

    def _receiving(self, name):
        receipt = self._receipt(1)
        receipt.enter_serials(name, location_id=self.bin_a.id)
        return receipt

    def _scrap(self, name):
        values = {
            "product_id": self.part.id,
            "lot_id": self._serials_by_name()[name].id,
            "location_id": self.bin_a.id,
            "scrap_qty": 1,
        }
        return lambda env: env["stock.scrap"].create(values).action_validate()

    def _count(self, name, units):
        values = {
            "product_id": self.part.id,
            "lot_id": self._serials_by_name()[name].id,
            "location_id": (self.bin_b if units else self.bin_a).id,
            "inventory_quantity": units,
        }

        def count(env):
            quants = env(user=self.boss.id)["stock.quant"].with_context(inventory_mode=True)
            quants.create(values).action_apply_inventory()

        return count

    def _archive(self, name):
        serial = self._serials_by_name()[name]
        return lambda env: serial.with_env(env).action_archive()

    def _prepare_correction(self, name, kind, other=None):
        values = {"lot_id": self._serials_by_name()[name].id, "kind": kind, "reason": "Misread"}
        if kind == "swap":
            values["other_lot_id"] = self._serials_by_name()[other].id
        if kind == "move":
            other = self._new_part("Other", uses_serial_numbers=True)
            self.parts |= other
            values["product_id"] = other.id
        return self.env["serial.correction"].with_user(self.boss).create(values)

    def _press(self, correction):
        return lambda env: correction.with_env(env(user=self.boss.id)).action_correct()

    def _correct(self, name, kind):
        return self._press(self._prepare_correction(name, kind))

    def assertSettled(self, on_hand):
        """Assert what is in stock, row by row: nothing is there twice, or negative."""
        self.assertEqual(
            [
                (location, name, units)
                for location, name, units, _reserved in self._on_hand(self.part)
            ],
            on_hand,
        )

    def assertRefused(self, error, message=""):
        self.assertIsInstance(error, (UserError, ValidationError))
        self.assertIn(message, str(error))

    def assertOneUnit(self, name):
        """Assert that the serial number is one unit in one position, or in none."""
        quants = self.env["stock.quant"].search(
            [("lot_id.name", "=like", f"{name}%"), ("product_id", "in", self.parts.ids)]
        )
        units = [quant.quantity for quant in quants if quant.location_id.usage == "internal"]
        self.assertIn([unit for unit in units if unit], ([], [1]))
        self.assertFalse(self.part.missing_quantity)

    def test_units_are_named_while_their_row_is_locked(self):
        for lock in (self._type_count, self._lock):
            for reserved in (0, 1):
                with self.subTest(lock.__name__, reserved=reserved):
                    self.part = self._new_part("Raced", uses_serial_numbers=True)
                    transfer = self._named(3, "S1", "S2", "S3")
                    if reserved:
                        self._deliver(self.part, reserved)
                    errors = self.at_once(lock, self._validate(transfer))
                    self.assertEqual(errors, (None, None))
                    names = self._serials(self.part).mapped("name")
                    self.assertEqual(names, ["S1", "S2", "S3"])
                    self.assertSettled([("Y1-1A", name, 1) for name in names])

    def test_a_unit_is_sold_while_its_row_is_locked(self):
        self._validate(self._named(1, "S1"))(self.env)
        errors = self.at_once(self._lock, self._validate(self._deliver(self.part, 1)))
        self.assertEqual(errors, (None, None))
        self.assertSettled([])

    def test_a_unit_is_named_and_sold(self):
        transfer, delivery = self._named(1, "S1"), self._delivery("S2")
        first, second = self.at_once(self._validate(transfer), self._validate(delivery))
        self.assertIsNone(first)
        self.assertRefused(second, "S2: its unit is now S1.")
        self.assertSettled([("Y1-1A", "S1", 1)])
        delivery.action_open_serial_prompt()
        [kept] = delivery.serial_entry_refused
        self.assertEqual((kept["text"], kept["message"]), ("S2", "its unit is now S1."))
        self._validate(delivery)(self.env)
        self.assertSettled([])

    def test_a_unit_is_sold_and_named(self):
        transfer, delivery = self._named(1, "S1"), self._delivery("S2")
        first, second = self.at_once(self._validate(delivery), self._validate(transfer))
        self.assertIsNone(first)
        self.assertRefused(second, "S1: its unit is no longer in")
        self.assertSettled([])
        self.assertEqual(self._serials(self.part).mapped("name"), ["S2"])

    def test_two_people_take_a_unit(self):
        """Whatever two people do with one unit, the second waits for the first, or is refused."""
        kinds = {
            "deliver": lambda: self._send("S1", self.customer),
            "move": lambda: self._send("S1", self.bin_b),
            "scrap": lambda: self._scrap("S1"),
            "count": lambda: self._count("S1", 0),
            "undo": lambda: self._correct("S1", "undo"),
            "part": lambda: self._correct("S1", "move"),
        }
        for one, two in permutations(kinds, 2):
            with self.subTest(first=one, second=two):
                self._start_anew()
                first, second = self.at_once(kinds[one](), kinds[two]())
                self.assertIsNone(first)
                if second:
                    self.assertRefused(second)
                self.assertOneUnit("S1")

    def test_a_unit_that_two_people_reserved_by_hand_is_delivered_once(self):
        self._start_anew()
        deliveries = [self._prepare_delivery("S1") for _person in range(2)]
        first, second = self.at_once(*(self._validate(delivery) for delivery in deliveries))
        self.assertIsNone(first)
        self.assertRefused(second)
        self.assertOneUnit("S1")

    def test_two_people_bring_a_unit_back(self):
        kinds = {
            "receive": lambda: self._validate(self._receiving("S1")),
            "count": lambda: self._count("S1", 1),
            "archive": lambda: self._archive("S1"),
        }
        for one, two in product(kinds, repeat=2):
            with self.subTest(first=one, second=two):
                self._start_anew()
                self._send("S1", self.customer)(self.env)
                first, second = self.at_once(kinds[one](), kinds[two]())
                self.assertIsNone(first)
                if second:
                    self.assertRefused(second)
                self.assertOneUnit("S1")
                serial = self._serials_by_name()["S1"]
                self.assertTrue(serial.active or not serial.is_on_hand)

    def test_labels_are_exchanged_twice(self):
        self._start_anew("S1", "S2")
        serials = self._serials(self.part)
        corrections = [self._prepare_correction("S1", "swap", "S2") for _person in range(2)]
        first, second = self.at_once(*(self._press(correction) for correction in corrections))
        self.assertIsNone(first)
        self.assertRefused(second, "S1 is now S2")
        self.assertEqual(serials.mapped("name"), ["S2", "S1"])

    def test_a_serial_number_that_came_in_has_a_unit(self):
        serial = self._new_part("Raced", uses_serial_numbers=True)
        serial = self.env["stock.lot"].create({"name": "S1", "product_id": serial.id})
        with (
            self.assertRaisesRegex(ValidationError, "S1: nowhere"),
            serial._watch_positions() as watch,
        ):
            watch.remember(serial)
            watch.arrived.update(serial.ids)
