from contextlib import contextmanager
from datetime import timedelta

from psycopg2.errors import ExclusionViolation, SerializationFailure

from odoo import fields
from odoo.exceptions import ConcurrencyError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestTwins(SerialCase):
    """The database knows each serial number once per part and company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create({"name": "Yard Two"})
        cls.part.uses_serial_numbers = True
        cls.lots = cls.env["stock.lot"].with_user(cls.clerk)
        cls.guard = cls.lots._serialized_parts_unique

    def _insert(self, name, product=None, company=None):
        """Write a serial number as another transaction would, past Odoo's own checks."""
        self.env.cr.execute(
            "INSERT INTO stock_lot (name, product_id, company_id, active) "
            "VALUES (%s, %s, %s, true)",
            [name, (product or self.part).id, company and company.id],
        )

    @contextmanager
    def _refused(self):
        with self.assertRaises(ConcurrencyError), self.env.cr.savepoint():
            yield

    def test_the_guard_is_armed(self):
        self.assertTrue(self.lots._guard_against_twins())

    def test_a_twin_is_refused_whoever_has_it(self):
        company = self.env.company
        for first, second in ((None, None), (company, company), (None, company), (company, None)):
            with self.subTest(first=first, second=second), self._refused():
                self._insert("SN1", company=first)
                self._insert("SN1", company=second)
                self.guard.check(self.lots)

    def test_other_parts_and_other_companies_have_their_own(self):
        engine = self._new_part("Engine", uses_serial_numbers=True)
        self._insert("SN1", company=self.env.company)
        self._insert("SN1", company=self.branch)
        self._insert("SN1", product=engine)
        self._insert("sn1", product=engine)
        self.guard.check(self.lots)
        self.assertEqual(len(self._serials(engine)), 2)

    def test_sql_alone_is_refused_when_it_is_committed(self):
        self._insert("SN1")
        self._insert("SN1")
        with (
            self.assertRaises(ExclusionViolation),
            self.env.cr.savepoint(flush=False),
            mute_logger("odoo.sql_db"),
        ):
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_creating_a_serial_looks_at_once(self):
        with self._refused():
            self._insert("SN1")
            self._insert("SN1")
            self.lots.create({"name": "SN2", "product_id": self.part.id})

    def test_renaming_a_serial_looks_at_once(self):
        serial = self.lots.create({"name": "SN2", "product_id": self.part.id})
        with self._refused():
            self._insert("SN1")
            self._insert("SN1")
            serial.name = "SN3"

    def test_the_database_looks_again_before_all_is_committed(self):
        with self._refused():
            self.lots.create({"name": "SN1", "product_id": self.part.id})
            self._insert("SN1")
            self.env.cr.flush()

    def test_the_database_looks_again_after_the_documents_were_written(self):
        serial = self.lots.create({"name": "SN1", "product_id": self.part.id})
        self.env.cr.flush()
        with self._refused():
            serial._update_documents()
            self._insert("SN1")
            self.env.cr.flush()

    def test_an_import_that_meets_a_twin_is_done_again(self):
        with self._refused():
            self._insert("SN1")
            self._insert("SN1")
            self.lots.load(["name", "product_id/.id"], [["SN2", str(self.part.id)]])

    def test_an_import_that_meets_another_first_serial_of_the_part_is_done_again(self):
        self.env.cr.execute(
            """
            CREATE FUNCTION pg_temp.meet() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END $$;
            CREATE TRIGGER meet BEFORE UPDATE OF serials_started ON product_template
            FOR EACH ROW EXECUTE FUNCTION pg_temp.meet()
            """
        )
        with (
            self.assertRaises(SerializationFailure),
            self.env.cr.savepoint(flush=False),
            mute_logger("odoo.sql_db"),
        ):
            self.lots.load(["name", "product_id/.id"], [["SN1", str(self.part.id)]])

    def test_an_import_says_which_serial_number_exists(self):
        self.lots.create({"name": "SN1", "product_id": self.part.id})
        answer = self.lots.load(["name", "product_id/.id"], [["SN1", str(self.part.id)]])
        self.assertFalse(answer["ids"])
        self.assertIn("SN1", answer["messages"][0]["message"])

    def test_the_message_says_where_the_other_one_is(self):
        serial = self.lots.create({"name": "SN1", "product_id": self.part.id})
        self._put_in_stock(self.part, 1, self.bin_a, lot_id=serial)
        with self.assertRaisesRegex(ValidationError, "SN1 is in WH/Stock/R1-1A"):
            self.lots.create({"name": "SN1", "product_id": self.part.id})

    def test_the_message_says_it_once_and_not_of_the_serial_number_itself(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1@R1-1A\nSN2@R1-1B")
        receipt.button_validate()
        _first, second = self._serials(self.part).with_user(self.clerk)
        twin = {"name": "SN1", "product_id": self.part.id}
        for attempt in (
            lambda: second.create(twin),
            lambda: second.create([twin, twin]),
            lambda: second.write({"name": "SN1"}),
        ):
            with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
                attempt()
            lines = str(caught.exception).split("\n")
            self.assertEqual(lines[-1], "SN1 is in WH/Stock/R1-1A.")
            self.assertEqual(len([line for line in lines if " is in " in line]), 1)
        [message] = second.load(["name", "product_id"], [["SN1", self.part.display_name]])[
            "messages"
        ]
        self.assertEqual(message["message"].count(" is in "), 1)

    def test_twins_that_are_there_are_told_and_the_guard_waits_for_them(self):
        self.env.cr.execute(
            "ALTER TABLE stock_lot DROP CONSTRAINT stock_lot_serialized_parts_unique"
        )
        self._insert("SN1")
        self._insert("SN1")
        with self.assertLogs("odoo.addons.serialized_parts.tools.twin_guard", "WARNING"):
            self.assertFalse(self.lots._guard_against_twins())
        self._serials(self.part)[0].name = "SN2"
        self.assertTrue(self.lots._guard_against_twins())
        with self._refused():
            self._insert("SN2")
            self.guard.check(self.lots)

    def test_the_guard_goes_with_the_addon(self):
        declared = self.env["ir.model.constraint"].search(
            [
                ("module.name", "=", "serialized_parts"),
                ("name", "=", "stock_lot_serialized_parts_unique"),
            ]
        )
        declared.unlink()
        self.assertFalse(self.guard.is_armed(self.lots))


@tagged("post_install", "-at_install")
class TestOnePlace(SerialCase):
    """No document leaves a serial number in two places, or below zero where it has been."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True

    def _prepare(self, serial, source, target):
        """Return a transfer of *serial* that says it is in *source*."""
        picking = self._move(self.part, 1, self.warehouse.int_type_id, source, target)
        picking.move_ids.move_line_ids.unlink()
        self.env["stock.move.line"].with_user(self.clerk).create(
            {
                "picking_id": picking.id,
                "move_id": picking.move_ids.id,
                "product_id": self.part.id,
                "lot_id": serial.id,
                "quantity": 1,
                "location_id": source.id,
                "location_dest_id": target.id,
                "picked": True,
            }
        )
        return picking

    def _unknown(self, name):
        lots = self.env["stock.lot"].with_user(self.clerk)
        return lots.create({"name": name, "product_id": self.part.id})

    def assertRefused(self, picking, message):
        with self.assertRaisesRegex(ValidationError, message), self.env.cr.savepoint():
            picking.with_context(skip_serial_prompt=True, skip_backorder=True).button_validate()

    def test_a_transfer_from_the_wrong_bin_is_refused(self):
        self._receive_named("SN1")
        picking = self._prepare(self._serials(self.part), self.bin_b, self.bin_c)
        self.assertRefused(picking, "SN1: 1 in WH/Stock/R1-1A, -1 in WH/Stock/R1-1B, 1 in")

    def test_a_delivery_from_the_wrong_bin_is_refused(self):
        self._receive_named("SN1")
        picking = self._prepare(self._serials(self.part), self.bin_b, self.customer)
        self.assertRefused(picking, "SN1: 1 in WH/Stock/R1-1A, -1 in WH/Stock/R1-1B")

    def test_what_has_left_cant_leave_again(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        self._prepare(serial, self.bin_a, self.customer).button_validate()
        picking = self._prepare(
            serial, self.bin_a, self.env.ref("stock.stock_location_inter_company")
        )
        self.assertRefused(picking, "SN1")

    def test_what_is_here_cant_leave_from_a_vendor(self):
        self._receive_named("SN1")
        picking = self._prepare(self._serials(self.part), self.supplier, self.customer)
        self.assertRefused(picking, "SN1: 1 in WH/Stock/R1-1A")

    def test_one_wrong_serial_names_only_that_one(self):
        self._receive_named("SN1", "SN2")
        picking = self._prepare(self._serials(self.part)[0], self.bin_b, self.bin_c)
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            picking.with_context(skip_serial_prompt=True).button_validate()
        self.assertNotIn("SN2", str(caught.exception))

    def test_an_adjustment_cant_count_a_serial_a_second_time(self):
        self._receive_named("SN1")
        quants = self.env["stock.quant"].with_user(self.boss).with_context(inventory_mode=True)
        quant = quants.create(
            {
                "product_id": self.part.id,
                "location_id": self.bin_b.id,
                "lot_id": self._serials(self.part).id,
                "inventory_quantity": 1,
            }
        )
        with self.assertRaisesRegex(ValidationError, "SN1"), self.env.cr.savepoint():
            quant.action_apply_inventory()

    def test_a_done_transfer_cant_be_edited_into_two_places(self):
        self._receive_named("SN1", "SN2")
        first, second = self._serials(self.part)
        done = self._prepare(first, self.bin_a, self.bin_b)
        done.button_validate()
        for values in ({"lot_id": second.id, "location_id": self.bin_c.id}, {"quantity": 2}):
            with (
                self.subTest(values),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                done.move_line_ids.write(values)
        done.move_line_ids.location_dest_id = self.bin_c
        self.assertEqual(first.location_id, self.bin_c)

    def _count(self, serial, quantity, place=None):
        quants = self.env["stock.quant"].with_user(self.boss).with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": self.part.id,
                "location_id": (place or self.bin_a).id,
                "lot_id": serial.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def test_a_count_is_of_a_whole_unit_or_none(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        for quantity in (0.5, 2, -1):
            with (
                self.subTest(quantity),
                self.assertRaisesRegex(ValidationError, "SN1"),
                self.env.cr.savepoint(),
            ):
                self._count(serial, quantity)
        self._count(serial, 0)
        self.assertEqual(self._on_hand(self.part), [])
        with self.assertRaisesRegex(ValidationError, "SN1: -1 in"), self.env.cr.savepoint():
            self._count(serial, -1)

    def test_a_count_moves_a_unit_to_another_bin(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        quants = self.env["stock.quant"].with_user(self.boss).with_context(inventory_mode=True)
        there = quants.create(
            {
                "product_id": self.part.id,
                "location_id": self.bin_b.id,
                "lot_id": serial.id,
                "inventory_quantity": 1,
            }
        )
        here = quants.browse(serial.quant_ids.filtered(lambda q: q.location_id == self.bin_a).id)
        here.inventory_quantity = 0
        (here | there).action_apply_inventory()
        self.assertEqual(self._on_hand(self.part), [("R1-1B", "SN1", 1, 0)])

    def test_a_scrap_is_of_a_whole_unit(self):
        self._receive_named("SN1")
        scrap = {
            "product_id": self.part.id,
            "lot_id": self._serials(self.part).id,
            "location_id": self.bin_a.id,
        }
        scraps = self.env["stock.scrap"].with_user(self.clerk)
        with self.assertRaisesRegex(ValidationError, "SN1: 0.5 in"), self.env.cr.savepoint():
            scraps.create({**scrap, "scrap_qty": 0.5}).do_scrap()
        scraps.create({**scrap, "scrap_qty": 1}).do_scrap()
        self.assertEqual(self._on_hand(self.part), [])

    def test_two_units_or_half_a_unit_cant_be_delivered(self):
        self._receive_named("SN1")
        for quantity in (0.5, 2):
            with self.subTest(quantity):
                picking = self._prepare(self._serials(self.part), self.bin_a, self.customer)
                picking.move_line_ids.quantity = quantity
                self.assertRefused(picking, "SN1")
                picking.action_cancel()

    def test_a_unit_that_was_sold_first_is_received_where_it_is_missing(self):
        serial = self._unknown("SN1")
        self._prepare(serial, self.stock, self.customer).button_validate()
        receipt = self._receipt(1)
        self._enter(receipt, "SN1", location_id=self.bin_a.id)
        self.assertRefused(receipt, "SN1: .*-1 in WH/Stock")
        with self.assertRaisesRegex(ValidationError, "SN1"), self.env.cr.savepoint():
            self._count(serial, 1)

    def test_what_was_received_once_is_not_sold_before_it_is_received(self):
        receipt = self._receive_named("SN1")
        serial = self._serials(self.part)
        self._prepare(serial, self.bin_a, self.customer).button_validate()
        # Another date makes the delivery the first of its documents.
        receipt.with_user(self.boss).date_done = fields.Datetime.now() + timedelta(days=1)
        again = self._prepare(serial, self.stock, self.customer)
        self.assertRefused(again, "SN1: -1 in WH/Stock")

    def test_half_a_serial_is_refused(self):
        self._receive_named("SN1")
        picking = self._prepare(self._serials(self.part), self.bin_a, self.bin_b)
        picking.move_line_ids.quantity = 0.5
        self.assertRefused(picking, "SN1: 0.5 in")

    def test_a_unit_may_be_delivered_before_it_is_received(self):
        serial = self._unknown("SN1")
        self._prepare(serial, self.stock, self.customer).button_validate()
        self.assertEqual(self._on_hand(self.part), [("Stock", "SN1", -1, 0)])
        self._receive_named("SN1", place=self.stock)
        self.assertEqual(self._on_hand(self.part), [])

    def test_a_unit_that_came_back_before_it_was_received_may_leave_again(self):
        serial = self._unknown("SN1")
        for _time in range(2):
            self._prepare(serial, self.stock, self.customer).button_validate()
            self.assertEqual(self._on_hand(self.part), [("Stock", "SN1", -1, 0)])
            again = self._prepare(serial, self.stock, self.customer)
            self.assertRefused(again, "SN1")
            again.action_cancel()
            self._prepare(serial, self.customer, self.stock).button_validate()
            self.assertEqual(self._on_hand(self.part), [])

    def test_a_unit_may_be_packed_before_it_is_received(self):
        serial = self._unknown("SN1")
        self._prepare(serial, self.stock, self.bin_c).button_validate()
        self._prepare(serial, self.bin_c, self.customer).button_validate()
        self.assertEqual(self._on_hand(self.part), [("Stock", "SN1", -1, 0)])

    def test_half_a_unit_is_refused_where_one_is_owed(self):
        serial = self._unknown("SN1")
        self._prepare(serial, self.stock, self.bin_c).button_validate()
        with self.assertRaisesRegex(ValidationError, "SN1: 0.5 in"), self.env.cr.savepoint():
            self._count(serial, 0.5, self.stock)
        self._count(serial, 0, self.stock)
        self.assertEqual(self._on_hand(self.part), [("R1-1C", "SN1", 1, 0)])

    def test_what_was_wrong_before_can_be_put_right(self):
        self._receive_named("SN1")
        serial = self._serials(self.part)
        for place in (self.bin_b, self.bin_c):
            self._put_in_stock(self.part, 1, place, lot_id=serial)
        for place in (self.bin_b, self.bin_c):
            quant = serial.quant_ids.filtered(lambda quant, place=place: quant.location_id == place)
            quant.with_user(self.boss).with_context(inventory_mode=True).inventory_quantity = 0
            quant.with_user(self.boss).action_apply_inventory()
        self.assertEqual(self._on_hand(self.part), [("R1-1A", "SN1", 1, 0)])

    def test_where_no_unit_moves_nothing_is_asked(self):
        before = self.env.cr.sql_log_count
        with self.env["stock.lot"]._watch_positions():
            pass
        self.assertEqual(self.env.cr.sql_log_count, before)

    def test_lots_may_be_in_many_places(self):
        oil = self._new_part("Oil", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": oil.id})
        for place in (self.bin_a, self.bin_b):
            self._put_in_stock(oil, 5, place, lot_id=lot)
        picking = self._move(oil, 2, self.warehouse.int_type_id, self.bin_a, self.bin_c)
        picking.action_assign()
        picking.button_validate()
        self.assertEqual(
            self._on_hand(oil),
            [("R1-1A", "L1", 3, 0), ("R1-1B", "L1", 5, 0), ("R1-1C", "L1", 2, 0)],
        )

    def test_a_unit_that_two_reserved_by_hand_leaves_beside_one_without_a_number(self):
        """Odoo alone takes the other unit for one that is missing, and names it."""
        self._receive_named("SN1")
        self._put_in_stock(self.part, 1, self.bin_a)
        deliveries = []
        for _delivery in range(2):
            delivery = self._deliver(self.part, 1)
            delivery.move_line_ids.lot_id = self._serial("SN1")
            deliveries.append(delivery)
        deliveries[0].button_validate()
        self.assertEqual(deliveries[0].state, "done")
        [left] = [quant for quant in self._on_hand(self.part) if quant[2]]
        self.assertEqual(left[:3], ("R1-1A", "", 1))
