"""Units that people scan while they pick them: ``picked`` of Odoo keeps it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .many_units import name_some

SCAN_STATES = [
    ("missing", "No serial number"),
    ("expected", "Expected, not scanned yet"),
    ("unplaced", "Scanned, scan its bin"),
    ("scanned", "Scanned"),
]


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    _own_fields = {"scanned_name", "bin_user_id"}

    scanned_name = fields.Char(
        "Scanned Serial Number",
        copy=False,
        readonly=True,
        help="The serial number that was scanned or entered for this unit.",
    )
    bin_user_id = fields.Many2one(
        "res.users",
        "Waits for a Bin of",
        copy=False,
        readonly=True,
        help="Who scanned this unit, and scans the bin that it goes into next.",
    )
    scan_state = fields.Selection(SCAN_STATES, "Scan", compute="_compute_scan_state")

    @api.depends("picked", "lot_id", "lot_name", "bin_user_id", "scanned_name")
    def _compute_scan_state(self):
        for line in self:
            if not (line.lot_id or line.lot_name):
                line.scan_state = "missing"
            elif not line._is_scanned():
                line.scan_state = "expected"
            else:
                line.scan_state = "unplaced" if line.bin_user_id else "scanned"

    def _is_scanned(self):
        """Return whether the unit of this line was scanned. Where its operation type doesn't insist
        on that, it may also have been ticked in one of Odoo's screens."""
        if not self.picked or not self.move_id.picking_type_id.serials_must_be_scanned:
            return self.picked
        return self._has_scanned_name()

    def _has_scanned_name(self):
        """Return whether the serial number of this line was scanned or entered in the prompt."""
        return bool(self.scanned_name) and self.scanned_name == (self.lot_id.name or self.lot_name)

    def _filter_expected(self):
        """Return the lines whose unit is reserved by its serial number, and not scanned yet."""
        return self.filtered(lambda line: (line.lot_id or line.lot_name) and not line._is_scanned())

    @api.model
    def _add_unpicked(self, vals_list):
        """Return *vals_list*, where a unit that Odoo reserves beside scanned ones isn't picked: Odoo
        would take it for picked, like the rest of its move."""
        moves = self.env["stock.move"].browse(
            {vals["move_id"] for vals in vals_list if vals.get("move_id") and "picked" not in vals}
        )
        scanned = moves.filtered(
            lambda move: (
                move.product_id.tracking == "serial"
                and any(move.move_line_ids.mapped("scanned_name"))
            )
        )
        ids = set(scanned.ids)
        return [
            {**vals, "picked": False}
            if vals.get("move_id") in ids and "picked" not in vals
            else vals
            for vals in vals_list
        ]

    def _explain_not_scanned(self):
        """Return that these units can't be moved before they are scanned, and how to go on."""
        names = [line.lot_id.name or line.lot_name for line in self]
        names = [name or self.env._("a unit without a serial number") for name in names]
        return self.env._(
            "%(operation)s: serial numbers must be scanned. Not scanned yet: %(serials)s. Press Scan "
            "on the transfer, and scan or type them; what you leave out stays for later.",
            operation=self.move_id.picking_type_id[:1].name,
            serials=name_some(self.env, names),
        )

    @api.onchange("lot_id", "lot_name")
    def _onchange_chosen_in_prompt(self):
        # Who chooses a serial number in a row of the prompt has the unit at hand.
        if self.env.context.get("serial_prompt") and self._get_prompts()._is_from_stock():
            self.picked = bool(self.lot_id or self.lot_name)

    def action_undo_scan(self):
        """Take the tick from these units: they are expected again.

        :raise AccessError: if the user may not change their transfers
        """
        self._get_prompts()._check_serial_access()
        self.picked = False
        self.sudo().write({"scanned_name": False, "bin_user_id": False})  # Fields of our own.


class StockMove(models.Model):
    _inherit = "stock.move"

    def _check_scanned(self):
        """:raise UserError: if units that have to be scanned are about to be moved without"""
        moves = self.filtered(
            lambda move: (
                move.picked
                and move.state != "done"
                and move.picking_type_id.serials_must_be_scanned
                and move.product_id.tracking == "serial"
                and move.picking_id._is_from_stock()
            )
        )
        lines = moves.move_line_ids.filtered(lambda line: line.picked and not line._is_scanned())
        if lines:
            raise UserError(lines._explain_not_scanned())
