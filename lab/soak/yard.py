"""The yard that the soak works in: its servers, people and parts, created over RPC."""

import itertools
from functools import cached_property

from lab.client import Session
from lab.soak import books

CLERKS = ("clerk1", "clerk2", "clerk3", "clerk4")
INVENTORY = {"inventory_mode": True}


class Yard:
    """A database with the addon, and an Odoo server on it.

    :ivar odoo: the :class:`~lab.server.Odoo`
    :ivar postgres: the server that the database is on
    :ivar owns_postgres: whether that server may be killed
    """

    def __init__(self, odoo, postgres, database, owns_postgres):
        self.odoo, self.postgres, self.database = odoo, postgres, database
        self.owns_postgres = owns_postgres
        self._numbers = itertools.count(1)

    def number(self):
        """Return a number that wasn't used before."""
        return next(self._numbers)

    def login(self, name):
        """Return a session of the user *name*."""
        return Session(self.odoo, name, self.database)

    def query(self, sql):
        """Run SQL on the database, bypassing Odoo; return the rows."""
        return self.postgres.query(sql, self.database)

    def audit(self):
        """Return what is wrong in the books, as texts."""
        return books.audit(self.postgres, self.database)

    # ----------------------------------------------------------------------------- the people

    @cached_property
    def admin(self):
        """The session that sets the yard up."""
        return self.login("admin")

    @cached_property
    def clerks(self):
        """Four warehouse users, each with a session."""
        return [self.login(name) for name in CLERKS]

    @cached_property
    def office(self):
        """The session of the purchase and inventory manager."""
        return self.login("office")

    def settle(self):
        """Create the people, the bins and the other company."""
        admin = self.admin
        self.company = admin.read("res.users", admin.uid, "company_id")
        self.branch = admin.create("res.company", name="Yard Two")
        admin.create("stock.warehouse", name="Yard Two", code="Y2", company_id=self.branch)
        clerk, manager = self._ref("stock", "group_stock_user", "group_stock_manager")
        [buyer] = self._ref("purchase", "group_purchase_manager")
        export = self._ref("base", "group_allow_export")
        for login in CLERKS:
            self._add_user(login, [clerk], self.company)
        self._add_user("office", [manager, buyer, *export], self.company)
        self._add_user("neighbour", [manager, buyer], self.branch)
        own = [("company_id", "=", self.company)]
        fields = "lot_stock_id", "in_type_id", "out_type_id", "int_type_id"
        [self.warehouse] = admin.search("stock.warehouse", own, *fields, limit=1)
        stock = self.warehouse["lot_stock_id"]
        bins = [{"name": f"SOAK-{side}", "location_id": stock} for side in "ABCD"]
        self.bins = admin.call("stock.location", "create", bins)
        [self.customers] = self._ref("stock", "stock_location_customers")
        self.vendor = admin.create("res.partner", name="Salvage")

    def _ref(self, module, *names):
        domain = [("module", "=", module), ("name", "in", names)]
        rows = self.admin.search("ir.model.data", domain, "name", "res_id")
        found = {row["name"]: row["res_id"] for row in rows}
        return [found[name] for name in names]

    def _add_user(self, login, groups, company):
        self.admin.create(
            "res.users",
            name=login,
            login=login,
            password=login,
            company_id=company,
            company_ids=[(6, 0, [company])],
            group_ids=[(4, group) for group in groups],
        )

    # ------------------------------------------------------------------- parts and documents

    def add_part(self, name, **values):
        """Create a part that uses serial numbers; return the id of its product."""
        values = {"type": "consu", "is_storable": True, "standard_price": 100, **values}
        values |= {"name": f"{name} {self.number()}", "tracking": "serial"}
        return self.admin.create("product.product", **values)

    def add_receipts(self, product, units, count=1):
        """Order *units* units, *count* times; return the receipts' ids."""
        line = {"product_id": product, "product_qty": units, "price_unit": 100}
        order = {"partner_id": self.vendor, "order_line": [(0, 0, line)]}
        return self.receive_orders(self.office, [order] * count)

    def receive_orders(self, user, orders):
        """Let *user* create and confirm purchase orders; return their receipts' ids."""
        ids = user.call("purchase.order", "create", orders)
        user.call("purchase.order", "button_confirm", ids)
        found = user.search("purchase.order", [("id", "in", ids)], "picking_ids", order="id")
        return [picking for order in found for picking in order["picking_ids"]]

    def add_stock(self, product, units, location):
        """Put *units* unserialized units into *location*."""
        self.admin.call("product.product", "write", [product], {"tracking": "none"})
        values = {"product_id": product, "location_id": location, "inventory_quantity": units}
        quants = self.office.call("stock.quant", "create", [values], context=INVENTORY)
        self.office.call("stock.quant", "action_apply_inventory", quants, context=INVENTORY)
        self.admin.call("product.product", "write", [product], {"tracking": "serial"})

    def read_lines(self, picking):
        """Return ``{line id: its lot_name, lot_id and state}`` of a transfer."""
        domain = [("picking_id", "=", picking)]
        lines = self.office.search("stock.move.line", domain, "lot_name", "lot_id", "state")
        return {line["id"]: line for line in lines}

    def read_state(self, picking):
        """Return the state of a transfer."""
        return self.office.read("stock.picking", picking, "state")
