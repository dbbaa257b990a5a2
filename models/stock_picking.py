from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.position import INTERNAL_USAGES
from .assignment.serial_assignment import SerialAssignment
from .many_units import group_by_reason
from .stock_move_line import VALIDATED
from .stock_picking_together import PROMPTED

#: The states of a move that is neither done nor cancelled.
OPEN_STATES = ("draft", "waiting", "confirmed", "partially_available", "assigned")


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "serialized_parts.document", "serialized_parts.own.fields"]

    serial_line_ids = fields.One2many(
        "stock.move.line",
        "picking_id",
        "Serial Numbers",
        domain=[("product_id.tracking", "=", "serial")],
        copy=False,
        help="The units of this transfer that have, or need, a serial number.",
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
    serial_answers_missing = fields.Text(
        "Answers Missing",
        compute="_compute_serial_answers_missing",
        help="The new serial numbers on this transfer with an unanswered required custom field.",
    )

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

    @api.depends("serial_line_ids.answers_missing")
    @api.depends_context(PROMPTED)
    def _compute_serial_answers_missing(self):
        for picking in self:
            lines = picking._get_prompted()._get_all_lines_to_answer()
            picking.serial_answers_missing = lines._explain_answers_missing()

    @api.depends("location_id.usage")
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

    def write(self, vals):
        # Done lines may be edited one by one: what counts is where units end up.
        with self.env["stock.lot"]._watch_positions():
            return super().write(vals)

    # --------------------------------------------------------------------------- validation

    def _sanity_check(self, separate_pickings=True):
        # The prompt asks for what is missing, and Serialize transfers have their own rules.
        others = self - self._get_pickings_to_prompt() - self.filtered("is_serialize")
        return super(StockPicking, others)._sanity_check(separate_pickings=separate_pickings)

    def _pre_action_done_hook(self):
        if to_prompt := self._get_pickings_to_prompt():
            pickings = to_prompt.with_context(button_validate_picking_ids=self.ids)
            return pickings.action_open_serial_prompt()
        self._assign_typed_serials()
        self._pick_serialized_units()
        return super()._pre_action_done_hook()

    def _get_pickings_to_prompt(self):
        """Return the transfers that can't be validated until people type the serial numbers of
        their units, or answer the required custom fields."""
        if self.env.context.get("skip_serial_prompt"):
            return self.browse()
        return self.filtered(
            lambda picking: (
                picking._get_lines_to_prompt()
                or picking._get_lines_to_scan()
                or picking._get_lines_to_answer()
            )
        )

    def _get_lines_to_prompt(self):
        """Return the lines of this transfer that would be validated without a serial number."""
        operation_type = self.picking_type_id
        # If it uses neither, Odoo moves units without a serial number.
        uses_serials = operation_type.use_create_lots or operation_type.use_existing_lots
        if not uses_serials or self.state in ("done", "cancel"):
            return self.env["stock.move.line"]
        return self._get_lines_to_validate()._awaits_serial()

    def _get_lines_to_answer(self):
        """Return the lines of new serial numbers that would be validated with a required custom
        field open. Units that move from stock need no answers."""
        comes_in = self.picking_type_id.use_create_lots and not self.serial_units_in_stock
        if not (comes_in or self.is_serialize):
            return self.env["stock.move.line"]
        lines = self._get_lines_to_validate()
        if not any(part_type._get_required() for part_type in lines.product_id.part_type_id):
            return lines.browse()
        return lines.filtered("answers_missing")._filter_new_serials()

    def _get_lines_to_validate(self):
        """Return the lines of this transfer that are done once it is validated. If people picked
        only some parts, the others are left out."""
        picked = self.move_line_ids.filtered(
            lambda line: line.picked and not line._has_scanned_name()
        )
        return (picked.move_id or self.move_ids).move_line_ids

    def _assign_typed_serials(self):
        """Check the serial numbers about to be validated, however they were typed, and assign them
        to their units.

        :raise UserError: naming each serial number that can't be used, and the reason
        """
        lines = self.serial_line_ids
        problems = lines._filter_renamed()._explain_unit_left()
        lines._restore_owners()
        typed = lines.filtered(lambda line: line.lot_name and not line.lot_id)
        by_name = typed.grouped(lambda line: (line.product_id, line.lot_name))
        transfers = {key: same.picking_id for key, same in by_name.items()}
        for picking, its_lines in typed.grouped("picking_id").items():
            problems += SerialAssignment(picking, its_lines).assign_typed(its_lines, transfers)
            for move in picking._get_open_moves().filtered("is_serialize"):
                problems += move._match_units()[0]._explain_unit_left()
            if not problems and not picking.picking_type_id.use_create_lots:
                its_lines._filter_new_serials()._create_and_assign_production_lot()
        if problems:
            raise UserError(
                self.env._(
                    "These serial numbers can't be used. Correct or clear them, then "
                    "validate again.\n\n%(problems)s",
                    problems=group_by_reason(self.env, problems),
                )
            )
        for picking in self:
            picking._check_answers()
        self._write_answers_of_chosen()

    def _write_answers_of_chosen(self):
        """Write the answers on lines whose serial number was chosen to that serial number."""
        chosen = self.serial_line_ids.filtered("lot_id")
        # The others get them once they are this company's.
        readable = set(chosen.lot_id._filtered_access("read").ids)
        for line in chosen.filtered(lambda line: line.lot_id.id in readable):
            line._copy_answers_to(line.lot_id)

    def _check_answers(self):
        """:raise UserError: naming the new serial numbers and what they leave open"""
        if lines := self._get_lines_to_answer():
            raise UserError(
                self.env._(
                    "Answer these custom fields first:\n\n%(problems)s",
                    problems=lines._explain_answers_missing(),
                )
            )

    def _pick_serialized_units(self):
        """Pick the units that have their serial number.

        :raise UserError: if no unit of a Serialize transfer has one
        """
        serialized = self.serial_line_ids.filtered(lambda line: line.lot_id or line.lot_name)
        for picking in self.filtered("is_serialize") - serialized.picking_id:
            picking._raise_no_serial()
        units_in_stock = serialized.filtered("move_id.is_serialize")
        units_in_stock.write({"quantity": 1, "picked": True})
        # Somebody may have left the backorder question and typed the others since. Units that are
        # only reserved wait for their scan.
        typed = serialized.filtered(
            lambda line: line.lot_name or not line.picking_id._is_from_stock()
        )
        typed.filtered(lambda line: line.move_id.picked and not line.picked).picked = True
        self._pick_beside_scanned()

    def _raise_no_serial(self):
        raise UserError(
            self.env._("%(transfer)s: type or scan at least one serial number.", transfer=self.name)
        )

    def _action_done(self):
        serialize = self.filtered("is_serialize")
        validated = frozenset(self.env.context.get(VALIDATED, ())).union(self.ids)
        result = super(StockPicking, self.with_context(**{VALIDATED: validated}))._action_done()
        serialize.move_line_ids._pass_on_reservations()
        serialize.backorder_ids._sync_serialize_lines()
        return result

    def _create_backorder(self, backorder_moves=None):
        backorders = super()._create_backorder(backorder_moves=backorder_moves)
        for backorder in backorders:
            backorder.backorder_id._move_refused_to(backorder)
        return backorders

    def action_add_entire_packs(self, package_ids):
        # Odoo deletes the lines of single units in these packages.
        self._get_open_moves()._get_typed_in_packages(package_ids)._keep_typed()
        result = super().action_add_entire_packs(package_ids)
        self.move_ids._restore_typed()
        return result
