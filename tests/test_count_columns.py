from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .count_case import CountCase

LIST = "Unit;Where;Km\nSN1;Y1-1A;1200\nSN3;Y1-1B;900"


@tagged("post_install", "-at_install")
class TestCountColumns(CountCase):
    """Lists that are pasted into a count: which column is which."""

    def test_an_unknown_list_is_asked_about(self):
        table = self.count.read_table(LIST)
        self.assertFalse(table["sure"])
        self.assertEqual(
            [column["guess"] for column in table["columns"]], ["serial", "location", False]
        )
        self.assertEqual(
            [value for value, _label in table["choices"]], ["serial", "location", "product"]
        )
        [row] = self.count.scan(LIST)
        self.assertEqual(row["status"], "invalid")
        self.assertFalse(self.count.line_ids)

    def test_its_columns_are_chosen(self):
        columns = {"serial": 0, "location": 1, "header_row": 0}
        table = self.count.read_table(LIST, columns)
        self.assertEqual(
            [column["guess"] for column in table["columns"]], ["serial", "location", False]
        )
        rows = self.count.scan_on_screen(LIST, False, columns)["entries"]
        self.assertEqual(
            [(row["serial"], row["status"]) for row in rows if row["serial"]],
            [("SN1", "here"), ("SN3", "here")],
        )

    def test_a_known_header_needs_no_question(self):
        self.assertTrue(self.count.read_table("Serial;Location\nSN1;Y1-1A")["sure"])

    def test_columns_that_cannot_be_used(self):
        for columns, message in (
            ({"location": 1}, "Choose the column that has the serial numbers"),
            ({"mileage": 1}, "doesn't say which column is which"),
            ({"serial": 0, "location": 0}, "Choose one meaning"),
        ):
            with self.subTest(columns=columns), self.assertRaisesRegex(UserError, message):
                self.count.scan(LIST, columns=columns)

    def test_only_who_may_count(self):
        with self.assertRaises(AccessError):
            self.count.with_user(self.buyer).read_table(LIST)
