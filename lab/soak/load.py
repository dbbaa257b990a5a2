"""Load: four users at once receive the same part into the same bins, and validate the same receipt."""

import random
import time
from collections import Counter
from functools import partial

from lab.client import Refused, at_once
from lab.soak.report import Part

TRIES = 5


class Load(Part):
    """Lets four users work at the same time for some seconds."""

    def run(self):
        """Receive until the time is up, then compare the stock with what was received."""
        self.chance = random.Random(f"{self.seed}-load")
        self.units = 10 if self.is_short else 50
        self.part = self.yard.add_part("Loaded")
        self.expected, self.working, rounds = Counter(), 0.0, 0
        while rounds < 2 or not self.is_over():
            if rounds % 3 == 1:
                self._validate_one_together()
            else:
                self._receive_side_by_side()
            rounds += 1
        self._check()

    def _at_once(self, actions):
        start = time.monotonic()
        results = at_once(*actions)
        self.working += time.monotonic() - start
        return results

    def _receive_side_by_side(self):
        """Four users each receive an order of the same part, half into each of two bins."""
        receipts = self.yard.add_receipts(self.part, self.units, len(self.yard.clerks))
        half, number = self.units // 2, self.yard.number()
        bins = self.chance.sample(range(len(self.yard.bins)), 2)
        self._at_once(
            partial(self._receive, user, picking, f"L{number}-{picking}", bins)
            for user, picking in zip(self.yard.clerks, receipts)
        )
        for bin_ in bins:
            self.expected[self.yard.bins[bin_]] += half * len(receipts)
        self.report.count("orders of four at once", len(receipts))

    def _receive(self, user, picking, name, bins):
        text = [
            f"{name}-{side}001*{self.units // 2}@SOAK-{'ABCD'[bin_]}"
            for side, bin_ in enumerate(bins)
        ]
        self._insist(user, "enter_serials", picking, "\n".join(text))
        self._insist(user, "button_validate", picking)

    def _insist(self, user, method, picking, *args):
        """Call as a user would who tries again when asked to."""
        for tries in range(TRIES):
            _answer, problem = user.attempt("stock.picking", method, [picking], *args)
            if not problem:
                return
            self.report.count("calls to be made again")
            if not isinstance(problem, Refused) or tries == TRIES - 1:
                self.report.violate(f"{method}: {problem!r}")
                return

    def _validate_one_together(self):
        """Four users validate the same receipt."""
        [picking] = self.yard.add_receipts(self.part, self.units)
        location, clerks = self.chance.choice(self.yard.bins), self.yard.clerks
        args = [picking], f"L{self.yard.number()}-001*{self.units}"
        clerks[0].call("stock.picking", "enter_serials", *args, location_id=location)
        validate = "stock.picking", "button_validate", [picking]
        answers = self._at_once(partial(user.attempt, *validate) for user in clerks)
        self.report.count("receipts validated by four at once")
        for _answer, problem in answers:
            if problem and not (isinstance(problem, Refused) and problem.is_clear):
                self.report.violate(f"validated together: {problem!r}")
        if all(problem for _answer, problem in answers):
            self.report.violate("validated together: nobody could")
        if self.yard.read_state(picking) != "done":
            self.report.violate("validated together: it is not done")
        self.expected[location] += self.units

    def _check(self):
        """Compare the stock with what was received."""
        rows = self.yard.query(
            "SELECT quant.location_id, sum(quant.quantity)::int FROM stock_quant quant "
            "JOIN stock_location location ON location.id = quant.location_id "
            f"WHERE quant.product_id = {self.part} AND location.usage = 'internal' GROUP BY 1"
        )
        if dict(rows) != self.expected:
            self.report.violate(f"in the bins are {dict(rows)}, received were {self.expected}")
        units = sum(units for _location, units in rows)
        self.report.figures["units received"] = units
        self.audit()
        self.report.figures["units received a minute"] = round(60 * units / self.working)
