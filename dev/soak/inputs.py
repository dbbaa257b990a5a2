"""Bad input: whatever is sent, a user is told in words, at once, and nothing of others changes."""

import io
import itertools
import json
import random
import statistics
import time
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from dev.soak import books, nonsense
from dev.soak.client import Lost, Refused
from dev.soak.report import Report

#: The longest that a call may take, and how many times as long as others on a busy machine.
PATIENCE, SLOWNESS = 2, 40
#: How many inputs of ten megabytes, and bombs, there are in a thousand.
HUGE_SHARE = 0.004
UNITS = 30
FORMULAS = ("=1+1", "@x", "+1", "-1+cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")')
QUESTIONS = ("char", "text", "integer", "float", "boolean", "date", "datetime", "selection", "tags")
WRONG_CALL = "missing 1 required positional argument"


class Inputs:
    """Feeds nonsense for some seconds, from four users at once."""

    def __init__(self, yard, seconds, seed):
        self.yard, self.seed = yard, seed
        self.report = Report("input")
        self.limit = time.monotonic() + seconds
        self.least = 40 if seconds < 100 else 200
        self.kinds = Counter()
        self.noted = set()
        self.times = []

    def run(self):
        """Return the Report."""
        self._prepare()
        before = books.fingerprint(self.yard.postgres, self.yard.database, self.yard.branch)
        with ThreadPoolExecutor(len(self.yard.clerks)) as pool:
            for done in [pool.submit(self._feed, user) for user in range(4)]:
                done.result()
        after = books.fingerprint(self.yard.postgres, self.yard.database, self.yard.branch)
        for table in before:
            if before[table] != after[table]:
                self.report.violate(f"{table} of the other company changed")
        for wrong in self.yard.audit():
            self.report.violate(wrong)
        self._check_exports()
        self._check_going_on()
        self.report.figures["inputs"] = self.kinds.total()
        self.report.figures["... refused in words"] = self.kinds["refused"]
        self.report.figures["... taken, or answered entry by entry"] = self.kinds["taken"]
        self.report.figures["... wrong calls, told as Odoo does"] = self.kinds["wrong call"]
        self.report.figures["half of them took less than, in ms"] = round(
            1000 * statistics.median(self.times)
        )
        self.report.figures["the longest took, in s"] = f"{max(self.times):.1f}"
        return self.report

    # ---------------------------------------------------------------------------- what is there

    def _prepare(self):
        """Make the fields, two parts with serial numbers, and the same of the other company."""
        yard = self.yard
        for kind in QUESTIONS:
            options = [(0, 0, {"name": name}) for name in ("Good", "Bad")]
            yard.admin.call(
                "serial.question",
                "create",
                [
                    {
                        "name": f"Soak {kind}",
                        "question_type": kind,
                        "option_ids": options if kind in ("selection", "tags") else [],
                    }
                ],
            )
        rows = yard.admin.search("serial.question", [("name", "=like", "Soak %")], "key")
        self.keys = [row["key"] for row in rows]
        self.part = yard.add_part("Fed")
        self.template = self._template_of(self.part)
        self.pickings = [yard.add_receipts(self.part, UNITS)[0] for _user in yard.clerks]
        self.lines = [list(yard.read_lines(picking)) or [0] for picking in self.pickings]
        self.serials = yard.office.call(
            "stock.lot",
            "create",
            [{"name": f"FED-{number}", "product_id": self.part} for number in range(20)],
        )
        self.foreign = self._prepare_foreign()

    def _template_of(self, product):
        return self.yard.admin.read("product.product", [product], "product_tmpl_id")[0][
            "product_tmpl_id"
        ][0]

    def _prepare_foreign(self):
        """Return ``{kind: id}`` of what the other company has."""
        yard = self.yard
        neighbour = yard.login("neighbour")
        part = yard.add_part("Foreign", company_id=yard.branch)
        order = {
            "partner_id": yard.vendor,
            "order_line": [(0, 0, {"product_id": part, "product_qty": 3, "price_unit": 1})],
        }
        orders = neighbour.call("purchase.order", "create", [order])
        neighbour.call("purchase.order", "button_confirm", orders)
        [picking] = neighbour.read("purchase.order", orders, "picking_ids")[0]["picking_ids"]
        neighbour.call("stock.picking", "enter_serials", [picking], "THEIRS1*3")
        neighbour.call("stock.picking", "button_validate", [picking])
        lines = neighbour.search("stock.move.line", [("picking_id", "=", picking)], "lot_id")
        again = neighbour.call("purchase.order", "create", [order])
        neighbour.call("purchase.order", "button_confirm", again)
        [waiting] = neighbour.read("purchase.order", again, "picking_ids")[0]["picking_ids"]
        neighbour.call("stock.picking", "enter_serials", [waiting], "THEIRS7*2")
        place = neighbour.read("stock.picking", [waiting], "location_dest_id")[0]
        return {
            "product": part,
            "template": self._template_of(part),
            "picking": waiting,
            "done": picking,
            "line": lines[0]["id"],
            "serial": lines[0]["lot_id"][0],
            "location": place["location_dest_id"][0],
        }

    # --------------------------------------------------------------------------------- the calls

    def _feed(self, number):
        chance = random.Random(f"{self.seed}-input-{number}")
        clerk, office = self.yard.clerks[number], self.yard.login("office")
        for count in itertools.count():
            if count >= self.least and time.monotonic() >= self.limit:
                return
            if count % 200 == 199:
                self._clear(number)
            user, model, method, ids, args, kwargs = self._invent(chance, number)
            self._try(office if user == "office" else clerk, model, method, ids, args, kwargs)

    def _clear(self, number):
        """Take the serial numbers off a receipt, so that there are units to name again."""
        lines = list(self.yard.read_lines(self.pickings[number]))
        self.yard.office.call("stock.move.line", "write", lines, {"lot_name": False})

    def _invent(self, chance, number):
        """Return a call: ``(user, model, method, ids, arguments, named arguments)``."""
        foreign = self.foreign
        picking = chance.choice(
            (*[self.pickings[number]] * 8, foreign["picking"], foreign["done"], 10**9)
        )
        serial = chance.choice((*self.serials, foreign["serial"]))
        line = chance.choice((*self.lines[number], foreign["line"]))
        template = chance.choice((self.template, foreign["template"]))
        some_answers = nonsense.answers(chance, self.keys)
        kind = chance.random()
        if kind < HUGE_SHARE:
            return self._invent_huge(chance, picking)
        if kind < 0.45:
            method = chance.choice(
                ("enter_serials", "preview_serials", "preview_serials", "enter_in_prompt")
            )
            text = nonsense.text(chance) if chance.random() < 0.9 else nonsense.value(chance)
            return "clerk", "stock.picking", method, picking, [text], self._some_ids(chance)
        if kind < 0.6:
            args = list(nonsense.file(chance))
            if chance.random() < 0.1:
                args[chance.randrange(2)] = nonsense.value(chance)
            return "clerk", "stock.picking", "read_serial_file", None, args, {}
        if kind < 0.66:
            method = chance.choice(("generate_serials", "get_serial_template"))
            ids = {key: id_ for key, id_ in self._some_ids(chance).items() if key == "product_id"}
            return "clerk", "stock.picking", method, picking, [], ids
        if kind < 0.72:
            args = [chance.choice((line, nonsense.value(chance))), nonsense.value(chance)]
            return "clerk", "stock.picking", "copy_serial_answers", picking, args[:2], {}
        if kind < 0.85:
            model, id_ = chance.choice((("stock.lot", serial), ("stock.move.line", line)))
            return "clerk", model, "write", id_, [{"serial_answers": some_answers}], {}
        if kind < 0.92:
            user = chance.choice(("office", "office", "clerk"))
            values = {"default_serial_answers": some_answers}
            return user, "product.template", "write", template, [values], {}
        serials = (*self.serials, foreign["serial"])
        places = (*self.yard.bins, foreign["location"])
        edits = nonsense.edits(chance, self.keys, serials, places)
        user = chance.choice(("office", "office", "clerk"))
        return user, "product.template", "write", template, [{"serial_edits": edits}], {}

    def _invent_huge(self, chance, picking):
        if chance.random() < 0.3:
            args = list(nonsense.bomb(chance))
            return "clerk", "stock.picking", "read_serial_file", None, args, {}
        method = chance.choice(("enter_serials", "preview_serials"))
        return "clerk", "stock.picking", method, picking, [nonsense.huge(chance)], {}

    def _some_ids(self, chance):
        """Return the part and the bin of a call: mostly none, else right, foreign or nonsense."""
        ids = {}
        for key, own, foreign in (
            ("product_id", self.part, self.foreign["product"]),
            ("location_id", self.yard.bins[0], self.foreign["location"]),
        ):
            if chance.random() < 0.4:
                ids[key] = chance.choice((own, own, foreign, 10**9, -1, nonsense.value(chance)))
        return ids

    # ------------------------------------------------------------------------------- the verdict

    def _try(self, user, model, method, id_, args, kwargs):
        own = [] if id_ is None else [[id_]]
        outcome, seconds = self._call(user, model, method, own + args, kwargs)
        self.kinds[outcome if outcome in ("refused", "taken", "wrong call") else "wrong"] += 1
        self.times.append(seconds)
        shown = f"{model}.{method} by {user.login}: {_shorten(args)} {_shorten(kwargs)}"
        if outcome not in ("refused", "taken", "wrong call"):
            self._note(f"{model}.{method} {outcome}", f"{outcome}\n    {shown}")
        elif (
            outcome == "taken"
            and model == "stock.picking"
            and id_ in (self.foreign["picking"], self.foreign["done"])
        ):
            self._note(f"{model}.{method} foreign", f"another company's transfer: {shown}")
        if seconds > PATIENCE and self._is_slow(user, model, method, own + args, kwargs):
            self._note(f"{model}.{method} slow", f"took {seconds:.1f} s: {shown}")

    def _call(self, user, model, method, args, kwargs):
        """Return ``(outcome, seconds)``."""
        start = time.monotonic()
        try:
            user.call(model, method, *args, **kwargs)
            outcome = "taken"
        except Refused as problem:
            outcome = "refused" if problem.is_clear else repr(problem)
            if problem.name == "builtins.TypeError" and WRONG_CALL in problem.message:
                outcome = "wrong call"
        except Lost as problem:
            outcome = repr(problem)
        return outcome, time.monotonic() - start

    def _is_slow(self, user, *call):
        """Whether it is slow each time, also as compared with what is simple."""
        simple = [
            self._call(user, "stock.picking", "preview_serials", [[self.pickings[0]], "SN1"], {})
            for _time in range(3)
        ]
        limit = max(PATIENCE, SLOWNESS * min(seconds for _outcome, seconds in simple))
        return min(self._call(user, *call)[1] for _time in range(2)) > limit

    def _note(self, key, text):
        """Note a violation once for each of its kind."""
        key = "".join(char for char in key if not char.isdigit())[:160]
        with self.yard.lock:
            if key not in self.noted:
                self.noted.add(key)
                self.report.violate(text)

    def _check_going_on(self):
        """Validate the receipts that were fed: nonsense leaves nothing behind."""
        for number, picking in enumerate(self.pickings):
            self._clear(number)
            clerk = self.yard.clerks[number]
            try:
                clerk.call("stock.picking", "enter_serials", [picking], f"OK{number}-001*{UNITS}")
                clerk.call("stock.picking", "button_validate", [picking])
            except (Refused, Lost) as problem:
                self.report.violate(f"a fed receipt can't be validated: {problem!r}")
                continue
            if self.yard.read_state(picking) != "done":
                self.report.violate("a fed receipt is not done")

    def _check_exports(self):
        """Export serial numbers that look like formulas: a spreadsheet must take them as text."""
        lots = []
        for name in FORMULAS:
            try:
                values = {"name": name, "product_id": self.part}
                lots += self.yard.office.call("stock.lot", "create", [values])
            except Refused as problem:
                self.report.count("formulas refused as serial numbers")
                if not problem.is_clear:
                    self.report.violate(f"{name}: {problem!r}")
        data = {
            "model": "stock.lot",
            "fields": [{"name": "name", "label": "Name", "type": "char"}],
            "ids": lots,
            "domain": [],
            "import_compat": False,
        }
        for kind in ("csv", "xlsx"):
            content = self.yard.office.get(f"/web/export/{kind}", data=json.dumps(data))
            if kind == "csv":
                formulas = [line for line in content.decode().splitlines() if line[1:2] in "=+-"]
            else:
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    sheet = archive.read("xl/worksheets/sheet1.xml").decode()
                formulas = [sheet] if "<f>" in sheet else []
            self.report.count(f"formulas exported to {kind} as text", len(lots))
            if formulas:
                self.report.violate(f"a serial number is a formula in {kind}: {formulas[0][-300:]}")


def _shorten(value):
    text = ascii(value)
    return text if len(text) < 300 else f"{text[:150]} … {text[-50:]} ({len(text)} characters)"
