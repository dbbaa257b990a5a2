"""What people do in the yard besides orders and transfers, and all of it together."""

from hypothesis import strategies as st

from odoo import Command

from .choices import (
    ALL_LOCATIONS,
    BOXES,
    DONE_EDITS,
    KNOWN,
    LOCATIONS,
    NAMES,
    NTH,
    OPEN,
    PARTS,
    QUANT_EDITS,
    QUANTITIES,
    SEVERAL,
    SPELLINGS,
    UNITS,
    edits,
)
from .documents import Documents
from .machine import Idle, Machine, step
from .yard import ABROAD


class Stock(Machine):
    """What is done with units in stock, without a transfer."""

    @step(part=PARTS, name=KNOWN, location=ALL_LOCATIONS)
    def relocate(self, part, name, location):
        """Give a serial number another location."""
        self.serial(part, name).location_id = self.location(location)

    def find_quants(self, part, name, user):
        """Return where a serial number is, as Odoo's list of locations shows it."""
        serial = name and self.serial(part, name).id
        domain = [("lot_id", "=", serial or False), ("product_id", "=", self.part(part).id)]
        internal = [("location_id.usage", "=", "internal")]
        return self.people[user]["stock.quant"].search(domain + internal)

    @step(part=PARTS, name=KNOWN | st.none(), nth=NTH, location=st.none() | LOCATIONS, box=BOXES)
    def relocate_quant(self, part, name, nth, location, box):
        """Relocate a quant by Odoo's dialog."""
        quant = self.pick(self.find_quants(part, name, "boss"), nth)
        question = quant.env["stock.quant.relocate"].create(
            {
                "quant_ids": quant.ids,
                "dest_location_id": location and self.location(location).id,
                "dest_package_id": self.box(box).id,
            }
        )
        question.action_relocate_quants()

    @step(
        part=PARTS,
        name=NAMES | st.none(),
        location=LOCATIONS,
        box=BOXES,
        owned=st.booleans(),
        quantity=st.sampled_from((0, 1, 0.5, 2, -1)),
    )
    def count(self, part, name, location, box, owned, quantity):
        """Count a serial number, new or known, or units without one."""
        quants = self.people["boss"]["stock.quant"].with_context(inventory_mode=True)
        product = self.part(part).with_env(quants.env)
        quant = quants.create(
            {
                "product_id": product.id,
                "location_id": self.location(location).id,
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
        """Overwrite a quant of a part that uses serial numbers over RPC, without a document."""
        if self.part(part).tracking != "serial":
            raise Idle
        quant = self.pick(self.find_quants(part, name, user), nth)
        quant.write(self.to_values(quant, values))

    @step(part=PARTS, name=KNOWN, nth=NTH)
    def delete_quant(self, part, name, nth):
        """Delete a quant."""
        self.pick(self.find_quants(part, name, "boss"), nth).unlink()

    @step(
        part=PARTS,
        name=KNOWN,
        location=st.none() | LOCATIONS,
        quantity=st.sampled_from((1, 1, 0.5)),
    )
    def scrap(self, part, name, location, quantity):
        """Scrap a unit, insisting where Odoo doubts that it is there."""
        serial = self.serial(part, name)
        values = {"product_id": self.part(part).id, "lot_id": serial.id, "scrap_qty": quantity}
        if location:
            values["location_id"] = self.location(location).id
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
        """Try to untick the box, in any way."""
        template = self.part(part).product_tmpl_id.with_env(self.people["boss"])
        if {"is_storable", "type"} & values.keys() and not template.serials_started:
            raise Idle  # Odoo would let units move without counting them.
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
    """Edits of what is done."""

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
        done = self.find_transfers(("done",))
        transfer = self.pick(done.filtered(lambda each: len(each.move_line_ids) > 1), nth)
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
    """What another company that shares the parts does."""

    @step(part=PARTS, names=SEVERAL, sold=st.booleans())
    def receive_abroad(self, part, names, sold):
        """The other company receives units, and delivers them at once or not."""
        abroad, vendor = self.location(ABROAD), self.location("vendor")
        kind = self.yard.warehouse_abroad.in_type_id
        receipt = self.make_transfer(kind, part, len(names), vendor, abroad, user="abroad")
        receipt.enter_in_prompt("\n".join(names))
        self.validate_transfer(receipt)
        if sold:
            self.deliver_all_abroad(part, len(names))

    @step(part=PARTS, units=UNITS)
    def deliver_abroad(self, part, units):
        """The other company delivers what is reserved."""
        self.deliver_all_abroad(part, units)

    def deliver_all_abroad(self, part, units):
        """Deliver *units* of the other company."""
        kind = self.yard.warehouse_abroad.out_type_id
        route = self.location(ABROAD), self.location("customer")
        delivery = self.make_transfer(kind, part, units, *route, user="abroad")
        delivery.action_assign()
        self.validate_transfer(delivery)


class YardMachine(Documents, Stock, Serials, DoneEdits, Abroad):
    """All rules together."""

    @step()
    def wait(self):
        """Do nothing: what hypothesis calls the simplest step, which it likes to repeat."""
        raise Idle
