"""Measure concurrent receipts of one part with several Odoo workers on one database.

Each client logs in over HTTP as a warehouse user, creates a receipt, enters its serial numbers and validates it, again
and again. Errors that reach a client are counted, and so are calls that Odoo retried because two transactions collided.
"""

import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from dev import addon, stack
from dev.output import Problem, say
from lab import databases
from lab.client import Lost, Refused, Session
from lab.figures import describe_run, table
from lab.server import Odoo, free_port

HELP = "measure concurrent receipts on several Odoo workers"
PURPOSE = "scale"
TRIED_AGAIN = "tries left"
# Odoo starts its program a second time for long polling, which fails with "-m odoo".
PROGRAM = "import odoo.cli\n\nodoo.cli.main()\n"


def options(parser):
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--clients", type=int, default=4, help="at the same time (default: 4)")
    parser.add_argument("--receipts", type=int, default=10, help="for each client (default: 10)")
    parser.add_argument("--units", type=int, default=50, help="on each receipt (default: 50)")


def run(options, rest):
    with databases.alone(PURPOSE) as stack_:
        config = databases.create_with_addon(stack_, PURPOSE)
        call = f"make_things(env, {len(options.workers)})"
        things = databases.evaluate(stack_, config, PURPOSE, __name__, call)
        rows = [
            _measure(stack_, options, workers, {**things, "part": part})
            for workers, part in zip(options.workers, things["parts"])
        ]
        machine = describe_run(stack_)
    head = ("workers", "receipts", "units a second", "a receipt, median", "tried again", "failed")
    print(table(head, rows, left=0))
    print(f"{machine}; {options.clients} clients, {options.units} units a receipt")
    return 0


def make_things(env, rounds):
    """Create the user, and a part for each round; return the ids that the clients work with. Runs inside Odoo."""
    group = (4, env.ref("stock.group_stock_user").id)
    values = dict.fromkeys(("name", "login", "password"), PURPOSE)
    env["res.users"].create({**values, "group_ids": [group]})
    kind = env["stock.warehouse"].search([], limit=1).in_type_id
    values = {"type": "consu", "is_storable": True, "tracking": "serial"}
    parts = env["product.product"].create(
        [{"name": f"Scale {number}", **values} for number in range(rounds)]
    )
    env.cr.commit()
    vendors = env.ref("stock.stock_location_suppliers").id
    return {"parts": parts.ids, "receipt": (kind.id, vendors, kind.default_location_dest_id.id)}


def _start(stack_, workers):
    """Return an Odoo with that many workers."""
    folder, name = addon.folder(PURPOSE), addon.database(PURPOSE)
    config = stack.write_config(
        folder,
        addons_path=addon.addons_path(),
        dbfilter=f"^{name}$",
        gevent_port=free_port(),
        workers=workers,
    )
    program, log = folder / "odoo-bin", folder / f"odoo-{workers}.log"
    program.write_text(PROGRAM)
    log.unlink(missing_ok=True)
    odoo = Odoo([stack_.python, program, "-c", config, "-d", name], stack_.env, log)
    odoo.start()
    return odoo


def _measure(stack_, options, workers, things):
    """Let all clients work at once; return a row of the table."""
    say(f"{workers} workers, {options.clients} clients")
    odoo = _start(stack_, workers)
    try:
        clients = [Client(odoo, f"W{workers}C{n}", things) for n in range(options.clients)]
        with ThreadPoolExecutor(options.clients) as pool:
            list(pool.map(lambda client: client.work(1, options.units), clients))  # warm-up
            start = time.monotonic()
            list(pool.map(lambda client: client.work(options.receipts, options.units), clients))
            seconds = time.monotonic() - start
    finally:
        odoo.stop()
    failed = sum((client.failed for client in clients), Counter())
    for problem, count in failed.items():
        say(f"{count} times {problem}")
    done = sum(len(client.durations) for client in clients)
    _check(stack_, things["part"], done * options.units)
    durations = [duration for client in clients for duration in client.durations[1:]]
    return (
        str(workers),
        str(len(durations)),
        f"{len(durations) * options.units / seconds:.0f}",
        f"{statistics.median(durations):.2f} s",
        str(odoo.count_in_log(TRIED_AGAIN)),
        str(failed.total()),
    )


def _check(stack_, part, expected):
    """Raise Problem unless each unit has its own serial number and is on hand."""
    [[serials, units]] = stack_.server.query(
        "SELECT count(DISTINCT lot.name), sum(quant.quantity)::int FROM stock_lot AS lot"
        " JOIN stock_quant AS quant ON quant.lot_id = lot.id"
        " JOIN stock_location AS location ON location.id = quant.location_id"
        f" WHERE location.usage = 'internal' AND lot.product_id = {part}",
        addon.database(PURPOSE),
    )
    if (serials, units) != (expected, expected):
        raise Problem(f"{expected} units were received, but {serials} serials have {units} units")


class Client:
    """A warehouse user with a web client of their own."""

    def __init__(self, odoo, name, things):
        self._name, self._things = name, things
        self._user = Session(odoo, PURPOSE, addon.database(PURPOSE))
        self.durations, self.failed = [], Counter()

    def work(self, receipts, units):
        """Receive *receipts* times; record how long each took or what went wrong."""
        for _number in range(receipts):
            start = time.monotonic()
            try:
                self.receive(units)
            except (Lost, Refused) as error:
                self.failed[str(error)] += 1
            else:
                self.durations.append(time.monotonic() - start)

    def receive(self, units):
        """Receive *units* new serial numbers."""
        move = {"product_id": self._things["part"], "product_uom_qty": units}
        id_ = self._user.add_transfer(*self._things["receipt"], move_ids=move)
        outcome = self._call("enter_serials", id_, f"{self._name}R{id_}-001*{units}")
        if outcome["missing"]:
            raise Refused("not all were assigned", outcome["entries"][0])
        if self._call("button_validate", id_) is not True:
            raise Refused("button_validate", "the receipt was not validated")

    def _call(self, method, id_, *arguments):
        return self._user.call("stock.picking", method, [id_], *arguments)
