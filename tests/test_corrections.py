from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged

from .common import SerialCase


class CorrectionCase(SerialCase):
    """SN1 in R1-1A and SN2 in R1-1B came in on one receipt; the starter is another part of the
    same part type."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["product.category"].create({"name": "Electrics"})
        cls.mileage = cls._new_question("Mileage", "integer", category_ids=cls.category.ids)
        cls.part.product_tmpl_id.write(
            {"uses_serial_numbers": True, "categ_id": cls.category.id, "standard_price": 100}
        )
        cls.starter = cls._new_part(
            "Starter", uses_serial_numbers=True, categ_id=cls.category.id, standard_price=30
        )

    def setUp(self):
        super().setUp()
        self.receipt = self._receive("SN1@R1-1A\nSN2@R1-1B")
        self.first, self.second = self._serials(self.part).with_user(self.boss)
        self.first.serial_answers = {self.mileage.key: 120000}
        self._notes(self.first)

    def _receive(self, text, product=None):
        receipt = self._receipt(len(text.split()), product)
        receipt.enter_serials(text)
        self.assertTrue(receipt.button_validate())
        return receipt

    def _correct(self, serial, kind, user=None, **values):
        """Correct *serial* by the dialog, and return the notification's text."""
        Correction = self.env["serial.correction"].with_user(user or self.boss)
        correction = Correction.create(
            {"lot_id": serial.id, "kind": kind, "reason": "Label misread", **values}
        )
        action = correction.action_correct()
        self.env.flush_all()
        return action["params"]["message"]

    def _notes(self, record):
        """Return what was noted on *record*, the latest first, with the changes of fields."""
        self.env.cr.flush()
        self.env.invalidate_all()
        notes = []
        for message in record.sudo().message_ids:
            tracked = [
                f"{value.old_value_char}>{value.new_value_char}"
                for value in message.tracking_value_ids
                if value.field_id.name == "name"
            ]
            notes.append((message.preview or "", *tracked, message.author_id))
        return notes

    def assertNoted(self, record, *words):
        """Assert that *record* has one note of the correction, by the inventory manager, with
        these words."""
        [note] = [note for note in self._notes(record) if "Label misread" in note[0]]
        self.assertEqual(note[-1], self.boss.partner_id, note)
        for word in words:
            self.assertIn(word, note[0])

    def _value(self, product):
        self.env.invalidate_all()
        return product.total_value


@tagged("post_install", "-at_install")
class TestCorrections(CorrectionCase):
    """Renaming, exchanging, moving and taking back serial numbers."""

    # ------------------------------------------------------------------------------ rename

    def test_rename_leaves_everything_but_the_name(self):
        message = self._correct(self.first, "rename", new_name=" SN9 ")
        self.assertEqual(message, "SN1 is SN9 now.")
        self.assertEqual(self.first.source, self.receipt.purchase_id.name)
        self.assertEqual(self.first.serial_answers._values, {self.mileage.key: 120000})
        self.assertBooks(self.part, [("R1-1A", "SN9", 1, 0), ("R1-1B", "SN2", 1, 0)])

    def test_rename_is_told_on_the_serial_and_the_transfer(self):
        delivery = self._deliver(self.part, 2)
        self._correct(self.first, "rename", new_name="SN9")
        notes = self._notes(self.first)
        self.assertEqual(notes[0][1], "SN1>SN9")
        self.assertNotEqual(notes[0][1:], notes[1][1:])
        for record in (self.first, delivery):
            self.assertNoted(record, "SN1", "SN9")
        self.assertTrue(delivery.button_validate())
        self.assertEqual(self.first.used_on, delivery.name)

    def test_what_everybody_reads_says_nothing_of_corrections(self):
        parts = self.part.product_tmpl_id | self.starter.product_tmpl_id
        self._deliver(self.part, 2)
        before = parts.message_ids, self.part.message_ids
        self._correct(self.first, "rename", new_name="SN9")
        self._correct(self.first, "swap", other_lot_id=self.second.id)
        self.env["stock.picking"].search([("state", "=", "assigned")]).do_unreserve()
        self._correct(self.first, "move", product_id=self.starter.id)
        self._correct(self.second, "undo")
        receipt = self._receipt_of_both()
        mine = receipt.move_line_ids.filtered(lambda line: line.product_id == self.part)
        mine.lot_name = "SN7"
        self._correct_line(mine, self.starter)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((parts.message_ids, self.part.message_ids), before)
        Message = self.env["mail.message"].with_user(self.employee)
        self.assertFalse(Message.search([("body", "ilike", "Label misread")]))

    def test_rename_of_a_sold_one_is_followed_where_it_comes_back(self):
        self._deliver(self.part, 2).button_validate()
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, "SN1"), {"SN1": "known"})
        self._correct(self.first, "rename", new_name="SN9")
        self.assertEqual(receipt.move_line_ids.lot_name, "SN9")
        self.assertNoted(receipt, "SN9")
        self.assertTrue(receipt.button_validate())
        self.assertEqual(self.first.location_id, receipt.location_dest_id)

    def test_a_typed_name_that_may_be_another_unit_is_told(self):
        receipt = self._receipt(1)
        receipt.move_line_ids.lot_name = "SN1"
        self._correct(self.first, "rename", new_name="SN9")
        self.assertEqual(receipt.move_line_ids.lot_name, "SN1")
        self.assertNoted(receipt, "SN1 stays as it is")
        self.assertTrue(receipt.button_validate())
        self.assertEqual(len(self._serials(self.part)), 3)

    def test_names_that_can_not_be(self):
        for name in ("", " ", "SN\t9", "S" * 129, "SN1"):
            with self.assertRaises(UserError, msg=name):
                self._correct(self.first, "rename", new_name=name)
        self._correct(self.first, "rename", new_name="S" * 128)

    def test_a_taken_name_says_where(self):
        with self.assertRaisesRegex(UserError, "SN2.*Alternator.*R1-1B"):
            self._correct(self.first, "rename", new_name="SN2")
        self._deliver(self.part, 2).button_validate()
        with self.assertRaisesRegex(UserError, "SN2.*not in stock"):
            self._correct(self.first, "rename", new_name="SN2")
        self.second.action_archive()
        with self.assertRaisesRegex(UserError, "archived.*Unarchive"):
            self._correct(self.first, "rename", new_name="SN2")

    def test_plain_renames_are_traced(self):
        with Form(self.first.with_user(self.clerk)) as form:
            form.name = "FORM"
        self.assertEqual(self._notes(self.first)[0][1:], ("SN1>FORM", self.clerk.partner_id))
        call_kw(
            self.env["stock.lot"].with_user(self.clerk),
            "write",
            [self.first.ids, {"name": "RPC"}],
            {},
        )
        self.assertEqual(self._notes(self.first)[0][1:], ("FORM>RPC", self.clerk.partner_id))

    def test_renames_by_import_are_traced(self):
        # Odoo's import screen says tracking_disable, unless one ticks "Track history".
        Serial = self.env["stock.lot"].with_user(self.clerk).with_context(tracking_disable=True)
        before = len(self._notes(self.second))
        result = Serial.load(
            [".id", "name"], [[str(self.first.id), "FILE"], [str(self.second.id), "SN2"]]
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self._notes(self.first)[0][1:], ("SN1>FILE", self.clerk.partner_id))
        self.assertEqual(len(self._notes(self.second)), before)

    # -------------------------------------------------------------------------------- swap

    def test_swap_exchanges_the_names_alone(self):
        delivery = self._deliver(self.part, 1)
        self._correct(self.first, "swap", other_lot_id=self.second.id)
        self.assertEqual((self.first.name, self.second.name), ("SN2", "SN1"))
        self.assertEqual(self.first.serial_answers._values, {self.mileage.key: 120000})
        self.assertFalse(self.second.serial_answers._values)
        self.assertEqual(delivery.move_line_ids.lot_id, self.first)
        self.assertBooks(self.part, [("R1-1A", "SN2", 1, 1), ("R1-1B", "SN1", 1, 0)])

    def test_swap_is_one_note_each(self):
        delivery = self._deliver(self.part, 1)
        before = [len(self._notes(serial)) for serial in (self.first, self.second)]
        self._correct(self.first, "swap", other_lot_id=self.second.id)
        notes = [self._notes(serial) for serial in (self.first, self.second)]
        self.assertEqual([len(found) - 1 for found in notes], before)
        self.assertEqual([found[0][1] for found in notes], ["SN1>SN2", "SN2>SN1"])
        for record in (self.first, self.second, delivery):
            self.assertNoted(record, "exchanged", "SN1", "SN2")

    def test_swap_needs_two_of_a_part(self):
        self._receive("ST1", self.starter)
        for other in (self.first, self._serials(self.starter)):
            with self.assertRaisesRegex(UserError, "another serial number of Alternator"):
                self._correct(self.first, "swap", other_lot_id=other.id)

    # -------------------------------------------------------------------------------- move

    def test_move_takes_the_unit_to_the_other_part(self):
        self._receive("ST1@R1-1C", self.starter)
        opened = self.first.action_open_source()
        self._correct(self.first, "move", product_id=self.starter.id)
        self.assertBooks(self.part, [("R1-1B", "SN2", 1, 0)])
        self.assertBooks(self.starter, [("R1-1A", "SN1", 1, 0), ("R1-1C", "ST1", 1, 0)])
        unit = self._serials(self.starter)[0].with_user(self.boss)
        self.assertEqual(unit.name, "SN1")
        self.assertEqual(unit.serial_answers._values, {self.mileage.key: 120000})
        self.assertEqual((unit.source, unit.used_on), (self.receipt.purchase_id.name, False))
        self.assertEqual(unit.action_open_source(), opened)
        self.assertFalse(self.first.active)
        self.assertEqual(self.first.name, "SN1 (corrected)")
        self.assertEqual(unit.corrected_from_id, self.first)
        self.assertEqual(self._corrections(unit | self.first), ["Correction: Label misread"] * 2)

    def _corrections(self, serials):
        """Return what the moves list says of the corrections of *serials*."""
        domain = [("lot_id", "in", serials.ids), ("is_inventory", "=", True)]
        return self.env["stock.move.line"].search(domain).mapped("reference")

    def test_move_is_told_on_both_sides(self):
        self._correct(self.first, "move", product_id=self.starter.id)
        unit = self._serials(self.starter)
        for record in (self.first, unit):
            self.assertNoted(record, "SN1", "Alternator", "Starter")
        links = [record.message_ids[0].body for record in (self.first, unit)]
        self.assertIn(f'data-oe-id="{unit.id}"', links[0])
        self.assertIn(f'data-oe-id="{self.first.id}"', links[1])

    def test_the_unit_goes_on_under_its_new_part(self):
        self._correct(self.first, "move", product_id=self.starter.id)
        unit = self._serials(self.starter)
        delivery = self._deliver(self.starter, 1)
        self.assertTrue(delivery.button_validate())
        self.assertEqual((unit.source, unit.used_on), (self.first.source, delivery.name))

    def test_a_move_can_be_moved_back(self):
        self._correct(self.first, "move", product_id=self.starter.id)
        self._correct(self._serials(self.starter), "move", product_id=self.part.id)
        self.assertBooks(self.part, [("R1-1A", "SN1", 1, 0), ("R1-1B", "SN2", 1, 0)])
        self.assertBooks(self.starter, [])
        unit = self._serials(self.part)[0]
        self.assertEqual((unit.name, unit.source), ("SN1", self.receipt.purchase_id.name))
        self._correct(unit, "move", product_id=self.starter.id)
        self.assertEqual(unit.name, "SN1 (corrected 2)")

    def test_move_keeps_package_and_owner(self):
        package = self.env["stock.package"].create({"name": "BOX"})
        owner = self.env["res.partner"].create({"name": "Owner"})
        quant = self.first.quant_ids.filtered(lambda quant: quant.quantity > 0)
        quant.sudo().write({"package_id": package.id, "owner_id": owner.id})
        self._correct(self.first, "move", product_id=self.starter.id)
        unit = self._serials(self.starter).quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertEqual((unit.package_id, unit.owner_id), (package, owner))
        self.assertEqual(package.location_id, self.bin_a)

    def test_parts_that_can_not_be_moved_to(self):
        bolt = self._new_part("Bolt", categ_id=self.category.id)
        engine = self._new_part("Engine", uses_serial_numbers=True)
        self._receive("SN1", self.starter)
        refusals = (
            (self.part, "Choose another part"),
            (bolt, "Bolt.*Tick"),
            (engine, "Engine.*another part type"),
            (self.starter, "SN1 is another serial number of.*Starter.*Stock"),
        )
        for part, reason in refusals:
            with self.assertRaisesRegex(UserError, reason):
                self._correct(self.first, "move", product_id=part.id)
        self.assertTrue(self.first.active)

    def test_units_that_are_not_free_stay(self):
        delivery = self._deliver(self.part, 2)
        for kind in ("move", "undo"):
            with self.assertRaisesRegex(UserError, f"SN1 is reserved by {delivery.name}"):
                self._correct(self.first, kind, product_id=self.starter.id)
        delivery.button_validate()
        for kind in ("move", "undo"):
            with self.assertRaisesRegex(UserError, "SN1 is not in stock in exactly one place"):
                self._correct(self.first, kind, product_id=self.starter.id)

    def test_a_serial_that_was_never_here_just_changes_its_part(self):
        serial = self.env["stock.lot"].create({"name": "NEW", "product_id": self.part.id})
        receipt = self._receipt_of_both()
        [line] = receipt.move_line_ids.filtered(lambda line: line.product_id == self.part)
        line.lot_id = serial
        self._notes(serial)
        self._correct(serial, "move", product_id=self.starter.id)
        self.assertEqual(serial.product_id, self.starter)
        self.assertEqual(
            {line.product_id: line.lot_id for line in receipt.move_line_ids},
            {self.part: serial.browse(), self.starter: serial},
        )
        self.assertNoted(serial, "Alternator", "Starter")
        self.assertNoted(receipt, "NEW")

    def _receipt_of_both(self):
        receipt = self._receipt(1)
        receipt.move_ids.copy(
            {"product_id": self.starter.id, "picking_id": receipt.id, "purchase_line_id": False}
        )._action_confirm()
        receipt.move_ids.quantity = 1
        return receipt

    def test_before_validation_the_typed_serial_moves_to_the_other_part(self):
        receipt = self._receipt_of_both()
        mine = receipt.move_line_ids.filtered(lambda line: line.product_id == self.part)
        theirs = receipt.move_line_ids - mine
        self.assertEqual(
            self._enter(receipt, "SN7@R1-1C", product_id=self.part.id), {"SN7": "assigned"}
        )
        mine.serial_answers = {self.mileage.key: 5}
        self._correct_line(mine, self.starter)
        self.assertEqual((mine.lot_name, theirs.lot_name), (False, "SN7"))
        self.assertEqual(theirs.location_dest_id, self.bin_c)
        self.assertEqual(theirs.serial_answers.given, {self.mileage.key: 5})
        self.assertFalse(mine.serial_answers.given)
        self.assertNoted(receipt, "SN7", "Alternator", "Starter")
        with self.assertRaisesRegex(UserError, "No unit of .*Starter"):
            mine.lot_name = "SN8"
            self._correct_line(mine, self.starter)

    def _correct_line(self, line, product):
        action = line.with_user(self.boss).action_correct_serial()
        context = action["context"]
        correction = self.env["serial.correction"].with_user(self.boss).with_context(**context)
        correction = correction.create({"product_id": product.id, "reason": "Label misread"})
        self.assertEqual((correction.kind, correction.serial), ("move", line.lot_name))
        after = correction.action_correct()["params"]["next"]
        self.assertEqual(
            (after["res_model"], after["res_id"]), ("stock.picking", line.picking_id.id)
        )

    # -------------------------------------------------------------------------------- undo

    def test_undo_leaves_the_unit_without_serial(self):
        message = self._correct(self.first, "undo")
        self.assertIn("Assign Serial Numbers", message)
        self.assertBooks(self.part, [("R1-1A", "", 1, 0), ("R1-1B", "SN2", 1, 0)])
        part = self.part.with_user(self.clerk)
        self.assertEqual((part.unserialized_quantity, part.serial_count), (1, 1))
        self.assertTrue(self.part.product_tmpl_id.serials_started)
        self.assertEqual((self.first.active, self.first.name), (False, "SN1 (corrected)"))
        self.assertEqual(self.first.source, self.receipt.purchase_id.name)
        self.assertNoted(self.first, "SN1", "R1-1A")
        self.assertEqual(self._corrections(self.first), ["Correction: Label misread"])

    def test_an_undone_unit_gets_the_right_serial_and_the_number_the_right_unit(self):
        self._correct(self.first, "undo")
        transfer = self._serialize(self.part)
        self.assertEqual(self._enter(transfer, "SN5"), {"SN5": "assigned"})
        self.assertTrue(transfer.button_validate())
        self.assertBooks(self.part, [("R1-1A", "SN5", 1, 0), ("R1-1B", "SN2", 1, 0)])
        later = self._receive("SN1@R1-1C")
        right = self._serials(self.part).filtered(lambda serial: serial.name == "SN1")
        self.assertEqual(right.source, later.purchase_id.name)
        self.assertFalse(right.serial_answers._values)

    def test_undo_keeps_the_value_whatever_the_costing(self):
        for cost_method in ("standard", "average", "fifo"):
            category = self.category.copy(
                {"name": cost_method, "property_cost_method": cost_method}
            )
            part = self._new_part(cost_method, uses_serial_numbers=True, categ_id=category.id)
            for price, serial in ((50, "A"), (70, "B")):
                receipt = self._receipt(1, part, price_unit=price)
                receipt.enter_serials(serial)
                receipt.button_validate()
            before = self._value(part)
            self.assertEqual(before, 200 if cost_method == "standard" else 120)
            self._correct(self._serials(part)[1], "undo")
            self.assertEqual(self._value(part), before, cost_method)
            self.assertEqual(part.qty_available, 2)
            transfer = self._serialize(part)
            transfer.enter_serials("C")
            self.assertTrue(transfer.button_validate())
            self._deliver(part, 2).button_validate()
            self.assertEqual(self._value(part), 0, cost_method)

    def test_undo_keeps_the_age_of_the_unit(self):
        quant = self.first.quant_ids.filtered(lambda quant: quant.quantity > 0)
        quant.sudo().in_date = "2020-01-01"
        self._correct(self.first, "undo")
        [unit] = self.part._get_unserialized_units()
        self.assertEqual(str(unit.in_date.date()), "2020-01-01")

    def test_undo_keeps_the_value_of_a_part_valued_by_serial(self):
        category = self.category.copy({"name": "AVCO", "property_cost_method": "average"})
        part = self._new_part("Valued", uses_serial_numbers=True, categ_id=category.id)
        part.product_tmpl_id.lot_valuated = True
        self._receive("V1", part)
        self._correct(self._serials(part), "undo")
        self.assertBooks(part, [("Stock", "", 1, 0)])
        self.assertEqual(self._value(part), 100)

    # --------------------------------------------------------------------------- who may

    def test_warehouse_users_may_not_correct(self):
        Correction = self.env["serial.correction"].with_user(self.clerk)
        mine = self.env["serial.correction"].with_user(self.boss)
        mine = mine.create({"lot_id": self.first.id, "new_name": "SN9", "reason": "x"})
        values = {"lot_id": self.first.id, "kind": "undo", "reason": "x"}
        serials = self.env["stock.lot"].with_user(self.clerk)
        attempts = (
            (Correction, "create", [values]),
            (Correction, "web_save", [[], values, {}]),
            (Correction, "action_correct", [mine.ids]),
            (serials, "action_correct_serial", [self.first.ids]),
            (
                self.env["stock.move.line"].with_user(self.clerk),
                "action_correct_serial",
                [self.receipt.move_line_ids[:1].ids],
            ),
            (serials, "_correct_name", [self.first.ids, "SN9", "x"]),
            (serials, "_swap_with", [self.first.ids, self.second.id, "x"]),
            (serials, "_move_to_part", [self.first.ids, self.starter.id, "x"]),
            (serials, "_undo_serial", [self.first.ids, "x"]),
        )
        for model, method, args in attempts:
            with self.assertRaises(AccessError, msg=method), self.env.cr.savepoint():
                call_kw(model, method, args, {})
        self.assertEqual(self.first.name, "SN1")

    def test_a_reason_is_needed(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self._correct(self.first, "undo", reason="  ")

    def test_the_button_opens_the_question_for_one_serial(self):
        action = self.first.action_correct_serial()
        self.assertEqual(action["context"], {"default_lot_id": self.first.id})
        with self.assertRaisesRegex(UserError, "Select one"):
            (self.first | self.second).action_correct_serial()
        oil = self._new_part("Oil", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": oil.id})
        with self.assertRaisesRegex(UserError, "L1 is no serial number"):
            lot.with_user(self.boss).action_correct_serial()
        Correction = self.env["serial.correction"].with_user(self.boss)
        with Form(Correction.with_context(**action["context"])) as form:
            self.assertEqual((form.serial, form.part_id), ("SN1", self.part))
            form.new_name = "SN9"
            form.reason = "Label misread"
        form.record.action_correct()
        self.assertEqual(self.first.name, "SN9")


@tagged("post_install", "-at_install")
class TestSerialsForGood(CorrectionCase):
    """Serial numbers with history are archived, not deleted."""

    def test_what_has_history_can_not_be_deleted(self):
        for user in (self.clerk, self.boss, self.env.ref("base.user_root")):
            with self.assertRaisesRegex(UserError, "SN1.*Archive it"):
                self.first.with_user(user).unlink()
        self._deliver(self.part, 2).button_validate()
        self.env["stock.quant"]._unlink_zero_quants()
        with self.assertRaisesRegex(UserError, "SN2.*Archive it"):
            self.second.unlink()
        counted = self.env["stock.lot"].create({"name": "ST", "product_id": self.starter.id})
        self._put_in_stock(self.starter, 1, self.bin_a, lot_id=counted)
        with self.assertRaisesRegex(UserError, "ST.*Archive it"):
            counted.unlink()

    def test_what_has_none_can(self):
        serial = self.env["stock.lot"].create({"name": "TYPO", "product_id": self.part.id})
        serial.with_user(self.clerk).unlink()
        self.assertFalse(serial.exists())

    def test_what_is_on_hand_can_not_be_archived(self):
        with self.assertRaisesRegex(ValidationError, "SN1.*R1-1A"):
            self.first.action_archive()
        self._deliver(self.part, 2).button_validate()
        self.first.with_user(self.clerk).action_archive()
        self.assertFalse(self.first.active)
        self.assertEqual(self.part.product_tmpl_id.serial_ids, self.second.with_env(self.env))

    def test_the_record_of_a_unit_that_moved_on_can_not_be_put_in_stock(self):
        self._correct(self.first, "move", product_id=self.starter.id)
        with self.assertRaisesRegex(UserError, "archived"):
            self.first.location_id = self.bin_c
        self.assertBooks(self.part, [("R1-1B", "SN2", 1, 0)])

    def test_an_archived_name_stays_taken(self):
        self._deliver(self.part, 2).button_validate()
        self.first.action_archive()
        with self.assertRaisesRegex(ValidationError, "archived.*Unarchive"):
            self.env["stock.lot"].create({"name": "SN1", "product_id": self.part.id})
        with self.assertRaisesRegex(ValidationError, "archived.*Unarchive"):
            self.second.name = "SN1"

    def test_an_archived_serial_is_back_when_its_unit_is(self):
        self._deliver(self.part, 2).button_validate()
        (self.first | self.second).action_archive()
        receipt = self._receipt(2)
        self.assertEqual(self._enter(receipt, "SN1\nSN2"), {"SN1": "known", "SN2": "known"})
        self.assertTrue(receipt.button_validate())
        self.assertEqual(
            receipt.move_line_ids.lot_id, (self.first | self.second).with_env(self.env)
        )
        self.assertTrue(self.first.active and self.second.active)

    def test_the_list_finds_archived_ones(self):
        self._correct(self.first, "undo")
        Serial = self.env["stock.lot"].with_user(self.clerk)
        arch = Serial.get_view(view_type="search")["arch"]
        self.assertIn("[('active', '=', False)]", arch)
        self.assertIn(self.first, Serial.search([("active", "=", False)]))
        self.assertNotIn(self.first, Serial.search([("product_id", "=", self.part.id)]))

    def test_archived_answers_keep_their_question(self):
        self._correct(self.first, "undo")
        self.assertEqual(self.mileage.answer_count, 1)
        with self.assertRaises(UserError):
            self.mileage.unlink()


@tagged("post_install", "-at_install")
class TestCorrectionsOfCompanies(CorrectionCase):
    """Two companies share the parts; each one's managers correct what is theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Yard"})
        cls.other_boss = new_test_user(
            cls.env,
            login="serial_other_boss",
            groups="stock.group_stock_manager",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )

    def test_another_companys_serial_is_out_of_reach(self):
        for kind in ("rename", "undo", "move"):
            with self.assertRaises(AccessError, msg=kind), self.env.cr.savepoint():
                self._correct(
                    self.first, kind, self.other_boss, new_name="SN9", product_id=self.starter.id
                )
        self.assertBooks(self.part, [("R1-1A", "SN1", 1, 0), ("R1-1B", "SN2", 1, 0)])

    def test_a_name_another_company_has_is_taken_without_its_place(self):
        serial = self.env["stock.lot"].create({"name": "THEIRS", "product_id": self.part.id})
        place = self.env["stock.warehouse"].search([("company_id", "=", self.other.id)])
        self._put_in_stock(self.part, 1, place.lot_stock_id, lot_id=serial)
        with self.assertRaisesRegex(UserError, "THEIRS is .* of another company") as refused:
            self._correct(self.first, "rename", new_name="THEIRS")
        self.assertNotIn(place.code, str(refused.exception))

    def test_the_units_own_company_keeps_the_books(self):
        self.other_boss.company_ids += self.env.company
        boss = self.other_boss
        serial = self.first.with_user(boss).with_context(
            allowed_company_ids=(self.other | self.env.company).ids
        )
        serial._move_to_part(self.starter.with_env(serial.env), "Label misread")
        self.second.with_env(serial.env)._undo_serial("Label misread")
        moves = self.env["stock.move"].search([("is_serial_correction", "=", True)])
        self.assertEqual(moves.company_id, self.env.company)
        self.assertBooks(self.starter, [("R1-1A", "SN1", 1, 0)])
        self.assertBooks(self.part, [("R1-1B", "", 1, 0)])
        unit = self._serials(self.starter).with_user(self.clerk)
        self.assertEqual(unit.source, self.receipt.purchase_id.name)
