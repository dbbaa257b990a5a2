"""What has to be there before units are moved, and what was typed for them."""

from odoo import models
from odoo.exceptions import UserError

from .assignment.serial_assignment import SerialAssignment
from .many_units import group_by_reason


class SerialPrompt(models.AbstractModel):
    _inherit = "serial.prompt"

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
        transfers = {key: same._get_prompts() for key, same in by_name.items()}
        for picking, its_lines in typed._group_by_prompt().items():
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

    def _raise_no_serial(self):
        raise UserError(
            self.env._("%(transfer)s: type or scan at least one serial number.", transfer=self.name)
        )
