"""The little yard that the state machine plays in: two parts, four bins, two boxes, two companies."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

#: The groups of the people in the yard.
PEOPLE = {
    "clerk": "stock.group_stock_user",
    "boss": "stock.group_stock_manager",
    "buyer": "purchase.group_purchase_user",
}
BINS = ("A", "B", "C")
#: The bin of the warehouse that receives in two steps.
FAR = "D"
#: The other company's bin.
ABROAD = "Z"


class Yard:
    """What is there when the machine starts; only the set-up has all rights.

    :ivar env: an environment with all rights, to look and to set up
    :ivar people: ``{name: environment of that user}``
    :ivar parts: two parts that use serial numbers, with two units that have none in bin A; of
        the first, S1 was received into A and S2 into B
    :ivar start: a time after all that was done to set it up
    :ivar locations: ``{name: stock.location}``, see :data:`BINS`, :data:`FAR`, :data:`ABROAD`
    """

    def __init__(self, env, **users):
        """Set the yard up.

        :param env: an environment with all rights
        :param users: the users who are there already, by the names of :data:`PEOPLE`
        """
        self.env = env
        groups = {name: group for name, group in PEOPLE.items() if name not in users}
        users |= {name: self._hire(name, group) for name, group in groups.items()}
        self.people = {name: self._as(user) for name, user in users.items()}
        self.vendor, self.owner = env["res.partner"].create([{"name": "Vendor"}, {"name": "Owner"}])
        self._set_up_locations()
        self._set_up_parts()
        self._set_up_abroad()
        self._receive("S1", "A")
        self._receive("S2", "B")
        env.flush_all()
        self.start = fields.Datetime.now() + timedelta(minutes=1)

    def _hire(self, name, group, company=None):
        company = company or self.env.company
        values = {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        return new_test_user(self.env, login=f"yard_{name}", groups=group, tz="UTC", **values)

    def _as(self, user):
        return self.env(user=user.id, su=False)

    def _set_up_locations(self):
        company = [("company_id", "=", self.env.company.id)]
        self.warehouse = self.env["stock.warehouse"].search(company, limit=1)
        self.far_warehouse = self.env["stock.warehouse"].create(
            {"name": "Far Yard", "code": "FAR", "reception_steps": "two_steps"}
        )
        stock = self.warehouse.lot_stock_id
        bins = self.env["stock.location"].create(
            [{"name": f"YARD-{name}", "location_id": stock.id} for name in BINS]
        )
        self.locations = {
            "Stock": stock,
            **dict(zip(BINS, bins, strict=True)),
            FAR: self.far_warehouse.lot_stock_id,
            "customer": self.env.ref("stock.stock_location_customers"),
            "vendor": self.env.ref("stock.stock_location_suppliers"),
        }
        self.boxes = self.env["stock.package"].create([{"name": "BOX1"}, {"name": "BOX2"}])
        self.pair = self.env["uom.uom"].create(
            {
                "name": "Pair",
                "relative_factor": 2,
                "relative_uom_id": self.env.ref("uom.product_uom_unit").id,
            }
        )

    def _set_up_parts(self):
        self.categories = self.env["product.category"].create(
            [{"name": "Yard Parts"}, {"name": "Other Parts"}]
        )
        self.question = self.env["serial.question"].create(
            {
                "name": "Mileage",
                "question_type": "integer",
                "category_ids": [Command.set(self.categories[0].ids)],
            }
        )
        values = {
            "type": "consu",
            "is_storable": True,
            "standard_price": 100,
            "categ_id": self.categories[0].id,
        }
        templates = self.env["product.template"].create(
            [{"name": name, **values} for name in ("Alternator", "Starter")]
        )
        self.parts = templates.product_variant_id
        for part in self.parts:
            self._count_in(part, 2)
        templates.with_env(self.people["boss"]).uses_serial_numbers = True

    def _count_in(self, part, units):
        quant = self.people["boss"]["stock.quant"].with_context(inventory_mode=True)
        values = {"product_id": part.id, "location_id": self.locations["A"].id}
        quant.create({**values, "inventory_quantity": units}).action_apply_inventory()

    def _receive(self, name, location):
        route = {
            "location_id": self.locations["vendor"].id,
            "location_dest_id": self.locations[location].id,
        }
        move = {"product_id": self.parts[0].id, "product_uom_qty": 1, **route}
        receipt = self.people["clerk"]["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "move_ids": [Command.create(move)],
                **route,
            }
        )
        receipt.action_confirm()
        receipt.enter_serials(name)
        receipt.button_validate()

    def _set_up_abroad(self):
        company = self.env["res.company"].create({"name": "Yard Abroad"})
        warehouses = self.env["stock.warehouse"]
        self.warehouse_abroad = warehouses.search([("company_id", "=", company.id)]) or (
            warehouses.create({"name": company.name, "code": "ABR", "company_id": company.id})
        )
        self.locations[ABROAD] = self.warehouse_abroad.lot_stock_id
        user = self._hire("abroad", PEOPLE["clerk"], company)
        self.people["abroad"] = self._as(user)

    def find_serial(self, part, name):
        """Return the serial number *name* of *part* (0 or 1), archived ones too."""
        lots = self.env["stock.lot"].with_context(active_test=False)
        domain = [("product_id", "=", self.parts[part].id), ("name", "=", name)]
        return lots.search(domain, limit=1)
