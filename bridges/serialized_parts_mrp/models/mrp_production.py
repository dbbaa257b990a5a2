from odoo import api, fields, models


class MrpProduction(models.Model):
    """A manufacturing order: the units that it produces and consumes get their serial numbers in
    the prompt."""

    _name = "mrp.production"
    _inherit = ["mrp.production", "serialized_parts.document.with.units"]

    units_ids = fields.One2many(
        "mrp.production.units",
        "production_id",
        readonly=True,
        copy=False,
        help="The units that the order consumes and produces, with what was entered for them.",
    )
    produced_serials = fields.Char(
        compute="_compute_serials",
        help="How many units to be produced have their serial number, like 1 / 3.",
    )
    consumed_serials = fields.Char(
        compute="_compute_serials",
        help="How many units to be consumed have their serial number, like 1 / 3.",
    )

    @api.depends(
        "lot_producing_ids",
        "product_qty",
        *("move_finished_ids.move_line_ids.lot_id", "move_finished_ids.move_line_ids.lot_name"),
        *("move_raw_ids.move_line_ids.lot_id", "move_raw_ids.move_line_ids.lot_name"),
        *("move_raw_ids.product_uom_qty", "move_finished_ids.product_uom_qty"),
    )
    def _compute_serials(self):
        for order in self:
            order.produced_serials = order._count_serials(
                order.move_finished_ids, order.lot_producing_ids
            )
            order.consumed_serials = order._count_serials(order.move_raw_ids)

    def action_name_produced(self):
        """Open the prompt for the units that this order produces.

        :return: window action
        :raise AccessError: if the user may not change this order
        """
        return self._action_prompt("produced")

    def action_scan_consumed(self):
        """Open the prompt for the units that this order consumes.

        :return: window action
        :raise AccessError: if the user may not change this order
        """
        return self._action_prompt("consumed")

    def write(self, vals):
        if "lot_producing_ids" not in vals:
            return super().write(vals)
        before = {order: order.lot_producing_ids for order in self}
        result = super().write(vals)
        for order, serials in before.items():
            order._clear_removed(serials - order.lot_producing_ids)
        return result

    def _clear_removed(self, serials):
        """Clear the lines of *serials*, which were taken from the order: their units get others."""
        lines = self.move_finished_ids.move_line_ids.filtered(
            lambda line: line.lot_id in serials and line.state != "done"
        )
        lines.write({"lot_id": False, "lot_name": False})

    # ------------------------------------------------------------------------------ production

    def pre_button_mark_done(self):
        orders = self.filtered(lambda order: order._has_prompts())
        for kind in ("produced", "consumed"):
            if action := orders._prompt_or_apply(kind):
                return action
        return super().pre_button_mark_done()

    def _are_finished_serials_already_produced(self, lots, excluded_sml=None):
        # Odoo doesn't expect them on the lines of the order itself before it is done.
        own = self.move_finished_ids.move_line_ids.filtered(
            lambda line: line.product_id == self.product_id and line.state != "done"
        )
        excluded = own | excluded_sml if excluded_sml else own
        return super()._are_finished_serials_already_produced(lots, excluded_sml=excluded)

    def _has_prompts(self):
        """Return whether people enter the serial numbers of this order: those of a subcontractor are
        on the receipt."""
        subcontracted = getattr(self, "_get_subcontract_move", lambda: False)()
        return self.state not in ("draft", "done", "cancel") and not subcontracted

    def _prompt_or_apply(self, kind):
        """Return the prompt of the units of this *kind* if something is missing. If not, use what was
        entered, and return None."""
        with_serials = self.filtered(lambda order: order._uses_serials(kind))
        units = with_serials._get_units(kind)
        if kind == "produced":
            units._prepare_serial_lines()
        else:
            with_serials._set_all_quantities()
        if prompt := self._ask_missing(units):
            return prompt
        units._apply_serials()
        return None

    def _validate_units(self):
        return self.button_mark_done()

    def _set_all_quantities(self):
        """Consume what all units need, where no quantity was entered, as Odoo is about to do."""
        for order in self:
            if not order.qty_producing and order._auto_production_checks():
                order.qty_producing = order.product_qty - order.qty_produced
                order._set_qty_producing()

    def _uses_serials(self, kind):
        """Return whether this order has units of this *kind* that have, or need, serial numbers."""
        moves = self.move_raw_ids if kind == "consumed" else self.move_finished_ids
        return "serial" in moves.product_id.mapped("tracking")

    def _get_history_serials(self, vals):
        moves = self.move_raw_ids | self.move_finished_ids
        return moves._get_history_serials(vals)
