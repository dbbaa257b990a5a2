"""Which units a line reserves, and which unit it moves once it is done."""

from odoo import models

from ..tools.position import Position
from .stock_move_line_typed import KEEP


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _synchronize_quant(
        self, quantity, location, action="available", in_date=False, **quants_value
    ):
        if action == "available" and quantity < 0 and self._has_own_unit(location):
            # If others reserved it, too, Odoo would move another unit instead.
            return self.env["stock.quant"]._update_available_quantity(
                self.product_id,
                location,
                quantity,
                lot_id=self.lot_id,
                package_id=self.package_id,
                owner_id=self.owner_id,
                in_date=in_date,
            )
        return super()._synchronize_quant(
            quantity, location, action=action, in_date=in_date, **quants_value
        )

    def _free_reservation(
        self,
        product_id,
        location_id,
        quantity,
        lot_id=None,
        package_id=None,
        owner_id=None,
        ml_ids_to_ignore=None,
    ):
        lines = super(StockMoveLine, self.with_context(**{KEEP: True}))
        return lines._free_reservation(
            product_id,
            location_id,
            quantity,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            ml_ids_to_ignore=ml_ids_to_ignore,
        )

    def _has_own_unit(self, location):
        """Return whether the unit with this line's serial number is where the line moves it from,
        and units are reserved there."""
        if (
            self.product_id.tracking != "serial"
            or not self.lot_id
            or location != self.location_id
            or location.should_bypass_reservation()
        ):
            return False
        return any(
            quant.lot_id and quant.quantity >= 1 for quant in self._find_own_quants(location)
        )

    def _find_own_quants(self, location):
        """Return the quants of this line's position, with its serial number or none."""
        return self.env["stock.quant"]._gather(
            self.product_id,
            location,
            lot_id=self.lot_id,
            package_id=self.package_id,
            owner_id=self.owner_id,
            strict=True,
        )

    def unlink(self):
        if self.env.context.get(KEEP):
            self._filter_typed()._keep_typed()
        return super().unlink()

    def _pass_on_reservations(self):
        """Pass the reservations of units that got their serial number on to the serial numbers.

        Unserialized units that a sale, a manufacturing order or a transfer had reserved stay
        reserved: if fewer of them are left than are reserved, serial numbers in the same position
        are reserved instead.
        """
        if not self:
            return
        quants = self._find_unserialized_quants()
        by_key = self.grouped(lambda line: (line.product_id, Position.of(line)))
        for key, lines in by_key.items():
            there = quants.get(key, self.env["stock.quant"])
            excess = sum(there.mapped("reserved_quantity")) - max(0, sum(there.mapped("quantity")))
            if excess > 0:
                reserving = there[0]._find_reserving_lines()
                reserving._reserve_serials(lines.lot_id[: round(excess)])

    def _find_unserialized_quants(self):
        """Return ``{(part, position): quants}`` of the unserialized units of the parts on these
        lines, in their locations."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("location_id", "in", self.location_id.ids),
                ("lot_id", "=", False),
            ]
        )
        return quants.grouped(lambda quant: (quant.product_id, Position.of(quant)))

    def _reserve_serials(self, serials):
        """Make these lines, which reserve unserialized units, reserve *serials* instead."""
        left = list(serials)
        vals_list = []
        # Lines on which somebody typed another serial number come last.
        for line in self.sorted(lambda line: (bool(line.lot_name), line.id)):
            unit = line.product_id.uom_id
            count = min(len(left), round(line.quantity_product_uom))
            if not count:
                continue
            values = {"product_uom_id": unit.id, "quantity": 1, "picked": line.picked}
            mine, left = left[:count], left[count:]
            vals_list += [line.copy_data({**values, "lot_id": lot.id})[0] for lot in mine]
            # In units: seven twelfths of a dozen can't be written.
            rest = line.quantity_product_uom - count
            line.write({"product_uom_id": unit.id, "quantity": rest})
        self.filtered(lambda line: not line.quantity).unlink()
        self.create(vals_list)
