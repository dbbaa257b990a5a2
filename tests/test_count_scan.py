from odoo import Command
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.counting.count_lines import CountLines
from .count_case import CountCase


@tagged("post_install", "-at_install")
class TestCountScan(CountCase):
    """What a scan in a count answers, and what is kept."""

    def setUp(self):
        super().setUp()
        self._scan("BIN-Y1-1A")

    def test_each_status(self):
        rows = self.count.scan("SN1\nSN3\nSN9\nSN1\nBIN-Y1-1B")
        self.assertEqual(
            [row["status"] for row in rows],
            ["here", "misplaced", "unknown", "counted", "location"],
        )
        self.assertEqual(rows[0].keys(), {"text", "serial", "status", "message", "line_id"})
        self.assertEqual(rows[3]["line_id"], rows[0]["line_id"])
        lines = self.env["serial.count.line"].browse(row["line_id"] for row in rows[:3])
        self.assertRecordValues(
            lines,
            [
                {"name": "SN1", "status": "here", "user_id": self.clerk.id},
                {"name": "SN3", "status": "misplaced", "user_id": self.clerk.id},
                {"name": "SN9", "status": "unknown", "user_id": self.clerk.id},
            ],
        )
        self.assertEqual(lines.bin_id.location_id, self.bin_a)
        self.assertBooks(
            self.part,
            [("Y1-1A", "SN1", 1, 0), ("Y1-1A", "SN2", 1, 0), ("Y1-1B", "SN3", 1, 0)],
        )

    def test_a_unit_in_another_bin(self):
        self.assertEqual(self._scan_one("SN3"), ("misplaced", "belongs in WH/Stock/Y1-1B."))
        self.assertEqual(self._line("SN3").expected_location_id, self.bin_b)

    def test_without_a_bin(self):
        count = self._count()
        [row] = count.scan("SN1")
        self.assertEqual(row["status"], "invalid")
        self.assertIn("Scan the bin first", row["message"])
        self.assertFalse(count.line_ids)

    def test_a_bin_behind_the_serial(self):
        self._scan("SN3@Y1-1B\nSN1")
        self.assertEqual(self._line("SN3").status, "here")
        self.assertEqual(self._line("SN3").bin_id.location_id, self.bin_b)
        self.assertEqual(self._line("SN1").bin_id.location_id, self.bin_a)

    def test_a_bin_outside_the_count(self):
        count = self._count(location_ids=[Command.set(self.bin_a.ids)])
        [row] = count.scan("Y1-1B")
        self.assertEqual(row["status"], "invalid")
        self.assertIn("isn't part of this count", row["message"])
        [row] = count.scan("y1-1a")
        self.assertEqual(row["status"], "location")

    def test_the_bins_inside_belong_to_the_count(self):
        count = self._count(location_ids=[Command.set(self.stock.ids)])
        self.assertEqual(self._scan("Y1-1B", count), {"Y1-1B": "location"})

    def test_a_bin_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Yard"})
        self.clerk.company_ids += company
        stock = self.env["stock.warehouse"].search([("company_id", "=", company.id)]).lot_stock_id
        self.env["stock.location"].create(
            {"name": "Z1", "location_id": stock.id, "barcode": "BIN-Z1", "company_id": company.id}
        )
        count = self.count.with_context(allowed_company_ids=self.clerk.company_ids.ids)
        [row] = count.scan("BIN-Z1")
        self.assertEqual(row["status"], "invalid")
        self.assertIn("another company", row["message"])

    def test_a_sold_unit(self):
        self._deliver(self.part, 1).button_validate()
        status, message = self._scan_one("SN1")
        self.assertEqual(status, "gone")
        self.assertRegex(message, "^Delivered.* on ../../....\\.$")

    def test_a_scrapped_unit(self):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.part.id,
                "lot_id": self._serial("SN1").id,
                "location_id": self.bin_a.id,
                "scrap_qty": 1,
            }
        )
        scrap.action_validate()
        status, message = self._scan_one("SN1")
        self.assertEqual(status, "gone")
        self.assertIn(f"Scrapped: {scrap.name} on", message)

    def test_a_reserved_unit_is_here(self):
        picking = self._deliver(self.part, 1)
        self.assertEqual(self._scan_one("SN1"), ("here", f"Reserved for {picking.name}."))

    def test_counted_in_another_bin_by_another_person(self):
        self._scan("SN1")
        other = self.count.with_user(self.boss)
        self._scan("Y1-1B", other)
        [row] = other.scan("SN1")
        self.assertEqual(row["status"], "counted")
        self.assertIn(f"already counted in WH/Stock/Y1-1A, by {self.clerk.name}", row["message"])
        self.assertEqual(self._line("SN1").bin_id.location_id, self.bin_a)

    def test_each_person_has_a_bin_and_a_text(self):
        other = self.count.with_user(self.boss)
        self._scan("Y1-1B", other)
        self.count.scan_text = "SN"
        self._scan("SN1")
        self.env.invalidate_all()
        self.assertEqual(self.count.current_bin_id.location_id, self.bin_a)
        self.assertEqual(other.current_bin_id.location_id, self.bin_b)
        self.assertEqual((self.count.scan_text, other.scan_text), ("SN", False))

    def test_a_range_has_a_row_for_each(self):
        self.assertEqual(self._scan("SN1..SN3"), {"SN1": "here", "SN2": "here", "SN3": "misplaced"})

    def test_a_similar_number_is_asked_about(self):
        [row] = self.count.scan("sn1")
        self.assertEqual((row["status"], row["similar"]), ("invalid", "SN1"))
        self.assertFalse(self.count.line_ids)
        self.assertEqual(self._scan("sn1", as_new=True), {"sn1": "unknown"})

    def test_a_sign_of_the_scanner_is_asked_about(self):
        [row] = self.count.scan("~SN1")
        self.assertEqual((row["status"], row["similar"]), ("invalid", "SN1"))

    def test_a_range_in_other_words_is_asked_about(self):
        [row] = self.count.scan("SN1-SN3")
        self.assertEqual((row["status"], row["similar"]), ("invalid", "SN1..SN3"))

    def test_two_parts_with_one_number(self):
        other = self._new_part("Starter", uses_serial_numbers=True, barcode="START")
        self._receive_named("SN1", product=other)
        status, message = self._scan_one("SN1")
        self.assertEqual(status, "invalid")
        self.assertIn("Scan the part's barcode first", message)
        self.assertEqual(self._scan("START"), {"START": "product"})
        self.assertEqual(self._scan("SN1"), {"SN1": "here"})
        self.assertEqual(self._line("SN1").product_id, other)

    def test_our_label_names_the_part(self):
        other = self._new_part("Starter", uses_serial_numbers=True)
        self._receive_named("SN1", product=other)
        label = f"https://example.com/serial/{other.id}/SN1"
        self.assertEqual([row["status"] for row in self.count.scan(label)], ["here"])
        self.assertEqual(self._line("SN1").product_id, other)
        [row] = self.count.scan(f"https://example.com/serial/{other.id}/SN2")
        self.assertEqual(row["status"], "invalid")

    def test_a_gs1_code_names_the_part(self):
        other = self._new_part("Starter", uses_serial_numbers=True, barcode="4006381333931")
        self._receive_named("SN1", product=other)
        self.assertEqual(self._scan("(01)04006381333931(21)SN1"), {"SN1": "here"})
        self.assertEqual(self._line("SN1").product_id, other)

    def test_a_serial_called_like_a_bin(self):
        self._receive_named("SN4")
        self._serial("SN4").name = "Y1-1B"
        [row] = self.count.scan("Y1-1B")
        self.assertEqual(row["status"], "invalid")
        self.assertIn("is a serial number of Alternator", row["message"])
        self.assertEqual(self._scan("WH/Stock/Y1-1B"), {"WH/Stock/Y1-1B": "location"})
        self.assertEqual(self._scan("Y1-1B@Y1-1A"), {"Y1-1B": "here"})

    def test_a_part_that_is_not_counted(self):
        count = self._count(product_ids=[Command.set(self.bolt.ids)])
        self._scan("Y1-1A", count)
        [row] = count.scan("SN1")
        self.assertEqual(row["status"], "invalid")
        self.assertIn("isn't part of this count", row["message"])

    def test_parts_without_serial_numbers(self):
        self._put_in_stock(self.bolt, 12, self.bin_a)
        status, message = self._scan_one("BOLT-1*4")
        self.assertEqual((status, message), ("here", "Bolt: 4 Units counted."))
        self._scan("BOLT-1")
        self._scan("BOLT-1*3@Y1-1B")
        lines = self._line("BOLT-1").sorted("id")
        self.assertEqual(lines.mapped("quantity"), [5, 3])
        self.assertEqual(lines.bin_id.location_id, self.bin_a | self.bin_b)

    def test_a_quantity_is_corrected(self):
        self._scan("BOLT-1*4\nSN1")
        self._line("BOLT-1").quantity = 3
        self.assertEqual(self._line("BOLT-1").message, "Bolt: 3 Units counted.")
        with self.assertRaisesRegex(UserError, "SN1 is one unit"):
            self._line("SN1").quantity = 2

    def test_a_number_of_units_with_serial_numbers(self):
        status, message = self._scan_one("ALT-1*4")
        self.assertEqual(status, "invalid")
        self.assertIn("scan each unit", message)

    def test_a_list_with_columns(self):
        self._scan("Serial\tLocation\nSN1\tY1-1A\nSN3\tY1-1B")
        self.assertEqual(self.count.line_ids.mapped("status"), ["here", "here"])

    def test_a_list_with_quantities(self):
        columns = {"serial": 0, "location": 2, "header_row": 0}
        text = "Serial\tQuantity\tLocation\nBOLT-1\t12\tY1-1B\nSN1\t1\tY1-1A"
        self._scan(text, columns=columns)
        self.assertEqual(self._line("BOLT-1").quantity, 12)
        self.assertEqual(self._line("BOLT-1").bin_id.location_id, self.bin_b)

    def test_a_list_that_is_not_clear_is_asked_about(self):
        text = "Unit\tWhere\nSN1\tY1-1A\nSN3\tY1-1B"
        [row] = self.count.scan(text)
        self.assertEqual(row["status"], "invalid")
        columns = {"serial": 0, "location": 1, "header_row": 0}
        rows = self.count.scan(text, columns=columns)
        self.assertEqual([row["status"] for row in rows], ["here", "here"])

    def test_a_scan_by_mistake_is_taken_back(self):
        self._scan("SN3")
        self._line("SN3").unlink()
        self.assertEqual(self.count.current_bin_id.misplaced_count, 0)
        self.assertEqual(self._scan("SN3@Y1-1B"), {"SN3": "here"})

    def test_only_the_addon_writes_what_was_found(self):
        self._scan("SN1")
        with self.assertRaises(AccessError):
            self._line("SN1").status = "missing"
        with self.assertRaises(AccessError):
            self.count.line_ids.create({"count_id": self.count.id, "name": "x", "status": "here"})

    def test_a_scan_at_the_same_moment_is_tried_again(self):
        self._scan("SN1")
        # As if somebody else's scan had not been there yet when this one read.
        self.patch(CountLines, "read_lines", lambda *_args: None)
        with self.assertRaises(ConcurrencyError), mute_logger("odoo.sql_db"):
            self.count.scan("SN1")
        self.assertEqual(len(self._line("SN1")), 1)

    def test_a_count_stays_in_its_company(self):
        company = self.env["res.company"].create({"name": "Other Yard"})
        with self.assertRaisesRegex(UserError, "bins of another company"):
            self.count.sudo().company_id = company

    def test_queries_dont_grow_with_the_scans(self):
        names = [f"Q{number:03}" for number in range(102)]
        self._receive_named(*names)
        self._scan(names[0])
        few, many = "\n".join(names[1:2]), "\n".join([*names[2:52], "Y1-1B", *names[52:]])
        counts = []
        for text in (few, many):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.count.scan(text)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 10, counts)
