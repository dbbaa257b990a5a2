"""Measure concurrent receipts of one part with several Odoo workers on one database.

Each client logs in over HTTP as a warehouse user, creates a receipt, enters its serial numbers and validates it, again
and again. Whatever error reaches a client is counted; so is what Odoo tried again by itself, transactions of two
clients having met.
"""

import http.cookiejar
import json
import statistics
import subprocess
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

from dev import addon, database, locks, process, stack
from dev.commands.bench import describe_machine
from dev.commands.demo import wait_until_ready
from dev.output import Problem, say

HELP = "measure concurrent receipts on several Odoo workers"
PURPOSE = "scale"
LOGIN = "scale"
TRIED_AGAIN = "tries left"
# Odoo starts its program again for long polling, which "-m odoo" can't.
PROGRAM = "import odoo.cli\n\nodoo.cli.main()\n"
SCRIPT = """
import json
env["res.users"].create({
    "name": "Scale", "login": LOGIN, "password": LOGIN,
    "group_ids": [(4, env.ref("stock.group_stock_user").id)],
})
kind = env["stock.warehouse"].search([], limit=1).in_type_id
parts = env["product.product"].create([
    {"name": f"Scale {n}", "type": "consu", "is_storable": True, "tracking": "serial"}
    for n in range(ROUNDS)
])
env.cr.commit()
print(json.dumps({
    "parts": parts.ids, "type": kind.id, "to": kind.default_location_dest_id.id,
    "from": env.ref("stock.stock_location_suppliers").id,
}))
"""


def options(parser):
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--clients", type=int, default=4, help="at the same time (default: 4)")
    parser.add_argument("--receipts", type=int, default=10, help="for each client (default: 10)")
    parser.add_argument("--units", type=int, default=50, help="on each receipt (default: 50)")


def run(options, rest):
    try:
        with locks.owned(f"{PURPOSE}-{addon.KEY}"), stack.ready() as stack_:
            things = _prepare(stack_, options)
            rows = [
                _measure(stack_, options, workers, {**things, "part": part})
                for workers, part in zip(options.workers, things["parts"])
            ]
            machine = describe_machine(stack_)
    except locks.Busy:
        raise Problem("this checkout's scale is running already: wait for it to end") from None
    print("| workers | receipts | units a second | a receipt, median | tried again | failed |")
    print("| --: | --: | --: | --: | --: | --: |")
    print(*rows, sep="\n")
    print(f"{date.today()}, {machine}; {options.clients} clients, {options.units} units a receipt")
    return 0


def _prepare(stack_, options):
    """Make the database anew; return the ids of what the clients work with."""
    config = database.create_with_addon(stack_, PURPOSE)
    command = stack_.odoo_command(
        *("shell", "-c", config, "-d", addon.database(PURPOSE), "--no-http", "--log-level=error")
    )
    script = SCRIPT.replace("LOGIN", repr(LOGIN)).replace("ROUNDS", str(len(options.workers)))
    done = subprocess.run(
        [str(part) for part in command],
        env=stack_.env,
        input=script,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Problem(f"preparing failed: {done.stderr.strip()[-1500:]}")
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def _serving(stack_, workers):
    """Yield the address of an Odoo with that many workers and its log."""
    folder, name = addon.folder(PURPOSE), addon.database(PURPOSE)
    http_port, gevent_port = stack.free_ports(2)
    config = stack.write_config(
        folder,
        addons_path=addon.addons_path(),
        dbfilter=f"^{name}$",
        http_port=http_port,
        gevent_port=gevent_port,
        workers=workers,
    )
    log = folder / f"odoo-{workers}.log"
    program = folder / "odoo-bin"
    program.write_text(PROGRAM)
    command = [stack_.python, program, "-c", config, "-d", name]
    with (
        log.open("wb") as output,
        process.child(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=stack_.env,
            cwd=folder,
        ) as server,
    ):
        url = f"http://127.0.0.1:{http_port}"
        wait_until_ready(server, url, log)
        yield url, log


def _measure(stack_, options, workers, things):
    """Let all clients work at once; return a row of the table."""
    say(f"{workers} workers, {options.clients} clients")
    with (
        _serving(stack_, workers) as (url, log),
        ThreadPoolExecutor(options.clients) as pool,
    ):
        clients = [Client(url, f"W{workers}C{n}", things) for n in range(options.clients)]
        list(pool.map(lambda client: client.work(1, options.units), clients))  # caches get warm
        start = time.monotonic()
        list(pool.map(lambda client: client.work(options.receipts, options.units), clients))
        seconds = time.monotonic() - start
    for problem, count in sum((client.failed for client in clients), Counter()).items():
        say(f"{count} times {problem}")
    done = [duration for client in clients for duration in client.durations]
    _check(stack_, things["part"], len(done) * options.units)
    return _row(clients, workers, options, seconds, log.read_text().count(TRIED_AGAIN))


def _row(clients, workers, options, seconds, tried_again):
    durations = [duration for client in clients for duration in client.durations[1:]]
    failed = sum(client.failed.total() for client in clients)
    cells = (
        workers,
        len(durations),
        f"{len(durations) * options.units / seconds:.0f}",
        f"{statistics.median(durations):.2f} s",
        tried_again,
        failed,
    )
    return f"| {' | '.join(map(str, cells))} |"


def _check(stack_, part, expected):
    """Raise Problem unless each unit has its serial number, and there is one of each on hand."""
    [[serials, units]] = stack_.server.query(
        "SELECT count(DISTINCT lot.name), sum(quant.quantity)::int FROM stock_lot AS lot"
        " JOIN stock_quant AS quant ON quant.lot_id = lot.id"
        " JOIN stock_location AS place ON place.id = quant.location_id AND place.usage = 'internal'"
        f" WHERE lot.product_id = {part}",
        addon.database(PURPOSE),
    )
    if (serials, units) != (expected, expected):
        raise Problem(f"{expected} units were received, but {serials} serials have {units} units")


class RpcError(Exception):
    """What a user would have seen."""


class Client:
    """A warehouse user at a web client of their own."""

    def __init__(self, url, name, things):
        self._url, self._name, self._things = url, name, things
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )
        self.durations, self.failed = [], Counter()
        login = {"db": addon.database(PURPOSE), "login": LOGIN, "password": LOGIN}
        self._post("/web/session/authenticate", login)

    def work(self, receipts, units):
        """Receive *receipts* times; note how long each took or what went wrong."""
        for _number in range(receipts):
            start = time.monotonic()
            try:
                self.receive(units)
            except RpcError as error:
                self.failed[str(error)] += 1
            else:
                self.durations.append(time.monotonic() - start)

    def receive(self, units):
        """Receive *units* new serial numbers."""
        places = {"location_id": self._things["from"], "location_dest_id": self._things["to"]}
        move = {"product_id": self._things["part"], "product_uom_qty": units, **places}
        values = {"picking_type_id": self._things["type"], "move_ids": [(0, 0, move)], **places}
        [id_] = self._call("create", [values])
        self._call("action_confirm", [id_])
        outcome = self._call("enter_serials", [id_], f"{self._name}R{id_}-001*{units}")
        if outcome["missing"]:
            raise RpcError(f"not all were assigned: {outcome['entries'][0]}")
        if self._call("button_validate", [id_]) is not True:
            raise RpcError("the receipt was not validated")

    def _call(self, method, *arguments):
        params = {"model": "stock.picking", "method": method, "args": arguments, "kwargs": {}}
        return self._post("/web/dataset/call_kw", params)

    def _post(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(
            self._url + path, body, {"Content-Type": "application/json"}
        )
        with self._opener.open(request, timeout=600) as response:
            answer = json.load(response)
        if "error" in answer:
            data = answer["error"]["data"]
            raise RpcError(f"{data['name']}: {data['message'].splitlines()[0]}")
        return answer["result"]
