from odoo.tests import tagged

from .two_calls import TwoCallsCase


@tagged("post_install", "-at_install")
class TestPickAtOnce(TwoCallsCase):
    """Two people scan the same unit, or take it from another transfer, in the same moment."""

    def setUp(self):
        super().setUp()
        self.part = self._new_part("Picked", uses_serial_numbers=True)
        # The same names for another part would be asked about.
        self.names = [f"S{self.part.id}-{number}" for number in (1, 2, 3)]
        self._receive_named(*self.names)
        self.mine, self.other = self._deliver(self.part, 1), self._deliver(self.part, 1)
        self.rows = {}

    def _note(self, who, rows):
        self.rows[who] = rows[0]["status"], rows[0]["message"]

    def _scan(self, picking, name, who):
        return lambda env: self._note(who, picking.with_env(env).enter_in_prompt(name)["entries"])

    def _take(self, picking, name, who):
        picking.enter_in_prompt(name)
        return lambda env: self._note(who, picking.with_env(env).take_reserved(name)["entries"])

    def _names(self, picking):
        return picking.move_line_ids.mapped("lot_id.name")

    def assertDelivered(self, *pickings):
        for picking in pickings:
            picking.with_context(skip_backorder=True).button_validate()
            self.assertEqual(picking.state, "done")

    def test_a_free_unit_is_scanned_for_two_transfers(self):
        free = self.names[2]
        self.assertNotIn(free, self._names(self.mine | self.other))
        calls = self._scan(self.mine, free, "one"), self._scan(self.other, free, "two")
        self.assertEqual(self.at_once(*calls), (None, None))
        self.assertEqual(self.rows["one"][0], "assigned")
        status, message = self.rows["two"]
        self.assertEqual(status, "invalid")
        self.assertIn(f"was scanned for {self.mine.name}", message)
        [kept] = self.other.serial_entry_refused
        self.assertEqual(kept["name"], free)
        self.assertDelivered(self.mine, self.other)

    def test_a_reserved_unit_is_scanned_by_two_people(self):
        [name] = self._names(self.mine)
        calls = self._scan(self.mine, name, "one"), self._scan(self.mine, name, "two")
        self.assertEqual(self.at_once(*calls), (None, None))
        self.assertEqual([self.rows[who][0] for who in ("one", "two")], ["picked", "duplicate"])
        self.assertDelivered(self.mine)

    def test_a_unit_is_taken_while_it_is_scanned(self):
        [name] = self._names(self.other)
        calls = self._scan(self.other, name, "one"), self._take(self.mine, name, "two")
        self.assertEqual(self.at_once(*calls), (None, None))
        self.assertEqual(self.rows["one"][0], "picked")
        self.assertIn(f"was scanned for {self.other.name}", self.rows["two"][1])
        [kept] = self.mine.serial_entry_refused
        self.assertNotIn("take", kept)
        self.assertDelivered(self.mine, self.other)

    def test_a_unit_is_scanned_while_it_is_taken(self):
        [name] = self._names(self.other)
        calls = self._take(self.mine, name, "one"), self._scan(self.other, name, "two")
        self.assertEqual(self.at_once(*calls), (None, None))
        self.assertEqual(self.rows["one"][0], "assigned")
        self.assertIn(f"was scanned for {self.mine.name}", self.rows["two"][1])
        self.assertEqual(self._names(self.mine), [name])
        self.assertDelivered(self.mine, self.other)

    def test_a_unit_is_taken_by_two_transfers(self):
        third = self._deliver(self.part, 1)
        [name] = self._names(third)
        calls = self._take(self.mine, name, "one"), self._take(self.other, name, "two")
        self.assertEqual(self.at_once(*calls), (None, None))
        self.assertEqual(self.rows["one"][0], "assigned")
        self.assertIn(f"was scanned for {self.mine.name}", self.rows["two"][1])
        self.assertDelivered(self.mine, self.other, third)
