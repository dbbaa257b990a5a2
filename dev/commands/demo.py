"""Serve Odoo with the addon and example data, on 127.0.0.1.

The first run downloads what is missing and takes a few minutes; later ones start within seconds. The addon is upgraded
if its files have changed. Ctrl-C stops everything. Arguments after `--` go to Odoo, for example `-- --dev=all`.
"""

import argparse
import socket

from dev import addon, demo_database, locks, server, stack
from dev.output import INTERRUPTED, Problem, say

HELP = "serve Odoo with the addon and example data"
ARGUMENTS_BEHIND_DASHES = True
LOGINS = "admin / admin, or receiver / receiver (a warehouse user)"
FIRST_PORT, LAST_PORT = 8069, 8168


def options(parser):
    parser.add_argument(
        "--port", type=_port, help=f"serve here (default: the first free port from {FIRST_PORT})"
    )
    parser.add_argument("--fresh", action="store_true", help="start with a new database")


def _port(text):
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def run(options, rest):
    _choose_port(options.port)  # before all the work
    try:
        with locks.owned(f"demo-{addon.KEY}") as note:
            return _serve(options, rest, note)
    except locks.Busy as busy:
        text = f"this checkout's demo runs already: {busy or 'it is starting'}"
        raise Problem(text) from None


def _choose_port(wanted):
    """Return the wanted port, or the first free one; raise Problem if there is none."""
    for port in [wanted] if wanted else range(FIRST_PORT, LAST_PORT + 1):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    used = f"port {wanted} is" if wanted else f"the ports {FIRST_PORT} to {LAST_PORT} are"
    raise Problem(f"{used} in use: name another one with --port, or none for the next free one")


def _serve(options, rest, note):
    url = None
    try:
        with stack.ready() as stack_:
            demo_database.ensure(stack_, options.fresh)
            port = _choose_port(options.port)
            config = demo_database.config(http_port=port, max_cron_threads=1)
            command = stack_.odoo_command("-c", config, "-d", demo_database.name(), *rest)
            log = addon.folder("demo") / "odoo.log"
            log.write_text("")
            say("starting Odoo")
            odoo = server.Odoo(command, stack_.env, log, port)
            try:
                odoo.start(pages=("/web/health", "/web/login"))
                url = odoo.url
                print(url, end="", file=note, flush=True)
                say(f"ready: {url}  log in as {LOGINS}")
                say(f"Ctrl-C stops it; Odoo's log is {log}")
                odoo.wait()
            finally:
                odoo.stop()
    except KeyboardInterrupt:
        say("stopped")
        return 0 if url else INTERRUPTED
