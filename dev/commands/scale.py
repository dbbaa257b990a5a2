"""Measure concurrent receipts of one part with several Odoo workers on one database.

Each client logs in over HTTP as a warehouse user, creates a receipt, enters its serial numbers and validates it, again
and again. Whatever error reaches a client is counted; so is what Odoo tried again by itself, transactions of two
clients having met.
"""

import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

from dev import addon, database, locks, stack
from dev.commands.bench import describe_machine
from dev.output import Problem, say
from dev.soak.client import Lost, Refused, Session
from dev.soak.server import Odoo

HELP = "measure concurrent receipts on several Odoo workers"
PURPOSE = "scale"
LOGIN = "scale"
TRIED_AGAIN = "tries left"
# Odoo starts its program again for long polling, which "-m odoo" can't.
PROGRAM = "import odoo.cli\n\nodoo.cli.main()\n"


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
    call = f"make_things(env, {len(options.workers)})"
    return database.evaluate(stack_, config, PURPOSE, __name__, call)


def make_things(env, rounds):
    """Create the user, and a part for each round; return the ids of what the clients work with. Runs inside Odoo."""
    env["res.users"].create(
        {
            "name": "Scale",
            "login": LOGIN,
            "password": LOGIN,
            "group_ids": [(4, env.ref("stock.group_stock_user").id)],
        }
    )
    kind = env["stock.warehouse"].search([], limit=1).in_type_id
    values = {"type": "consu", "is_storable": True, "tracking": "serial"}
    parts = env["product.product"].create(
        [{"name": f"Scale {number}", **values} for number in range(rounds)]
    )
    env.cr.commit()
    return {
        "parts": parts.ids,
        "type": kind.id,
        "to": kind.default_location_dest_id.id,
        "from": env.ref("stock.stock_location_suppliers").id,
    }


@contextmanager
def _serving(stack_, workers):
    """Yield an Odoo with that many workers."""
    folder, name = addon.folder(PURPOSE), addon.database(PURPOSE)
    [gevent_port] = stack.free_ports(1)
    config = stack.write_config(
        folder,
        addons_path=addon.addons_path(),
        dbfilter=f"^{name}$",
        gevent_port=gevent_port,
        workers=workers,
    )
    program = folder / "odoo-bin"
    program.write_text(PROGRAM)
    log = folder / f"odoo-{workers}.log"
    log.unlink(missing_ok=True)
    odoo = Odoo([stack_.python, program, "-c", config, "-d", name], stack_.env, log)
    try:
        odoo.start()
        yield odoo
    finally:
        odoo.stop()


def _measure(stack_, options, workers, things):
    """Let all clients work at once; return a row of the table."""
    say(f"{workers} workers, {options.clients} clients")
    with (
        _serving(stack_, workers) as odoo,
        ThreadPoolExecutor(options.clients) as pool,
    ):
        clients = [Client(odoo, f"W{workers}C{n}", things) for n in range(options.clients)]
        list(pool.map(lambda client: client.work(1, options.units), clients))  # caches get warm
        start = time.monotonic()
        list(pool.map(lambda client: client.work(options.receipts, options.units), clients))
        seconds = time.monotonic() - start
    for problem, count in sum((client.failed for client in clients), Counter()).items():
        say(f"{count} times {problem}")
    done = [duration for client in clients for duration in client.durations]
    _check(stack_, things["part"], len(done) * options.units)
    return _row(clients, workers, options, seconds, odoo.count_in_log(TRIED_AGAIN))


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


class Client:
    """A warehouse user at a web client of their own."""

    def __init__(self, odoo, name, things):
        self._name, self._things = name, things
        self._user = Session(odoo, LOGIN, addon.database(PURPOSE))
        self.durations, self.failed = [], Counter()

    def work(self, receipts, units):
        """Receive *receipts* times; note how long each took or what went wrong."""
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
        places = {"location_id": self._things["from"], "location_dest_id": self._things["to"]}
        move = {"product_id": self._things["part"], "product_uom_qty": units, **places}
        values = {"picking_type_id": self._things["type"], "move_ids": [(0, 0, move)], **places}
        [id_] = self._call("create", [values])
        self._call("action_confirm", [id_])
        outcome = self._call("enter_serials", [id_], f"{self._name}R{id_}-001*{units}")
        if outcome["missing"]:
            raise Refused("not all were assigned", outcome["entries"][0])
        if self._call("button_validate", [id_]) is not True:
            raise Refused("button_validate", "the receipt was not validated")

    def _call(self, method, *arguments):
        return self._user.call("stock.picking", method, *arguments)
