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
    if options.port and not is_free(options.port):
        raise Problem(
            f"port {options.port} is in use: name another one, or none for the next free one"
        )
    try:
        with locks.owned(f"demo-{addon.KEY}") as note:
            return _serve(options, rest, note)
    except locks.Busy as busy:
        raise Problem(
            f"this checkout's demo runs already: {busy.note or 'it is starting'}"
        ) from None


def is_free(port):
    """Return whether a server can listen on this port."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def choose_port(wanted):
    """Return the wanted port, or the first free one; raise Problem if there is none."""
    for port in [wanted] if wanted else range(FIRST_PORT, LAST_PORT + 1):
        if is_free(port):
            return port
    raise Problem("the port is in use by now: name another one with --port")


def _serve(options, rest, note):
    url = None
    try:
        with stack.ready() as stack_:
            demo_database.ensure(stack_, options.fresh)
            port = choose_port(options.port)
            config = demo_database.config(http_port=port, max_cron_threads=1)
            command = stack_.odoo_command("-c", config, "-d", demo_database.name(), *rest)
            log = addon.folder("demo") / "odoo.log"
            log.write_text("")
            say("starting Odoo")
            odoo = server.Odoo(command, stack_.env, log, port)
            try:
                odoo.start(pages=("/web/health", "/web/login"))
                url = odoo.url
                note(url)
                say(f"ready: {url}  log in as {LOGINS}")
                say(f"Ctrl-C stops it; Odoo's log is {log}")
                odoo.wait()
            finally:
                odoo.stop()
    except KeyboardInterrupt:
        say("stopped")
        return 0 if url else INTERRUPTED
