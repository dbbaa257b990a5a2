"""Races: two users create the same serial number at the same moment, over and over.

One of them must win; the other must see which number it is and keep everything else that was typed.
"""

import random

from lab.client import Lost, Refused, at_once
from lab.soak.report import Part

#: How many races run at once: a loser waits up to two seconds before its second try.
TABLES = 8
FIELDS = ["name", "product_id/.id"]


class Races(Part):
    """Runs races for some seconds, on several tables at once."""

    def run(self):
        """Race until the time is up."""
        # The most common actions are raced most often.
        self.kinds = 2 * (self.create, self.receive) + (self.rename, self.load, self.start)
        self.part = self.yard.add_part("Raced")
        # The first serial number of a part locks the part, which is a race of its own: see `start`.
        self.yard.office.create("stock.lot", name="0", product_id=self.part)
        for label in ("races", "duplicates", "losers shown the serial number"):
            self.report.count(label, 0)
        self.play_at_tables(TABLES, self._play)
        for problem in self.yard.audit():
            self.report.count("duplicates", problem.startswith("two serial numbers"))
            self.report.violate(problem)

    def _play(self, table):
        chance = random.Random(f"{self.seed}-races-{table}")
        kind = self.kinds[table % len(self.kinds)]
        while kind:
            one, two = chance.sample(self.yard.clerks, 2)
            try:
                kind(one, two, chance)
            except (Refused, Lost) as problem:
                self.report.violate(f"{kind.__name__}: {problem!r}")
            kind = None if self.is_over() else chance.choice(self.kinds)

    # ---------------------------------------------------------------------------- the races

    def _name(self):
        return f"RACE-{self.yard.number()}"

    def create(self, one, two, chance):
        """Two users create the same serial number, each with or without a company."""
        values = {"name": self._name(), "product_id": self.part}
        first, second = chance.choices((self.yard.company, False), k=2)
        results = at_once(
            lambda: one.attempt("stock.lot", "create", [{**values, "company_id": first}]),
            lambda: two.attempt("stock.lot", "create", [{**values, "company_id": second}]),
        )
        self._check("create", values["name"], results)

    def rename(self, one, two, chance):
        """Two users give two serial numbers the same name."""
        name = self._name()
        values = [{"name": f"{name}-{side}", "product_id": self.part} for side in "AB"]
        first, second = self.yard.office.call("stock.lot", "create", values)
        results = at_once(
            lambda: one.attempt("stock.lot", "write", [first], {"name": name}),
            lambda: two.attempt("stock.lot", "write", [second], {"name": name}),
        )
        self._check("rename", name, results)

    def load(self, one, two, chance):
        """Two users import the same serial number, each along with others."""
        name, part = self._name(), str(self.part)
        first, second = ([[f"{name}-{side}1", part], [name, part]] for side in "AB")
        self._check("load", name, self._import_at_once(one, two, first, second))

    def start(self, one, two, chance):
        """Two users import different first serial numbers of a part: both must win."""
        name, part = self._name(), str(self.yard.add_part("Started"))
        self.report.count("parts whose first imports met")
        files = [[f"{name}-A", part]], [[f"{name}-B", part]]
        for _result, problem in self._import_at_once(one, two, *files):
            if problem:
                self.report.violate(f"start: the first import of {name} was refused: {problem!r}")

    def _import_at_once(self, one, two, first, second):
        return at_once(lambda: self._import(one, first), lambda: self._import(two, second))

    def _import(self, user, rows):
        answer, problem = user.attempt("stock.lot", "load", FIELDS, rows)
        if problem or answer["ids"]:
            return answer, problem
        text = "\n".join(message["message"] for message in answer["messages"])
        return None, Refused("odoo.exceptions.UserError", text)

    def receive(self, one, two, chance):
        """Two receipts with one serial number in common are validated at once."""
        name = self._name()
        first, second = self.yard.add_receipts(self.part, 3, 2)
        for user, picking, side in ((one, first, "A"), (two, second, "B")):
            text = "\n".join((f"{name}-{side}1", name, f"{name}-{side}2"))
            user.call("stock.picking", "enter_serials", [picking], text)
        results = at_once(
            lambda: one.attempt("stock.picking", "button_validate", [first]),
            lambda: two.attempt("stock.picking", "button_validate", [second]),
        )
        self._check("receive", name, results)
        for user, picking, side, (_result, problem) in zip(
            (one, two), (first, second), "AB", results
        ):
            if problem:
                self._correct(user, picking, name, side)
            elif self.yard.read_state(picking) != "done":
                self.report.violate(f"receive: {name} was validated, but is not done")

    def _correct(self, user, picking, name, side):
        """Check that the loser kept all entries; give the unit another number and validate."""
        typed = {f"{name}-{side}1", name, f"{name}-{side}2"}
        lines = self.yard.read_lines(picking)
        if {line["lot_name"] for line in lines.values()} != typed:
            self.report.violate(f"receive: of {typed} the loser kept {lines}")
            return
        self.report.count("losers that kept all other entries")
        [wrong] = [line for line in lines if lines[line]["lot_name"] == name]
        user.call("stock.move.line", "write", [wrong], {"lot_name": f"{name}-X"})
        user.call("stock.picking", "button_validate", [picking])
        if self.yard.read_state(picking) == "done":
            self.report.count("losers that corrected it and were done")
        else:
            self.report.violate(f"receive: {name} was corrected, but is not done")

    def _check(self, kind, name, results):
        """Check that one of the two won, and that the other saw the number."""
        self.report.count("races")
        self.report.count(f"... by {kind}")
        problems = [problem for _result, problem in results if problem]
        if len(problems) != 1:
            self.report.violate(f"{kind}: {2 - len(problems)} of 2 won {name}: {problems}")
        for problem in problems:
            if isinstance(problem, Refused) and problem.is_clear and name in problem.message:
                self.report.count("losers shown the serial number")
            else:
                self.report.violate(f"{kind}: the loser of {name} saw {problem!r}")
