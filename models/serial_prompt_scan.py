"""Transfers out of stock whose units people scan while they pick them."""

from collections import defaultdict

from odoo import api, fields, models

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

    def _takes_any_unit(self):
        """Return whether any unit in the source can be added to these transfers, because they are
        from scans alone."""
        return False

    def _get_serial_parts(self):
        """Return the parts of which these transfers have units with serial numbers, or ask for
        some."""
        short = self._get_open_moves().filtered(lambda move: move._count_units_short())
        return self.serial_line_ids.product_id | short.product_id

    def _find_moves_for_units(self, counts):
        """Return the moves that ask for more units than they have, as ``{part: [a move for each
        unit]}``.

        :param counts: ``{part: how many units of it are to be added}``
        """
        moves = defaultdict(list)
        for move in self._get_open_moves():
            moves[move.product_id] += [move] * move._count_units_short()
        return moves

    def _add_scanned_units(self, entries, target, how):
        """Add the units that *entries* name to these transfers, where they have room for them, before
        they are entered.

        :param target: the part, the bin and the package to start with
        :param how: the options of :meth:`EntryAssignment.assign`
        :return: ``{line id: what people should know about it}``
        """
        moves = self._get_open_moves()
        is_short = self._is_from_stock() and any(move._count_units_short() for move in moves)
        if not is_short and not self._takes_any_unit():
            return {}
        assignment = self._start_assignment(*target)
        assignment.assign(entries, save=False, **how)
        return assignment.added.save()

    def _get_lines_to_scan(self):
        """Return the lines of this transfer that can't be validated because nobody scanned their
        unit, though its operation type insists on it."""
        if not self.serial_must_be_scanned or not self._is_from_stock():
            return self.env["stock.move.line"]
        lines = self._get_lines_to_validate() & self.serial_line_ids
        return lines.filtered(lambda line: not line._is_scanned())

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
