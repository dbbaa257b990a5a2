from odoo.tests import tagged

from .common import SerialCase
from .state_machine import (
    NOT_OURS,
    Broken,
    Ledger,
    Yard,
    YardMachine,
    explore,
    replay,
    shrink,
    step,
)

#: The budget of a usual run; ``python3 dev soak --only machine`` has more.
EXAMPLES, STEPS = 6, 20


class MachineCase(SerialCase):
    """A yard that machines can play in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yard = Yard(cls.env, clerk=cls.clerk, boss=cls.boss, buyer=cls.buyer)

    def _start(self):
        """Return a machine; what it does is undone after the test."""
        machine = YardMachine(self.yard)
        self.addCleanup(machine.teardown)
        return machine


@tagged("post_install", "-at_install")
class TestStateMachine(MachineCase):
    """Whatever people do, in any order, the promises are kept."""

    def test_the_promises_are_kept_after_every_step(self):
        ledger = Ledger(without=NOT_OURS)
        explore(self.yard, ledger, number=1, examples=EXAMPLES, steps=STEPS)
        broken = [shrink(self.yard, found) for found in ledger.broken.values()]
        self.assertFalse(broken, "\n\n".join(map(str, broken)))
        self.assertGreater(ledger.count("done"), ledger.count("refused") / 2)


@tagged("post_install", "-at_install")
class TestTheMachineItself(MachineCase):
    """The machine sees what is broken, names the steps, and leaves nothing behind."""

    RESERVE = "UPDATE stock_quant SET reserved_quantity = 3"

    def assertSeen(self, promise, sql):
        """Assert that the machine, after a few steps, sees that *sql* breaks *promise*."""
        machine = self._start()
        machine.answer(part=0, name="S1")
        machine.answer_line(nth=0, name="S3")
        machine.enter(nth=0, names=["S3"], location=None)
        machine.create_serial(part=1, name="S9")
        self.assertEqual(len(machine.steps), 4)
        self.env.cr.execute(sql)
        self.env.invalidate_all(flush=False)
        broken = machine.find_broken()
        self.assertIn(promise, [name for name, _text in broken])

    def test_it_sees_a_unit_in_two_positions(self):
        self.assertSeen(
            "one_position",
            """
            INSERT INTO stock_quant (product_id, lot_id, location_id, company_id, quantity,
                                     reserved_quantity, in_date)
            SELECT quant.product_id, quant.lot_id, bin.id, quant.company_id, 1, 0, now()
              FROM stock_quant quant
              JOIN stock_lot lot ON lot.id = quant.lot_id AND lot.name = 'S1'
              JOIN stock_location bin ON bin.name = 'YARD-C'
            """,
        )

    def test_it_sees_units_that_no_line_brought(self):
        self.assertSeen(
            "totals", "UPDATE stock_quant SET quantity = quantity + 1 WHERE lot_id IS NULL"
        )

    def test_it_sees_a_serial_number_that_no_line_brought(self):
        self.assertSeen(
            "names_of_units",
            """
            UPDATE stock_quant SET lot_id = (SELECT max(id) FROM stock_lot WHERE name = 'S2')
             WHERE lot_id IN (SELECT id FROM stock_lot WHERE name = 'S1')
            """,
        )

    def test_it_sees_a_wrong_document(self):
        self.assertSeen("documents", "UPDATE stock_lot SET source = NULL WHERE name = 'S1'")

    def test_it_sees_a_part_that_lost_its_flag(self):
        self.assertSeen("flags", "UPDATE product_template SET tracking = 'none'")

    def test_it_sees_a_lost_answer(self):
        self.assertSeen("answers", "UPDATE stock_lot SET serial_answers = NULL")

    def test_it_sees_a_lost_answer_on_a_line(self):
        self.assertSeen("typed_answers", "UPDATE stock_move_line SET serial_answers = NULL")

    def test_it_sees_names_that_look_the_same(self):
        self.assertSeen("duplicates", "UPDATE stock_lot SET name = 'S1\u200b ' WHERE name = 'S2'")

    def test_it_sees_a_reservation_without_a_line(self):
        self.assertSeen("reservations", self.RESERVE)

    def test_it_sees_more_reserved_than_there_is(self):
        self.assertSeen("reserved", self.RESERVE)

    def test_it_sees_more_reserved_than_there_is_without_a_serial_number(self):
        self.assertSeen("reserved_unserialized", self.RESERVE)

    def test_it_plays_the_same_steps_for_the_same_number(self):
        ledgers = [Ledger(), Ledger(), Ledger()]
        for number, ledger in zip((1, 1, 2), ledgers, strict=True):
            explore(self.yard, ledger, number=number, examples=2, steps=4)
        self.assertEqual(ledgers[0].steps, ledgers[1].steps)
        self.assertNotEqual(ledgers[0].steps, ledgers[2].steps)

    def test_it_names_the_steps_and_leaves_nothing_behind(self):
        steps = [
            ("receive", {"part": 0, "names": ["S3"], "location": "C", "owned": False}),
            ("change_category", {"part": 0, "category": 1}),
            ("lose", {"name": "S3"}),
        ]
        broken = replay(self.yard, steps, Careless)
        self.assertEqual(broken.promise, "one_position")
        shorter = shrink(self.yard, broken, Careless)
        self.assertEqual(
            shorter.as_code(),
            "machine.receive(part=0, names=['S3'], location='C', owned=False)\n"
            "machine.lose(name='S3')",
        )
        self.assertFalse(self.yard.find_serial(0, "S3"))

    def test_a_broken_promise_fails_the_test_that_plays_it(self):
        machine = Careless(self.yard)
        self.addCleanup(machine.teardown)
        with self.assertRaisesRegex(Broken, "one_position: S1"):
            machine.lose(name="S1")

    def test_what_is_refused_is_not_a_step(self):
        machine = self._start()
        machine.delete_serial(part=0, name="S1")
        machine.delete_serial(part=0, name="S9")
        self.assertFalse(machine.steps)
        self.assertTrue(self.yard.find_serial(0, "S1"))


class Careless(YardMachine):
    """A machine with a step that breaks a promise."""

    @step()
    def lose(self, name):
        """Halve a unit, past all that keeps the books."""
        serial = self.yard.find_serial(0, name)
        self.env.cr.execute("UPDATE stock_quant SET quantity = 0.5 WHERE lot_id = %s", [serial.id])
