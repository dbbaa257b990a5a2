"""What people do with orders and transfers. Every rule is one call, or the few of one errand."""

from hypothesis import strategies as st

from odoo import Command

from ...tools.position import INTERNAL_USAGES
from .choices import (
    ALL_LOCATIONS,
    BOXES,
    KNOWN,
    LOCATIONS,
    NAMES,
    NTH,
    OPEN,
    OPEN_EDITS,
    PARTS,
    QUANTITIES,
    SEVERAL,
    SPELLINGS,
    UNITS,
    edits,
)
from .machine import Idle, Machine, step
from .yard import BINS, FAR


class Documents(Machine):
    """Orders, transfers and what is typed on them."""

    @step(part=PARTS, units=UNITS, pair=st.booleans(), far=st.booleans())
    def order(self, part, units, pair, far):
        """Order units, in pairs or for the warehouse that receives in two steps."""
        self.make_order(part, units, pair, far)

    def make_order(self, part, units, pair=False, far=False):
        """Return a confirmed purchase order."""
        kind = (self.yard.far_warehouse if far else self.yard.warehouse).in_type_id
        item = {"product_id": self.part(part).id, "product_qty": units, "price_unit": 100}
        if pair:
            item["product_uom_id"] = self.yard.pair.id
        order = self.people["buyer"]["purchase.order"].create(
            {
                "partner_id": self.yard.vendor.id,
                "picking_type_id": kind.id,
                "order_line": [Command.create(item)],
            }
        )
        order.button_confirm()
        return order

    @step(nth=NTH, quantity=QUANTITIES)
    def change_order(self, nth, quantity):
        """Change how many units an order is for."""
        domain = [("product_id", "in", self.yard.parts.ids)]
        items = self.people["buyer"]["purchase.order.line"].search(domain, order="id DESC")
        items = items or self.make_order(0, 2).order_line
        self.pick(items, nth).product_qty = quantity

    def make_transfer(self, kind, part, units, source, target, user="clerk", **values):
        """Return a confirmed transfer."""
        route = {"location_id": source.id, "location_dest_id": target.id}
        product = self.part(part)
        move = {"product_id": product.id, "product_uom_qty": units, **route}
        move["product_uom"] = product.uom_id.id
        transfer = self.people[user]["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "move_ids": [Command.create(move)],
                **route,
                **values,
            }
        )
        transfer.action_confirm()
        return transfer

    def make_receipt(self, part, units, location, owned=False):
        """Return a receipt without an order."""
        warehouse = self.yard.far_warehouse if location == FAR else self.yard.warehouse
        return self.make_transfer(
            warehouse.in_type_id,
            part,
            units,
            self.location("vendor"),
            self.location(location),
            owner_id=owned and self.yard.owner.id,
        )

    def find_open(self):
        """Return the open transfers; a receipt is planned where there is none."""
        return self.find_transfers(OPEN) or self.make_receipt(0, 2, "C")

    def find_open_lines(self):
        """Return the lines of open transfers; a delivery is planned where there are none."""
        return self.find_lines(OPEN) or self.make_delivery(0, 1, "Stock").move_line_ids

    def make_delivery(self, part, units, location):
        """Return a delivery that has reserved what is there."""
        kind, source = self.yard.warehouse.out_type_id, self.location(location)
        delivery = self.make_transfer(kind, part, units, source, self.location("customer"))
        delivery.action_assign()
        return delivery

    def validate_transfer(self, transfer, prompt=True, backorder=True):
        """Press *Validate*, and the buttons of the questions that follow."""
        if not prompt:
            transfer = transfer.with_context(skip_serial_prompt=True)
        action = transfer.button_validate()
        for _question in range(3):
            if not isinstance(action, dict):
                return
            asked = transfer.with_context(**action.get("context") or {})
            model = action.get("res_model")
            if model == "stock.picking":
                action = asked.browse(action["res_id"]).action_validate_serials()
            elif model == "stock.backorder.confirmation":
                question = asked.env[model].create({})
                action = question.process() if backorder else question.process_cancel_backorder()
            else:
                return

    @step(part=PARTS, units=UNITS, location=LOCATIONS, owned=st.booleans())
    def expect(self, part, units, location, owned):
        """Plan a receipt by hand."""
        self.make_receipt(part, units, location, owned)

    @step(part=PARTS, names=SEVERAL, location=LOCATIONS, owned=st.booleans())
    def receive(self, part, names, location, owned):
        """Receive units, named by the entry box."""
        receipt = self.make_receipt(part, len(names), location, owned)
        receipt.enter_in_prompt("\n".join(names))
        self.validate_transfer(receipt)

    @step(
        nth=NTH, names=st.lists(SPELLINGS, min_size=1, max_size=3), location=st.none() | LOCATIONS
    )
    def enter(self, nth, names, location):
        """Type serial numbers into the entry box of an open transfer, perhaps some that another one
        has reserved."""
        self.promises.excused.add("reserved")
        transfer = self.pick(self.find_open(), nth)
        location = location and self.location(location).id
        transfer.enter_in_prompt("\n".join(names), location_id=location)

    def keep_to_source(self, move, source):
        """Note that this step may reserve more than there is, as Odoo lets people do by hand.

        :param source: the name of the location that the line is to take from, if that is written
        :raise Idle: for a line that takes from stock on a move that comes from outside, which
            Odoo reserves, or not, depending on how it came about
        """
        if (
            source
            and move.location_id.usage not in INTERNAL_USAGES
            and self.location(source).usage in INTERNAL_USAGES
        ):
            raise Idle
        self.promises.excused.add("reserved")

    @step(nth=NTH, values=edits(OPEN_EDITS))
    def edit_line(self, nth, values):
        """Edit a line of an open transfer over RPC."""
        line = self.pick(self.find_open_lines(), nth)
        self.keep_to_source(line.move_id, values.get("location_id"))
        if "result_package_id" in values and len(values) > 1:
            # Odoo would keep the old reservation: see its stock.move.line.write.
            raise Idle
        if {"lot_name", "lot_id"} & values.keys():
            self.forget_answers(line)
        line.write(self.to_values(line, values))

    @step(
        nth=NTH,
        values=edits({key: OPEN_EDITS[key] for key in ("lot_name", "lot_id")}),
        quantity=QUANTITIES,
        source=ALL_LOCATIONS,
        into=ALL_LOCATIONS,
    )
    def add_line(self, nth, values, quantity, source, into):
        """Add a line to a transfer, open or done, over RPC."""
        transfer = self.pick(self.find_transfers((*OPEN, "done")), nth)
        move = transfer.move_ids[:1]
        self.keep_to_source(move, source)
        line = transfer.env["stock.move.line"].create(
            {
                "picking_id": transfer.id,
                "move_id": move.id,
                "product_id": move.product_id.id,
                "location_id": self.location(source).id,
                "location_dest_id": self.location(into).id,
                "quantity": quantity,
                **self.to_values(move, values),
            }
        )
        line.flush_recordset()

    @step(
        nth=NTH,
        names=st.lists(NAMES, max_size=2, unique=True),
        several=st.booleans(),
        prompt=st.booleans(),
        backorder=st.booleans(),
    )
    def validate(self, nth, names, several, prompt, backorder):
        """Validate an open transfer, or it and the two newest together, after naming some
        units."""
        transfers = self.find_open()
        chosen = self.pick(transfers, nth)
        if names:
            chosen.enter_in_prompt("\n".join(names))
        if several:
            chosen |= transfers[:2]
        if not backorder:
            self.forget_answers(chosen.move_line_ids)
        self.validate_transfer(chosen, prompt, backorder)

    @step(part=PARTS, units=UNITS, location=ALL_LOCATIONS)
    def plan_delivery(self, part, units, location):
        """Plan and reserve a delivery."""
        self.make_delivery(part, units, location)

    @step(part=PARTS, units=UNITS, location=st.sampled_from(("Stock", *BINS)))
    def deliver(self, part, units, location):
        """Deliver what is reserved."""
        self.validate_transfer(self.make_delivery(part, units, location))

    @step(
        part=PARTS,
        name=KNOWN,
        source=LOCATIONS,
        into=ALL_LOCATIONS,
        source_box=BOXES,
        into_box=BOXES,
        owned=st.booleans(),
        quantity=st.sampled_from((1, 1, 1, 0.5, 2)),
    )
    def move(self, part, name, source, into, source_box, into_box, owned, quantity):
        """Move a chosen serial number from where somebody claims it is."""
        kind = self.yard.warehouse.int_type_id
        if into == "customer":
            kind = self.yard.warehouse.out_type_id
        route = self.location(source), self.location(into)
        transfer = self.make_transfer(kind, part, quantity, *route)
        move = transfer.move_ids
        self.promises.excused.add("reserved")
        transfer.move_line_ids.unlink()
        values = {
            "lot_id": name,
            "package_id": source_box,
            "result_package_id": into_box,
            "owner_id": owned,
        }
        transfer.env["stock.move.line"].create(
            {
                "picking_id": transfer.id,
                "move_id": move.id,
                "product_id": move.product_id.id,
                "quantity": quantity,
                "location_id": route[0].id,
                "location_dest_id": route[1].id,
                "picked": True,
                **self.to_values(move, values),
            }
        )
        self.validate_transfer(transfer)

    @step(nth=NTH, quantity=QUANTITIES, now=st.booleans())
    def give_back(self, nth, quantity, now):
        """Return a done transfer by Odoo's dialog, and validate the return at once or later."""
        done = self.pick(self.find_transfers(("done",)), nth)
        question = (
            done.env["stock.return.picking"]
            .with_context(active_id=done.id, active_model="stock.picking")
            .create({})
        )
        question.product_return_moves.quantity = quantity
        action = question.action_create_returns()
        if now:
            self.validate_transfer(done.browse(action["res_id"]))

    @step(
        nth=NTH,
        button=st.sampled_from(
            (
                "action_cancel",
                "do_unreserve",
                "action_assign",
                "action_open_serial_prompt",
                "unlink",
            )
        ),
    )
    def press(self, nth, button):
        """Press a button of an open transfer."""
        transfer = self.pick(self.find_open(), nth)
        self.forget_answers(transfer.move_line_ids)
        getattr(transfer, button)()

    @step(nth=NTH)
    def delete_line(self, nth):
        """Delete a line."""
        line = self.pick(self.find_open_lines() | self.find_lines(("done",))[:1], nth)
        self.forget_answers(line)
        line.unlink()

    @step(part=PARTS, names=st.lists(NAMES, max_size=2, unique=True), now=st.booleans())
    def serialize(self, part, names, now):
        """Name units that are in stock, now or later."""
        product = self.part(part).with_env(self.people["clerk"])
        action = product.product_tmpl_id.action_assign_serials()
        if not action.get("res_id"):
            # Several warehouses have units: that is a list to choose from.
            raise Idle
        transfer = product.env["stock.picking"].browse(action["res_id"])
        if names:
            transfer.enter_in_prompt("\n".join(names))
        if now:
            self.validate_transfer(transfer)
