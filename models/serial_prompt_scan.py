"""Transfers out of stock whose units people scan while they pick them."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .serial_prompt import PROMPTED


class SerialPrompt(models.AbstractModel):
    _inherit = "serial.prompt"

    serial_is_scanned = fields.Boolean(
        compute="_compute_serial_is_scanned",
        help="Its units are in stock, and people scan them while they pick them.",
    )
    serial_puts_away = fields.Boolean(
        compute="_compute_serial_is_scanned",
        help="Its units go from bins to bins, which are scanned with them.",
    )
    serial_must_be_scanned = fields.Boolean(
        "Serial Numbers Must Be Scanned", compute="_compute_serial_must_be_scanned"
    )
    serial_scanned_count = fields.Integer("Scanned Units", compute="_compute_serial_scanned_count")

    @api.depends("serial_units_in_stock", "is_serialize")
    def _compute_serial_is_scanned(self):
        for picking in self:
            picking.serial_is_scanned = picking._is_from_stock()
            picking.serial_puts_away = picking._puts_away()

    @api.depends("picking_type_id.serials_must_be_scanned")
    def _compute_serial_must_be_scanned(self):
        for picking in self:
            picking.serial_must_be_scanned = picking.picking_type_id.serials_must_be_scanned

    @api.depends("serial_line_ids.scan_state")
    @api.depends_context(PROMPTED)
    def _compute_serial_scanned_count(self):
        for picking in self:
            lines = picking._get_prompted().serial_line_ids
            picking.serial_scanned_count = len(
                lines.filtered(lambda line: line.scan_state in ("scanned", "unplaced"))
            )

    def _get_lines_to_scan(self):
        """Return the lines of this transfer that can't be validated because nobody scanned their
        unit, though its operation type insists on it."""
        if not self.serial_must_be_scanned or not self._is_from_stock():
            return self.env["stock.move.line"]
        return self._get_lines_to_validate().filtered(
            lambda line: line in self.serial_line_ids and not line._is_scanned()
        )

    def _get_lines_left_unscanned(self):
        """Return the lines of reserved units that are left for later because people scan what they
        take, and haven't scanned these."""
        lines = self.serial_line_ids
        expected = lines._filter_expected()
        if not self._is_from_stock() or (
            not self.serial_must_be_scanned and not any(line._has_scanned_name() for line in lines)
        ):
            return lines.browse()
        return expected

    def _pick_beside_scanned(self):
        """Pick the parts without serial numbers on transfers where people only scanned units: that
        isn't a choice to leave the others."""
        for picking in self.filtered(lambda picking: picking._is_from_stock()):
            picked = picking.move_line_ids.filtered("picked")
            if picked and all(line._has_scanned_name() for line in picked):
                others = picking.move_line_ids - picking.serial_line_ids
                others.filtered("quantity").picked = True

    def take_reserved(self, text):
        """Take a unit that another document has reserved: the two exchange their units, and the
        chatter of the other document names them.

        :param str text: the text of the refused entry, as it is kept
        :return: what :meth:`enter_serials` returns
        :raise AccessError: if the user may not change this transfer
        :raise UserError: if it can't be taken, or not any more
        """
        self.ensure_one()
        self._check_serial_access()
        refused = self.serial_entry_refused or []
        asked = [row for row in refused if row["text"] == text and row.get("take")]
        if not asked:
            raise UserError(self.env._("This has already been answered."))
        [row] = asked
        self._set_refused([other for other in refused if other != row])
        outcome = self._enter_text(text, row["product_id"], row["location_id"], True, takes=True)
        self._keep_outcome(text, outcome)
        return outcome
