from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import UserError


class RandomDocuments:
    """Documents of one part, drawn at random: packages, owners, dozens, two bins, two steps,
    negative stock, unserialized units, returns."""

    def __init__(self, case, random, clock):
        self.case, self.random, self.clock = case, random, clock
        self.outcomes = []
        self.number = 0
        self.part = case._new_part("Gearbox")
        self.bins = case.bin_a, case.bin_b
        self.packages = case.env["stock.package"].create([{"name": "P1"}, {"name": "P2"}])

    def run(self):
        two_steps = self.random.random() < 0.4
        self.case.warehouse.reception_steps = "two_steps" if two_steps else "one_step"
        self._stock_units()
        self.case._tick(self.part)
        documents = [self._receive, self._receive, self._serialize, self._deliver, self._bring_back]
        documents += self.random.choices(documents, k=4)
        for document in documents:
            self.clock.tick(timedelta(hours=self.random.randint(1, 30)))
            document()

    def _stock_units(self):
        """Add unserialized units, here and at the vendor; some are negative."""
        for location in (*self.bins, self.case.supplier):
            for owner in (self.case.env["res.partner"], self.case.owner):
                if units := self.random.choice((0, 0, 1, 3, -2)):
                    self.case._put_in_stock(
                        *(self.part, units, location),
                        owner_id=owner,
                        in_date=datetime(2025, 1, self.random.randint(1, 28)),
                    )

    def _validate(self, picking):
        """Validate as a person would, or note why it can't be."""
        picking = picking.with_context(skip_serial_prompt=True, skip_backorder=True)
        try:
            with self.case.env.cr.savepoint():
                picking.button_validate()
                picking.env.flush_all()
        except UserError as error:
            self.outcomes.append(str(error).replace(picking.name, "it"))
            picking.action_cancel()
        self.outcomes.append(picking.state)

    def _name_lines(self, lines):
        for line in lines:
            self.number += 1
            values = {"lot_name": f"G{self.number:03}", "picked": True}
            if self.random.random() < 0.7 and line.location_dest_id == self.case.stock:
                values["location_dest_id"] = self.random.choice(self.bins).id
            if self.random.random() < 0.15:
                values["result_package_id"] = self.packages[0].id
            if self.random.random() < 0.15:
                values["owner_id"] = self.case.owner.id
            line.write(values)

    def _receive(self):
        values = {"product_uom_id": self.case.dozen.id} if self.random.random() < 0.2 else {}
        receipt = self.case._receipt(
            1 if values else self.random.randint(1, 6), self.part, **values
        )
        if self.random.random() < 0.2:
            receipt.owner_id = self.case.owner
        receipt._prepare_serial_lines()
        self._name_lines(receipt.move_line_ids)
        if self.random.random() < 0.3:
            receipt.move_line_ids[:1].picked = False
        self._validate(receipt)
        following = receipt.move_ids.move_dest_ids.picking_id or receipt._get_next_transfers()
        for transfer in following:
            transfer.action_assign()
            self._validate(transfer)

    def _serialize(self):
        if self.part.product_tmpl_id.unserialized_quantity <= 0:
            return
        transfer = self.case._serialize(self.part)
        for line in transfer.move_line_ids:
            if self.random.random() < 0.8:
                self.number += 1
                line.lot_name = f"G{self.number:03}"
        self._validate(transfer)

    def _deliver(self):
        """Deliver what is reserved; sometimes units that are somewhere else, or nowhere."""
        delivery = self.case._deliver(self.part, self.random.randint(1, 5))
        if self.random.random() < 0.3:
            self.number += 1
            lot = self.case.env["stock.lot"].create(
                {"name": f"G{self.number:03}", "product_id": self.part.id}
            )
            location = self.random.choice(self.bins)
            delivery.move_line_ids = [
                Command.create(
                    {
                        "product_id": self.part.id,
                        "lot_id": lot.id,
                        "quantity": 1,
                        "location_id": location.id,
                        "location_dest_id": self.case.customer.id,
                        "move_id": delivery.move_ids[:1].id,
                    }
                )
            ]
        delivery.move_line_ids.picked = True
        self._validate(delivery)

    def _bring_back(self):
        """Bring back a unit that was delivered."""
        gone = self.case.env["stock.quant"].search(
            [
                ("product_id", "=", self.part.id),
                ("location_id", "=", self.case.customer.id),
                ("lot_id", "!=", False),
                ("quantity", ">", 0),
            ],
            order="id",
        )
        if not gone:
            return
        back = self.case._move(
            *(self.part, 1, self.case.warehouse.in_type_id, self.case.customer, self.bins[0])
        )
        back.move_line_ids[:1].write({"lot_id": gone[0].lot_id.id, "quantity": 1, "picked": True})
        self._validate(back)
