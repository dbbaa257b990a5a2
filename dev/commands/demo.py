"""Serve Odoo with the addon and example data, on 127.0.0.1.

The first run fetches what is missing and takes some minutes, later ones start within seconds. The addon is upgraded
when its files changed. Ctrl-C stops everything. Arguments behind `--` go to Odoo, for example `-- --dev=all`.
"""

import argparse
import socket
import subprocess
import time
import urllib.error
import urllib.request

from dev import addon, demo_database, locks, process, stack
from dev.output import Problem, say, tick

HELP = "serve Odoo with the addon and example data"
ARGUMENTS_BEHIND_DASHES = True
LOGINS = "admin / admin, or receiver / receiver (a warehouse user)"
FIRST_PORT = 8069
LAST_PORT = 8168
START_SECONDS = 180


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
    """Tell whether a server can listen on this port."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def choose_port(wanted):
    """Return the wanted port, or the first free one; raise Problem when there is none."""
    for port in [wanted] if wanted else range(FIRST_PORT, LAST_PORT + 1):
        if is_free(port):
            return port
    raise Problem("the port is in use by now: name another one with --port")


def _serve(options, rest, note):
    started = False
    try:
        with stack.ready() as stack_:
            demo_database.ensure(stack_, options.fresh)
            port = choose_port(options.port)
            config = demo_database.config(http_port=port, max_cron_threads=1)
            log = addon.folder("demo") / "odoo.log"
            log.write_text("")
            command = stack_.odoo_command("-c", config, "-d", demo_database.name(), *rest)
            with (
                log.open("ab") as output,
                process.child(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=stack_.env,
                    cwd=log.parent,
                ) as server,
            ):
                url = f"http://127.0.0.1:{port}"
                wait_until_ready(server, url, log)
                started = True
                note(url)
                say(f"ready: {url}  log in as {LOGINS}")
                say(f"Ctrl-C stops it; Odoo's log is {log}")
                process.check(server.wait(), "serving", log)
    except KeyboardInterrupt:
        say("stopped")
        return 0 if started else 130
    return 0


def wait_until_ready(server, url, log):
    """Wait until the login page is there; raise Problem when the server ends first or takes too long."""
    say("starting Odoo")
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        if (code := process.wait(server)) is not None:
            process.check(code or 1, "starting Odoo", log)
        tick("starting Odoo ...")
        if _answers(f"{url}/web/health") and _answers(f"{url}/web/login"):
            return
    raise Problem(f"Odoo doesn't answer after {START_SECONDS} s: run this again", log)


def _answers(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=60) as response:
            return response.status == 200
    except OSError:
        return False
