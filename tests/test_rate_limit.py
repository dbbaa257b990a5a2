from odoo.tests import TransactionCase

from ..tools.rate_limit import RateLimit, find_network


class TestRateLimit(TransactionCase):
    """How many requests are let through, by a clock of the test."""

    def test_as_many_at_once_as_there_are(self):
        limit = RateLimit(3, 60)
        self.assertEqual([limit.take("a", 100) for _number in range(4)], [0, 0, 0, 20])

    def test_the_wait_is_long_enough_and_not_longer(self):
        limit = RateLimit(3, 60)
        for _number in range(3):
            limit.take("a", 0)
        self.assertEqual(limit.take("a", 19.5), 1)
        self.assertEqual(limit.take("a", 20.5), 0)
        self.assertEqual(limit.take("a", 20.5), 20)

    def test_refused_requests_cost_nothing(self):
        limit = RateLimit(1, 10)
        limit.take("a", 0)
        for second in range(1, 10):
            self.assertTrue(limit.take("a", second))
        self.assertEqual(limit.take("a", 10), 0)

    def test_a_long_rest_saves_up_no_more_than_the_count(self):
        limit = RateLimit(2, 60)
        limit.take("a", 0)
        self.assertEqual([limit.take("a", 10_000) for _number in range(3)], [0, 0, 30])

    def test_each_key_has_its_own(self):
        limit = RateLimit(1, 60)
        self.assertEqual((limit.take("a", 0), limit.take("b", 0), limit.take("a", 0)), (0, 0, 60))

    def test_it_knows_only_the_keys_that_asked_last(self):
        limit = RateLimit(1, 60, most=2)
        for key in "abac":
            limit.take(key, 0)
        # Now "b" is forgotten: "a" asked later.
        self.assertEqual([limit.take(key, 0) for key in "acb"], [60, 60, 0])
        self.assertEqual(len(limit._buckets), 2)

    def test_what_requests_are_counted_by(self):
        for address, network in (
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("unknown", "unknown"),
            ("", ""),
        ):
            with self.subTest(address):
                self.assertEqual(find_network(address), network)
