from datetime import datetime

from odoo.exceptions import UserError
from odoo.tests import tagged

from .history_case import UnitHistoryCase


@tagged("post_install", "-at_install")
class TestHistoryPages(UnitHistoryCase):
    def _note(self, serial, count, date=None):
        """Add many notes at once, all of the same moment."""
        note = self.env.ref("mail.mt_note")
        self.env["mail.message"].sudo().create(
            [
                {
                    "model": "stock.lot",
                    "res_id": serial.id,
                    "body": f"Note {number}",
                    "message_type": "comment",
                    "subtype_id": note.id,
                    "author_id": self.boss.partner_id.id,
                    "date": date or datetime(2026, 3, 1, 12, 30),
                }
                for number in range(count)
            ]
        )

    def _move_often(self, serial, count):
        """Add the lines of many moves, all of the same moment."""
        line = self.env["stock.move.line"].search([("lot_id", "=", serial.id)], limit=1)
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO stock_move_line (move_id, picking_id, company_id, product_id, product_uom_id,
                                         lot_id, location_id, location_dest_id, state, quantity,
                                         quantity_product_uom, picked, date, write_uid)
            SELECT move_id, picking_id, company_id, product_id, product_uom_id, lot_id, location_id,
                   location_dest_id, state, quantity, quantity_product_uom, picked,
                   '2026-03-01 12:30:00', write_uid
              FROM stock_move_line, generate_series(1, %s)
             WHERE id = %s
            """,
            [count, line.id],
        )

    def test_pages_lose_and_repeat_nothing(self):
        _receipt, serial = self._receive_one()
        self._note(serial, 9)
        self._move_often(serial, 8)
        whole = self._history(serial)
        self.assertEqual(len(whole), 19)
        for limit in (1, 2, 5, 18):
            entries, page = [], None
            while page is None or len(page) == limit:
                before = entries[-1]["key"] if entries else None
                page = self._history(serial, limit=limit, before=before)
                entries += page
            self.assertEqual(entries, whole)

    def test_before_a_date(self):
        _receipt, serial = self._receive_one()
        self._note(serial, 2, datetime(2020, 1, 1))
        self._note(serial, 1, datetime(2020, 1, 2))
        found = self._history(serial, before="2020-01-02 00:00:00")
        self.assertEqual([entry["date"] for entry in found], ["2020-01-01 00:00:00"] * 2)

    def test_what_happens_in_the_meantime_changes_no_later_page(self):
        _receipt, serial = self._receive_one()
        self._note(serial, 5)
        whole = self._history(serial)
        first = self._history(serial, limit=2)
        self._note(serial, 1, datetime(2099, 1, 1))
        self.assertEqual(self._history(serial, before=first[-1]["key"]), whole[2:])

    def test_many_entries_take_the_queries_of_one(self):
        _receipt, serial = self._receive_one()
        counts = []
        for count in (1, 50, 949):
            self._note(serial, count)
            self._move_often(serial, count)
            self._history(serial, limit=1000)
            self.env.cr.flush()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = serial.with_user(self.clerk).get_serial_history(limit=1000)
            counts.append((self.env.cr.sql_log_count - before, len(found)))
        self.assertEqual([found for _queries, found in counts], [4, 104, 1000])
        queries = [queries for queries, _found in counts]
        self.assertLessEqual(max(queries), queries[0])

    def test_the_page_opens_with_the_same_queries(self):
        """The form of a serial number, with the first page of its history."""
        _receipt, serial = self._receive_one()
        serial = serial.with_user(self.clerk)
        shown = serial.get_view(view_type="form")["models"]["stock.lot"]
        counts = []
        for count in (1, 1, 998):  # The first fills caches.
            self._note(serial, count)
            self._move_often(serial, count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            serial.web_read({field: {} for field in shown})
            serial.get_serial_history(limit=10)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_the_limit(self):
        _receipt, serial = self._receive_one()
        self._note(serial, 90)
        self.assertEqual(len(self._history(serial)), 80)
        self.assertEqual(len(self._history(serial, limit=10**30)), 92)
        for limit in (0, -1, "5", "x", 1.5, None, True, [5]):
            with self.subTest(limit), self.assertRaisesRegex(UserError, "whole number above 0"):
                self._history(serial, limit=limit)

    def test_no_more_than_a_thousand(self):
        _receipt, serial = self._receive_one()
        self._note(serial, 1001)
        self.assertEqual(len(self._history(serial, limit=5000)), 1000)

    def test_a_key_that_is_none(self):
        _receipt, serial = self._receive_one()
        for key in ("", "x", "2026-03-01", 7, ["x"], "2026-02-31T12:30:00 move 1", "' OR 1=1"):
            with self.subTest(key), self.assertRaisesRegex(UserError, "no entry of a history"):
                self._history(serial, before=key)
        end = "9999-12-31T23:59:59 move 999999999999999999"
        self.assertEqual(self._history(serial, before=end), self._history(serial))

    def test_one_at_a_time(self):
        self._receive_named("SN1", "SN2")
        with self.assertRaises(ValueError):
            self._serials(self.part).with_user(self.clerk).get_serial_history()

    def test_nothing_has_happened(self):
        serial = (
            self.env["stock.lot"]
            .with_context(mail_create_nolog=True)
            .create({"name": "SN1", "product_id": self.part.id})
        )
        self.assertEqual(self._history(serial), [])
