"""This checkout's demo database, kept up to date with the addon's files."""

from contextlib import suppress

from dev import addon, database, locks, stack
from dev.output import Problem, say

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
    folder, modules = addon.folder("demo"), addon.modules("demo")
    note = folder / "installed"
    done = note.read_text() if note.exists() else ""
    template = database.template_name(stack_, modules, demo=True)
    wanted = f"{template} {addon.fingerprint()}"
    if fresh or not done.startswith(template) or not stack_.server.exists(name()):
        if done and not fresh:
            say("Odoo or the dependencies changed: the demo starts anew")
        note.unlink(missing_ok=True)
        database.create(stack_, folder, name(), modules, demo=True)
        _install(stack_, "-i", "installing the addon with its demo data")
    elif done != wanted:
        _install(stack_, "-u", "upgrading the addon, whose files changed")
    note.write_text(wanted)


def _install(stack_, option, doing):
    log = addon.folder("demo") / "install.log"
    database.install(stack_, config(), name(), [addon.NAME], log, doing=doing, option=option)
    for line in database.complaints(log):
        say(f"Odoo: {line}")
    if DEMO_FAILED in log.read_text(errors="replace"):
        raise Problem("the addon's demo data failed to install", log)


def ensure_unless_served(stack_):
    """Call :func:`ensure` unless the demo is being served: then its database is up to date."""
    with suppress(locks.Busy), locks.owned(f"demo-{addon.KEY}"):
        ensure(stack_)
