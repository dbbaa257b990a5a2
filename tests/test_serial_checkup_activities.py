from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user, tagged

from .checkup_case import CheckupCase


@tagged("post_install", "-at_install")
class TestCheckupActivities(CheckupCase):
    """The scheduled check makes activities for the responsible user."""

    # ----------------------------------------------------------------------------- every day

    def test_the_scheduled_check(self):
        Serial, Checkup = self.registry["stock.lot"], self.registry["serial.checkup"]
        with (
            patch.object(Serial, "_guard_against_duplicates", create=True) as guard,
            patch.object(Checkup, "_update_activities") as update,
        ):
            self.env.ref("serialized_parts.ir_cron_serial_checkup").method_direct_trigger()
        guard.assert_called_once_with()
        update.assert_called_once_with()

    def test_one_activity_per_part_for_the_responsible_user(self):
        self.part.responsible_id = self.clerk
        self._put_in_stock(self.part, 1, self.bin_a)
        self._put_in_stock(self.part, -1, self.bin_b)
        mails = self.env["mail.mail"].search_count([])
        self._run()
        activity = self._activities()
        self.assertEqual(activity.user_id, self.clerk)
        self.assertEqual(
            activity.summary, "1 unit without a serial number, 1 unit of negative stock"
        )
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self._run()
        self.assertEqual(self._activities(), activity)
        self._put_in_stock(self.part, 1, self.bin_c)
        self._run()
        self.assertEqual(self._activities(), activity)
        self.assertEqual(
            activity.summary, "2 units without a serial number, 1 unit of negative stock"
        )
        self._spoil("DELETE FROM stock_quant WHERE product_id = %s", self.part.id)
        self._run()
        self.assertFalse(self._activities())

    def test_another_activity_of_the_part_stays(self):
        todo = self.part.product_tmpl_id.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.clerk.id
        )
        self._run()
        self.assertTrue(todo.exists())

    def test_each_company_has_its_own_responsible_user(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        location = self.env["stock.warehouse"].search([("company_id", "=", other.id)]).lot_stock_id
        their_boss = new_test_user(
            self.env,
            login="serial_other_boss",
            groups="stock.group_stock_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        part = self.part.product_tmpl_id
        part.responsible_id = self.clerk
        # Someone without access to serial numbers can't be asked: the inventory manager is.
        part.with_company(other).responsible_id = self.employee.sudo().copy(
            {"login": "x", "company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        self._put_in_stock(self.part, 1, self.bin_a)
        self._put_in_stock(self.part, 2, location)
        self._run()
        self.assertEqual(self._activities().user_id, self.clerk | their_boss)

    def test_a_run_adds_some_and_the_next_one_the_others(self):
        parts = [self._new_part(f"Part {number}", True) for number in range(3)]
        for part in parts:
            part.responsible_id = self.clerk
            self._put_in_stock(part, 1, self.bin_a)
        self._run()
        Activity = self.env["mail.activity"]
        mine = [("user_id", "=", self.clerk.id), ("summary", "=", "1 unit without a serial number")]
        Activity.search(mine).unlink()
        with patch(
            "odoo.addons.serialized_parts.models.serial_checkup_activity.MOST_NEW_ACTIVITIES", 2
        ):
            for there in (2, 3, 3):
                self._run()
                self.assertEqual(Activity.search_count(mine), there)

    def test_queries_of_a_run_are_the_same_for_many_parts(self):
        def count_queries(parts):
            for number in range(parts):
                self._put_in_stock(self._new_part(f"P{number}", True), 1, self.bin_a)
            self._run()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["serial.checkup"]._update_activities()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count_queries(1)
        one, thirty = count_queries(1), count_queries(30)
        self.assertLess(thirty - one, 5, f"{one} queries for 1 part, {thirty} for 30")

    # ----------------------------------------------------------------------------- put right

    def test_units_are_counted_not_rows(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        self._put_in_stock(self.part, 1, self.bin_b)
        self._put_in_stock(self.part, -2, self.bin_c)
        self.assertEqual(
            self._run_for_clerk(), ["3 units without a serial number, 2 units of negative stock"]
        )

    def test_each_kind_is_described_for_one_and_for_many(self):
        Checkup = self.env["serial.checkup"]
        for kind in Checkup._fields["kind"].get_values(self.env):
            summarize = getattr(Checkup, f"_summarize_{kind}")
            one, many = summarize(1), summarize(3)
            self.assertRegex(one, r"\b1\b")
            self.assertRegex(many, r"\b3\b")
            self.assertNotEqual(one.replace("1", "3"), many)
