from odoo import api, fields, models

from .repair_order_units import ENDING, KINDS


class RepairOrder(models.Model):
    """A repair order: the parts that it adds, removes and recycles get their serial numbers in the
    prompt."""

    _name = "repair.order"
    _inherit = ["repair.order", "serialized_parts.document.with.units"]

    units_ids = fields.One2many(
        "repair.order.units",
        "repair_id",
        readonly=True,
        copy=False,
        help="The parts that the order adds, removes and recycles, with what was entered for them.",
    )
    added_serials = fields.Char(
        compute="_compute_serials",
        help="How many units to be added have their serial number, like 1 / 3.",
    )
    removed_serials = fields.Char(
        compute="_compute_serials",
        help="How many units to be removed have their serial number, like 1 / 3.",
    )
    recycled_serials = fields.Char(
        compute="_compute_serials",
        help="How many units to be recycled have their serial number, like 1 / 3.",
    )

    @api.depends(
        *("move_ids.product_uom_qty", "move_ids.repair_line_type", "move_ids.state"),
        *("move_ids.move_line_ids.lot_id", "move_ids.move_line_ids.lot_name"),
    )
    def _compute_serials(self):
        for order in self:
            moves = order.move_ids.grouped("repair_line_type")
            for kind, name in (
                ("add", "added_serials"),
                ("remove", "removed_serials"),
                ("recycle", "recycled_serials"),
            ):
                order[name] = order._count_serials(moves.get(kind, order.move_ids.browse()))

    def action_scan_added(self):
        """Open the prompt for the parts that this order adds.

        :return: window action
        :raise AccessError: if the user may not change this order
        """
        return self._action_prompt("add")

    def action_name_removed(self):
        """Open the prompt for the parts that this order removes.

        :return: window action
        :raise AccessError: if the user may not change this order
        """
        return self._action_prompt("remove")

    def action_name_recycled(self):
        """Open the prompt for the parts that this order recycles.

        :return: window action
        :raise AccessError: if the user may not change this order
        """
        return self._action_prompt("recycle")

    # ------------------------------------------------------------------------------- the end

    def action_repair_done(self):
        # Drafts, and what is done, are Odoo's own affair.
        orders = self.with_context(**{ENDING: True}).filtered(
            lambda order: order.state in ("confirmed", "under_repair")
        )
        for kind, _label in KINDS:
            units = orders._filter_using(kind)._get_units(kind)
            if prompt := orders._ask_missing(units):
                return prompt
        orders._apply_serials()
        return super().action_repair_done()

    def _validate_units(self):
        return self.action_repair_end()

    def _filter_using(self, kind):
        """Return the orders with parts of this *kind* that have, or need, serial numbers."""
        return self.filtered(
            lambda order: any(
                move.repair_line_type == kind and move.product_id.tracking == "serial"
                for move in order.move_ids
            )
        )

    def _apply_serials(self):
        """Check what was typed for the parts of these orders, and pick what is done.

        :raise UserError: naming each serial number that can't be used, and the reason
        """
        units = self.units_ids.filtered("serial_line_ids")
        units._assign_typed_serials()
        for one in units:
            one._pick_for_validation()
        # Scanning picks units: for Odoo, that would be a choice to leave out the other parts.
        for order in units.repair_id.filtered(lambda order: not order._are_parts_chosen()):
            order._filter_others().move_line_ids.filtered("quantity").picked = True

    def _are_parts_chosen(self):
        """Return whether people picked some parts, so that Odoo leaves out the others."""
        return any(self._filter_others().mapped("picked"))

    def _filter_others(self):
        """Return the moves of the parts that don't use serial numbers."""
        return self.move_ids.filtered(lambda move: move.product_id.tracking != "serial")

    def _get_history_serials(self, vals):
        return (self.move_ids | self.move_id)._get_history_serials(vals)
