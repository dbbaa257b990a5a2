"""What people do in the yard. Every rule is one call, or the few of one errand, of one person."""

from hypothesis import strategies as st

from odoo import Command

from .machine import Idle, Machine, step
from .yard import ABROAD, BINS, FAR

PARTS = st.sampled_from((0, 0, 1))
NAMES = st.sampled_from(("S1", "S2", "S3", "S4"))
#: Those that are most likely there.
KNOWN = st.sampled_from(("S1", "S2", "S1", "S2", "S3", "S4"))
SPELLINGS = NAMES | st.sampled_from((" S1", "S2\u200b", "s1"))
SEVERAL = st.lists(NAMES, min_size=1, max_size=2, unique=True)
PLACES = st.sampled_from((*BINS, FAR))
ALL_PLACES = st.sampled_from((*BINS, FAR, "Stock", "customer", "vendor"))
NTH = st.integers(0, 3)
BOXES = st.integers(0, 2)
UNITS = st.integers(1, 3)
QUANTITIES = st.sampled_from((0, 0.5, 1, 2))
OPEN = ("draft", "waiting", "confirmed", "partially_available", "assigned")
OPEN_EDITS = {
    "lot_name": NAMES | st.just(False),
    "lot_id": NAMES | st.just(False),
    "quantity": QUANTITIES,
    "location_id": ALL_PLACES,
    "location_dest_id": ALL_PLACES,
    "package_id": BOXES,
    "result_package_id": BOXES,
    "owner_id": st.booleans(),
    "picked": st.booleans(),
}
DONE_EDITS = {
    **{name: edit for name, edit in OPEN_EDITS.items() if name not in ("lot_name", "picked")},
    "date": st.integers(-3, 3),
}

QUANT_EDITS = {
    **{name: OPEN_EDITS[name] for name in ("lot_id", "location_id", "package_id", "owner_id")},
    "quantity": QUANTITIES,
    "reserved_quantity": QUANTITIES,
}


def edits(choices):
    """Return a strategy for the values of one edit: of one field, or of two."""
    return st.lists(st.sampled_from(tuple(choices)), min_size=1, max_size=2, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: choices[name] for name in names})
    )


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
        places = {"location_id": source.id, "location_dest_id": target.id}
        product = self.part(part)
        move = {"product_id": product.id, "product_uom_qty": units, **places}
        move["product_uom"] = product.uom_id.id
        transfer = self.people[user]["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "move_ids": [Command.create(move)],
                **places,
                **values,
            }
        )
        transfer.action_confirm()
        return transfer

    def make_receipt(self, part, units, place, owned=False):
        """Return a receipt without an order."""
        warehouse = self.yard.far_warehouse if place == FAR else self.yard.warehouse
        return self.make_transfer(
            warehouse.in_type_id,
            part,
            units,
            self.place("vendor"),
            self.place(place),
            owner_id=owned and self.yard.owner.id,
        )

    def find_open(self):
        """Return the open transfers; a receipt is planned where there is none."""
        return self.find_transfers(OPEN) or self.make_receipt(0, 2, "C")

    def find_open_lines(self):
        """Return the lines of open transfers; a delivery is planned where there are none."""
        return self.find_lines(OPEN) or self.make_delivery(0, 1, "Stock").move_line_ids

    def make_delivery(self, part, units, place):
        """Return a delivery that has reserved what is there."""
        kind, source = self.yard.warehouse.out_type_id, self.place(place)
        delivery = self.make_transfer(kind, part, units, source, self.place("customer"))
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
            if action["res_model"] == "stock.picking":
                action = asked.browse(action["res_id"]).action_validate_serials()
            elif action["res_model"] == "stock.backorder.confirmation":
                question = asked.env[action["res_model"]].create({})
                action = question.process() if backorder else question.process_cancel_backorder()
            else:
                return

    @step(part=PARTS, units=UNITS, place=PLACES, owned=st.booleans())
    def expect(self, part, units, place, owned):
        """Plan a receipt by hand."""
        self.make_receipt(part, units, place, owned)

    @step(part=PARTS, names=SEVERAL, place=PLACES, owned=st.booleans())
    def receive(self, part, names, place, owned):
        """Receive units, named by the entry box."""
        receipt = self.make_receipt(part, len(names), place, owned)
        receipt.enter_in_prompt("\n".join(names))
        self.validate_transfer(receipt)

    @step(nth=NTH, names=st.lists(SPELLINGS, min_size=1, max_size=3), place=st.none() | PLACES)
    def enter(self, nth, names, place):
        """Type serial numbers into the entry box of an open transfer."""
        transfer = self.pick(self.find_open(), nth)
        location = place and self.place(place).id
        transfer.enter_in_prompt("\n".join(names), location_id=location)

    def keep_to_source(self, move, source):
        """Say that this step may reserve more than there is, as Odoo lets people do by hand.

        :param source: the name of the place that the line is to take from, if that is written
        :raise Idle: for a line that takes from stock on a move that comes from outside, which
            Odoo reserves, or not, depending on how it came about
        """
        usages = ("internal", "transit")
        if source and move.location_id.usage not in usages and self.place(source).usage in usages:
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
        source=ALL_PLACES,
        into=ALL_PLACES,
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
                "location_id": self.place(source).id,
                "location_dest_id": self.place(into).id,
                "quantity": quantity,
                **self.to_values(move, values),
            }
        )
        line.flush_recordset()

    @step(nth=NTH, several=st.booleans(), prompt=st.booleans(), backorder=st.booleans())
    def validate(self, nth, several, prompt, backorder):
        """Validate an open transfer, or the two newest together."""
        transfers = self.find_open()
        chosen = self.pick(transfers, nth)
        if several:
            chosen |= transfers[:2]
        if not backorder:
            self.forget_answers(chosen.move_line_ids)
        self.validate_transfer(chosen, prompt, backorder)

    @step(part=PARTS, units=UNITS, place=ALL_PLACES)
    def plan_delivery(self, part, units, place):
        """Plan and reserve a delivery."""
        self.make_delivery(part, units, place)

    @step(part=PARTS, units=UNITS, place=st.sampled_from(("Stock", *BINS)))
    def deliver(self, part, units, place):
        """Deliver what is reserved."""
        self.validate_transfer(self.make_delivery(part, units, place))

    @step(
        part=PARTS,
        name=KNOWN,
        source=PLACES,
        into=ALL_PLACES,
        source_box=BOXES,
        into_box=BOXES,
        owned=st.booleans(),
        quantity=st.sampled_from((1, 1, 1, 0.5, 2)),
    )
    def move(self, part, name, source, into, source_box, into_box, owned, quantity):
        """Move a chosen serial number from where somebody says that it is."""
        kind = self.yard.warehouse.int_type_id
        if into == "customer":
            kind = self.yard.warehouse.out_type_id
        places = self.place(source), self.place(into)
        transfer = self.make_transfer(kind, part, quantity, *places)
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
                "location_id": places[0].id,
                "location_dest_id": places[1].id,
                "picked": True,
                **self.to_values(move, values),
            }
        )
        self.validate_transfer(transfer)

    @step(nth=NTH, quantity=QUANTITIES, now=st.booleans())
    def give_back(self, nth, quantity, now):
        """Return a done transfer by Odoo's question, and validate the return at once or later."""
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
        transfer = product.env["stock.picking"].browse(action.get("res_id"))
        if names:
            transfer.enter_in_prompt("\n".join(names))
        if now:
            self.validate_transfer(transfer)


class Stock(Machine):
    """What is done with units in stock, without a transfer."""

    @step(part=PARTS, name=KNOWN, place=ALL_PLACES)
    def relocate(self, part, name, place):
        """Give a serial number another location."""
        self.serial(part, name).location_id = self.place(place)

    def find_quants(self, part, name, user):
        """Return where a serial number is, as Odoo's list of locations shows it."""
        serial = name and self.serial(part, name).id
        domain = [("lot_id", "=", serial or False), ("product_id", "=", self.part(part).id)]
        internal = [("location_id.usage", "=", "internal")]
        return self.people[user]["stock.quant"].search(domain + internal)

    @step(part=PARTS, name=KNOWN | st.none(), nth=NTH, place=st.none() | PLACES, box=BOXES)
    def relocate_quant(self, part, name, nth, place, box):
        """Relocate a quant by Odoo's question."""
        quant = self.pick(self.find_quants(part, name, "boss"), nth)
        question = quant.env["stock.quant.relocate"].create(
            {
                "quant_ids": quant.ids,
                "dest_location_id": place and self.place(place).id,
                "dest_package_id": self.box(box).id,
            }
        )
        question.action_relocate_quants()

    @step(
        part=PARTS,
        name=NAMES | st.none(),
        place=PLACES,
        box=BOXES,
        owned=st.booleans(),
        quantity=st.sampled_from((0, 1, 0.5, 2, -1)),
    )
    def count(self, part, name, place, box, owned, quantity):
        """Count a serial number, new or known, or units without one."""
        quants = self.people["boss"]["stock.quant"].with_context(inventory_mode=True)
        product = self.part(part).with_env(quants.env)
        quant = quants.create(
            {
                "product_id": product.id,
                "location_id": self.place(place).id,
                "package_id": self.box(box).id,
                "owner_id": owned and self.yard.owner.id,
                "lot_id": name
                and self._find_or_create_serial(
                    quants.env["stock.move"].new({"product_id": product.id}), name
                ).id,
                "inventory_quantity": quantity,
            }
        )
        quant.action_apply_inventory()

    @step(part=PARTS, name=KNOWN, nth=NTH, quantity=st.sampled_from((0, 1, 0.5, 2, -1)))
    def recount(self, part, name, nth, quantity):
        """Count a quant that is there."""
        quant = self.pick(self.find_quants(part, name, "boss"), nth)
        quant = quant.with_context(inventory_mode=True)
        quant.inventory_quantity = quantity
        quant.action_apply_inventory()

    @step(
        part=PARTS,
        name=KNOWN | st.none(),
        nth=NTH,
        values=edits(QUANT_EDITS),
        user=st.sampled_from(("clerk", "boss")),
    )
    def write_quant(self, part, name, nth, values, user):
        """Write over a quant by RPC, past any document."""
        quant = self.pick(self.find_quants(part, name, user), nth)
        quant.write(self.to_values(quant, values))

    @step(part=PARTS, name=KNOWN, nth=NTH)
    def delete_quant(self, part, name, nth):
        """Delete a quant."""
        self.pick(self.find_quants(part, name, "boss"), nth).unlink()

    @step(part=PARTS, name=KNOWN, place=st.none() | PLACES, quantity=st.sampled_from((1, 1, 0.5)))
    def scrap(self, part, name, place, quantity):
        """Scrap a unit, insisting where Odoo doubts that it is there."""
        serial = self.serial(part, name)
        values = {"product_id": self.part(part).id, "lot_id": serial.id, "scrap_qty": quantity}
        if place:
            values["location_id"] = self.place(place).id
        scrap = serial.env["stock.scrap"].create(values)
        action = scrap.action_validate()
        if isinstance(action, dict):
            asked = scrap.with_context(**action["context"])
            asked.env[action["res_model"]].create({}).action_done()

    @step(nth=NTH, box=st.integers(1, 2))
    def pack(self, nth, box):
        """Put what is on an open transfer in a box."""
        transfer = self.pick(self.find_open(), nth)
        transfer.action_put_in_pack(package_id=self.box(box).id)

    @step(box=st.integers(1, 2))
    def unpack(self, box):
        """Unpack a box."""
        self.box(box).with_env(self.people["clerk"]).unpack()


class Serials(Machine):
    """What is done with serial numbers, parts and answers."""

    @step(
        part=PARTS,
        name=KNOWN,
        kind=st.sampled_from(("rename", "swap", "move", "undo")),
        other=NAMES,
    )
    def correct(self, part, name, kind, other):
        """Correct a serial number by the dialog."""
        serial = self.serial(part, name, "boss")
        values = {"lot_id": serial.id, "kind": kind, "reason": "Wrong label"}
        values |= {
            "rename": {"new_name": other},
            "swap": {"other_lot_id": self.yard.find_serial(part, other).id},
            "move": {"product_id": self.part(1 - part).id},
            "undo": {},
        }[kind]
        serial.env["serial.correction"].create(values).action_correct()

    @step(part=PARTS, name=KNOWN, other=SPELLINGS)
    def rename(self, part, name, other):
        """Give a serial number another name over RPC."""
        self.serial(part, name).name = other

    @step(part=PARTS, name=KNOWN, active=st.booleans())
    def archive(self, part, name, active):
        """Archive a serial number, or bring it back."""
        self.serial(part, name).active = active

    @step(part=PARTS, name=KNOWN)
    def delete_serial(self, part, name):
        """Delete a serial number."""
        self.serial(part, name).unlink()

    @step(part=PARTS, name=NAMES)
    def create_serial(self, part, name):
        """Create a serial number that has no unit yet."""
        self.people["clerk"]["stock.lot"].create({"product_id": self.part(part).id, "name": name})

    @step(
        part=PARTS,
        values=st.sampled_from(
            (
                {"uses_serial_numbers": False},
                {"uses_serial_numbers": True},
                {"tracking": "none"},
                {"tracking": "lot"},
                {"is_storable": False},
                {"type": "service"},
                {"serials_started": False},
            )
        ),
    )
    def edit_part(self, part, values):
        """Try to untick the box, whichever way."""
        template = self.part(part).product_tmpl_id.with_env(self.people["boss"])
        self.forget_answers(self.find_lines(OPEN))
        template.write(values)

    @step(part=PARTS, category=st.integers(0, 1))
    def change_category(self, part, category):
        """Give a part another category, with other custom fields."""
        template = self.part(part).product_tmpl_id.with_env(self.people["boss"])
        template.categ_id = self.yard.categories[category]

    @step(part=PARTS, name=KNOWN)
    def answer(self, part, name):
        """Answer the custom field of a serial number."""
        serial = self.serial(part, name)
        self.promises.excused.add(("lot", serial.id))
        serial.serial_answers = {self.yard.question.key: self.number()}

    @step(nth=NTH, name=NAMES)
    def answer_line(self, nth, name):
        """Answer the custom field on an open line, which gets a name where it has none."""
        line = self.pick(self.find_open_lines(), nth)
        self.forget_answers(line)
        if not (line.lot_name or line.lot_id):
            line.lot_name = name
        line.serial_answers = {self.yard.question.key: self.number()}


class DoneEdits(Machine):
    """What is edited of what is done."""

    @step(nth=NTH, values=edits(DONE_EDITS))
    def edit_done_line(self, nth, values):
        """Edit a line that is done."""
        line = self.pick(self.find_lines(("done",)), nth)
        line.write(self.to_values(line, values))

    @step(nth=NTH, quantity=QUANTITIES)
    def edit_done_move(self, nth, quantity):
        """Edit the quantity of a move that is done."""
        line = self.pick(self.find_lines(("done",)), nth)
        line.move_id.quantity = quantity

    @step(nth=NTH)
    def exchange_done_lines(self, nth):
        """Exchange the serial numbers of two lines of a done transfer."""
        transfer = self.pick(self.find_transfers(("done",)), nth)
        if len(transfer.move_line_ids) < 2:
            raise Idle
        first, second = transfer.move_line_ids[:2]
        transfer.move_line_ids = [
            Command.update(first.id, {"lot_id": second.lot_id.id}),
            Command.update(second.id, {"lot_id": first.lot_id.id}),
        ]

    @step(nth=NTH, days=st.integers(-3, 3))
    def edit_date(self, nth, days):
        """Edit the date of a done transfer."""
        transfer = self.pick(self.find_transfers(("done",)), nth)
        transfer.date_done = self._to_value(None, "date", days)


class Abroad(Machine):
    """What another company does that shares the parts."""

    @step(part=PARTS, names=SEVERAL)
    def receive_abroad(self, part, names):
        """The other company receives units."""
        kind = self.yard.warehouse_abroad.in_type_id
        places = self.place("vendor"), self.place(ABROAD)
        receipt = self.make_transfer(kind, part, len(names), *places, user="abroad")
        receipt.enter_in_prompt("\n".join(names))
        self.validate_transfer(receipt)

    @step(part=PARTS, units=UNITS)
    def deliver_abroad(self, part, units):
        """The other company delivers what is reserved."""
        kind = self.yard.warehouse_abroad.out_type_id
        places = self.place(ABROAD), self.place("customer")
        delivery = self.make_transfer(kind, part, units, *places, user="abroad")
        delivery.action_assign()
        self.validate_transfer(delivery)


class YardMachine(Documents, Stock, Serials, DoneEdits, Abroad):
    """All of it."""
