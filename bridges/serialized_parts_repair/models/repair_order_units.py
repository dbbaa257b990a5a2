from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.repair.models.stock_move import (
    MAP_REPAIR_LINE_TYPE_TO_MOVE_LOCATIONS_FROM_REPAIR as LOCATIONS,
)

#: What a repair order does with parts: the types of its lines, in the order of their prompts.
KINDS = [("add", "Add"), ("remove", "Remove"), ("recycle", "Recycle")]
#: Context key: the prompt is open because the repair is being ended.
ENDING = "serial_repair_ending"


class RepairOrderUnits(models.Model):
    """The parts that a repair order adds, those that it removes, or those that it recycles."""

    _name = "repair.order.units"
    _description = "Units of a Repair Order"
    _inherit = "serial.prompt.units"

    _document_field = "repair_id"
    _own_fields = {"kind", "repair_id", "serial_entry_refused"}

    repair_id = fields.Many2one(
        "repair.order", "Repair Order", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection_add=KINDS, ondelete={kind: "cascade" for kind, _label in KINDS}
    )
    name = fields.Char(related="repair_id.name")
    state = fields.Selection(related="repair_id.state")
    company_id = fields.Many2one(related="repair_id.company_id")
    picking_type_id = fields.Many2one(related="repair_id.picking_type_id")
    picking_type_code = fields.Selection(related="repair_id.picking_type_id.code")

    _one_of_each_kind = models.Constraint(
        "UNIQUE(repair_id, kind)", "A repair order has one record for each kind of units."
    )

    @api.depends(
        "kind", *(f"repair_id.{name}" for ends in LOCATIONS.values() for name in ends.values())
    )
    def _compute_locations(self):
        for units in self:
            for name, order_name in LOCATIONS[units.kind].items():
                units[name] = units.repair_id[order_name]

    @api.depends(
        "repair_id.move_ids.repair_line_type",
        "repair_id.move_ids.move_line_ids.product_id.tracking",
    )
    def _compute_moves(self):
        return super()._compute_moves()

    def _get_document_moves(self):
        return self.repair_id.move_ids.filtered(lambda move: move.repair_line_type == self.kind)

    @api.model
    def _get_move_documents(self, moves):
        return {
            kind: same.repair_id for kind, same in moves.grouped("repair_line_type").items() if kind
        }

    # ------------------------------------------------------------------------------ the prompt

    def _confirm_drafts(self):
        # Odoo asks before it confirms the repair of a unit that isn't where it should be.
        if self:
            raise UserError(
                self.env._("%(order)s: confirm the repair first.", order=self._get_names())
            )

    def _get_prompt_view(self):
        view = "pick" if self._is_from_stock() else "serials"
        return f"serialized_parts_repair.repair_order_units_view_form_{view}"

    def _get_prompt_title(self):
        what = self._describe_units()
        match self[:1].kind:
            case "add":
                return self.env._("Add %(what)s", what=what)
            case "remove":
                return self.env._("Remove %(what)s", what=what)
            case _recycle:
                return self.env._("Recycle %(what)s", what=what)

    def _get_validate_label(self):
        done, left = self._count_to_validate()
        match self.kind, bool(left):
            case "add", False:
                return self.env._("Add %(done)s", done=done)
            case "add", True:
                return self.env._("Add %(done)s, leave out %(left)s", done=done, left=left)
            case "remove", False:
                return self.env._("Remove %(done)s", done=done)
            case "remove", True:
                return self.env._("Remove %(done)s, leave out %(left)s", done=done, left=left)
            case _recycle, False:
                return self.env._("Recycle %(done)s", done=done)
            case _recycle, _left:
                return self.env._("Recycle %(done)s, leave out %(left)s", done=done, left=left)

    def action_open_serial_prompt(self):
        action = super().action_open_serial_prompt()
        is_ending = self.env.context.get(ENDING, False)
        return {**action, "context": {**action["context"], ENDING: is_ending}}

    # ------------------------------------------------------------------------------ validation

    def _get_lines_to_validate(self):
        """Return the lines that are done when the repair is ended. Scanning some is no choice to
        leave out other parts, as long as nobody picked parts without serial numbers."""
        lines = self.move_line_ids
        if self.repair_id._are_parts_chosen():
            return lines.filtered("move_id.picked")
        return lines

    def _get_lines_to_scan(self):
        # A repair has no backorder: whoever scans some is asked before the others are left out.
        return super()._get_lines_to_scan() | self._get_lines_left_unscanned()

    def _get_lines_left_unscanned(self):
        lines = self._get_lines_to_validate() & self.serial_line_ids
        if not self._is_from_stock() or not any(line._is_scanned() for line in lines):
            return lines.browse()
        return lines._filter_expected()

    def _pick_for_validation(self):
        lines = self._get_lines_to_validate() & self.serial_line_ids
        left = lines._awaits_serial() | self._get_lines_left_unscanned()
        if left and left == lines:
            self._raise_no_serial()
        (lines - left).picked = True
        left.picked = False
