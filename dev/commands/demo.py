"""Serve Odoo with the addon and example data, on 127.0.0.1.

The first run downloads what is missing and takes a few minutes; later ones start within seconds. The addon is upgraded
if its files have changed. Ctrl-C stops everything. Arguments after `--` go to Odoo, for example `-- --dev=all`.
"""

import socket
from contextlib import ExitStack, suppress

from dev import addon, database, locks, server, stack
from dev.output import INTERRUPTED, Problem, say

HELP = "serve Odoo with the addon and example data"
ARGUMENTS_BEHIND_DASHES = True
LOGINS = "admin / admin, or receiver / receiver (a warehouse user)"
FIRST_PORT, LAST_PORT = 8069, 8168
DATABASE = addon.database("demo")
LOCK = f"demo-{addon.KEY}"


def options(parser):
    parser.add_argument(
        "--port", type=int, help=f"serve here (default: the first free port from {FIRST_PORT})"
    )
    parser.add_argument("--fresh", action="store_true", help="start with a new database")


def run(options, rest):
    _choose_port(options.port)  # before all the work
    try:
        with locks.owned(LOCK) as note:
            return _serve(options, rest, note)
    except locks.Busy as busy:
        text = f"this checkout's demo runs already: {str(busy) or 'it is starting'}"
        raise Problem(text) from None


def _choose_port(wanted):
    """Return the wanted port, or the first free one; raise Problem if there is none."""
    for port in [wanted] if wanted else range(FIRST_PORT, LAST_PORT + 1):
        with suppress(OSError, OverflowError):  # used, not allowed; not from 0 to 65535
            socket.create_server(("127.0.0.1", port)).close()
            return port
    ports = wanted or f"{FIRST_PORT} to {LAST_PORT}"
    text = f"can't serve on port {ports}: name a free one with --port, or none for the next one"
    raise Problem(text)


def _serve(options, rest, note):
    url = None
    try:
        with stack.ready() as stack_, ExitStack() as opened:
            ensure(stack_, options.fresh)
            port = _choose_port(options.port)
            command = stack_.odoo_command("-c", config(max_cron_threads=1), "-d", DATABASE, *rest)
            log = addon.folder("demo") / "odoo.log"
            log.write_text("")
            say("starting Odoo")
            odoo = server.Odoo(command, stack_.env, log)
            opened.callback(odoo.stop)
            odoo.start(port, ("/web/health", "/web/login"))
            url = odoo.url
            print(url, end="", file=note, flush=True)
            say(f"ready: {url}  log in as {LOGINS}")
            say(f"Ctrl-C stops it; Odoo's log is {log}")
            odoo.wait()
    except KeyboardInterrupt:
        say("stopped")
        return 0 if url else INTERRUPTED


def config(**options):
    """Write Odoo's configuration for the demo; return its path."""
    options = {"dbfilter": f"^{DATABASE}$", "without_demo": False, **options}
    return stack.write_config(addon.folder("demo"), addons_path=addon.addons_path(), **options)


def ensure(stack_, fresh=False):
    """Create the demo database, or upgrade the addon in it if its files have changed.

    A note next to the database is written only on success, so a killed run is repeated.
    """
    folder, modules = addon.folder("demo"), addon.modules("demo")
    note = folder / "installed"
    done = note.read_text() if note.exists() else ""
    template = database.template_name(stack_, modules, demo=True)
    wanted = f"{template} {addon.fingerprint()}"
    if fresh or not done.startswith(template) or not stack_.server.exists(DATABASE):
        if done and not fresh:
            say("Odoo or the dependencies changed: the demo starts anew")
        note.unlink(missing_ok=True)
        database.create(stack_, folder, DATABASE, modules, demo=True)
        _install(stack_, "installing the addon with its demo data")
    elif done != wanted:
        _install(stack_, "upgrading the addon, whose files changed", upgrade=True)
    note.write_text(wanted)


def _install(stack_, doing, upgrade=False):
    log = addon.folder("demo") / "install.log"
    names = list(addon.get_homes())
    database.install(stack_, config(), DATABASE, names, log, doing=doing, upgrade=upgrade)
    for line in database.complaints(log):
        say(f"Odoo: {line}")
    if "demo data failed to install" in log.read_text(errors="replace"):
        raise Problem("the addon's demo data failed to install", log)


def ensure_unless_served(stack_):
    """Call :func:`ensure` unless the demo is being served: then its database is up to date."""
    with suppress(locks.Busy), locks.owned(LOCK):
        ensure(stack_)
