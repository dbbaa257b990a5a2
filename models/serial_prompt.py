"""Documents whose units get their serial numbers in the prompt."""

from odoo import api, fields, models

from ..tools.position import INTERNAL_USAGES

#: Context key: the ids of the transfers that share the prompt.
PROMPTED = "serial_prompt_picking_ids"
#: Context key: the ids of the transfers whose prompt is done, while others of another kind have theirs.
SETTLED = "serial_settled_picking_ids"
#: The states of a move that is neither done nor cancelled.
OPEN_STATES = ("draft", "waiting", "confirmed", "partially_available", "assigned")


class SerialPrompt(models.AbstractModel):
    """A document whose units get their serial numbers in the prompt: a transfer, or what a bridge
    makes one, such as what a manufacturing order consumes or produces. In this model, *transfer*
    means any of them.

    Its units are all of one kind: they are in stock, or they come in. It has these fields:
    ``name``, ``state``, ``company_id``, ``partner_id``, ``picking_type_id``, ``picking_type_code``,
    ``location_id``, ``location_dest_id``, ``move_ids`` and ``move_line_ids``, as a transfer has
    them, and ``serial_line_ids``, the lines of the parts that use serial numbers.
    """

    _name = "serial.prompt"
    _description = "Document Whose Units Get Serial Numbers in the Prompt"
    _inherit = ["serialized_parts.own.fields", "serialized_parts.lists"]

    is_serialize = fields.Boolean(
        compute="_compute_is_serialize",
        help="Gives units already in stock their serial numbers; they stay where they are.",
    )
    serial_units_in_stock = fields.Boolean(
        compute="_compute_serial_units_in_stock",
        compute_sudo=True,
        help="The units already have their bins while they get their serial numbers.",
    )
    serial_unit_count = fields.Integer("Serialized Units", compute="_compute_serial_counts")
    serial_done_count = fields.Integer("Units With Serial Number", compute="_compute_serial_counts")
    serial_missing_count = fields.Integer(
        "Units Without Serial Number", compute="_compute_serial_counts"
    )
    serial_some_new = fields.Boolean(
        "Some Are New",
        compute="_compute_serial_counts",
        help="Some units have no serial number yet, or one that is new.",
    )
    serial_answers_missing = fields.Text(
        "Answers Missing",
        compute="_compute_serial_answers_missing",
        help="The new serial numbers on this transfer with an unanswered required custom field.",
    )

    def _compute_is_serialize(self):
        self.is_serialize = False

    @api.depends("serial_line_ids.lot_id", "serial_line_ids.lot_name", "serial_line_ids.quantity")
    @api.depends_context(PROMPTED)
    def _compute_serial_counts(self):
        for picking in self:
            lines = picking._get_prompted().serial_line_ids
            missing = lines._awaits_serial()
            picking.serial_done_count = len(
                lines.filtered(lambda line: line.lot_id or line.lot_name)
            )
            # Until the prompt opens, one line can stand for several units.
            picking.serial_missing_count = sum(
                max(1, round(line.quantity_product_uom)) for line in missing
            )
            picking.serial_unit_count = picking.serial_done_count + picking.serial_missing_count
            picking.serial_some_new = any(not line.lot_id for line in lines)

    @api.depends("serial_line_ids.answers_missing")
    @api.depends_context(PROMPTED)
    def _compute_serial_answers_missing(self):
        for picking in self:
            lines = picking._get_prompted()._get_all_lines_to_answer()
            picking.serial_answers_missing = lines._explain_answers_missing()

    @api.depends("location_id")
    def _compute_serial_units_in_stock(self):
        for picking in self:
            picking.serial_units_in_stock = picking.location_id.usage in INTERNAL_USAGES

    def _are_units_in_stock(self):
        """Return whether the units of these transfers, which are of one kind, are in stock."""
        return any(self.mapped("serial_units_in_stock"))

    def _is_from_stock(self):
        """Return whether the units of these transfers, which are of one kind, are in stock and leave
        their position: a serial number that is typed for one names a unit there."""
        return self._are_units_in_stock() and not any(self.mapped("is_serialize"))

    def _get_open_moves(self):
        """Return the moves of these transfers that are neither done nor cancelled."""
        return self.move_ids.filtered(lambda move: move.state in OPEN_STATES)
