"""The yard that the soak works in: its servers, its people, its parts, made over RPC."""

import threading
from functools import cached_property

from dev.soak import books
from dev.soak.client import Session

CLERKS = ("clerk1", "clerk2", "clerk3", "clerk4")


class Yard:
    """A database with the addon, and an Odoo server on it.

    :ivar odoo: the :class:`~dev.soak.server.Odoo`
    :ivar postgres: the server that the database is on
    :ivar owns_postgres: whether that may be killed
    """

    def __init__(self, odoo, postgres, database, owns_postgres):
        self.odoo, self.postgres, self.database = odoo, postgres, database
        self.owns_postgres = owns_postgres
        self._numbers = 0
        self.lock = threading.Lock()

    def number(self):
        """Return a number that was not there before."""
        with self.lock:
            self._numbers += 1
            return self._numbers

    def login(self, name):
        """Return a session of the user *name*."""
        return Session(self.odoo, name, self.database)

    def query(self, sql):
        """Ask the database, past Odoo."""
        return self.postgres.query(sql, self.database)

    def audit(self):
        """Return what is wrong in the books, as texts."""
        return books.audit(self.postgres, self.database)

    # ----------------------------------------------------------------------------- the people

    @cached_property
    def admin(self):
        """Who sets the yard up."""
        return self.login("admin")

    @cached_property
    def clerks(self):
        """Four warehouse users, each with a session."""
        return [self.login(name) for name in CLERKS]

    @cached_property
    def office(self):
        """Who orders, and sees to the stock."""
        return self.login("office")

    def settle(self):
        """Make the people, the bins and the other company."""
        clerk = self._ref("stock", "group_stock_user")
        manager = self._ref("stock", "group_stock_manager")
        buyer = self._ref("purchase", "group_purchase_manager")
        self.company = self.admin.read("res.users", [self.admin.uid], "company_id")[0][
            "company_id"
        ][0]
        self.branch = self.admin.call("res.company", "create", [{"name": "Yard Two"}])[0]
        self.admin.call(
            "stock.warehouse",
            "create",
            [{"name": "Yard Two", "code": "Y2", "company_id": self.branch}],
        )
        for login in CLERKS:
            self._add_user(login, [clerk], self.company)
        export = self._ref("base", "group_allow_export")
        self._add_user("office", [manager, buyer, export], self.company)
        self._add_user("neighbour", [manager, buyer], self.branch)
        [self.warehouse] = self.admin.search(
            "stock.warehouse",
            [("company_id", "=", self.company)],
            "lot_stock_id",
            "in_type_id",
            limit=1,
        )
        self.stock = self.warehouse["lot_stock_id"][0]
        self.bins = self.admin.call(
            "stock.location",
            "create",
            [{"name": f"SOAK-{side}", "location_id": self.stock} for side in "ABCD"],
        )
        self.vendor = self.admin.call("res.partner", "create", [{"name": "Salvage"}])[0]

    def _ref(self, module, name):
        [found] = self.admin.search(
            "ir.model.data", [("module", "=", module), ("name", "=", name)], "res_id"
        )
        return found["res_id"]

    def _add_user(self, login, groups, company):
        self.admin.call(
            "res.users",
            "create",
            [
                {
                    "name": login,
                    "login": login,
                    "password": login,
                    "company_id": company,
                    "company_ids": [(6, 0, [company])],
                    "group_ids": [(4, group) for group in groups],
                }
            ],
        )

    # ------------------------------------------------------------------- parts and documents

    def add_part(self, name, **values):
        """Return a new part that uses serial numbers, as the id of its product."""
        template = self.admin.call(
            "product.template",
            "create",
            [
                {
                    "name": f"{name} {self.number()}",
                    "type": "consu",
                    "is_storable": True,
                    "tracking": "serial",
                    "standard_price": 100,
                    **values,
                }
            ],
        )
        return self.admin.read("product.template", template, "product_variant_id")[0][
            "product_variant_id"
        ][0]

    def add_receipts(self, product, units, count=1):
        """Order *count* times *units*; return the receipts' ids."""
        line = {"product_id": product, "product_qty": units, "price_unit": 100}
        orders = self.office.call(
            "purchase.order",
            "create",
            [{"partner_id": self.vendor, "order_line": [(0, 0, line)]}] * count,
        )
        self.office.call("purchase.order", "button_confirm", orders)
        read = self.office.read("purchase.order", orders, "picking_ids")
        return [picking for order in read for picking in order["picking_ids"]]

    def add_stock(self, product, units, place):
        """Put *units* without a serial number in *place*."""
        self.admin.call("product.product", "write", [product], {"tracking": "none"})
        values = {"product_id": product, "location_id": place, "inventory_quantity": units}
        context = {"inventory_mode": True}
        quants = self.office.call("stock.quant", "create", [values], context=context)
        self.office.call("stock.quant", "action_apply_inventory", quants, context=context)
        self.admin.call("product.product", "write", [product], {"tracking": "serial"})

    def read_lines(self, picking):
        """Return ``{line id: what is typed on it}`` of a transfer."""
        lines = self.office.search(
            "stock.move.line", [("picking_id", "=", picking)], "lot_name", "lot_id", "state"
        )
        return {line["id"]: line for line in lines}

    def read_state(self, picking):
        """Return the state of a transfer."""
        return self.office.read("stock.picking", [picking], "state")[0]["state"]
