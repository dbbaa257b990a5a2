"""The machine itself: how a step is taken, noted, and checked against the promises."""

import functools
import inspect
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from hypothesis.stateful import RuleBasedStateMachine, rule

from odoo import fields
from odoo.exceptions import (
    AccessError,
    MissingError,
    RedirectWarning,
    UserError,
    ValidationError,
)
from odoo.tools import mute_logger

from .promises import Promises
from .snapshot import Snapshot

#: What Odoo and the addon may answer. RPC makes a ValidationError of a broken constraint.
REFUSALS = (
    AccessError,
    MissingError,
    RedirectWarning,
    UserError,
    ValidationError,
    psycopg2.IntegrityError,
)


class TimeOver(KeyboardInterrupt):
    """The time is over; hypothesis passes this exception on at once."""


class Idle(Exception):
    """There is nothing to do the step on."""


class Broken(AssertionError):
    """A promise is broken.

    :ivar promise: the name of the promise
    :ivar text: what is wrong
    :ivar steps: ``[(name, arguments)]``, the last of which broke it
    """

    def __init__(self, promise, text, steps):
        self.promise, self.text, self.steps = promise, text, list(steps)
        super().__init__(f"{promise}: {text}\n{self.as_code()}")

    @property
    def kind(self):
        """What sets this violation apart from others: the promise, the step and what it edits."""
        name, arguments = self.steps[-1]
        edited = arguments.get("values") or {}
        return self.promise, name, arguments.get("kind"), tuple(sorted(edited))

    def as_code(self):
        """Return the steps as code, for a test that has a ``machine``."""
        return "\n".join(
            f"machine.{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
            for name, arguments in self.steps
        )


def step(**arguments):
    """Make a rule of the machine from a method that does something in the yard.

    :param arguments: a hypothesis strategy for each of the method's arguments
    """

    def decorate(act):
        names = [*inspect.signature(act).parameters][1:]

        @functools.wraps(act)
        def take(self, **values):
            self.take(act, {name: values[name] for name in names})

        return rule(**arguments)(take)

    return decorate


class Machine(RuleBasedStateMachine):
    """Plays in a yard within a savepoint of its own; :meth:`teardown` undoes everything.

    :param yard: the :class:`Yard`
    :param ledger: what notes the steps and broken promises of many machines; without it, a broken
        promise is raised
    :param without: the names of the promises that are not checked
    """

    def __init__(self, yard, ledger=None, without=()):
        super().__init__()
        self.yard, self.ledger = yard, ledger
        self.env, self.people = yard.env, yard.people
        self.steps, self.minutes, self.numbers = [], 0, 0
        self.is_over = False
        clock = patch.object(fields.Datetime, "now", lambda *_args: self.now)
        clock.start()
        self._undo = [self.env.cr.savepoint().close, clock.stop]
        self.promises = Promises(yard, without)
        self.before = Snapshot(yard)

    @property
    def now(self):
        """The time in the yard: a minute a step."""
        return self.yard.start + timedelta(minutes=self.minutes)

    def take(self, act, arguments):
        """Do one step, as :func:`step` made it, and check the promises.

        :raise Broken: when a promise is broken and there is no ledger
        :raise TimeOver: when the ledger's time is over
        """
        if self.is_over:
            return
        if self.ledger and self.ledger.is_late():
            raise TimeOver
        self.steps.append((act.__name__, arguments))
        self.minutes += 1
        try:
            outcome = self._do(act, arguments)
            if outcome == "done":
                self._check()
        except Broken as broken:
            self.is_over = True
            if not self.ledger:
                raise
            self.ledger.note_broken(broken)
            outcome = "broken"
        if outcome in ("idle", "refused"):
            # It changed nothing.
            self.steps.pop()
            self.minutes -= 1
        if self.ledger:
            self.ledger.note_step(act.__name__, outcome)

    def _do(self, act, arguments):
        """Do the whole step, or nothing of it; return the outcome."""
        self.promises.excused = set()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                act(self, **arguments)
        except Idle:
            return "idle"
        except REFUSALS as refusal:
            if self.ledger:
                self.ledger.note_refusal(act.__name__, refusal)
            return "refused"
        except Exception as error:
            raise Broken("traceback", f"{type(error).__name__}: {error}", self.steps) from error
        return "done"

    def _check(self):
        # Like a client's next call, the next step begins with nothing in memory.
        self.env.invalidate_all()
        for promise, text in self.find_broken():
            raise Broken(promise, text, self.steps)

    def find_broken(self):
        """Return the promises broken since the last check, with what is wrong."""
        before, self.before = self.before, Snapshot(self.yard)
        return self.promises.find_broken(before, self.before)

    def teardown(self):
        """Leave the yard as it was."""
        while self._undo:
            self._undo.pop()()
        self.env.registry.reset_changes()

    # ----------------------------------------------------------------------- what rules need

    def pick(self, records, nth):
        """Return one of *records*, the first for 0.

        :raise Idle: when there is none
        """
        if not records:
            raise Idle
        return records[nth % len(records)]

    def location(self, name):
        """Return the location *name* of the yard."""
        return self.yard.locations[name]

    def part(self, part):
        """Return the product 0 or 1."""
        return self.yard.parts[part]

    def box(self, number):
        """Return the package 1 or 2, none for 0."""
        return self.yard.boxes[number - 1] if number else self.yard.boxes.browse()

    def serial(self, part, name, user="clerk"):
        """Return the serial number *name* of *part*, as *user*.

        :raise Idle: when there is none
        """
        return self.pick(self.yard.find_serial(part, name), 0).with_env(self.people[user])

    def number(self):
        """Return a number that was not there before."""
        self.numbers += 1
        return 1000 + self.numbers

    def find_transfers(self, states, user="clerk"):
        """Return the yard's transfers in one of *states*, the newest first."""
        domain = [("move_ids.product_id", "in", self.yard.parts.ids), ("state", "in", states)]
        return self.people[user]["stock.picking"].search(domain, order="id DESC")

    def find_lines(self, states, user="clerk"):
        """Return the yard's move lines in one of *states*, the newest first."""
        domain = [("product_id", "in", self.yard.parts.ids), ("state", "in", states)]
        return self.people[user]["stock.move.line"].search(domain, order="id DESC")

    def to_values(self, line, values):
        """Return *values*, in the words of the rules, as ``write`` takes them for *line*."""
        return {name: self._to_value(line, name, value) for name, value in values.items()}

    def _to_value(self, line, name, value):
        match name:
            case "lot_id" if value:
                return self._find_or_create_serial(line, value).id
            case "location_id" | "location_dest_id":
                return self.location(value).id
            case "package_id" | "result_package_id":
                return self.box(value).id
            case "owner_id":
                return value and self.yard.owner.id
            case "date":
                return self.now + timedelta(days=value)
            case _other:
                return value

    def _find_or_create_serial(self, line, name):
        domain = [("product_id", "=", line.product_id.id), ("name", "=", name)]
        serials = line.env["stock.lot"].with_context(active_test=False)
        return serials.search(domain, limit=1) or line.env["stock.lot"].create(
            {"product_id": line.product_id.id, "name": name}
        )

    def forget_answers(self, lines):
        """Note that this step may take back the answers typed on *lines*."""
        self.promises.excused |= {("line", line) for line in lines.ids}
