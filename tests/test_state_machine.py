from odoo.tests import tagged

from .common import SerialCase
from .state_machine import Ledger, Yard, explore, shrink

EXAMPLES, STEPS = 10, 25


@tagged("post_install", "-at_install")
class TestStateMachine(SerialCase):
    """Whatever people do in whichever order, the promises hold."""

    def test_the_promises_hold_after_every_step(self):
        yard = Yard(self.env, clerk=self.clerk, boss=self.boss, buyer=self.buyer)
        ledger = Ledger()
        explore(yard, ledger, number=1, examples=EXAMPLES, steps=STEPS)
        broken = [shrink(yard, found) for found in ledger.broken.values()]
        self.assertFalse(broken, "\n\n".join(map(str, broken)))
