"""Plays many machines, notes what they break, and shrinks it to the steps that are needed."""

import time
from collections import Counter
from contextlib import suppress

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from .machine import Broken, TimeOver
from .rules import YardMachine
from .yard import Yard

#: After this many examples hypothesis begins to vary earlier ones, repeating the same step.
BATCH = 10

#: The promises that are Odoo's own affair: it does not always get reservations without a serial
#: number right when people edit what is done.
NOT_OURS = ("reservations", "reserved_unserialized")


class Ledger:
    """What many machines did.

    :ivar steps: Counter of ``(name, outcome)``; the outcome is done, refused, idle or broken
    :ivar refusals: Counter of ``(name, the first line of the message)``
    :ivar without: the names of the promises that are not checked
    :ivar broken: ``{kind: Broken}``, the first of each kind
    """

    def __init__(self, deadline=None, without=()):
        self.steps, self.refusals, self.broken = Counter(), Counter(), {}
        self._deadline, self.without = deadline, without

    def is_late(self):
        """Whether the time is over."""
        return self._deadline is not None and time.monotonic() > self._deadline

    def note_step(self, name, outcome):
        """Note that a step was taken."""
        self.steps[name, outcome] += 1

    def note_refusal(self, name, refusal):
        """Note the message that refused a step."""
        self.refusals[name, str(refusal).strip().partition("\n")[0]] += 1

    def note_broken(self, broken):
        """Note a broken promise; the first of its kind is kept."""
        self.broken.setdefault(broken.kind, broken)

    def count(self, *outcomes):
        """Return how many steps had one of *outcomes*."""
        return sum(number for (_name, outcome), number in self.steps.items() if outcome in outcomes)


def explore(yard, ledger, number, examples, steps):
    """Play *examples* machines of *steps* steps each, the same ones for the same *number*, until
    the ledger's time is over."""

    def start():
        return YardMachine(yard, ledger, ledger.without)

    with suppress(TimeOver):
        for batch in range(0, examples, BATCH):
            run_state_machine_as_test(
                seed(f"{number} {batch}")(start),
                settings=settings(
                    max_examples=1 + min(BATCH, examples - batch),  # the first only waits
                    stateful_step_count=steps,
                    database=None,
                    deadline=None,
                    phases=(Phase.generate,),
                    suppress_health_check=list(HealthCheck),
                    verbosity=Verbosity.quiet,
                ),
            )


def replay(yard, steps, factory=YardMachine):
    """Take *steps* of the machine that *factory* makes; return its Broken, or None."""
    machine = factory(yard)
    try:
        for name, arguments in steps:
            getattr(machine, name)(**arguments)
    except Broken as broken:
        return broken
    finally:
        machine.teardown()
    return None


def shrink(yard, broken, factory=YardMachine, is_late=lambda: False):
    """Return a Broken of the same kind with as few steps as possible, leaving some out."""
    size = len(broken.steps) // 2
    while size and not is_late():
        shorter = _leave_out(yard, broken, size, factory)
        # First many steps are left out at a time, then single ones, until all are needed.
        size = size // 2 if shorter is broken or size > 1 else 1
        broken = shorter
    return broken


def _leave_out(yard, broken, size, factory):
    """Return *broken* without those *size* steps in a row that it does not need."""
    at = len(broken.steps) - 1 - size
    while at > -size:
        steps = broken.steps[: max(at, 0)] + broken.steps[at + size :]
        shorter = replay(yard, steps, factory)
        if shorter and shorter.kind == broken.kind:
            broken = shorter
        at -= size
    return broken


def soak(env, number, seconds, without=NOT_OURS, examples=10, steps=25):
    """Play for *seconds* in a yard of its own, shrink what is broken, and leave nothing behind.

    :return: ``{"figures": {label: number or text}, "violations": [text]}``
    """
    yard, round_ = Yard(env), 0
    start = time.monotonic()
    ledger = Ledger(start + seconds, without)
    while not ledger.is_late():
        explore(yard, ledger, number + round_, examples, steps)
        round_ += 1
    spent = time.monotonic() - start
    late = start + 2 * seconds
    broken = [
        shrink(yard, found, is_late=lambda: time.monotonic() > late)
        for found in ledger.broken.values()
    ]
    env.cr.rollback()
    return {
        "figures": {
            "steps": ledger.count("done", "refused", "broken"),
            "steps done": ledger.count("done", "broken"),
            "steps refused": ledger.count("refused"),
            "steps a second": f"{ledger.count('done', 'refused', 'broken') / spent:.1f}",
        },
        "violations": [str(each) for each in broken],
        "steps": {f"{name} {outcome}": count for (name, outcome), count in ledger.steps.items()},
        "refusals": [f"{count} {name}: {text}" for (name, text), count in ledger.refusals.items()],
    }
