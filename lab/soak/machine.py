"""The state machine of the tests, which plays inside Odoo, for longer than the tests have time."""

import random

from dev import database
from lab.soak.report import Report

MODULE = "odoo.addons.serialized_parts.tests.state_machine"


def play(stack_, config, purpose, minutes, seed):
    """Play for *minutes* on this checkout's database for *purpose*, which stays as it was.

    :return: the Report; each violation is the steps that lead to it, as code for a test
    """
    seed = random.randrange(10**6) if seed is None else seed
    report = Report("machine", seed=seed)
    call = f"soak(env, {seed}, {60 * minutes})"
    found = database.evaluate(stack_, config, purpose, MODULE, call)
    report.figures |= found["figures"]
    # A few steps, without which the violation says nothing: they aren't cut off.
    report.violations += found["violations"]
    return report
