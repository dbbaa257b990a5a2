"""Measure the addon against the same Odoo without it, in two databases in one run; print a Markdown table.

Everything measured is rolled back. Query counts are exact; times and memory are the medians of the repetitions. The
databases take turns, so that a busy machine slows both down. 10,000 units, which take minutes, are measured once.
`--plot` draws the cost of one unit.
"""

import statistics
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from dev import addon
from dev.output import say
from lab import databases, reads
from lab.figures import describe_run, new_user, table

HELP = "measure the addon against Odoo without it"
SIZES = [100, 1000, 10_000]
ONCE = 5000  # this many units or more are measured once
SIDES = {"bench": "with the addon", "benchplain": "Odoo alone"}
FLOWS = {
    "enter": "enter_serials",
    "receive": "validate a receipt",
    "count": "count a bin's units",
    "scan": "scan a delivery's units",
    "deliver": "validate a delivery",
    "serialize": "serialize units in stock",
}


def options(parser):
    add = parser.add_argument
    add("--sizes", type=int, nargs="+", default=SIZES, help="units (default: 100 1000 10000)")
    add("--repeat", type=int, default=3, help="how often each is measured (default: 3)")
    add(
        "--reads",
        action="store_true",
        help="reading and installing with many serial numbers instead",
    )
    add(
        "--serials",
        type=int,
        default=reads.SERIALS,
        help="how many, for --reads (default: %(default)s)",
    )
    add("--plot", type=Path, help="write an SVG of the cost of one unit here")


def run(options, rest):
    start = time.monotonic()
    with databases.alone("bench") as stack_:
        if options.reads:
            print(reads.measure(stack_, options.serials, options.repeat))
            print(describe_run(stack_))
            return 0
        configs = {side: create_side(stack_, side) for side in SIDES}
        medians = _reduce(_measure_all(stack_, configs, options))
        machine = describe_run(stack_)
    minutes = (time.monotonic() - start) / 60
    print(_table(medians, options.sizes))
    print(f"{machine}; {options.repeat} repetitions, {minutes:.1f} minutes")
    if options.plot:
        from lab import plot  # here, so that it doesn't count as measured memory

        sizes = sorted(options.sizes)
        costs = {}
        for flow, size, side in sorted(
            medians, key=lambda key: (list(FLOWS).index(key[0]), key[1])
        ):
            curve = costs.setdefault((FLOWS[flow], SIDES[side]), [])
            curve.append(1000 * medians[flow, size, side]["seconds"] / size)
        plot.write_svg(options.plot, sizes, costs, dashed=SIDES["benchplain"])
        say(f"wrote {options.plot}")
    return 0


# ------------------------------------------------------------------------------- the databases


def create_side(stack_, side):
    """Recreate the database of one side; return its configuration."""
    if side == "bench":
        return databases.create_with_addon(stack_, side)
    return databases.create_plain(stack_, side)


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
    """Measure all flows of one size in a fresh Odoo; return one row per flow."""
    # Rows that the previous run rolled back would mislead PostgreSQL until the next autovacuum.
    stack_.server.query("VACUUM ANALYZE", addon.database(side))
    call = f"Bench(env, {size}, {side == 'bench'}).run()"
    return databases.evaluate(stack_, config, side, __name__, call)


# ---------------------------------------------------------------------- what runs inside Odoo


class Bench:
    """The flows for *size* units of one part, in an Odoo shell, as an inventory manager.

    :param bool uses_addon: whether the addon is installed in this database
    """

    def __init__(self, env, size, uses_addon):
        self.size, self.uses_addon = size, uses_addon
        self.rows = []
        self.env = new_user(env)
        self.sudo = env
        self.warehouse = env["stock.warehouse"].search([], limit=1)
        self.stock = self.warehouse.lot_stock_id
        self.bins = env["stock.location"].create(
            [{"name": f"BENCH-{side}", "location_id": self.stock.id} for side in "AB"]
        )

    def run(self):
        """Measure every flow, roll everything back; return the rows."""
        receipt = self.receive()
        if self.uses_addon:
            self.count(receipt)
        self.deliver(receipt.move_ids.product_id)
        self.serialize()
        self.env.cr.rollback()
        return self.rows

    def measure(self, flow, action):
        """Run *action* with a cold cache and record what it costs."""
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
        """Receive an order, half of it into each bin, with an answer for each unit."""
        line = {"product_id": self.new_part("serial").id, "product_qty": self.size}
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.sudo["res.partner"].create({"name": "Vendor"}).id,
                "order_line": [(0, 0, {**line, "price_unit": 100})],
            }
        )
        order.button_confirm()
        receipt = self.env["stock.picking"].browse(order.picking_ids.ids)
        bins = {number: self.bins[number > self.size // 2] for number in range(1, self.size + 1)}
        if self.uses_addon:
            self.sudo["serial.question"].create({"name": "Mileage", "question_type": "integer"})
            rows = [f"R0{number:07}\t{bin_.name}\t{number}" for number, bin_ in bins.items()]
            table = "\n".join(["Serial\tLocation\tMileage", *rows])
            self.measure("enter", lambda: receipt.enter_serials(table))
        else:
            for number, unit in enumerate(receipt.move_line_ids, 1):
                unit.write({"lot_name": f"R0{number:07}", "location_dest_id": bins[number].id})
        receipt.move_ids.picked = True
        self.measure("receive", receipt.button_validate)
        assert receipt.state == "done", receipt.state
        return receipt

    def count(self, receipt):
        """Count everything that was received, bin by bin."""
        scans = []
        for location, lines in receipt.move_line_ids.grouped("location_dest_id").items():
            scans += [location.complete_name, *lines.lot_id.mapped("name")]
        count = self.env["serial.count"].create({})
        self.measure("count", lambda: count.scan("\n".join(scans)))
        assert count.here_count == self.size, count.here_count

    def deliver(self, part):
        """Deliver everything that was received."""
        ends = {
            "location_id": self.stock.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        move = {"product_id": part.id, "product_uom_qty": self.size, **ends}
        delivery = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.out_type_id.id, "move_ids": [(0, 0, move)], **ends}
        )
        delivery.action_confirm()
        delivery.action_assign()
        if self.uses_addon:
            self.measure_scans(delivery)
        delivery.move_ids.picked = True
        self.measure("deliver", delivery.button_validate)
        assert delivery.state == "done", delivery.state

    def measure_scans(self, delivery):
        """Scan all units that *delivery* has reserved, and then take that back."""
        scans = "\n".join(delivery.move_line_ids.lot_id.mapped("name"))
        with self.taken_back():
            self.measure("scan", lambda: delivery.enter_serials(scans))
            assert delivery.serial_scanned_count == self.size, delivery.serial_scanned_count

    @contextmanager
    def taken_back(self):
        """Undo at the end what happens in this block."""
        self.env.flush_all()
        savepoint = self.env.cr.savepoint()
        yield
        savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)

    def serialize(self):
        """Give the units of one bin serial numbers: on a Serialize transfer, or by an adjustment."""
        part, location = self.new_part("none"), self.bins[0]
        self.sudo["stock.quant"]._update_available_quantity(part, location, self.size)
        part.tracking = "serial"
        self.measure("serialize", lambda: self._serialize(part, location))
        lots = self.env["stock.lot"].search([("product_id", "=", part.id)])
        assert len(lots.filtered(lambda lot: lot.product_qty == 1)) == self.size

    def _serialize(self, part, location):
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
        counted = Quant.search([("product_id", "=", part.id), ("location_id", "=", location.id)])
        counted.inventory_quantity = 0
        base = {"product_id": part.id, "location_id": location.id, "inventory_quantity": 1}
        counted |= Quant.create([{**base, "lot_id": lot.id} for lot in lots])
        counted.action_apply_inventory()


def _reset_peak():
    """Reset the kernel's record of this process's peak memory, where that is possible."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _read_peak():
    """Return this process's peak memory, in megabytes."""
    with suppress(OSError):
        [line] = [
            line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
        ]
        return int(line.split()[1]) / 1024
    return psutil.Process().memory_info().rss / 2**20


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
    head = ("flow", "units", "time", "Odoo alone", "ratio", "queries", "Odoo alone", "memory")
    rows = []
    for flow, label in FLOWS.items():
        for size in sizes:
            ours, theirs = (medians.get((flow, size, side)) for side in SIDES)
            rows.append([label, f"{size:,}", *_cells(ours, theirs)])
    return table(head, rows)


def _cells(ours, theirs):
    seconds, queries = f"{ours['seconds']:.2f} s", f"{ours['queries']:,.0f}"
    memory = f"{ours['megabytes']:.0f} MB"
    if not theirs:
        return [seconds, "", "", queries, "", memory]
    ratio = f"{ours['seconds'] / theirs['seconds']:.2f}"
    theirs = f"{theirs['seconds']:.2f} s", f"{theirs['queries']:,.0f}", theirs["megabytes"]
    return [seconds, theirs[0], ratio, queries, theirs[1], f"{memory} ({theirs[2]:.0f} MB)"]
