from odoo.tests import tagged

from .count_case import CountCase


@tagged("post_install", "-at_install")
class TestCountScreen(CountCase):
    """What the scan box of a count shows to each person."""

    def _read(self, user=None):
        return self.count.with_user(user or self.clerk).read_screen()

    def test_before_the_first_bin(self):
        self.assertEqual(self._read(), {"bin": False, "rows": [], "more": 0})

    def test_the_bin_and_its_rows(self):
        outcome = self.count.scan_on_screen("Y1-1A\nSN1\nSN3")
        self.assertEqual([row["status"] for row in outcome["entries"]][1:], ["here", "misplaced"])
        shown = outcome["screen"]
        self.assertEqual(shown, self._read())
        self.assertEqual(shown["bin"]["name"], "Y1-1A")
        self.assertEqual(shown["bin"]["path"], self.bin_a.display_name)
        self.assertEqual([shown["bin"][key] for key in ("found", "expected", "counted")], [1, 2, 2])
        self.assertEqual(
            [(row["text"], row["serial"], row["status"]) for row in shown["rows"]],
            [("SN3", "SN3", "misplaced"), ("SN1", "SN1", "here")],
        )

    def test_a_blind_count_hides_what_is_expected(self):
        self.count.is_blind = True
        shown = self.count.scan_on_screen("Y1-1A\nSN1")["screen"]
        self.assertIs(shown["bin"]["expected"], False)
        self.assertEqual(shown["bin"]["counted"], 1)

    def test_the_latest_rows_are_shown(self):
        names = [f"X{number:02}" for number in range(1, 31)]
        self.count.scan_on_screen("\n".join(["Y1-1C", *names]), as_new=True)
        shown = self._read()
        self.assertEqual([row["text"] for row in shown["rows"]], names[:9:-1])
        self.assertEqual(shown["more"], 10)

    def test_each_person_has_a_bin(self):
        self.count.scan_on_screen("Y1-1A\nSN1")
        self.count.with_user(self.boss).scan_on_screen("Y1-1B")
        self.assertEqual(self._read()["bin"]["name"], "Y1-1A")
        self.assertEqual(self._read(self.boss)["bin"]["name"], "Y1-1B")

    def test_closing_a_bin(self):
        self.count.scan_on_screen("Y1-1A\nSN1\nSN3")
        outcome = self.count.close_bin_on_screen()
        self.assertEqual(outcome["message"], "Y1-1A closed: 1 here, 1 missing, 1 misplaced.")
        self.assertFalse(outcome["screen"]["bin"])

    def test_reading_takes_no_more_queries_with_more_rows(self):
        def count_queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._read()
            return self.env.cr.sql_log_count - before

        names = [f"M{number}" for number in range(50)]
        self._receive_named(*names)
        self.count.scan("Y1-1A\nSN1")
        count_queries()
        one = count_queries()
        self.count.scan("\n".join(names))
        self.assertEqual(count_queries(), one)


@tagged("post_install", "-at_install")
class TestCountLists(CountCase):
    """What is decided about what is missing and misplaced, and what applying will do."""

    def setUp(self):
        super().setUp()
        self.count.scan("Y1-1A\nSN3")

    def test_what_has_to_be_closed_first(self):
        self.assertEqual(self.count.apply_summary, "Before this count can be applied, close Y1-1A.")

    def test_nothing_to_do_yet(self):
        self.assertFalse(self._count().apply_summary)

    def test_all_of_a_list(self):
        self._close()
        self.assertEqual(self.count.missing_ids.mapped("name"), ["SN2", "SN1"])
        self.assertEqual(self.count.misplaced_ids.mapped("name"), ["SN3"])
        self.assertEqual(self.count.apply_summary, "Applying leaves 3 unchanged.")
        self.count.action_all_to_missing()
        self.count.action_move_all_here()
        self.assertEqual(self.count.apply_summary, "Applying moves 1 and takes 2 to Missing.")
        self.count.action_write_off_all()
        self.assertEqual(self.count.apply_summary, "Applying moves 1 and writes off 2.")

    def test_everything_is_right(self):
        count = self._count()
        count.scan("Y1-1B\nSN3")
        self._close(count)
        self.assertEqual(
            count.apply_summary, "Everything is where it belongs: applying changes nothing."
        )

    def test_quantities_are_corrected(self):
        self._put_in_stock(self.bolt, 5, self.bin_c)
        count = self._count()
        count.scan("Y1-1C\nBOLT-1*4")
        self._close(count)
        self.assertEqual(count.apply_summary, "Applying corrects 1 of the quantities.")
