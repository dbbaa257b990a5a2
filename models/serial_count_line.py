from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .counting.count_messages import describe_quantity

#: The statuses of what was scanned, or missed, that is kept.
STATUSES = [
    ("here", "Here"),
    ("misplaced", "Misplaced"),
    ("gone", "Gone"),
    ("unknown", "Unknown"),
    ("missing", "Missing"),
]
RESOLUTIONS = [
    ("none", "Leave As It Is"),
    ("move_here", "Move Here"),
    ("to_missing", "Move to Missing"),
    ("write_off", "Write Off"),
]
#: The statuses of the lines that each resolution is for.
RESOLVED = {
    "none": ("here", "misplaced", "gone", "unknown", "missing"),
    "move_here": ("misplaced", "gone"),
    "to_missing": ("missing",),
    "write_off": ("missing",),
}


class SerialCountLine(models.Model):
    """What was found in a bin, or missed there: one line for each unit of a count, for each part
    without serial numbers in a bin, and for each unknown serial number.

    ``expected_location_id`` is where the books had the unit when it was scanned: if that is another
    bin when the count is applied, the unit moved meanwhile, and the line is skipped.
    """

    _name = "serial.count.line"
    _description = "Counted Unit"
    _inherit = "serialized_parts.own.fields"
    _order = "date DESC, id DESC"

    _own_fields = {
        *("count_id", "bin_id", "lot_id", "product_id", "name", "status", "message"),
        *("expected_location_id", "expected_quantity", "user_id", "date"),
    }

    count_id = fields.Many2one("serial.count", required=True, ondelete="cascade")
    bin_id = fields.Many2one("serial.count.bin", required=True, index=True, ondelete="cascade")
    lot_id = fields.Many2one("stock.lot", "Serial Number", index="btree_not_null")
    product_id = fields.Many2one("product.product", "Part", index="btree_not_null")
    name = fields.Char("Scanned", help="What was scanned.")
    status = fields.Selection(STATUSES, required=True)
    message = fields.Char()
    expected_location_id = fields.Many2one("stock.location", "Belongs In")
    quantity = fields.Float("Counted", digits="Product Unit", default=1)
    expected_quantity = fields.Float("Expected", digits="Product Unit")
    user_id = fields.Many2one("res.users", "Scanned By")
    date = fields.Datetime("Scanned On")
    resolution = fields.Selection(RESOLUTIONS, default="none", required=True)

    _count_status_index = models.Index("(count_id, status)")
    _unique_unit = models.UniqueIndex("(count_id, lot_id) WHERE lot_id IS NOT NULL")
    _unique_part = models.UniqueIndex(
        "(bin_id, product_id) WHERE lot_id IS NULL AND status != 'unknown'"
    )
    _unique_unknown = models.UniqueIndex(
        "(count_id, name, COALESCE(product_id, 0)) WHERE status = 'unknown'"
    )

    def _get_key(self):
        """Return the key by which a scan finds this line: one line has it in a count."""
        self.ensure_one()
        if self.lot_id:
            return ("unit", self.lot_id.id)
        if self.status == "unknown":
            return ("unknown", self.product_id.id, self.name)
        return ("part", self.bin_id.location_id.id, self.product_id.id)

    def _has_difference(self):
        """Return whether applying the count changes the quantity of this line's part."""
        self.ensure_one()
        is_counted = self.status == "here" or self.resolution == "write_off"
        return is_counted and not self._has_expected_quantity()

    def _has_expected_quantity(self):
        """Return whether as much of a part without serial numbers was counted as expected."""
        self.ensure_one()
        return not self.product_id.uom_id.compare(self.quantity, self.expected_quantity)

    # ------------------------------------------------------------------------- what may be changed

    def write(self, vals):
        if "quantity" in vals and not self.env.su:
            self._check_quantity(vals["quantity"])
        if "resolution" in vals:
            self.count_id._check_counting()
        result = super().write(vals)
        if "quantity" in vals and not self.env.su:
            self._describe_quantities()
        return result

    def _check_quantity(self, quantity):
        """:raise UserError: unless *quantity* may be the quantity of these lines"""
        self.count_id._check_counting()
        self.bin_id._check_open()
        if units := self.filtered(lambda line: line.lot_id or line.status == "unknown"):
            raise UserError(
                self.env._("%(serial)s is one unit.", serial=units[0].lot_id.name or units[0].name)
            )
        if quantity < 0:
            raise UserError(self.env._("A quantity can't be below zero."))

    def _describe_quantities(self):
        for line in self:
            # Only the addon itself writes it.
            line.sudo().message = describe_quantity(line.product_id, line.quantity)

    @api.constrains("resolution", "status")
    def _check_resolution(self):
        for line in self:
            is_unit = line.lot_id or line.resolution in ("none", "write_off")
            if not is_unit or line.status not in RESOLVED[line.resolution]:
                options = dict(self._fields["resolution"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "“%(resolution)s” isn't possible for %(name)s.",
                        resolution=options[line.resolution],
                        name=line.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self.count_id._check_counting()
        self.bin_id._check_open()

    def unlink(self):
        bins = self.bin_id
        result = super().unlink()
        bins.exists()._update_numbers()
        return result

    # ---------------------------------------------------------------------------------- buttons

    def action_move_here(self):
        """Set that the units of those of these lines that are misplaced, or gone, are moved into the
        bin in which they were found, when the count is applied."""
        return self._resolve("move_here")

    def action_to_missing(self):
        """Set that those of these units that are missing are moved to the warehouse's Missing
        location, when the count is applied."""
        return self._resolve("to_missing")

    def action_write_off(self):
        """Set that what is missing is taken out of stock, when the count is applied."""
        return self._resolve("write_off")

    def action_leave(self):
        """Set that nothing is done about these lines."""
        return self._resolve("none")

    def _resolve(self, resolution):
        """Write *resolution* to those of these lines that it is for."""
        self.check_access("write")
        is_for_parts = resolution in ("none", "write_off")
        self.filtered(
            lambda line: line.status in RESOLVED[resolution] and (line.lot_id or is_for_parts)
        ).resolution = resolution
