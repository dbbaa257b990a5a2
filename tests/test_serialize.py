from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestSerialize(SerialCase):
    """Units already in stock get their serial number on a Serialize transfer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.part, 2, cls.bin_a)
        cls._put_in_stock(cls.part, 1, cls.bin_b)

    def test_every_warehouse_has_the_operation_type(self):
        for warehouse in self.env["stock.warehouse"].search([]):
            self.assertTrue(warehouse.serialize_type_id)
        new = self.env["stock.warehouse"].create({"name": "Yard 2", "code": "Y2"})
        self.assertRecordValues(
            new.serialize_type_id,
            [
                {
                    "warehouse_id": new.id,
                    "default_location_src_id": new.lot_stock_id.id,
                    "default_location_dest_id": new.lot_stock_id.id,
                    "active": True,
                }
            ],
        )
        self.assertEqual(new.serialize_type_id.sequence_id.prefix, "Y2/SER/")

    def test_one_line_per_unit_in_its_bin(self):
        self._tick(self.part)
        transfer = self._serialize(self.part)
        self.assertTrue(transfer.name.startswith(f"{self.warehouse.code}/SER/"))
        self.assertEqual(
            transfer.move_line_ids.mapped(
                lambda line: (line.location_id.name, line.location_dest_id.name)
            ),
            [("Y1-1A", "Y1-1A"), ("Y1-1A", "Y1-1A"), ("Y1-1B", "Y1-1B")],
        )
        self.assertEqual((transfer.state, transfer.serial_missing_count), ("assigned", 3))
        self.assertEqual(transfer.products_availability_state, "available")
        self.assertEqual(transfer.move_ids.forecast_availability, 3)

    def test_a_single_unit_is_asked_for_too(self):
        engine = self._new_part("Engine")
        self._put_in_stock(engine, 1, self.bin_c)
        self._tick(engine)
        self.assertEqual(engine.unserialized_quantity, 1)
        transfer = self._serialize(engine)
        transfer.enter_serials("E1")
        transfer.button_validate()
        self.assertBooks(engine, [("Y1-1C", "E1", 1, 0)])

    def test_validating_names_exactly_the_typed_units(self):
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1@Y1-1A\nSN2@Y1-1B")
        prompt = transfer.button_validate()
        self.assertEqual((prompt["res_model"], prompt["res_id"]), ("stock.picking", transfer.id))
        self.assertTrue(transfer.action_validate_serials())
        self.assertEqual(transfer.state, "done")
        self.assertBooks(
            self.part,
            [("Y1-1A", "", 1, 0), ("Y1-1A", "SN1", 1, 0), ("Y1-1B", "SN2", 1, 0)],
        )
        self.assertEqual((self.part.serial_count, self.part.unserialized_quantity), (2, 1))
        rest = self._serialize(self.part)
        self.assertEqual(rest.backorder_id, transfer)
        self.assertEqual(rest.move_line_ids.location_id, self.bin_a)
        self.assertEqual(rest.serial_missing_count, 1)

    def test_partial_work_is_kept_for_somebody_else(self):
        self._tick(self.part)
        self._serialize(self.part).enter_serials("SN1")
        other = self._new_user("other", "stock.group_stock_user")
        action = self.part.with_user(other).action_assign_serials()
        transfer = self.env["stock.picking"].with_user(other).browse(action["res_id"])
        self.assertEqual(transfer.move_line_ids.filtered("lot_name").mapped("lot_name"), ["SN1"])
        self.assertEqual(transfer.enter_serials("SN2\nSN3")["missing"], 0)
        transfer.button_validate()
        self.assertEqual(self.part.serial_count, 3)

    def test_quantity_value_and_fifo_date_stay(self):
        quants = self.env["stock.quant"].search([("product_id", "=", self.part.id)])
        quants.filtered(lambda quant: quant.location_id == self.bin_a).in_date = "2020-01-01"
        before = self._figures()
        self.assertEqual(before, (3, 3, 300))
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1*3")
        transfer.button_validate()
        self.assertEqual(self._figures(), before)
        dates = {
            quant.lot_id.name: str(quant.in_date.date())
            for quant in self._serials(self.part).quant_ids
        }
        self.assertEqual((dates["SN1"], dates["SN2"]), ("2020-01-01", "2020-01-01"))
        self.assertNotEqual(dates["SN3"], "2020-01-01")

    def _figures(self):
        """Return the part's quantity on hand, forecast, and value."""
        self.env.invalidate_all()
        return (self.part.qty_available, self.part.virtual_available, self.part.total_value)

    def test_an_open_transfer_keeps_units_sellable(self):
        self._tick(self.part)
        self._serialize(self.part).enter_serials("SN1*3")
        self.env["stock.quant"]._clean_reservations()
        self.assertEqual(self.part.free_qty, 3)
        self.assertEqual(self._deliver(self.part, 3).state, "assigned")

    def test_reservations_pass_on_to_the_serials(self):
        delivery = self._deliver(self.part, 3)
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1*3")
        transfer.button_validate()
        self.assertEqual(delivery.state, "assigned")
        self.assertEqual(
            sorted(line.lot_id.name for line in delivery.move_line_ids), ["SN1", "SN2", "SN3"]
        )
        self.assertBooks(
            self.part,
            [("Y1-1A", "SN1", 1, 1), ("Y1-1A", "SN2", 1, 1), ("Y1-1B", "SN3", 1, 1)],
        )

    def test_the_reservation_of_a_transfer_in_another_unit_passes_on(self):
        self._put_in_stock(self.part, 12, self.bin_c)
        dozen = self.env.ref("uom.product_uom_dozen")
        internal = self.warehouse.int_type_id
        transfer = self._move(self.part, 1, internal, self.bin_c, self.bin_a, uom=dozen)
        transfer.action_assign()
        self.assertEqual((transfer.state, transfer.move_ids.quantity), ("assigned", 1))
        self._tick(self.part)
        serialize = self._serialize(self.part)
        serialize.enter_serials("SN01*5@Y1-1C")
        serialize.action_validate_serials()
        self.assertEqual((transfer.state, transfer.move_ids.quantity), ("assigned", 1))
        self.assertEqual(len(transfer.move_line_ids.lot_id), 5)
        reserved = {
            serial: (quantity, booked)
            for location, serial, quantity, booked in self._on_hand(self.part)
            if location == "Y1-1C"
        }
        self.assertEqual(reserved.pop(""), (7, 7))
        self.assertEqual(set(reserved.values()), {(1, 1)})

    def test_reservations_stay_on_unserialized_units_where_enough_are_left(self):
        delivery = self._deliver(self.part, 1)
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1@Y1-1A")
        transfer.action_validate_serials()
        self.assertEqual(delivery.state, "assigned")
        self.assertFalse(delivery.move_line_ids.lot_id)
        self.assertBooks(
            self.part,
            [("Y1-1A", "", 1, 1), ("Y1-1A", "SN1", 1, 0), ("Y1-1B", "", 1, 0)],
        )

    def test_packages_and_owners_are_kept(self):
        package = self.env["stock.package"].create({"name": "PK1"})
        owner = self.env["res.partner"].create({"name": "Owner"})
        self._put_in_stock(self.part, 1, self.bin_c, package_id=package, owner_id=owner)
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN9@Y1-1C")
        transfer.action_validate_serials()
        quant = self._serials(self.part).quant_ids.filtered("quantity")
        self.assertRecordValues(
            quant, [{"package_id": package.id, "owner_id": owner.id, "quantity": 1}]
        )

    def test_a_bin_with_no_unit_left_takes_no_serial(self):
        self._tick(self.part)
        transfer = self._serialize(self.part)
        self.assertEqual(
            self._enter(transfer, "BIN-Y1-1B\nSN1\nSN2"),
            {"BIN-Y1-1B": "location", "SN1": "assigned", "SN2": "surplus"},
        )

    def test_units_that_left_are_refused_by_name(self):
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1@Y1-1B")
        self._put_in_stock(self.part, -1, self.bin_b)
        with self.assertRaisesRegex(UserError, "SN1.*Y1-1B"):
            transfer.action_validate_serials()

    def test_serials_of_units_that_left_go_back_into_the_box(self):
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1@Y1-1B")
        self._put_in_stock(self.part, -1, self.bin_b)
        self.assertEqual(self._serialize(self.part), transfer)
        self.assertEqual(transfer.move_line_ids.location_id, self.bin_a)
        self.assertEqual(transfer.serial_missing_count, 2)
        [refused] = transfer.serial_entry_refused
        self.assertEqual((refused["text"], refused["status"]), ("SN1", "surplus"))
        self.assertIn("its unit is no longer in WH/Stock/Y1-1B", refused["message"])

    def _answer_a_unit_that_leaves(self):
        """Return a Serialize transfer on which SN1 and its mileage, 7, were typed for a unit that
        left since, and the custom field."""
        mileage = self._new_question("Mileage", "integer")
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1@Y1-1B")
        transfer.move_line_ids.filtered("lot_name").serial_answers = {mileage.key: 7}
        self._put_in_stock(self.part, -1, self.bin_b)
        self._serialize(self.part)
        return transfer, mileage

    def test_a_unit_that_comes_back_gets_what_was_typed_for_it(self):
        transfer, mileage = self._answer_a_unit_that_leaves()
        self._put_in_stock(self.part, 1, self.bin_b)
        self._serialize(self.part)
        named = transfer.move_line_ids.filtered("lot_name")
        self.assertEqual((named.lot_name, named.location_id), ("SN1", self.bin_b))
        self.assertEqual(named.serial_answers[mileage.key], 7)
        self.assertFalse(transfer.serial_entry_refused)

    def test_what_was_answered_is_kept_when_its_serial_number_is_entered_elsewhere(self):
        transfer, mileage = self._answer_a_unit_that_leaves()
        transfer.enter_in_prompt("SN1")
        named = transfer.move_line_ids.filtered("lot_name")
        self.assertEqual((named.location_id, named.serial_answers[mileage.key]), (self.bin_a, 7))

    @contextmanager
    def _refused(self, message):
        with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
            yield

    def test_a_line_added_by_hand_is_one_unit_where_it_is(self):
        self._tick(self.part)
        transfer = self._serialize(self.part)
        other = self._new_part("Starter", uses_serial_numbers=True)
        package = self.env["stock.package"].create({"name": "PK1"})
        unit = {
            "picking_id": transfer.id,
            "move_id": transfer.move_ids.id,
            "product_id": self.part.id,
            "location_id": self.bin_a.id,
            "location_dest_id": self.bin_a.id,
            "quantity": 0,
        }
        for wrong in (
            {"quantity": 0.5},
            {"quantity": 2},
            {"location_dest_id": self.bin_b.id},
            {"location_id": self.vendor.property_stock_supplier.id},
            {"result_package_id": package.id},
            {"product_id": other.id},
            {"product_id": other.id, "move_id": False, "quantity": 2},
        ):
            with self.subTest(wrong), self._refused(transfer.name):
                self.env["stock.move.line"].with_user(self.clerk).create({**unit, **wrong})
            if "product_id" in wrong:
                continue  # Odoo refuses to write it.
            with self.subTest(written=wrong), self._refused(transfer.name):
                transfer.move_line_ids[0].write(wrong)
        self.env["stock.move.line"].with_user(self.clerk).create(unit)
        self.assertEqual(self._serialize(self.part).serial_missing_count, 3)

    def test_a_done_transfer_gets_no_further_line(self):
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1\nSN2\nSN3")
        transfer.action_validate_serials()
        for quantity, serial in ((0.5, "SN1"), (1, "SN1"), (1, False)):
            lot = self._serials(self.part).filtered(lambda lot, name=serial: lot.name == name)
            values = {
                "picking_id": transfer.id,
                "move_id": transfer.move_ids.id,
                "product_id": self.part.id,
                "lot_id": lot.id,
                "location_id": self.bin_a.id,
                "location_dest_id": self.bin_a.id,
                "quantity": quantity,
            }
            with self.subTest(quantity=quantity, serial=serial), self._refused(transfer.name):
                self.env["stock.move.line"].with_user(self.clerk).create(values)

    def test_answers_of_units_that_left_are_named(self):
        transfer, _mileage = self._answer_a_unit_that_leaves()
        [refused] = transfer.serial_entry_refused
        self.assertRegex(refused["message"], "its unit .* Mileage: 7.")

    def test_units_that_come_meanwhile_are_offered(self):
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        self._put_in_stock(self.part, 1, self.bin_c)
        self.assertEqual(self._serialize(self.part), transfer)
        self.assertEqual(transfer.serial_missing_count, 3)

    def test_a_serial_typed_into_a_row_is_checked_too(self):
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        transfer.action_validate_serials()
        rest = self._serialize(self.part)
        lines = rest.move_line_ids
        lines[0].lot_name = "SN1"
        with self.assertRaisesRegex(UserError, "SN1.*already in stock"):
            rest.action_validate_serials()
        lines.lot_name = "SN2"
        with self.assertRaisesRegex(UserError, "SN2.*twice"):
            rest.button_validate()

    def test_a_row_of_the_prompt_can_be_typed_in(self):
        self._tick(self.part)
        transfer = self._serialize(self.part)
        view = "serialized_parts.stock_picking_view_form_serials"
        with Form(transfer, view=view) as form, form.serial_prompt_line_ids.edit(0) as line:
            line.lot_name = "SN1"
        self.assertEqual(transfer.move_line_ids.mapped("quantity"), [0, 0, 0])
        transfer.action_validate_serials()
        self.assertEqual(self.part.serial_count, 1)

    def test_nothing_typed_is_explained(self):
        self._tick(self.part)
        with self.assertRaisesRegex(UserError, "at least one"):
            self._serialize(self.part).action_validate_serials()

    def test_fractions_of_units_are_refused_with_their_location(self):
        self._put_in_stock(self.part, 0.5, self.bin_c)
        self._tick(self.part)
        with self.assertRaisesRegex(UserError, "Y1-1C"):
            self._serialize(self.part)

    def test_all_units_named_is_explained(self):
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1*3")
        transfer.button_validate()
        with self.assertRaisesRegex(UserError, "every unit"):
            self._serialize(self.part)

    def test_several_warehouses_get_a_transfer_each(self):
        yard = self.env["stock.warehouse"].create({"name": "Yard 2", "code": "Y2"})
        self._put_in_stock(self.part, 1, yard.lot_stock_id)
        self._tick(self.part)
        action = self.part.with_user(self.clerk).action_assign_serials()
        transfers = self.env["stock.picking"].search(action["domain"])
        self.assertEqual(transfers.picking_type_id.warehouse_id, self.warehouse | yard)

    def test_only_warehouse_users_serialize(self):
        self._tick(self.part)
        for user in (self.buyer, self.employee):
            with self.assertRaises(AccessError):
                self.part.with_user(user).action_assign_serials()

    def test_variants_are_serialized_on_their_own(self):
        color = self.env["product.attribute"].create(
            {
                "name": "Side",
                "value_ids": [Command.create({"name": name}) for name in ("Left", "Right")],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Mirror",
                "is_storable": True,
                "attribute_line_ids": [
                    Command.create(
                        {"attribute_id": color.id, "value_ids": [Command.set(color.value_ids.ids)]}
                    )
                ],
            }
        )
        left, right = template.product_variant_ids
        self._put_in_stock(left, 1, self.bin_a)
        self._put_in_stock(right, 2, self.bin_a)
        self._tick(left)
        self.assertEqual(template.unserialized_quantity, 3)
        action = left.with_user(self.clerk).action_assign_serials()
        transfer = self.env["stock.picking"].browse(action["res_id"])
        self.assertEqual(transfer.move_line_ids.product_id, left)
        self.assertEqual(len(transfer.move_line_ids), 1)
