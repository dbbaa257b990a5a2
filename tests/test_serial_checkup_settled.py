from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged

from .checkup_case import CheckupCase


@tagged("post_install", "-at_install")
class TestCheckupActivityGoes(CheckupCase):
    """An activity goes when what it names is put right."""

    def test_serial_numbers_are_counted_not_their_places(self):
        first, second = self._name_units("SN1@Y1-1A,SN2@Y1-1B")
        for serial in (first, second):
            self._put_in_stock(self.part, 1, self.bin_c, lot_id=serial)
        self.assertEqual(self._run_for_clerk(), ["2 serial numbers in several places"])
        quants = self.bin_c.quant_ids.with_user(self.clerk)
        self._count(quants.filtered(lambda quant: quant.lot_id == first), 0)
        self.assertEqual(self._read_summaries(), ["1 serial number in several places"])
        self._count(quants.filtered(lambda quant: quant.lot_id == second), 0)
        self.assertFalse(self._read_summaries())

    def test_the_activity_goes_with_the_last_unit_that_is_named(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        self._run_for_clerk()
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        transfer.action_validate_serials()
        self.assertEqual(self._read_summaries(), ["2 units without a serial number"])
        rest = self._serialize(self.part)
        rest.enter_serials("SN2,SN3")
        rest.button_validate()
        self.assertFalse(self._read_summaries())

    def test_the_activity_goes_with_a_receipt_or_a_count(self):
        self._put_in_stock(self.part, -1, self.bin_a)
        self._run_for_clerk()
        self._count(self._open(self._rows()), 0)
        self.assertFalse(self._read_summaries())

    def test_the_activity_goes_with_answers_and_names(self):
        first, second = self._name_units("SN1@Y1-1A,SN2@Y1-1B").with_user(self.clerk)
        mileage = self._new_question("Mileage", "integer", required=True)
        self.assertEqual(
            self._run_for_clerk(), ["2 serial numbers with an unanswered custom field"]
        )
        first.serial_answers = {mileage.key: 1}
        self.assertEqual(
            self._read_summaries(), ["1 serial number with an unanswered custom field"]
        )
        second.serial_answers = {mileage.key: 1}
        self.assertFalse(self._read_summaries())
        self._allow_duplicates()
        self._spoil("UPDATE stock_lot SET name = 'SN1' WHERE id = %s", second.id)
        self.assertEqual(self._run_for_clerk(), ["2 duplicate serial numbers"])
        second.name = "SN3"
        self.assertFalse(self._read_summaries())

    def test_the_activity_goes_with_a_serial_number_that_is_deleted(self):
        serial = self.env["stock.lot"].create({"name": "SN1", "product_id": self.part.id})
        self._new_question("Mileage", "integer", required=True)
        self._run_for_clerk()
        serial.with_user(self.boss).unlink()
        self.assertFalse(self._read_summaries())

    def test_the_activity_goes_with_a_stuck_transfer(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        transfer = self._serialize(self.part)
        self._put_in_stock(self.part, -1, self.bin_a)
        self.assertEqual(self._run_for_clerk(), ["1 Serialize transfer to finish"])
        self._put_in_stock(self.part, 2, self.bin_a)
        self._put_in_stock(self.part, -2, self.bin_a)
        transfer.action_cancel()
        self.assertFalse(self._read_summaries())

    def test_the_activity_goes_with_a_transfer_that_is_brought_up_to_date(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        transfer = self._serialize(self.part)
        self._put_in_stock(self.part, -1, self.bin_a)
        self.assertIn("transfer", self._run_for_clerk()[0])
        transfer.action_open_serial_prompt()
        self.assertEqual(self._read_summaries(), ["1 unit without a serial number"])

    def test_the_activity_goes_with_a_done_line_that_is_edited(self):
        receipt = self._receipt(1)
        receipt.enter_serials("SN1@Y1-1A")
        receipt.button_validate()
        serial = self._serials(self.part)
        self._spoil(
            "UPDATE stock_quant SET quantity = 2 WHERE lot_id = %s AND quantity = 1", serial.id
        )
        self.assertEqual(self._run_for_clerk(), ["1 serial number whose quantity is not 1"])
        receipt.move_line_ids.with_user(self.boss).quantity = 0
        self.assertFalse(self._read_summaries())

    def test_the_activity_goes_when_the_part_uses_no_serial_numbers(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._run_for_clerk()
        self.part.product_tmpl_id.with_user(self.boss).uses_serial_numbers = False
        self.assertFalse(self._read_summaries())

    def test_only_parts_with_an_activity_are_looked_at(self):
        transfer = self._receipt(1)
        transfer.enter_serials("SN1")
        Checkup = self.registry["serial.checkup"]
        with patch.object(Checkup, "_count_findings") as count:
            transfer.button_validate()
            self._serials(self.part).with_user(self.clerk).name = "SN2"
        count.assert_not_called()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.part.product_tmpl_id.with_user(self.clerk)._refresh_checkup()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 1)

    def test_an_activity_that_somebody_else_changes_is_left_to_the_scheduled_check(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._run_for_clerk()
        cron = self.env.ref("serialized_parts.ir_cron_serial_checkup")
        asked = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        with patch.object(self.registry["serial.checkup"], "_lock_activities", return_value=set()):
            transfer.button_validate()
        self.assertEqual(self._read_summaries(), ["1 unit without a serial number"])
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertGreater(triggers, asked)
        self._run()
        self.assertFalse(self._read_summaries())

    def test_an_activity_changed_meanwhile_is_not_waited_for(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._run_for_clerk()
        activities, Checkup = self._activities(), self.env["serial.checkup"]
        self.assertEqual(Checkup._lock_activities(activities), set(activities.ids))
        execute = type(self.env.cr).execute

        def refuse(cursor, query, *args, **kwargs):
            if "FOR UPDATE SKIP LOCKED" in str(query):
                raise SerializationFailure
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", refuse):
            self.assertEqual(Checkup._lock_activities(activities), set())
        self.assertEqual(self._read_summaries(), ["1 unit without a serial number"])
