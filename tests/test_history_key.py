from datetime import datetime

from odoo.tests import BaseCase

from ..tools.history_key import CHATTER, MOVE, HistoryKey

DATE = datetime(2026, 3, 1, 12, 30)


class TestHistoryKey(BaseCase):
    """The order of a unit's history, and the cursor of its pages."""

    def test_what_is_written_is_read(self):
        for key in (
            HistoryKey(DATE, MOVE, 7),
            HistoryKey(DATE.replace(microsecond=120), CHATTER, 12345678),
        ):
            self.assertEqual(HistoryKey.parse(str(key)), key)

    def test_the_same_moment_has_an_order(self):
        keys = [
            HistoryKey(DATE, CHATTER, 9),
            HistoryKey(DATE, MOVE, 1),
            HistoryKey(DATE, MOVE, 2),
            HistoryKey(DATE.replace(microsecond=1), CHATTER, 1),
        ]
        shuffled = keys[2:] + keys[:2]
        self.assertEqual(sorted(shuffled), keys)

    def test_a_date_stands_before_its_moment(self):
        for text in ("2026-03-01 12:30:00", "2026-03-01T12:30:00"):
            key = HistoryKey.parse(text)
            self.assertLess(key, HistoryKey(DATE, CHATTER, 1))
            self.assertGreater(key, HistoryKey(DATE.replace(minute=29, second=59), MOVE, 9))

    def test_anything_else_is_no_key(self):
        good = str(HistoryKey(DATE, MOVE, 7))
        for text in (
            *(
                "",
                "x",
                7,
                [],
                True,
                f"{good} ",
                f" {good}",
                f"{good}x",
                good.replace("move", "lot"),
            ),
            *(good.replace("T", " "), good.replace("03-01", "02-31"), f"{good}{'0' * 18}"),
            *(
                good.replace("12:30", "12:30:00+02"),
                good.replace("7", "-7"),
                good.replace("7", "٧"),
            ),
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                HistoryKey.parse(text)
