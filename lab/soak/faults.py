"""Faults: servers are killed and connections cut while users work on documents.

Afterwards each document must be wholly done or wholly not, what was typed before must still be there, and the same
buttons must finish the document, with nothing to clean up by hand.
"""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from dev.output import Problem, tick
from lab.client import Lost, Refused
from lab.soak.report import Part

RETRIES = 60
MEGABYTES = 64
#: The tables that grow when serial numbers are created.
GROWING = ("stock_lot", "stock_move_line", "stock_quant")


class Faults(Part):
    """Breaks things for some seconds, one at a time."""

    def __init__(self, yard, seconds, seed):
        super().__init__(yard, seconds, seed)
        self.chance = random.Random(f"{seed}-faults")
        # Short runs have smaller documents and only some of the faults.
        self.sizes = (10, 20) if self.is_short else (20, 100, 100, 300, 1000)
        self.least = 3 if self.is_short else None
        #: Seconds that a step takes for one unit when nothing breaks.
        self.pace = {}
        self.faults = {
            "connection terminated": self.terminate,
            "serialization failure": self.interfere,
            "deadlock": self.entangle,
        }
        if yard.owns_postgres:
            self.faults |= {
                "Odoo killed": self.kill_odoo,
                "PostgreSQL backend killed": self.kill_backend,
                "PostgreSQL killed": self.kill_postgres,
                "disk full": self.fill_disk,
            }
        else:
            self.report.not_run.append(
                "kills and a full disk: there is no PostgreSQL that belongs to this run alone"
            )

    def run(self):
        """Break things until the time is up."""
        for kind in ("receive", "serialize"):
            self._measure_pace(kind)
        order = list(self.faults)
        self.chance.shuffle(order)
        order = order[: self.least]
        while order or not self.is_over():
            name = order.pop() if order else self.chance.choice(list(self.faults))
            self._strike(name, self.chance.choice(("receive", "serialize")))
            tick(f"faults: {self.report.figures.get('faults', 0)}")
        if missed := [name for name in self.faults if f"... {name}" not in self.report.figures]:
            self.report.not_run.append(f"{', '.join(missed)}: no time; a longer run has them")

    def _measure_pace(self, kind):
        units = self.sizes[0]
        document = Document(self.yard, kind, units)
        for step in ("enter", "validate"):
            start = time.monotonic()
            document.act(step)
            self.pace[kind, step] = (time.monotonic() - start) / units
        self._check_done(document, "nothing")

    # -------------------------------------------------------------------------------- one fault

    def _strike(self, name, kind):
        document = Document(self.yard, kind, self.chance.choice(self.sizes))
        step = self.chance.choice(("enter", "validate", "validate"))
        if step == "validate":
            document.act("enter")
        where = f"{name} while {document.units} units: {kind}, {step}"
        typed = document.read_typed()
        result = self._act_and_break(document, step, self.faults[name], name)
        if result is None:
            return
        self.report.count("faults")
        self.report.count(f"... {name}")
        self._check_broken(document, step, typed, result, where)
        self._finish(document, where)

    def _act_and_break(self, document, step, fault, name):
        """Let a clerk act while *fault* happens; return ``(result, problem)``, None if it can't be tried here."""
        moment = self.chance.uniform(0, self.pace[document.kind, step] * document.units)
        try:
            with fault(document, moment) as break_, ThreadPoolExecutor(1) as pool:
                answer = pool.submit(document.attempt, step)
                break_()
                return answer.result()
        except Unavailable as reason:
            self.report.not_run.append(f"{name}: {reason}")
            self.faults.pop(name)
            return None

    def _check_broken(self, document, step, typed, result, where):
        """Check that the document is wholly done or wholly not, and that nothing typed was lost."""
        _value, problem = result
        if isinstance(problem, Refused):
            self.report.count("refused in words" if problem.is_clear else "refused in code")
        elif isinstance(problem, Lost):
            self.report.count("had no answer")
        else:
            self.report.count("done in spite of it")
        self.audit(f"{where}: ")
        state, now = document.read_state(), document.read_typed()
        if state == "done":
            self.report.count("wholly done")
        elif problem is None and step == "validate":
            self.report.violate(f"{where}: was answered as done, but is {state}")
        else:
            self.report.count("wholly not")
        if not typed <= now:
            self.report.violate(f"{where}: lost {sorted(typed - now)[:5]}")
        if step == "enter" and len(now) not in (len(typed), document.units):
            self.report.violate(f"{where}: {len(now)} of {document.units} serial numbers entered")
        if step == "enter" and problem is None and len(now) != document.units:
            self.report.violate(f"{where}: was answered as entered, but is not")

    def _finish(self, document, where):
        """Finish the document as a clerk would; one more click is fine, as Odoo may have kept a lost connection."""
        for tries_left in (1, 0):
            try:
                if document.read_state() != "done":
                    if len(document.read_typed()) < document.units:
                        document.act("enter")
                    document.act("validate")
            except (Refused, Lost) as problem:
                clear = isinstance(problem, Refused) and problem.is_clear
                if clear or not tries_left:
                    self.report.violate(f"{where}: could not go on: {problem!r}")
                    return
                self.report.count("clicked twice afterwards")
            else:
                break
        self._check_done(document, where)

    def _check_done(self, document, where):
        if document.read_state() != "done" or len(document.read_typed()) != document.units:
            self.report.violate(f"{where}: afterwards {document.read_state()}")
        on_hand = document.count_on_hand()
        if on_hand != document.units:
            self.report.violate(f"{where}: {on_hand} of {document.units} units are in stock")
        self.audit(f"{where}, afterwards: ")

    # ------------------------------------------------------------------------------- the faults

    @contextmanager
    def kill_odoo(self, _document, moment):
        """Kill the Odoo server."""
        yield lambda: self._after(moment, self.yard.odoo.kill)
        self.yard.odoo.start()

    @contextmanager
    def kill_backend(self, _document, moment):
        """Kill the call's database process; PostgreSQL then ends all others, too, and restarts."""
        yield lambda: self._after(moment, self._for_backends, self.yard.postgres.kill_backend)
        self._wait_for_postgres()

    @contextmanager
    def kill_postgres(self, _document, moment):
        """Kill the PostgreSQL server; it recovers when started again."""
        yield lambda: self._after(moment, self.yard.postgres.kill)
        self.yard.postgres.start()
        self._wait_for_postgres()

    @contextmanager
    def terminate(self, _document, moment):
        """Terminate the call's connection, as an administrator would."""
        end = "SELECT pg_terminate_backend({})".format
        yield lambda: self._after(moment, self._for_backends, lambda pid: self.yard.query(end(pid)))
        self._wait_for_postgres()

    def _after(self, moment, action, *args):
        time.sleep(moment)
        action(*args)

    def _for_backends(self, action):
        """Call *action* with the process id of each connection that is in a transaction."""
        with suppress(Problem):
            for [pid] in self.yard.query(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid != pg_backend_pid() AND xact_start IS NOT NULL"
            ):
                action(pid)

    def _wait_for_postgres(self):
        """Wait until the database and Odoo answer again: each lost connection that Odoo has kept costs somebody a
        request."""
        for _attempt in range(RETRIES):
            try:
                self.yard.query("SELECT 1")
                self.yard.clerks[0].read("res.users", self.yard.clerks[0].uid, "name")
            except (Problem, Refused, Lost):
                self.report.count("requests until Odoo had let go of lost connections")
                time.sleep(0.2)
            else:
                return
        self.report.violate("Odoo does not come back")

    @contextmanager
    def interfere(self, document, moment):
        """Change rows of the document meanwhile, so that Odoo's transaction can't be serialized."""
        yield lambda: self._beside(
            f"SELECT pg_sleep({moment});"
            f"UPDATE stock_picking SET note = note WHERE id = {document.picking};"
            f"UPDATE stock_move SET priority = priority WHERE picking_id = {document.picking};"
            f"UPDATE stock_move_line SET picked = picked WHERE picking_id = {document.picking}"
        )

    @contextmanager
    def entangle(self, document, moment):
        """Lock rows of the document in another order than Odoo."""
        yield lambda: self._beside(
            "SET LOCAL deadlock_timeout = '60s';"  # so that Odoo's side fails
            f"SELECT pg_sleep({moment / 2});"
            f"SELECT id FROM stock_picking WHERE id = {document.picking} FOR UPDATE;"
            f"SELECT pg_sleep({moment / 2});"
            f"SELECT id FROM stock_move_line WHERE picking_id = {document.picking} FOR UPDATE;"
            f"SELECT id FROM stock_move WHERE picking_id = {document.picking} FOR UPDATE"
        )

    def _beside(self, statements):
        """Run *statements* as one transaction beside Odoo's; this one may be the one that fails."""
        with suppress(Problem):
            self.yard.query(f"BEGIN; {statements}; COMMIT")

    @contextmanager
    def fill_disk(self, _document, _moment):
        """Move the growing tables to a small disk that is full; only root can mount one."""
        try:
            disk = self.yard.postgres.mount(MEGABYTES)
        except Problem as problem:
            raise Unavailable(str(problem).partition("\n")[0]) from None
        owner, tables, ballast = disk.stat(), disk / "tables", disk / "ballast"
        tables.mkdir()
        os.chown(tables, owner.st_uid, owner.st_gid)
        self.yard.query(f"CREATE TABLESPACE small LOCATION '{tables}'")
        self._move_tables("small")
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 2**20)
        try:
            yield lambda: None
        finally:
            ballast.unlink()
            self._move_tables("pg_default")
            self.yard.query("DROP TABLESPACE small")
            self.yard.postgres.unmount()

    def _move_tables(self, space):
        for table in GROWING:
            self.yard.query(f"ALTER TABLE {table} SET TABLESPACE {space}")


class Unavailable(Exception):
    """A fault can't be tried here; the text is the reason."""


class Document:
    """A receipt or Serialize transfer of *units* units of its own part."""

    def __init__(self, yard, kind, units):
        self.yard, self.kind, self.units = yard, kind, units
        self.number = yard.number()
        self.product = yard.add_part("Broken")
        self.clerk = yard.clerks[0]
        if kind == "receive":
            [self.picking] = yard.add_receipts(self.product, units)
            return
        yard.add_stock(self.product, units, yard.bins[0])
        action = self.clerk.call("product.product", "action_assign_serials", [self.product])
        self.picking = action["res_id"]

    def act(self, step):
        """Enter all serial numbers, or validate.

        :raise Refused, Lost: if the call is refused or lost
        """
        return self.clerk.call(*self._call(step))

    def attempt(self, step):
        """Return ``(result, problem)`` of :meth:`act`."""
        return self.clerk.attempt(*self._call(step))

    def _call(self, step):
        if step == "enter":
            text = f"F{self.number}-00001*{self.units}"
            return "stock.picking", "enter_serials", [self.picking], text
        return "stock.picking", "button_validate", [self.picking]

    def read_state(self):
        """Return the state of the transfer, from the database."""
        [[state]] = self.yard.query(f"SELECT state FROM stock_picking WHERE id = {self.picking}")
        return state

    def read_typed(self):
        """Return the serial numbers on the transfer's lines."""
        rows = self.yard.query(
            "SELECT coalesce(lot.name, line.lot_name) FROM stock_move_line line "
            "LEFT JOIN stock_lot lot ON lot.id = line.lot_id "
            f"WHERE line.picking_id = {self.picking} AND line.state != 'cancel' "
            "AND coalesce(lot.name, line.lot_name) IS NOT NULL"
        )
        return {name for [name] in rows}

    def count_on_hand(self):
        """Return how many units with a serial number are on hand."""
        [[units]] = self.yard.query(
            "SELECT coalesce(sum(quant.quantity), 0)::int FROM stock_quant quant "
            "JOIN stock_location location ON location.id = quant.location_id "
            f"WHERE quant.product_id = {self.product} AND location.usage = 'internal' "
            "AND quant.lot_id IS NOT NULL"
        )
        return units
