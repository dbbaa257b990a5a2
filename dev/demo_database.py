"""This checkout's demo database, kept up to date with the addon's files."""

import json
from contextlib import suppress

from dev import addon, cache, database, locks, stack
from dev.output import Problem, say

MODULES = "demo"
DEMO_FAILED = "demo data failed to install"


def name():
    """Return the name of the database."""
    return addon.database("demo")


def config(**options):
    """Write Odoo's configuration for the demo; return its path."""
    options.setdefault("dbfilter", f"^{name()}$")
    return stack.write_config(
        addon.folder("demo"), addons_path=addon.addons_path(), without_demo=False, **options
    )


def ensure(stack_, fresh=False):
    """Create the demo database, or upgrade the addon in it if its files have changed.

    A note next to the database is written only on success, so a killed run is repeated.
    """
    folder = addon.folder("demo")
    note = folder / "installed.json"
    template = database.template_name(stack_, addon.modules(MODULES), demo=True)
    wanted = {"template": template, "fingerprint": addon.fingerprint()}
    done = _read(note)
    if fresh or done.get("template") != template or not _usable(stack_, folder):
        if done and not fresh:
            say("Odoo or the dependencies changed: the demo starts anew")
        note.unlink(missing_ok=True)
        database.create(stack_, folder, name(), addon.modules(MODULES), demo=True)
        _run(stack_, folder, "-i", "installing the addon with its demo data")
    elif done != wanted:
        _run(stack_, folder, "-u", "upgrading the addon, whose files changed")
    note.write_text(json.dumps(wanted))


def _read(note):
    with suppress(OSError, ValueError):
        return json.loads(note.read_text())
    return {}


def _usable(stack_, folder):
    return stack_.server.exists(name()) and stack.filestore(folder, name()).exists()


def _run(stack_, folder, option, doing):
    say(doing)
    log = folder / "install.log"
    database.install(stack_, config(), name(), [addon.NAME], log, doing=doing, option=option)
    for line in database.complaints(log):
        say(f"Odoo: {line}")
    if DEMO_FAILED in log.read_text(errors="replace"):
        raise Problem("the addon's demo data failed to install", log)
    cache.remove(folder / "install.out")


def ensure_unless_served(stack_):
    """Call :func:`ensure` unless the demo is being served: then its database is up to date."""
    with suppress(locks.Busy), locks.owned(f"demo-{addon.KEY}"):
        ensure(stack_)
