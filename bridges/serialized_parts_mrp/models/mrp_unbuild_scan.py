from odoo import api, fields, models

from .unbuilt_units import UnbuiltUnits


class MrpUnbuild(models.Model):
    """Naming the units to be taken apart by scan: the order finds the rest by itself."""

    _inherit = "mrp.unbuild"

    lot_id = fields.Many2one(
        domain="[('product_id', '=?', product_id)]"
        " + (mo_id and [('id', 'in', lot_producing_ids)] or [])"
    )
    serial_scan = fields.Text(
        "Scan the Unit",
        store=False,
        help="What is scanned or typed, as the entry box of a transfer reads it.",
    )
    serial_refused = fields.Json(
        "Not Found",
        copy=False,
        help="What could not be used: a list of {text, name, status, message, similar}.",
    )
    further_unit_ids = fields.Many2many(
        "stock.lot",
        string="Further Units",
        copy=False,
        domain="[('product_id.tracking', '=', 'serial')]",
        help="Further units to be taken apart: each gets an order of its own.",
    )

    @api.onchange("serial_scan")
    def _onchange_serial_scan(self):
        """Add the units that were scanned, and keep what could not be used."""
        text = self.env["stock.picking"]._check_text(self.serial_scan)
        self.serial_scan = False
        if not text.strip():
            return
        kept = {row["text"]: row for row in self.serial_refused or []}
        asked = {text for text, row in kept.items() if "similar" in row}
        units, refused = UnbuiltUnits(self).find_units(text, asked)
        kept |= {row["text"]: row for row in refused}
        self.serial_refused = [*kept.values()] or False
        self._add_units(units)

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        """Find the manufacturing order of a unit that was chosen without it."""
        if self.lot_id and not self.mo_id and self.lot_id.product_id.tracking == "serial":
            self._use_unit(self.lot_id._origin)

    def _add_units(self, units):
        units -= self.lot_id._origin | self.further_unit_ids._origin
        if units and not self.lot_id:
            self._use_unit(units[0])
            units = units[1:]
        self.further_unit_ids |= units

    def _use_unit(self, unit):
        """Make this order, which is being edited, the one of *unit*."""
        if unit._get_serial_quants():
            [values] = self._prepare_units(unit)
            self.update(values)
