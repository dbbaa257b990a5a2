"""Scans: two people scan units that leave, or move, at the same moment: the same unit, or units of one transfer.

What somebody scans is never lost, and no unit is scanned for two transfers: the second reads for which one it was.
"""

from functools import partial

from lab.client import at_once
from lab.soak.meetings import Meetings, Table

SCANNED = ("assigned", "picked")
SETTLED = (*SCANNED, "location")
OPEN = ("state", "not in", ("done", "cancel"))


class Scans(Meetings):
    """Lets people scan for some seconds, at several tables at once."""

    rules = ("meetings", "scans")

    def _lay_table(self, chance):
        return ScanTable(self.yard, chance)

    def _meet(self, kind, prepare):
        calls, find_wrong = prepare()
        results = at_once(*calls)
        self._check(kind, results)
        self.report.count("scans refused in words", sum(map(self._count_refused, results)))
        for wrong in find_wrong(*(result for result, _problem in results)):
            self.report.violate(f"{kind}: {wrong}")

    def _count_refused(self, result):
        outcome, _problem = result
        rows = outcome.get("entries", ()) if isinstance(outcome, dict) else ()
        return sum(row["status"] not in SETTLED for row in rows)


class ScanTable(Table):
    """What two people scan: units of a new part each time.

    :ivar kinds: ``{label: method that prepares a meeting}``; it returns the two calls, and what finds what is wrong
        after them, as texts
    """

    def _get_kinds(self):
        prepares = (
            *(self.scan_for_two, self.scan_reserved_in_one, self.scan_free_in_one),
            *(self.scan_reserved_beside, self.scan_free_beside, self.refuse_beside),
            *(self.put_away_beside, self.scan_and_validate_it, self.scan_and_validate_another),
            *(self.take_and_scan, self.take_and_take, self.take_and_validate),
        )
        return {prepare.__name__.replace("_", " "): prepare for prepare in prepares}

    # ------------------------------------------------------------------------ units and transfers

    def _receive_units(self, count):
        """Receive *count* units of a new part; return the names of their serial numbers."""
        self.part = self.yard.add_part("Scanned")
        names = [self._name() for _unit in range(count)]
        [picking] = self.yard.add_receipts(self.part, count)
        text = "\n".join(names)
        self.one.call("stock.picking", "enter_serials", [picking], text, location_id=self.bin)
        self._validate(self.one, picking)()
        return names

    def _reserve(self, count=1, kind="out"):
        """Return a transfer that has reserved *count* units, and the names of their serial numbers."""
        target = self.yard.customers if kind == "out" else self.yard.warehouse["lot_stock_id"]
        move = {"product_id": self.part, "product_uom_qty": count}
        transfer = self._transfer(self.one, kind, target, move_ids=move)
        self.one.call("stock.picking", "action_assign", [transfer])
        return transfer, self._read_names(transfer)

    def _read_names(self, transfer):
        lots = [line["lot_id"] for line in self.yard.read_lines(transfer).values()]
        return [
            row["name"] for row in self.office.search("stock.lot", [("id", "in", lots)], "name")
        ]

    def _find_free(self, *names):
        """Return those of the serial numbers *names* that no transfer has reserved."""
        domain = [("product_id", "=", self.part), OPEN, ("lot_id.name", "in", names)]
        lines = self.office.search("stock.move.line", domain, "lot_id")
        lots = self.office.search(
            "stock.lot",
            [("id", "not in", [line["lot_id"] for line in lines]), ("name", "in", names)],
            "name",
        )
        return [lot["name"] for lot in lots]

    def _scan(self, user, transfer, text):
        return partial(user.attempt, "stock.picking", "enter_in_prompt", [transfer], text)

    def _take(self, user, transfer, name):
        """Let *user* scan a unit that is reserved for another transfer; return the call that takes it."""
        self._scan(user, transfer, name)()
        return partial(user.attempt, "stock.picking", "take_reserved", [transfer], name)

    # ------------------------------------------------------------------------ what may be wrong

    def _read_scanned(self, name):
        """Return the open lines on which the unit *name* is scanned."""
        domain = [("product_id", "=", self.part), ("lot_id.name", "=", name), OPEN]
        domain += [("picked", "=", True), ("scanned_name", "=", name)]
        return self.office.search("stock.move.line", domain, "picking_id")

    def _find_doubled(self, name, *outcomes, read=None):
        """Find what is wrong after two people scanned the unit *name*: one has it, the other reads so.

        :param str read: what the other reads; by default the name of the transfer that it was scanned for
        """
        rows = [row for outcome in outcomes if outcome for row in outcome["entries"]]
        lost = [row for row in rows if row["status"] not in SCANNED]
        lines = self._read_scanned(name)
        if len(rows) != 2 or len(lost) != 1 or len(lines) != 1:
            yield f"{name} is scanned on {lines}: {rows}"
            return
        winner = lines[0]["picking_id"]
        read = read or self.office.read("stock.picking", winner, "name")
        if read not in lost[0]["message"] or lost[0].get("take"):
            yield f"who came second reads {lost}, not {read}"

    def _find_unscanned(self, transfer, names, *outcomes):
        """Find what is wrong after the units *names* were scanned on *transfer*: all of them are."""
        rows = [row for outcome in outcomes if outcome for row in outcome["entries"]]
        scanned = sorted(row["serial"] for row in rows if row["status"] in SCANNED)
        if scanned != sorted(names) or not all(map(self._read_scanned, names)):
            yield f"of {names} were scanned: {rows}"
        yield from self._find_unfinished(transfer)

    def _find_unfinished(self, *transfers):
        """Validate *transfers*, and find which of them is not done."""
        for transfer in transfers:
            _action, problem = self._validate(self.two, transfer, skip_backorder=True)()
            if problem or self.yard.read_state(transfer) != "done":
                yield f"transfer {transfer} could not be finished: {problem!r}"

    # -------------------------------------------------------------------------- two transfers

    def scan_for_two(self):
        """Two people scan the same free unit for different transfers."""
        names = self._receive_units(3)
        (first, _name), (second, _other) = self._reserve(), self._reserve()
        [free] = self._find_free(*names)

        def find_wrong(*outcomes):
            yield from self._find_doubled(free, *outcomes)
            yield from self._find_unfinished(first, second)

        calls = self._scan(self.one, first, free), self._scan(self.two, second, free)
        return calls, find_wrong

    def take_and_scan(self):
        """One takes a unit all the same, while it is scanned for the transfer that has reserved it."""
        self._receive_units(2)
        (first, _name), (second, [name]) = self._reserve(), self._reserve()
        take = self._take(self.one, first, name)

        def find_wrong(*outcomes):
            yield from self._find_doubled(name, *outcomes)
            yield from self._find_forgotten(first, name, outcomes[0])
            yield from self._find_unfinished(first, second)

        return (take, self._scan(self.two, second, name)), find_wrong

    def take_and_take(self):
        """Two people take the same unit from a third transfer."""
        self._receive_units(3)
        (first, _one), (second, _two), (third, [name]) = [self._reserve() for _transfer in range(3)]
        calls = self._take(self.one, first, name), self._take(self.two, second, name)

        def find_wrong(*outcomes):
            yield from self._find_doubled(name, *outcomes)
            for transfer, outcome in zip((first, second), outcomes):
                yield from self._find_forgotten(transfer, name, outcome)
            yield from self._find_unfinished(first, second, third)

        return calls, find_wrong

    def take_and_validate(self):
        """One takes a unit all the same, while the transfer that has reserved it is validated."""
        self._receive_units(2)
        (first, _name), (second, [name]) = self._reserve(), self._reserve()
        calls = self._take(self.one, first, name), self._validate(self.two, second)

        def find_wrong(outcome, _action):
            yield from self._find_forgotten(first, name, outcome)
            yield from self._find_unfinished(first)
            if self.yard.read_state(second) != "done":
                yield from self._find_unfinished(second)

        return calls, find_wrong

    def _find_forgotten(self, transfer, name, outcome):
        """Find out whether the unit *name* was neither taken by *transfer* nor kept as refused there."""
        if not outcome or outcome["entries"][0]["status"] in SCANNED:
            return
        kept = self.office.read("stock.picking", transfer, "serial_entry_refused") or []
        if name not in [row["name"] for row in kept]:
            yield f"{name} was refused, and is not kept: {kept}"

    def scan_and_validate_another(self):
        """One scans a unit while another transfer, for which it was scanned, is validated."""
        names = self._receive_units(3)
        (first, _name), (second, _other) = self._reserve(), self._reserve()
        [free] = self._find_free(*names)
        self._scan(self.two, second, free)()

        def find_wrong(outcome, _action):
            if outcome and outcome["entries"][0]["status"] in SCANNED:
                yield f"{free} was delivered by another transfer: {outcome}"
            yield from self._find_forgotten(first, free, outcome)
            yield from self._find_unfinished(first)

        calls = self._scan(self.one, first, free), self._validate(self.two, second)
        return calls, find_wrong

    # -------------------------------------------------------------------------- one transfer

    def _scan_in_one(self, name, transfer):
        """Return the meeting of two people who scan the unit *name* on one transfer."""

        def find_wrong(*outcomes):
            yield from self._find_doubled(name, *outcomes, read="already")
            yield from self._find_unfinished(transfer)

        return [self._scan(user, transfer, name) for user in (self.one, self.two)], find_wrong

    def scan_reserved_in_one(self):
        """Two people scan the same reserved unit of one transfer."""
        self._receive_units(2)
        transfer, names = self._reserve(2)
        return self._scan_in_one(names[0], transfer)

    def scan_free_in_one(self):
        """Two people scan the same free unit for one transfer: it replaces one reserved unit."""
        names = self._receive_units(3)
        transfer, _names = self._reserve(2)
        [free] = self._find_free(*names)
        return self._scan_in_one(free, transfer)

    def _scan_beside(self, names, transfer):
        """Return the meeting of two people who scan the two units *names* on one transfer."""
        calls = [
            self._scan(user, transfer, name)
            for user, name in zip((self.one, self.two), names, strict=True)
        ]
        return calls, partial(self._find_unscanned, transfer, names)

    def scan_reserved_beside(self):
        """Two people scan the two reserved units of one transfer."""
        self._receive_units(2)
        transfer, names = self._reserve(2)
        return self._scan_beside(names, transfer)

    def scan_free_beside(self):
        """Two people scan two free units for one transfer: they replace both reserved units."""
        names = self._receive_units(4)
        transfer, _names = self._reserve(2)
        return self._scan_beside(self._find_free(*names), transfer)

    def refuse_beside(self):
        """Two people scan on one transfer what nobody knows: both is kept."""
        self._receive_units(1)
        transfer, _names = self._reserve()
        names = [self._name(), self._name()]

        def find_wrong(*outcomes):
            for name, outcome in zip(names, outcomes, strict=True):
                yield from self._find_forgotten(transfer, name, outcome)
            yield from self._find_unfinished(transfer)

        calls = self._scan(self.one, transfer, names[0]), self._scan(self.two, transfer, names[1])
        return calls, find_wrong

    def put_away_beside(self):
        """Two people put the units of one transfer away, each into another bin."""
        self._receive_units(2)
        transfer, names = self._reserve(2, kind="int")
        bins = dict(zip(names, self.yard.bins))
        codes = {
            name: self.office.read("stock.location", id_, "name") for name, id_ in bins.items()
        }
        calls = [
            self._scan(user, transfer, f"{name}\n{codes[name]}")
            for user, name in zip((self.one, self.two), names, strict=True)
        ]

        def find_wrong(*outcomes):
            outcomes = [{"entries": outcome["entries"][:1]} for outcome in outcomes if outcome]
            yield from self._find_unscanned(transfer, names, *outcomes)
            domain = [("product_id", "=", self.part), ("name", "in", names)]
            lots = self.office.search("stock.lot", domain, "name", "location_id")
            if {lot["name"]: lot["location_id"] for lot in lots} != bins:
                yield f"to be put away: {bins}; found: {lots}"

        return calls, find_wrong

    def scan_and_validate_it(self):
        """One scans a unit while somebody else validates the transfer, and leaves the unit for later."""
        self._receive_units(2)
        transfer, names = self._reserve(2)
        self._scan(self.one, transfer, names[0])()

        def find_wrong(outcome, _action):
            delivered = self._read_names(transfer)
            expected = names if outcome else names[:1]
            if sorted(delivered) != sorted(expected):
                yield f"{delivered} was delivered, scanned was {expected}: {outcome}"

        validate = self._validate(self.two, transfer, skip_backorder=True)
        return (self._scan(self.one, transfer, names[1]), validate), find_wrong
