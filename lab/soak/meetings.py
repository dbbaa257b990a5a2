"""Meetings: two people do something with the same unit, or custom field, at the same moment.

One does it after the other, or one is refused. Which of these happens is chance, but the books must agree.
"""

import random
from functools import partial

from lab.client import Lost, Refused, at_once
from lab.soak import books
from lab.soak.report import Part
from lab.soak.yard import INVENTORY

#: How many meetings run at once, each of two people with a part of their own.
TABLES = 4


class Meetings(Part):
    """Lets people meet for some seconds, at several tables at once."""

    #: What must never be afterwards, in addition to the books: names of SQL files.
    rules = ("meetings",)

    def run(self):
        """Let people meet until the time is up."""
        for label in ("meetings", "where one was refused"):
            self.report.count(label, 0)
        self.play_at_tables(TABLES, self._play)
        self.audit()
        for rules in self.rules:
            for wrong in books.audit(self.yard.postgres, self.yard.database, rules):
                self.report.violate(wrong)

    def _play(self, number):
        chance = random.Random(f"{self.seed}-meetings-{number}")
        table = self._lay_table(chance)
        # Each kind once, at one of the tables, then at random.
        kinds = list(table.kinds)[number::TABLES]
        while kinds or not self.is_over():
            kind = kinds.pop() if kinds else chance.choice(list(table.kinds))
            try:
                self._meet(kind, table.kinds[kind])
            except (Refused, Lost) as problem:
                self.report.violate(f"{kind}, before they met: {problem!r}")

    def _lay_table(self, chance):
        return Table(self.yard, chance)

    def _meet(self, kind, prepare):
        self._check(kind, at_once(*prepare()))

    def _check(self, kind, results):
        problems = [problem for _result, problem in results if problem]
        self.report.count("meetings")
        self.report.count(f"... {kind}")
        self.report.count("where one was refused", len(problems) == 1)
        for problem in problems:
            if not (isinstance(problem, Refused) and problem.is_clear):
                self.report.violate(f"{kind}: {problem!r}")
        if len(problems) == 2:
            self.report.violate(f"{kind}: both were refused: {problems}")


class Table:
    """What two people meet over: one part, and a unit of it for each meeting.

    :ivar kinds: ``{label: method that prepares a meeting and returns its two calls}``
    """

    def __init__(self, yard, chance):
        self.yard = yard
        self.one, self.two = chance.sample(yard.clerks, 2)
        self.office = yard.login("office")
        self.part, self.other = yard.add_part("Met"), yard.add_part("Other")
        self.bin, self.far = chance.sample(yard.bins, 2)
        self.kinds = self._get_kinds()

    def _get_kinds(self):
        on_transfers, outright = (self.deliver, self.move), (self.scrap, self.count)
        corrections = (self.take_back, self.change_part, self.rename)
        takers = (*on_transfers, *outright)
        pairs = [(first, second) for index, first in enumerate(takers) for second in takers[index:]]
        # A unit on a transfer is reserved and can't be corrected, so those two never meet.
        pairs += [(first, second) for first in outright for second in corrections]
        kinds = {
            f"{first.__name__} and {second.__name__}": partial(self._taking, first, second)
            for first, second in pairs
        }
        for prepare in (
            *(self.serialize_and_deliver, self.serialize_and_serialize, self.swap_and_swap),
            *(self.receive_and_receive, self.receive_and_archive),
            *(self.answer_and_delete, self.answer_and_retype),
        ):
            kinds[prepare.__name__.replace("_", " ")] = prepare
        return kinds

    def _taking(self, first, second):
        lot = self._receive()
        return first(self.one, lot), second(self.two, lot)

    # -------------------------------------------------------------- the unit they meet over

    def _name(self):
        return f"MET-{self.yard.number()}"

    def _receive(self):
        """Receive a new serial number; return its id."""
        name = self._name()
        self._come_in(self.one, name)()
        domain = [("product_id", "=", self.part), ("name", "=", name)]
        [lot] = self.office.search("stock.lot", domain, "id")
        return lot["id"]

    def _come_in(self, user, name):
        """Return the call that receives the unit *name*."""
        [picking] = self.yard.add_receipts(self.part, 1)
        user.call("stock.picking", "enter_serials", [picking], name, location_id=self.bin)
        return self._validate(user, picking)

    def _validate(self, user, picking, **context):
        return partial(user.attempt, "stock.picking", "button_validate", [picking], context=context)

    def _transfer(self, user, kind, target, **lines):
        """Return the id of a confirmed transfer out of the bin."""
        return user.add_transfer(self.yard.warehouse[f"{kind}_type_id"], self.bin, target, **lines)

    # --------------------------------------------------------------------------- taking a unit

    def _carry(self, user, lot, kind, target):
        line = {"product_id": self.part, "lot_id": lot, "quantity": 1}
        return self._validate(user, self._transfer(user, kind, target, move_line_ids=line))

    def deliver(self, user, lot):
        return self._carry(user, lot, "out", self.yard.customers)

    def move(self, user, lot):
        return self._carry(user, lot, "int", self.far)

    def scrap(self, user, lot):
        values = {"product_id": self.part, "lot_id": lot, "location_id": self.bin, "scrap_qty": 1}
        scrap = user.create("stock.scrap", **values)
        return partial(user.attempt, "stock.scrap", "action_validate", [scrap])

    def count(self, _user, lot):
        values = {"product_id": self.part, "lot_id": lot, "location_id": self.bin}
        values["inventory_quantity"] = 0
        quants = self.office.call("stock.quant", "create", [values], context=INVENTORY)
        apply = "stock.quant", "action_apply_inventory", quants
        return partial(self.office.attempt, *apply, context=INVENTORY)

    def take_back(self, _user, lot):
        return self._correct(lot, kind="undo")

    def change_part(self, _user, lot):
        return self._correct(lot, kind="move", product_id=self.other)

    def rename(self, _user, lot):
        return self._correct(lot, kind="rename", new_name=self._name())

    def _correct(self, lot, **values):
        id_ = self.office.create("serial.correction", lot_id=lot, reason="Misread", **values)
        return partial(self.office.attempt, "serial.correction", "action_correct", [id_])

    # -------------------------------------------------------------------------- other meetings

    def _open_serialize(self):
        """Return the id of a Serialize transfer for an unserialized unit, with a serial number entered."""
        self._correct(self._receive(), kind="undo")()
        action = self.one.call("product.product", "action_assign_serials", [self.part])
        self.one.call("stock.picking", "enter_serials", [action["res_id"]], self._name())
        return action["res_id"]

    def _serialize(self, user, picking):
        return self._validate(user, picking, skip_serial_prompt=True)

    def serialize_and_deliver(self):
        """A unit gets a serial number while it is sold under another one."""
        transfer = self._open_serialize()
        move = {"product_id": self.part, "product_uom_qty": 1}
        delivery = self._transfer(self.two, "out", self.yard.customers, move_ids=move)
        self.two.call("stock.picking", "action_assign", [delivery])
        self.two.call("stock.picking", "enter_serials", [delivery], self._name())
        return self._serialize(self.one, transfer), self._serialize(self.two, delivery)

    def serialize_and_serialize(self):
        """Two people validate the same Serialize transfer."""
        transfer = self._open_serialize()
        return self._serialize(self.one, transfer), self._serialize(self.two, transfer)

    def swap_and_swap(self):
        """Two people exchange the same labels: they must be exchanged only once."""
        first, second = self._receive(), self._receive()
        return [self._correct(first, kind="swap", other_lot_id=second) for _person in range(2)]

    def _sell(self):
        """Sell a unit; return the id and the name of its serial number."""
        lot = self._receive()
        self.deliver(self.one, lot)()
        return lot, self.office.read("stock.lot", lot, "name")

    def receive_and_receive(self):
        """A unit that was sold comes back on two receipts."""
        _lot, name = self._sell()
        return self._come_in(self.one, name), self._come_in(self.two, name)

    def receive_and_archive(self):
        """A unit that was sold comes back while its serial number is archived."""
        lot, name = self._sell()
        archive = partial(self.two.attempt, "stock.lot", "action_archive", [lot])
        return self._come_in(self.one, name), archive

    def _answer(self):
        """Return the id of a new custom field, and the call that answers it."""
        values = {"name": f"Field {self.yard.number()}", "question_type": "integer"}
        question = self.office.create("serial.question", **values)
        answers = {self.office.read("serial.question", question, "key"): 5}
        write = "stock.lot", "write", [self._receive()], {"serial_answers": answers}
        return question, partial(self.one.attempt, *write)

    def answer_and_delete(self):
        """A custom field is answered while it is deleted."""
        question, answer = self._answer()
        return answer, partial(self.office.attempt, "serial.question", "unlink", [question])

    def answer_and_retype(self):
        """A custom field is answered while it gets another type."""
        question, answer = self._answer()
        write = "serial.question", "write", [question], {"question_type": "date"}
        return answer, partial(self.office.attempt, *write)
