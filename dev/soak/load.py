"""Load: four users receive the same part into the same bins, and validate the same receipt, at once."""

import random
import time

from dev.soak.client import Refused, at_once, attempt
from dev.soak.report import Report

TRIES = 5


class Load:
    """Lets four users work at the same time for some seconds."""

    def __init__(self, yard, seconds, seed):
        self.yard = yard
        self.chance = random.Random(f"{seed}-load")
        self.report = Report("load")
        self.limit = time.monotonic() + seconds
        self.units = 10 if seconds < 100 else 50
        self.working = 0.0

    def run(self):
        """Return the Report."""
        self.part = self.yard.add_part("Loaded")
        self.expected = {}
        rounds = 0
        while rounds < 2 or time.monotonic() < self.limit:
            if rounds % 3 == 1:
                self._validate_one_together()
            else:
                self._receive_side_by_side()
            rounds += 1
        self._check()
        units = sum(self.expected.values())
        self.report.figures["units received a minute"] = round(60 * units / self.working)
        return self.report

    def _receive_side_by_side(self):
        """Each of four receives an order of the same part, half of it into each of two bins."""
        receipts = self.yard.add_receipts(self.part, self.units, len(self.yard.clerks))
        bins = self.chance.sample(range(len(self.yard.bins)), 2)
        start = time.monotonic()
        at_once(
            *(
                lambda user=user, picking=picking: self._receive(user, picking, bins)
                for user, picking in zip(self.yard.clerks, receipts)
            )
        )
        self.working += time.monotonic() - start
        self.report.count("orders of four at once", len(receipts))

    def _receive(self, user, picking, bins):
        number = self.yard.number()
        half = self.units // 2
        text = [f"L{number}-{side}001*{half}@SOAK-{'ABCD'[bin_]}" for side, bin_ in enumerate(bins)]
        self._insist(user, "enter_serials", picking, "\n".join(text))
        self._insist(user, "button_validate", picking)
        for bin_ in bins:
            place = self.yard.bins[bin_]
            with self.yard.lock:
                self.expected[place] = self.expected.get(place, 0) + half

    def _insist(self, user, method, picking, *args):
        """Call as a user does who is asked to try again."""
        for tries in range(TRIES):
            _answer, problem = attempt(user, "stock.picking", method, [picking], *args)
            if not problem:
                return
            with self.yard.lock:
                self.report.count("calls to be made again")
            if not isinstance(problem, Refused) or tries == TRIES - 1:
                with self.yard.lock:
                    self.report.violate(f"{method}: {problem!r}")
                return

    def _validate_one_together(self):
        """Four validate the same receipt."""
        [picking] = self.yard.add_receipts(self.part, self.units)
        place = self.chance.choice(self.yard.bins)
        text = f"L{self.yard.number()}-001*{self.units}"
        self.yard.clerks[0].call(
            "stock.picking", "enter_serials", [picking], text, location_id=place
        )
        start = time.monotonic()
        answers = at_once(
            *(
                lambda user=user: attempt(user, "stock.picking", "button_validate", [picking])
                for user in self.yard.clerks
            )
        )
        self.working += time.monotonic() - start
        self.report.count("receipts validated by four at once")
        for _answer, problem in answers:
            if problem and not (isinstance(problem, Refused) and problem.is_clear):
                self.report.violate(f"validated together: {problem!r}")
        if all(problem for _answer, problem in answers):
            self.report.violate("validated together: nobody could")
        if self.yard.read_state(picking) != "done":
            self.report.violate("validated together: it is not done")
        self.expected[place] = self.expected.get(place, 0) + self.units

    def _check(self):
        """Hold the stock against what was received."""
        rows = self.yard.query(
            "SELECT quant.location_id, sum(quant.quantity)::int FROM stock_quant quant "
            "JOIN stock_location place ON place.id = quant.location_id "
            f"WHERE quant.product_id = {self.part} AND place.usage = 'internal' GROUP BY 1"
        )
        found = dict(rows)
        if found != self.expected:
            self.report.violate(f"in the bins are {found}, received were {self.expected}")
        self.report.figures["units received"] = sum(found.values())
        for wrong in self.yard.audit():
            self.report.violate(wrong)
