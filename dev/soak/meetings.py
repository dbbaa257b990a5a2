"""Meetings: two people do something with the same unit, or custom field, in the same moment.

One does it after the other, or one is told. Which of the two is chance; that the books agree is not.
"""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from dev.soak.client import Lost, Refused, at_once, attempt
from dev.soak.report import Report

#: Meetings at the same time, each of two people with a part of their own.
TABLES = 4
COUNTING = {"inventory_mode": True}

#: What is wrong after a meeting, beside the books.
RULES = {
    "units without a serial number below zero": """
        SELECT format('product %s in location %s: %s', quant.product_id, quant.location_id, sum(quant.quantity))
          FROM stock_quant quant
          JOIN stock_location place ON place.id = quant.location_id
         WHERE place.usage = 'internal' AND quant.lot_id IS NULL
      GROUP BY quant.product_id, quant.location_id
        HAVING sum(quant.quantity) < 0
    """,
    "a serial number with a document, but without a unit": """
        SELECT format('%s of product %s', lot.name, lot.product_id)
          FROM stock_lot lot
         WHERE lot.active AND lot.source IS NOT NULL
               AND NOT EXISTS (SELECT FROM stock_quant quant WHERE quant.lot_id = lot.id AND quant.quantity > 0)
    """,
    "an archived serial number in stock": """
        SELECT lot.name
          FROM stock_lot lot
          JOIN stock_quant quant ON quant.lot_id = lot.id
          JOIN stock_location place ON place.id = quant.location_id
         WHERE NOT lot.active AND place.usage = 'internal' AND quant.quantity != 0
    """,
    "an answer without its custom field": """
        SELECT format('%s: %s', lot.name, answer.key)
          FROM stock_lot lot, jsonb_object_keys(lot.serial_answers) AS answer(key)
         WHERE NOT EXISTS (SELECT FROM serial_question question WHERE question.key = answer.key)
    """,
}


class Meetings:
    """Lets people meet for some seconds, at several tables at once."""

    def __init__(self, yard, seconds, seed):
        self.yard, self.seed = yard, seed
        self.report = Report("meetings")
        self.limit = time.monotonic() + seconds
        self._lock = threading.Lock()

    def run(self):
        """Return the Report."""
        met = self.yard.odoo.count_in_log("tries left")
        for label in ("meetings", "where one was told"):
            self.report.count(label, 0)
        with ThreadPoolExecutor(TABLES) as pool:
            for done in [pool.submit(self._play, number) for number in range(TABLES)]:
                done.result()
        self.report.figures["calls that met and were done again"] = (
            self.yard.odoo.count_in_log("tries left") - met
        )
        rows = [
            f"{rule}: {wrong}"
            for rule, query in RULES.items()
            for [wrong] in self.yard.query(query)
        ]
        for problem in [*self.yard.audit(), *rows]:
            self.report.violate(problem)
        return self.report

    def _play(self, number):
        chance = random.Random(f"{self.seed}-meetings-{number}")
        table = Table(self.yard, chance)
        kinds = list(table.kinds)
        first = number
        while first < len(kinds) or time.monotonic() < self.limit:
            # Each kind once, by one of the tables, then what chance says.
            kind = kinds[first] if first < len(kinds) else chance.choice(kinds)
            first += TABLES
            try:
                self._judge(kind, at_once(*table.kinds[kind]()))
            except (Refused, Lost) as problem:
                self._violate(f"{kind}, before they met: {problem!r}")

    def _judge(self, kind, results):
        problems = [problem for _result, problem in results if problem]
        with self._lock:
            self.report.count("meetings")
            self.report.count(f"... {kind}")
            self.report.count("where one was told", len(problems) == 1)
        for problem in problems:
            if not (isinstance(problem, Refused) and problem.is_clear):
                self._violate(f"{kind}: {problem!r}")
        if len(problems) == 2:
            self._violate(f"{kind}: both were told: {problems}")

    def _violate(self, text):
        with self._lock:
            self.report.violate(text)


class Table:
    """What two people meet over: a part of their own, a unit for each meeting.

    :ivar kinds: ``{label: method that prepares a meeting}``; a method returns the two calls
    """

    def __init__(self, yard, chance):
        self.yard, self.chance = yard, chance
        self.one, self.two = chance.sample(yard.clerks, 2)
        self.office = yard.login("office")
        self.part, self.other = yard.add_part("Met"), yard.add_part("Other")
        self.place, self.far = chance.sample(yard.bins, 2)
        takers = (self.deliver, self.move, self.scrap, self.count)
        corrections = (self.take_back, self.change_part, self.rename)
        self.kinds = {
            f"{first.__name__} and {second.__name__}": self._taking(first, second)
            for index, first in enumerate(takers)
            for second in (*takers[index:], *corrections)
            # What is on a transfer is reserved: it is not corrected, and that is no meeting.
            if not (first in (self.deliver, self.move) and second in corrections)
        } | {
            "name and deliver": self.name_and_deliver,
            "name and name": self.name_and_name,
            "swap and swap": self.swap_and_swap,
            "receive and receive": self.receive_and_receive,
            "receive and archive": self.receive_and_archive,
            "answer and delete": self.answer_and_delete,
            "answer and retype": self.answer_and_retype,
        }

    def _taking(self, first, second):
        def prepare():
            lot = self._receive()
            return first(self.one, lot), second(self.two, lot)

        return prepare

    # ------------------------------------------------------------------------ what is there

    def _name(self):
        return f"MET-{self.yard.number()}"

    def _receive(self, name=None):
        """Return the id of a serial number that was received."""
        name = name or self._name()
        [picking] = self.yard.add_receipts(self.part, 1)
        self.one.call("stock.picking", "enter_serials", [picking], name, location_id=self.place)
        self.one.call("stock.picking", "button_validate", [picking])
        return self._find(name)

    def _find(self, name):
        domain = [("product_id", "=", self.part), ("name", "=", name)]
        [lot] = self.office.search("stock.lot", domain, "id")
        return lot["id"]

    def _call(self, user, model, method, *args, **kwargs):
        return lambda: attempt(user, model, method, *args, **kwargs)

    def _transfer(self, user, lot, kind, target):
        places = {"location_id": self.place, "location_dest_id": target}
        line = {"product_id": self.part, "lot_id": lot, "quantity": 1, **places}
        [picking] = user.call(
            "stock.picking",
            "create",
            [{"picking_type_id": kind, "move_line_ids": [(0, 0, line)], **places}],
        )
        user.call("stock.picking", "action_confirm", [picking])
        return picking

    def _kind(self, code):
        domain = [("code", "=", code), ("company_id", "=", self.yard.company)]
        [kind] = self.office.search("stock.picking.type", domain, "id", limit=1, order="id")
        return kind["id"]

    def _customers(self):
        [place] = self.office.search(
            "stock.location", [("usage", "=", "customer")], "id", limit=1, order="id"
        )
        return place["id"]

    # --------------------------------------------------------------- who takes a unit, and how

    def deliver(self, user, lot):
        picking = self._transfer(user, lot, self._kind("outgoing"), self._customers())
        return self._call(user, "stock.picking", "button_validate", [picking])

    def move(self, user, lot):
        picking = self._transfer(user, lot, self._kind("internal"), self.far)
        return self._call(user, "stock.picking", "button_validate", [picking])

    def scrap(self, user, lot):
        values = {"product_id": self.part, "lot_id": lot, "location_id": self.place, "scrap_qty": 1}
        scraps = user.call("stock.scrap", "create", [values])
        return self._call(user, "stock.scrap", "action_validate", scraps)

    def count(self, _user, lot):
        values = {"product_id": self.part, "lot_id": lot, "location_id": self.place}
        values["inventory_quantity"] = 0
        quants = self.office.call("stock.quant", "create", [values], context=COUNTING)
        apply = "action_apply_inventory"
        return self._call(self.office, "stock.quant", apply, quants, context=COUNTING)

    def take_back(self, _user, lot):
        return self._correct(lot, kind="undo")

    def change_part(self, _user, lot):
        return self._correct(lot, kind="move", product_id=self.other)

    def rename(self, _user, lot):
        return self._correct(lot, kind="rename", new_name=self._name())

    def _correct(self, lot, **values):
        values = {"lot_id": lot, "reason": "Misread", **values}
        corrections = self.office.call("serial.correction", "create", [values])
        return self._call(self.office, "serial.correction", "action_correct", corrections)

    # --------------------------------------------------------------------- who meets whom else

    def _open_serialize(self, name):
        [product] = self.office.read("product.product", [self.part], "product_tmpl_id")
        template = product["product_tmpl_id"][0]
        action = self.one.call("product.template", "action_assign_serials", [template])
        self.one.call("stock.picking", "enter_serials", [action["res_id"]], name)
        return action["res_id"]

    def _put_in_stock(self):
        """Take a unit's serial number back, so that it has none."""
        self._correct(self._receive(), kind="undo")()

    def _serialize(self, user, picking):
        context = {"skip_serial_prompt": True}
        return self._call(user, "stock.picking", "button_validate", [picking], context=context)

    def name_and_deliver(self):
        """A unit gets its serial number while it is sold under another."""
        self._put_in_stock()
        transfer = self._open_serialize(self._name())
        move = {
            "product_id": self.part,
            "product_uom_qty": 1,
            "location_id": self.place,
            "location_dest_id": self._customers(),
        }
        [delivery] = self.two.call(
            "stock.picking",
            "create",
            [
                {
                    "picking_type_id": self._kind("outgoing"),
                    "location_id": self.place,
                    "location_dest_id": self._customers(),
                    "move_ids": [(0, 0, move)],
                }
            ],
        )
        self.two.call("stock.picking", "action_confirm", [delivery])
        self.two.call("stock.picking", "action_assign", [delivery])
        self.two.call("stock.picking", "enter_serials", [delivery], self._name())
        return self._serialize(self.one, transfer), self._serialize(self.two, delivery)

    def name_and_name(self):
        """Two validate the same Serialize transfer."""
        self._put_in_stock()
        transfer = self._open_serialize(self._name())
        return self._serialize(self.one, transfer), self._serialize(self.two, transfer)

    def swap_and_swap(self):
        """Two exchange the same labels: they are exchanged once."""
        first, second = self._receive(), self._receive()
        swaps = [self._correct(first, kind="swap", other_lot_id=second) for _person in range(2)]
        return tuple(swaps)

    def _read(self, *lots):
        return self.office.read("stock.lot", list(lots), "name")

    def _sold(self):
        lot = self._receive()
        self.deliver(self.one, lot)()
        [name] = [lot["name"] for lot in self._read(lot)]
        return lot, name

    def _come_back(self, user, name):
        [picking] = self.yard.add_receipts(self.part, 1)
        user.call("stock.picking", "enter_serials", [picking], name, location_id=self.place)
        return self._call(user, "stock.picking", "button_validate", [picking])

    def receive_and_receive(self):
        """A unit that was sold comes back on two receipts."""
        _lot, name = self._sold()
        return self._come_back(self.one, name), self._come_back(self.two, name)

    def receive_and_archive(self):
        """A unit that was sold comes back while its serial number is archived."""
        lot, name = self._sold()
        archive = self._call(self.two, "stock.lot", "action_archive", [lot])
        return self._come_back(self.one, name), archive

    def _ask(self, lot):
        values = {"name": f"Field {self.yard.number()}", "question_type": "integer"}
        [question] = self.office.call("serial.question", "create", [values])
        [key] = [found["key"] for found in self.office.read("serial.question", [question], "key")]
        answer = {"serial_answers": {key: 5}}
        return question, self._call(self.one, "stock.lot", "write", [lot], answer)

    def answer_and_delete(self):
        """A custom field is answered while it is deleted."""
        question, answer = self._ask(self._receive())
        return answer, self._call(self.office, "serial.question", "unlink", [question])

    def answer_and_retype(self):
        """A custom field is answered while it gets another type."""
        question, answer = self._ask(self._receive())
        values = {"question_type": "date"}
        return answer, self._call(self.office, "serial.question", "write", [question], values)
