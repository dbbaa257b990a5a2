"""Bad input: whatever is sent, it is refused in plain words, at once, and nobody else's data changes."""

import io
import json
import random
import statistics
import time
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from lab.client import Lost, Refused
from lab.soak import books, nonsense
from lab.soak.nonsense import Call
from lab.soak.report import Part

#: How long a call may take, in seconds, or on a busy machine how many times as long as a simple one.
PATIENCE, SLOWNESS = 2, 40
#: How much longer, for each megabyte that is sent: it is read before it can be refused.
PATIENCE_PER_MEGABYTE = 0.5
#: The share of inputs that are ten megabytes long, or bombs.
HUGE_SHARE = 0.004
#: How many calls are generated at a time, and how many may wait.
BATCH, WAITING = 40, 8
UNITS = 30
FORMULAS = ("=1+1", "@x", "+1", "-1+cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")')
QUESTIONS = ("char", "text", "integer", "float", "boolean", "date", "datetime", "selection", "tags")
WRONG_CALL = "missing 1 required positional argument"
FINE = ("refused", "accepted", "wrong call")
#: Generate only: no examples kept, no shrinking, no deadline.
SETTINGS = settings(
    max_examples=BATCH,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Input(Part):
    """Sends nonsense for some seconds, from four users at once."""

    def run(self):
        """Send nonsense until the time is up, then check that all is well."""
        self.kinds, self.times, self.noted = Counter(), [], set()
        self._prepare()
        before = self._read_branch()
        self._feed()
        for table, rows in self._read_branch().items():
            if before[table] != rows:
                self.report.violate(f"{table} of the other company changed")
        self.audit()
        self._check_exports()
        self._check_going_on()
        self.report.figures |= {
            "inputs": self.kinds.total(),
            "... refused in words": self.kinds["refused"],
            "... accepted, or answered entry by entry": self.kinds["accepted"],
            "... wrong calls, refused by Odoo": self.kinds["wrong call"],
            "half of them took less than, in ms": round(1000 * statistics.median(self.times)),
            "the longest took, in s": f"{max(self.times):.1f}",
        }

    def _read_branch(self):
        return books.fingerprint(self.yard.postgres, self.yard.database, self.yard.branch)

    # ------------------------------------------------------------------------------- the set-up

    def _prepare(self):
        """Create custom fields, a part with serial numbers, and the other company's records."""
        yard = self.yard
        for kind in QUESTIONS:
            names = ("Good", "Bad") if kind in ("selection", "tags") else ()
            options = [(0, 0, {"name": name}) for name in names]
            values = {"name": f"Soak {kind}", "question_type": kind, "option_ids": options}
            yard.admin.create("serial.question", **values)
        rows = yard.admin.search("serial.question", [("name", "=like", "Soak %")], "key")
        self.part = yard.add_part("Fed")
        self.pickings = yard.add_receipts(self.part, UNITS, len(yard.clerks))
        values = [{"name": f"FED-{number}", "product_id": self.part} for number in range(20)]
        known = {
            "part": self.part,
            "template": yard.admin.read("product.product", self.part, "product_tmpl_id"),
            "serials": yard.office.call("stock.lot", "create", values),
            "bins": yard.bins,
            "keys": [row["key"] for row in rows],
            "foreign": self._prepare_foreign(),
        }
        self.known = [
            nonsense.Known(picking=picking, lines=list(yard.read_lines(picking)) or [0], **known)
            for picking in self.pickings
        ]

    def _prepare_foreign(self):
        """Create the other company's records; return ``{kind: id}``."""
        yard = self.yard
        neighbour = yard.login("neighbour")
        part = yard.add_part("Foreign", company_id=yard.branch)
        line = {"product_id": part, "product_qty": 3, "price_unit": 1}
        order = {"partner_id": yard.vendor, "order_line": [(0, 0, line)]}
        done, waiting = yard.receive_orders(neighbour, [order, order])
        neighbour.call("stock.picking", "enter_serials", [done], "THEIRS1*3")
        neighbour.call("stock.picking", "button_validate", [done])
        neighbour.call("stock.picking", "enter_serials", [waiting], "THEIRS7*2")
        [line, *_] = neighbour.search("stock.move.line", [("picking_id", "=", done)], "lot_id")
        return {
            "product": part,
            "template": yard.admin.read("product.product", part, "product_tmpl_id"),
            "picking": waiting,
            "done": done,
            "line": line["id"],
            "serial": line["lot_id"],
            "location": neighbour.read("stock.picking", waiting, "location_dest_id"),
        }

    # --------------------------------------------------------------------------------- the calls

    def _feed(self):
        """Generate calls, and let each user make theirs one after the other."""
        clerks = self.yard.clerks
        offices = [self.yard.login("office") for _clerk in clerks]
        pools = [ThreadPoolExecutor(1) for _clerk in clerks]
        calls = [nonsense.calls(known) for known in self.known]
        chance, waiting, done = random.Random(f"{self.seed}-input"), BoundedSemaphore(WAITING), []
        least = (40 if self.is_short else 200) * len(clerks)

        def submit(number, call):
            if chance.random() < HUGE_SHARE:
                method, args = nonsense.huge(chance)
                id_ = None if method == "read_serial_file" else self.pickings[number]
                call = Call("clerk", "stock.picking", method, id_, args, {})
            user = (offices if call.user == "office" else clerks)[number]
            waiting.acquire()
            done.append(pools[number].submit(self._try, user, call))
            done[-1].add_done_callback(lambda _done: waiting.release())
            if len(done) % 200 == 0:
                done.append(pools[number].submit(self._clear, number))

        while len(done) < least or not self.is_over():
            think = given(st.integers(0, len(clerks) - 1), st.data())(
                lambda number, data: submit(number, data.draw(calls[number]))
            )
            seed(f"{self.seed} {len(done)}")(SETTINGS(think))()
        for pool in pools:
            pool.shutdown()
        for each in done:
            each.result()

    def _clear(self, number):
        """Clear the serial numbers of a receipt, so that it has unserialized units again."""
        lines = list(self.yard.read_lines(self.pickings[number]))
        self.yard.office.call("stock.move.line", "write", lines, {"lot_name": False})

    # ------------------------------------------------------------------------------- the verdict

    def _try(self, user, call):
        """Make a call and check its outcome."""
        own = [] if call.id is None else [[call.id]]
        made = (user, call.model, call.method, own + call.args, call.kwargs)
        outcome, seconds = self._call(*made)
        self.kinds[outcome if outcome in FINE else "wrong"] += 1
        self.times.append(seconds)
        name = f"{call.model}.{call.method}"
        shown = f"{name} by {user.login}: {_shorten(call.args)} {_shorten(call.kwargs)}"
        theirs = (call.model, call.id) in (
            ("stock.picking", self.known[0].foreign[key]) for key in ("picking", "done")
        )
        if outcome not in FINE:
            self._note(f"{name} {outcome}", f"{outcome}\n    {shown}")
        elif outcome == "accepted" and theirs:
            self._note(f"{name} foreign", f"another company's transfer: {shown}")
        if seconds > PATIENCE and self._is_slow(*made):
            self._note(f"{name} slow", f"took {seconds:.1f} s: {shown}")

    def _call(self, user, model, method, args, kwargs):
        """Return ``(outcome, seconds)``."""
        start = time.monotonic()
        _answer, problem = user.attempt(model, method, *args, **kwargs)
        seconds = time.monotonic() - start
        if not problem:
            return "accepted", seconds
        if isinstance(problem, Refused) and problem.is_clear:
            return "refused", seconds
        is_wrong_call = WRONG_CALL in str(problem) and "builtins.TypeError" in str(problem)
        return "wrong call" if is_wrong_call else repr(problem), seconds

    def _is_slow(self, user, *call):
        """Return whether it is slow every time, even compared with a simple call."""
        simple = "stock.picking", "preview_serials", [[self.pickings[0]], "SN1"], {}
        limit = max(PATIENCE, SLOWNESS * min(self._call(user, *simple)[1] for _time in range(3)))
        limit += PATIENCE_PER_MEGABYTE * len(json.dumps(call[2])) / nonsense.MEGABYTE
        return min(self._call(user, *call)[1] for _time in range(2)) > limit

    def _note(self, key, text):
        """Note a violation, but each kind only once."""
        key = "".join(char for char in key if not char.isdigit())[:160]
        if key not in self.noted:
            self.noted.add(key)
            self.report.violate(text)

    def _check_going_on(self):
        """Validate the receipts that got the nonsense: it must leave nothing behind."""
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
            values = [{"name": name, "product_id": self.part}]
            made, problem = self.yard.office.attempt("stock.lot", "create", values)
            lots += made or []
            if problem:
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
