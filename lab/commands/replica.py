"""Show which calls a replica of the database serves, with Odoo on a PostgreSQL with a real streaming replica.

Both servers log every statement; the table counts those on the addon's database. The exit status is 1 if a call that
only reads asks the primary anything.
"""

import time
from contextlib import ExitStack

from dev import addon, stack
from dev.output import Problem
from lab import databases
from lab.client import Session
from lab.figures import describe_run, table
from lab.server import Odoo
from lab.soak.server import DURABLE, own_postgres, own_replica

HELP = "show what a replica of the database serves"
PURPOSE = "replica"
LOGGED = (*DURABLE, "log_statement=all", "log_line_prefix=%d:")
SECONDS = 30  # for the replica to catch up


def run(options, rest):
    with databases.alone(PURPOSE) as stack_:
        name, folder = addon.database(PURPOSE), addon.folder(PURPOSE)
        try:
            databases.create_with_addon(stack_, PURPOSE)
            with ExitStack() as opened:
                rows = _Visit(opened, stack_, folder, name).measure()
        finally:
            stack_.server.drop(name)
        machine = describe_run(stack_)
    head = ("call", "writes", "statements on the replica", "on the primary")
    shown = [[call, "yes" if writes else "", *map(str, counts)] for call, writes, *counts in rows]
    print(table(head, shown, left=2))
    print(machine)
    return int(any(not writes and (primary or not replica) for _, writes, replica, primary in rows))


class _Visit:
    """An Odoo with a primary and a replica, and a user who receives parts and looks at them."""

    def __init__(self, opened, stack_, folder, name):
        self.name = name
        self.primary = opened.enter_context(own_postgres(stack_, folder, name, name, LOGGED))
        self.replica = opened.enter_context(own_replica(stack_, folder, self.primary, LOGGED))
        config = stack.write_config(
            folder,
            addons_path=addon.addons_path(),
            dbfilter=f"^{name}$",
            db_replica_host=self.replica.env["PGHOST"],
        )
        command = stack_.odoo_command("-c", config, "-d", name)
        odoo = Odoo(command, self.primary.env, folder / "odoo.log")
        opened.callback(odoo.stop)
        odoo.start()
        self.user = Session(odoo, "admin", name)

    def measure(self):
        """Return ``[(call, whether it writes, statements on the replica, on the primary)]``."""
        receipt = self._order_parts()
        rows = [self._row("enter_serials", True, "stock.picking", [receipt], "SN001*3")]
        self.user.call("stock.picking", "button_validate", [receipt])
        self._catch_up()
        lot, *_others = self.user.search("stock.lot", [], "product_id")
        product = lot["product_id"]
        part = self.user.read("product.product", product, "product_tmpl_id")
        names = ("name", "location_id", "source", "used_on", "serial_answers")
        form, columns = (
            {name: {} for name in found}
            for found in (("serial_count", "unserialized_quantity"), names)
        )
        calls = [
            ("web_read", "product.template", [part], form),
            ("web_search_read", "stock.lot", [["product_id", "=", product]], columns),
            ("action_open_source", "stock.lot", [lot["id"]]),
            ("action_view_serials", "stock.picking", [receipt]),
            ("preview_serials", "stock.picking", [self._order_parts()], "SN004\nSN001"),
            ("web_search_read", "serial.checkup", [], {"display_name": {}}),
        ]
        for method, model, *arguments in calls:  # warm up the caches
            self.user.call(model, method, *arguments)
        self._catch_up()
        return rows + [self._row(method, False, model, *rest) for method, model, *rest in calls]

    def _order_parts(self):
        """Create a receipt of three units of a new part; return its id."""
        values = {"name": "Engine", "type": "consu", "is_storable": True, "tracking": "serial"}
        product = self.user.create("product.product", **values)
        incoming = [["code", "=", "incoming"]]
        [kind] = self.user.search(
            "stock.picking.type", incoming, "default_location_dest_id", limit=1
        )
        [vendors] = self.user.search("stock.location", [["usage", "=", "supplier"]], limit=1)
        move = {"product_id": product, "product_uom_qty": 3}
        ends = vendors["id"], kind["default_location_dest_id"]
        return self.user.add_transfer(kind["id"], *ends, move_ids=move)

    def _catch_up(self):
        """Wait until the replica has caught up with the primary."""
        [[position]] = self.primary.query("SELECT pg_current_wal_lsn()::text")
        question = f"SELECT pg_last_wal_replay_lsn() >= '{position}'"
        limit = time.monotonic() + SECONDS
        while not self.replica.query(question)[0][0]:
            if time.monotonic() > limit:
                raise Problem("the replica does not follow")
            time.sleep(0.1)

    def _row(self, method, writes, model, *arguments):
        before = self._count(self.replica), self._count(self.primary)
        self.user.call(model, method, *arguments)
        after = self._count(self.replica), self._count(self.primary)
        counts = (new - old for old, new in zip(before, after, strict=True))
        return f"`{model}.{method}`", writes, *counts

    def _count(self, server):
        """Return how many of Odoo's statements are in this server's log."""
        with (server.home / "server.log").open(errors="replace") as lines:
            return sum(line.startswith(f"{self.name}:LOG:  statement: ") for line in lines)
