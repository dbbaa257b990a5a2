"""Races: two users create the same serial number in the same moment, over and over.

One of them must win, the other must be told which number it is and keep what else was typed.
"""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from dev.soak.client import Lost, Refused, at_once, attempt
from dev.soak.report import Report

#: Races that are run at the same time: a loser waits up to two seconds before its second try.
TABLES = 8
RECEIPTS_AT_ONCE = 8
FIELDS = ["name", "product_id/.id"]


class Races:
    """Runs races for some seconds, on several tables at once."""

    def __init__(self, yard, seconds, seed):
        self.yard, self.seed = yard, seed
        self.report = Report("races")
        self.limit = time.monotonic() + seconds
        self._lock = threading.Lock()
        # What happens most is raced most.
        self.kinds = 2 * (self.create, self.receive) + (self.rename, self.load, self.start)

    def run(self):
        """Return the Report."""
        self.part = self.yard.add_part("Raced")
        # The first serial number of a part locks the part: that is a race of its own, see `start`.
        self.yard.office.call("stock.lot", "create", [{"name": "0", "product_id": self.part}])
        met = self.yard.odoo.count_in_log("tries left")
        for label in ("races", "twins", "losers told the serial number"):
            self.report.count(label, 0)
        with ThreadPoolExecutor(TABLES) as pool:
            for done in [pool.submit(self._play, table) for table in range(TABLES)]:
                done.result()
        self.report.figures["calls that met and were done again"] = (
            self.yard.odoo.count_in_log("tries left") - met
        )
        for problem in self.yard.audit():
            if problem.startswith("two serial numbers"):
                self._count("twins")
            self.report.violate(problem)
        return self.report

    def _play(self, table):
        chance = random.Random(f"{self.seed}-races-{table}")
        receipts = []
        first = table
        while first >= 0 or time.monotonic() < self.limit:
            kind = self.kinds[first % len(self.kinds)] if first >= 0 else chance.choice(self.kinds)
            first = -1
            one, two = chance.sample(self.yard.clerks, 2)
            try:
                if kind == self.receive:
                    if not receipts:
                        receipts = self.yard.add_receipts(self.part, 3, RECEIPTS_AT_ONCE)
                    self.receive(one, two, receipts.pop(), receipts.pop())
                else:
                    kind(one, two, chance)
            except (Refused, Lost) as problem:
                self._violate(f"{kind.__name__}: {problem!r}")

    def _count(self, label, number=1):
        with self._lock:
            self.report.count(label, number)

    def _violate(self, text):
        with self._lock:
            self.report.violate(text)

    # ---------------------------------------------------------------------------- the races

    def create(self, one, two, chance):
        """Two create the same serial number, each with or without a company."""
        name = f"RACE-{self.yard.number()}"
        values = [
            {"name": name, "product_id": self.part, "company_id": company}
            for company in chance.choices((self.yard.company, False), k=2)
        ]
        calls = [
            lambda user=user, vals=vals: attempt(user, "stock.lot", "create", [vals])
            for user, vals in zip((one, two), values)
        ]
        self._judge("create", name, at_once(*calls))

    def rename(self, one, two, chance):
        """Two serial numbers are given the same name."""
        name = f"RACE-{self.yard.number()}"
        lots = self.yard.office.call(
            "stock.lot",
            "create",
            [{"name": f"{name}-{side}", "product_id": self.part} for side in "AB"],
        )
        calls = [
            lambda user=user, lot=lot: attempt(user, "stock.lot", "write", [lot], {"name": name})
            for user, lot in zip((one, two), lots)
        ]
        self._judge("rename", name, at_once(*calls))

    def load(self, one, two, chance):
        """Two import the same serial number, each beside others."""
        name = f"RACE-{self.yard.number()}"
        files = [[[f"{name}-{side}1", str(self.part)], [name, str(self.part)]] for side in "AB"]
        self._judge("load", name, self._import_at_once(one, two, files))

    def start(self, one, two, chance):
        """Two import the first serial numbers of a part, each others: both win."""
        name, part = f"RACE-{self.yard.number()}", str(self.yard.add_part("Started"))
        files = [[[f"{name}-{side}", part]] for side in "AB"]
        self._count("parts whose first imports met")
        for _result, problem in self._import_at_once(one, two, files):
            if problem:
                self._violate(f"start: the first import of {name} was told {problem!r}")

    def _import_at_once(self, one, two, files):
        return at_once(
            lambda: self._import(one, files[0]),
            lambda: self._import(two, files[1]),
        )

    def _import(self, user, rows):
        answer, problem = attempt(user, "stock.lot", "load", FIELDS, rows)
        if problem or answer["ids"]:
            return answer, problem
        text = "\n".join(message["message"] for message in answer["messages"])
        return None, Refused("odoo.exceptions.UserError", text)

    def receive(self, one, two, first, second):
        """Two receipts have one serial number in common and are validated at once."""
        name = f"RACE-{self.yard.number()}"
        typed = {}
        for user, picking, side in ((one, first, "A"), (two, second, "B")):
            typed[picking] = {f"{name}-{side}1", name, f"{name}-{side}2"}
            user.call("stock.picking", "enter_serials", [picking], "\n".join(typed[picking]))
        results = at_once(
            lambda: attempt(one, "stock.picking", "button_validate", [first]),
            lambda: attempt(two, "stock.picking", "button_validate", [second]),
        )
        self._judge("receive", name, results)
        for user, picking, (_result, problem) in zip((one, two), (first, second), results):
            if problem:
                self._correct(user, picking, name, typed[picking])
            elif self.yard.read_state(picking) != "done":
                self._violate(f"receive: {name} was validated, but is not done")

    def _correct(self, user, picking, name, typed):
        """Check what the loser has left; give the unit another number and validate."""
        lines = self.yard.read_lines(picking)
        if {line["lot_name"] for line in lines.values()} != typed:
            self._violate(f"receive: of {typed} the loser kept {lines}")
            return
        self._count("losers that kept all other entries")
        [wrong] = [line for line in lines if lines[line]["lot_name"] == name]
        user.call("stock.move.line", "write", [wrong], {"lot_name": f"{name}-X"})
        user.call("stock.picking", "button_validate", [picking])
        if self.yard.read_state(picking) == "done":
            self._count("losers that corrected it and were done")
        else:
            self._violate(f"receive: {name} was corrected, but is not done")

    def _judge(self, kind, name, results):
        """Check that one of two won, and that the other was told the number."""
        self._count("races")
        self._count(f"... by {kind}")
        problems = [problem for _result, problem in results if problem]
        if len(problems) != 1:
            self._violate(f"{kind}: {2 - len(problems)} of 2 won {name}: {problems}")
        for problem in problems:
            if isinstance(problem, Refused) and problem.is_clear and name in problem.message:
                self._count("losers told the serial number")
            else:
                self._violate(f"{kind}: the loser of {name} was told {problem!r}")
