from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .unbuild_case import UnbuildCase


@tagged("post_install", "-at_install")
class TestUnbuild(UnbuildCase):
    """Units are taken apart by scan; their components come back with their serial numbers."""

    def test_a_scanned_unit_finds_its_order(self):
        production = self._manufacture("CAR1")
        order = self._scan("CAR1")
        self.assertRecordValues(
            order,
            [
                {
                    "product_id": self.car.id,
                    "lot_id": self._find("CAR1").id,
                    "mo_id": production.id,
                    "location_id": self.stock.id,
                    "serial_refused": False,
                }
            ],
        )
        order.location_dest_id = self.bin_b
        order.action_validate()
        self.assertEqual(order.state, "done")
        self.assertBooks(self.car, [])
        self.assertBooks(self.part, [("Y1-1B", "PART-OF-CAR1", 1, 0)])
        self.assertEqual(self._find("CAR1").used_on, order.name)
        self.assertEqual(self._find("PART-OF-CAR1").used_on, order.name)
        self.assertEqual(self._find("CAR1").source, production.name)

    def test_source_and_used_on_open_the_unbuild_order(self):
        self._manufacture("CAR1")
        order = self._scan("CAR1")
        order.action_validate()
        for name in ("CAR1", "PART-OF-CAR1"):
            action = self._find(name).with_user(self.planner).action_open_used_on()
            self.assertEqual((action["res_model"], action["res_id"]), (order._name, order.id))

    def test_several_units_become_several_orders(self):
        first, second = self._manufacture("CAR1"), self._manufacture("CAR2")
        order = self._scan("CAR1", "CAR2", "CAR1")
        self.assertEqual(order.further_unit_ids.name, "CAR2")
        order.location_dest_id = self.bin_b
        action = order.action_validate()
        orders = self.env[action["res_model"]].search(action["domain"], order="id")
        self.assertRecordValues(
            orders,
            [
                {"state": "done", "lot_id": self._find("CAR1").id, "mo_id": first.id},
                {"state": "done", "lot_id": self._find("CAR2").id, "mo_id": second.id},
            ],
        )
        self.assertFalse(order.further_unit_ids)
        self.assertBooks(
            self.part, [("Y1-1B", "PART-OF-CAR1", 1, 0), ("Y1-1B", "PART-OF-CAR2", 1, 0)]
        )
        self.assertEqual(self._find("PART-OF-CAR2").used_on, orders[1].name)

    def test_units_of_one_order_are_taken_apart_one_by_one(self):
        self._receive_named("P1", "P2")
        production = self._order(2)
        units = self._open(production.button_mark_done(), "produced")
        units.enter_serials("CAR1*2")
        units.action_validate_serials()
        self._scan("CAR2").action_validate()
        self.assertBooks(self.car, [("Stock", "CAR1", 1, 0)])
        self.assertEqual(len(self._on_hand(self.part)), 1)
        self._scan("CAR1").action_validate()
        self.assertBooks(self.part, [("Stock", "P1", 1, 0), ("Stock", "P2", 1, 0)])

    def test_a_unit_built_twice_is_of_the_latest_order(self):
        self._manufacture("CAR1")
        self._scan("CAR1").action_validate()
        again = self._order()
        self._open(again.button_mark_done(), "produced").enter_serials("CAR1")
        again.button_mark_done()
        self.assertEqual(again.state, "done")
        order = self._scan("CAR1")
        self.assertEqual(order.mo_id, again)
        self.assertEqual(order.component_ids.name, "PART-OF-CAR1")
        order.action_validate()
        self.assertBooks(self.part, [("Stock", "PART-OF-CAR1", 1, 0)])

    def test_the_order_that_people_chose_is_kept(self):
        first = self._manufacture("CAR1")
        self._scan("CAR1").action_validate()
        again = self._order()
        self._open(again.button_mark_done(), "produced").enter_serials("CAR1")
        again.button_mark_done()
        order = self._new({"mo_id": first.id, "lot_id": self._find("CAR1").id})
        order._check_units()
        order._split_units()
        self.assertEqual(order.mo_id, first)

    def test_the_bin_of_the_unit_is_found(self):
        self._manufacture("CAR1")
        self._find("CAR1").with_user(self.planner).location_id = self.bin_c
        order = self._scan("CAR1")
        self.assertEqual(order.location_id, self.bin_c)
        self.assertTrue(order.action_validate())
        self.assertBooks(self.car, [])

    def test_a_unit_in_a_package(self):
        self._manufacture("CAR1")
        package = self.env["stock.package"].create({"name": "BOX"})
        self._find("CAR1")._get_serial_quants().move_quants(package_dest_id=package)
        self.assertEqual(self._find("CAR1")._get_serial_quants().package_id, package)
        self._scan("CAR1").action_validate()
        self.assertBooks(self.car, [])

    def test_a_unit_chosen_by_hand_finds_its_order(self):
        production = self._manufacture("CAR1")
        with self._form() as form:
            form.product_id = self.car
            form.lot_id = self._find("CAR1")
            self.assertEqual(form.mo_id, production)

    def test_a_unit_without_manufacturing_order(self):
        bolt = self._new_part("Bolt")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.car.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": bolt.id, "product_qty": 4})],
            }
        )
        self._receive_named("CAR9", product=self.car)
        order = self._scan("CAR9")
        self.assertFalse(order.mo_id)
        order.action_validate()
        self.assertBooks(self.car, [])
        self.assertEqual(bolt.qty_available, 4)

    def test_parts_without_serial_numbers_are_odoos(self):
        kit = self._new_part("Kit")
        self._receive_named("P1")
        production = self._order(1, kit)
        production.button_mark_done()
        order = self._new({"mo_id": production.id})
        order.action_validate()
        self.assertEqual(order.state, "done")
        self.assertBooks(self.part, [("Stock", "P1", 1, 0)])

    def test_a_unit_that_left_in_the_meantime(self):
        self._manufacture("CAR1")
        self._manufacture("CAR2")
        order = self._scan("CAR1", "CAR2")
        self._sell("CAR1")
        with self.assertRaisesRegex(UserError, "CAR1: is not in stock: Delivered"):
            order.action_validate()
        self.assertEqual(order.lot_id.name, "CAR1")
        self.assertEqual(order.further_unit_ids.name, "CAR2")
        order.lot_id = False
        order.action_validate()
        self.assertBooks(self.car, [])

    def test_what_was_not_found_is_answered_first(self):
        self._manufacture("CAR1")
        order = self._scan("CAR1", "CAR7")
        with self.assertRaisesRegex(UserError, "CAR7"):
            order.action_validate()
        order.serial_refused = False
        order.action_validate()
        self.assertEqual(order.state, "done")

    def test_the_queries_of_scanning_do_not_grow_with_the_units(self):
        names = [f"N-{number:02}" for number in range(1, 51)]
        self._receive_named(*[f"P-{name}" for name in names])
        units = self._open(self._order(50).button_mark_done(), "produced")
        units.enter_serials("N-01*50")
        units.action_validate_serials()

        def count_queries(text):
            order = self._new({"product_id": self.car.id})
            self.env.flush_all()
            self.env.invalidate_all()
            order.serial_scan = text
            before = self.env.cr.sql_log_count
            order._onchange_serial_scan()
            self.assertTrue(order.component_ids)
            return self.env.cr.sql_log_count - before

        count_queries("N-01")
        one, fifty = count_queries("N-01"), count_queries("N-01..N-50")
        self.assertLess(fifty - one, 15, f"{one} queries for 1 unit, {fifty} for 50")

    def test_a_draft_from_a_form_can_be_saved_and_gone_on(self):
        self._manufacture("CAR1")
        self._manufacture("CAR2")
        order = self._scan("CAR1", "CAR7")
        with Form(order) as form:
            form.serial_scan = "CAR2"
        self.assertEqual(order.further_unit_ids.name, "CAR2")
        self.assertEqual([row["name"] for row in order.serial_refused], ["CAR7"])
