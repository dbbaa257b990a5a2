from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SerialCorrection(models.TransientModel):
    """Puts right a serial number that was assigned wrongly; for inventory managers.

    ``stock.lot`` does the work; for a serial number that is only typed on an open transfer, its
    line does.
    """

    _name = "serial.correction"
    _description = "Correction of a Serial Number"

    lot_id = fields.Many2one("stock.lot", "Corrected Record", readonly=True)
    move_line_id = fields.Many2one("stock.move.line", "Unit on a Transfer", readonly=True)
    # The numbers as the user saw them: somebody else may have corrected them since.
    serial = fields.Char(
        "Serial Number",
        compute="_compute_seen_serial",
        store=True,
        precompute=True,
        readonly=False,
    )
    other_serial = fields.Char(
        compute="_compute_other_serial", store=True, precompute=True, readonly=False
    )
    part_id = fields.Many2one("product.product", compute="_compute_serial")
    part_type_id = fields.Many2one("product.category", compute="_compute_serial")
    location_id = fields.Many2one("stock.location", compute="_compute_serial")
    kind = fields.Selection(
        [
            ("rename", "The number is wrong: give it another"),
            ("swap", "Two labels were exchanged: exchange the numbers"),
            ("move", "The unit belongs to another part"),
            ("undo", "The unit should not have this number: take it back"),
        ],
        "What Is Wrong",
        required=True,
        default="rename",
    )
    new_name = fields.Char("New Serial Number")
    other_lot_id = fields.Many2one(
        "stock.lot",
        "Exchange With",
        domain="[('product_id', '=', part_id), ('id', '!=', lot_id)]",
    )
    product_id = fields.Many2one(
        "product.product",
        "Right Part",
        domain="[('tracking', '=', 'serial'), ('part_type_id', '=', part_type_id), "
        "('id', '!=', part_id)]",
    )
    reason = fields.Char(required=True)

    @api.depends("lot_id", "move_line_id")
    def _compute_seen_serial(self):
        for correction in self:
            correction.serial = correction.lot_id.name or correction.move_line_id.lot_name

    @api.depends("other_lot_id")
    def _compute_other_serial(self):
        for correction in self:
            correction.other_serial = correction.other_lot_id.name

    @api.depends("lot_id", "move_line_id")
    def _compute_serial(self):
        for correction in self:
            lot, line = correction.lot_id, correction.move_line_id
            correction.part_id = lot.product_id or line.product_id
            correction.part_type_id = correction.part_id.part_type_id
            correction.location_id = lot.location_id

    @api.constrains("lot_id", "other_lot_id")
    def _check_lots_readable(self):
        # Messages name these serial numbers, so the user must be able to read them. Constraints
        # run with sudo.
        (self.lot_id | self.other_lot_id).sudo(False).check_access("read")

    @api.model
    def _check_manager(self):
        """:raise AccessError: when the user is not an inventory manager"""
        if not (self.env.su or self.env.user.has_group("stock.group_stock_manager")):
            raise AccessError(self.env._("Only an inventory manager may correct serial numbers."))

    @api.model
    def _action_open(self, defaults):
        """Return the window action of a new correction.

        :param dict defaults: its context, with the default values
        """
        if "default_move_line_id" in defaults:
            defaults = {**defaults, "default_kind": "move"}
        return {
            "name": self.env._("Correct Serial Number"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": defaults,
        }

    def action_correct(self):
        """Correct the serial number.

        :return: a notification of what was done; it closes the dialog, or goes back to the
            prompt of the transfer
        :raise AccessError: when the user is not an inventory manager, or may not write the serial
            number
        :raise UserError: when it can't be done; nothing is changed then
        """
        self.ensure_one()
        self._check_manager()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Give a reason: it is kept with the serial number."))
        self._check_as_seen()
        serial, after = self.serial, {"type": "ir.actions.act_window_close"}
        if self.move_line_id:
            self.move_line_id.check_access("write")
            self.move_line_id._move_serial_to_part(self.product_id, reason)
            after = self.move_line_id._get_prompts().action_open_serial_prompt()
        else:
            (self.lot_id | self.other_lot_id).check_access("write")
            self._correct(reason)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self._describe_done(serial),
                "next": after,
            },
        }

    def _check_as_seen(self):
        """:raise UserError: when somebody else has given a unit another number meanwhile"""
        for seen, now in (
            (self.serial, self.lot_id.name or self.move_line_id.lot_name),
            (self.other_serial, self.other_lot_id.name),
        ):
            if (seen or "") != (now or ""):
                raise UserError(
                    self.env._(
                        "%(serial)s is now %(now)s: somebody else corrected it. Look at the unit's label "
                        "again.",
                        serial=seen,
                        now=now or self.env._("without a serial number"),
                    )
                )

    def _correct(self, reason):
        match self.kind:
            case "rename":
                self.lot_id._correct_name(self.new_name, reason)
            case "swap":
                self.lot_id._swap_with(self.other_lot_id, reason)
            case "move":
                self.lot_id._move_to_part(self.product_id, reason)
            case "undo":
                self.lot_id._undo_serial(reason)

    def _describe_done(self, serial):
        """Return a text about what was done with *serial*."""
        match self.kind:
            case "rename":
                return self.env._("%(old)s is %(new)s now.", old=serial, new=self.lot_id.name)
            case "swap":
                return self.env._(
                    "The labels of %(first)s and %(second)s are exchanged.",
                    first=serial,
                    second=self.lot_id.name,
                )
            case "move":
                return self.env._(
                    "%(serial)s is a unit of %(part)s now.",
                    serial=serial,
                    part=self.product_id.display_name,
                )
            case _undo:
                return self.env._(
                    "%(serial)s was taken back. Its unit waits for the right number: 'Assign "
                    "Serial Numbers' on %(part)s.",
                    serial=serial,
                    part=self.part_id.display_name,
                )
