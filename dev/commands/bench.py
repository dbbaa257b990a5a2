"""Measure the addon against the same Odoo without it, in two databases of one run; print a Markdown table.

Everything measured is rolled back. Queries are exact, times and memory are the medians of the repetitions; the
databases take turns, so that a busy machine is busy for both. What takes a quarter of an hour, 10,000 units, is
measured once. `--plot` draws the cost of one unit.
"""

import os
import platform
import resource
import statistics
import time
from contextlib import suppress
from datetime import date
from pathlib import Path

from dev import addon, database, locks, reads, stack
from dev.output import Problem, say

HELP = "measure the addon against Odoo without it"
SIZES = [100, 1000, 10_000]
ONCE = 5000  # from so many units on
MODULES = "plain"
SIDES = {"bench": "with the addon", "benchplain": "Odoo alone"}
FLOWS = {
    "enter": "enter_serials",
    "receive": "validate a receipt",
    "deliver": "validate a delivery",
    "serialize": "serialize units in stock",
}
COLORS = {"enter": "#888888", "receive": "#1f77b4", "deliver": "#2ca02c", "serialize": "#d62728"}
WIDTH, HEIGHT, MARGIN, LEGEND = 760, 420, 60, 230
LINES = 5  # of the grid, above zero


def options(parser):
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, help="units (default: 100 1000 10000)"
    )
    parser.add_argument(
        "--repeat", type=int, default=3, help="how often each is measured (default: 3)"
    )
    parser.add_argument(
        "--reads",
        action="store_true",
        help="reading and installing with many serial numbers instead",
    )
    parser.add_argument(
        "--serials",
        type=int,
        default=reads.SERIALS,
        help="how many, for --reads (default: %(default)s)",
    )
    parser.add_argument("--plot", type=Path, help="write an SVG of the cost of one unit here")


def run(options, rest):
    start = time.monotonic()
    try:
        with locks.owned(f"bench-{addon.KEY}"), stack.ready() as stack_:
            if options.reads:
                print(reads.measure(stack_, options.serials, options.repeat))
                print(f"{date.today()}, {describe_machine(stack_)}")
                return 0
            configs = {side: _prepare(stack_, side) for side in SIDES}
            rows = _measure_all(stack_, configs, options)
            machine = describe_machine(stack_)
    except locks.Busy:
        raise Problem("this checkout's bench is running already: wait for it to end") from None
    medians = _reduce(rows)
    minutes = (time.monotonic() - start) / 60
    print(_table(medians, options.sizes))
    print(f"{date.today()}, {machine}; {options.repeat} repetitions, {minutes:.1f} minutes")
    if options.plot:
        options.plot.write_text(_plot(medians, sorted(options.sizes)))
        say(f"wrote {options.plot}")
    return 0


# ------------------------------------------------------------------------------- the databases


def _prepare(stack_, side):
    """Make the database of one side anew; return its configuration."""
    if side == "bench":
        return database.create_with_addon(stack_, side, MODULES)
    folder = addon.folder(side)
    database.create(stack_, folder, addon.database(side), addon.modules(MODULES), demo=False)
    return stack.write_config(folder, addons_path=addon.addons_path(), without_demo=True)


def _measure_all(stack_, configs, options):
    rows = []
    for repetition in range(options.repeat):
        for size in options.sizes:
            if repetition and size >= ONCE:
                continue
            for side, config in configs.items():
                say(f"{repetition + 1} of {options.repeat}: {size} units, {SIDES[side]}")
                rows += [
                    {"side": side, "size": size, **row}
                    for row in _measure(stack_, side, config, size)
                ]
    return rows


def _measure(stack_, side, config, size):
    """Measure all flows of one size in a fresh Odoo; return a row a flow."""
    # What the one before rolled back would mislead PostgreSQL until its autovacuum comes by.
    stack_.server.query("VACUUM ANALYZE", addon.database(side))
    call = f"Bench(env, {size}, {side == 'bench'}).run()"
    return database.evaluate(stack_, config, side, __name__, call)


def describe_machine(stack_):
    model = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [line.split(":", 1)[1] for line in info.open() if line.startswith("model name")]
        model = names[0].strip() if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    [[version]] = stack_.server.query("SHOW server_version")
    return (
        f"{model}, {os.cpu_count()} CPUs, {memory:.0f} GB, load {os.getloadavg()[0]:.1f}, "
        f"PostgreSQL {version.split()[0]}"
    )


# ---------------------------------------------------------------------- what runs inside Odoo


class Bench:
    """The flows for *size* units of one part, in an Odoo shell, as a stock manager.

    :param bool uses_addon: whether the addon is installed in this database
    """

    def __init__(self, env, size, uses_addon):
        self.size, self.uses_addon = size, uses_addon
        self.rows = []
        groups = ("stock.group_stock_manager", "purchase.group_purchase_manager")
        user = env["res.users"].create(
            {
                "name": "Bench",
                "login": "bench",
                "group_ids": [(4, env.ref(group).id) for group in groups],
            }
        )
        self.env = env(user=user.id, su=False)
        self.sudo = env
        self.warehouse = env["stock.warehouse"].search([], limit=1)
        self.stock = self.warehouse.lot_stock_id
        self.bins = env["stock.location"].create(
            [{"name": f"BENCH-{side}", "location_id": self.stock.id} for side in "AB"]
        )

    def run(self):
        """Measure every flow, undo everything; return the rows."""
        receipt = self.receive()
        self.deliver(receipt.move_ids.product_id)
        self.serialize()
        self.env.cr.rollback()
        return self.rows

    def measure(self, flow, action):
        """Do *action* from a cold cache and note what it costs."""
        self.env.flush_all()
        self.env.invalidate_all()
        _reset_peak()
        queries, start = self.env.cr.sql_log_count, time.perf_counter()
        action()
        self.env.flush_all()
        self.rows.append(
            {
                "flow": flow,
                "seconds": time.perf_counter() - start,
                "queries": self.env.cr.sql_log_count - queries,
                "megabytes": _read_peak(),
            }
        )

    def new_part(self, tracking):
        values = {"name": "Bench", "type": "consu", "is_storable": True, "standard_price": 100}
        part = self.sudo["product.template"].create({**values, "tracking": tracking})
        return part.product_variant_id

    def receive(self):
        """Receive an order, half of it into either bin, with an answer for each unit."""
        line = {"product_id": self.new_part("serial").id, "product_qty": self.size}
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.sudo["res.partner"].create({"name": "Vendor"}).id,
                "order_line": [(0, 0, {**line, "price_unit": 100})],
            }
        )
        order.button_confirm()
        receipt = self.env["stock.picking"].browse(order.picking_ids.ids)
        places = {number: self.bins[number > self.size // 2] for number in range(1, self.size + 1)}
        if self.uses_addon:
            self.sudo["serial.question"].create({"name": "Mileage", "question_type": "integer"})
            rows = [f"R0{number:07}\t{place.name}\t{number}" for number, place in places.items()]
            table = "\n".join(["Serial\tLocation\tMileage", *rows])
            self.measure("enter", lambda: receipt.enter_serials(table))
        else:
            for number, unit in enumerate(receipt.move_line_ids, 1):
                place = places[number].id
                unit.write({"lot_name": f"R0{number:07}", "location_dest_id": place})
        receipt.move_ids.picked = True
        self.measure("receive", receipt.button_validate)
        assert receipt.state == "done", receipt.state
        return receipt

    def deliver(self, part):
        """Deliver all that was received."""
        places = {
            "location_id": self.stock.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        move = {"product_id": part.id, "product_uom_qty": self.size, **places}
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "move_ids": [(0, 0, move)],
                **places,
            }
        )
        delivery.action_confirm()
        delivery.action_assign()
        delivery.move_ids.picked = True
        self.measure("deliver", delivery.button_validate)
        assert delivery.state == "done", delivery.state

    def serialize(self):
        """Name the units of one bin: on a Serialize transfer, or by an adjustment."""
        part, place = self.new_part("none"), self.bins[0]
        self.sudo["stock.quant"]._update_available_quantity(part, place, self.size)
        part.tracking = "serial"
        self.measure("serialize", lambda: self._name_units(part, place))
        lots = self.env["stock.lot"].search([("product_id", "=", part.id)])
        assert len(lots.filtered(lambda lot: lot.product_qty == 1)) == self.size

    def _name_units(self, part, place):
        part = part.with_env(self.env)
        if self.uses_addon:
            action = part.product_tmpl_id.action_assign_serials()
            transfer = self.env["stock.picking"].browse(action["res_id"])
            transfer.enter_serials(f"S0000001*{self.size}")
            transfer.button_validate()
            return
        lots = self.env["stock.lot"].create(
            [{"name": f"S{n:07}", "product_id": part.id} for n in range(1, self.size + 1)]
        )
        Quant = self.env["stock.quant"].with_context(inventory_mode=True)
        counted = Quant.search([("product_id", "=", part.id), ("location_id", "=", place.id)])
        counted.inventory_quantity = 0
        base = {"product_id": part.id, "location_id": place.id, "inventory_quantity": 1}
        counted |= Quant.create([{**base, "lot_id": lot.id} for lot in lots])
        counted.action_apply_inventory()


def _reset_peak():
    """Let the kernel forget the peak of this process's memory, where it can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _read_peak():
    """Return the peak of this process's memory, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --------------------------------------------------------------------------------- the report


def _reduce(rows):
    """Return ``{(flow, size, side): {"seconds", "queries", "megabytes"}}``, the medians."""
    groups = {}
    for row in rows:
        groups.setdefault((row["flow"], row["size"], row["side"]), []).append(row)
    return {
        key: {
            name: statistics.median(row[name] for row in found)
            for name in ("seconds", "queries", "megabytes")
        }
        for key, found in groups.items()
    }


def _table(medians, sizes):
    head = ["flow", "units", "time", "Odoo alone", "ratio", "queries", "Odoo alone", "memory"]
    lines = [head, ["---", *["--:"] * 7]]
    for flow, label in FLOWS.items():
        for size in sizes:
            ours, theirs = (medians.get((flow, size, side)) for side in SIDES)
            lines.append([label, f"{size:,}", *_cells(ours, theirs)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(ours, theirs):
    memory = f"{ours['megabytes']:.0f} MB"
    if not theirs:
        return [f"{ours['seconds']:.2f} s", "", "", f"{ours['queries']:.0f}", "", memory]
    return [
        f"{ours['seconds']:.2f} s",
        f"{theirs['seconds']:.2f} s",
        f"{ours['seconds'] / theirs['seconds']:.2f}",
        f"{ours['queries']:,.0f}",
        f"{theirs['queries']:,.0f}",
        f"{memory} ({theirs['megabytes']:.0f} MB)",
    ]


def _plot(medians, sizes):
    """Return an SVG: milliseconds for a unit against the number of units."""
    costs = {key: 1000 * value["seconds"] / key[1] for key, value in medians.items()}
    steps = (digit * 10.0**power for power in range(-3, 6) for digit in (1, 2, 5))
    step = next(step for step in steps if LINES * step >= max(costs.values()))

    def x(size):
        place = sizes.index(size) / max(1, len(sizes) - 1)
        return MARGIN + place * (WIDTH - MARGIN - LEGEND)

    def y(cost):
        return HEIGHT - MARGIN - cost / step / LINES * (HEIGHT - 2 * MARGIN)

    parts = [*_axes(sizes, step, x, y)]
    curves = [(flow, side) for flow in FLOWS for side in SIDES]
    for row, (flow, side) in enumerate(
        key for key in curves if (key[0], sizes[0], key[1]) in costs
    ):
        dash = "" if side == "bench" else ' stroke-dasharray="6 4"'
        style = f'fill="none" stroke="{COLORS[flow]}" stroke-width="2"{dash}'
        points = [(x(size), y(costs[flow, size, side])) for size in sizes]
        drawn = " ".join(f"{left:.1f},{height:.1f}" for left, height in points)
        parts.append(f'<polyline points="{drawn}" {style}/>')
        parts += [
            f'<circle cx="{left:.1f}" cy="{height:.1f}" r="3" fill="{COLORS[flow]}"/>'
            for left, height in points
        ]
        at, left = MARGIN + 22 * row, WIDTH - LEGEND + 25
        parts.append(f'<path d="M{left} {at}h28" {style}/>')
        parts.append(_text(left + 34, at + 4, f"{FLOWS[flow]}, {SIDES[side]}", "start", 11))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 60} {HEIGHT}" '
        f'font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>'
        f"{''.join(parts)}</svg>\n"
    )


def _axes(sizes, step, x, y):
    right = x(sizes[-1])
    yield _text(MARGIN, MARGIN - 20, "milliseconds for one unit", "start", 13)
    yield _text((MARGIN + right) / 2, HEIGHT - 15, "units", "middle", 13)
    for line in range(LINES + 1):
        height = y(step * line)
        yield f'<path d="M{MARGIN} {height:.1f}H{right:.1f}" stroke="#dddddd"/>'
        yield _text(MARGIN - 6, height + 4, f"{step * line:g}", "end", 11)
    for size in sizes:
        yield _text(x(size), HEIGHT - MARGIN + 20, f"{size:,}", "middle", 11)


def _text(left, height, text, anchor, size):
    place = f'x="{left:.1f}" y="{height:.1f}"'
    return f'<text {place} text-anchor="{anchor}" font-size="{size}">{text}</text>'
