"""The answers that are typed on a line, before its serial number exists."""

from itertools import starmap

from odoo import api, fields, models

from ..fields.answer_texts import describe_answer, find_missing, list_missing
from ..fields.line_answers import LineAnswers
from ..fields.serial_answers import CheckedAnswers
from ..tools.answer_check import fits
from .many_units import MOST_NAMED, count_lines, name_some


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line", "serialized_parts.answer.fields"]

    _warehouse_fields = {"best_before_date", "confirmed_name", "serial_answers"}

    serial_answers = LineAnswers(
        "Custom Fields",
        definition="part_type_id.serial_question_definition",
        help="Answers for the serial number on this line, given before it exists.",
    )
    answers_missing = fields.Char(
        compute="_compute_answers_missing",
        help="The required custom fields that have no answer.",
    )

    @api.depends("serial_answers", "lot_id", "lot_name", "part_type_id.serial_question_definition")
    def _compute_answers_missing(self):
        for part_type, lines in self.grouped("part_type_id").items():
            required = part_type._get_required()
            for line in lines:
                is_new = bool(required) and line.lot_name and not line.lot_id
                line.answers_missing = is_new and list_missing(required, line.serial_answers)

    @api.model_create_multi
    def create(self, vals_list):
        # Answers are checked against the part type, which is known once the line exists.
        answers = [vals.pop("serial_answers", None) for vals in vals_list]
        lines = super().create(vals_list)
        for line, given in zip(lines, answers, strict=True):
            if given:
                line.serial_answers = given
        return lines

    def _clear_other_answers(self, vals):
        """Clear the answers of the lines that get another serial number from *vals*, unless *vals*
        have answers."""
        if "serial_answers" in vals:
            return
        if "lot_name" in vals:
            self._clear_answers_of_name(vals["lot_name"])
        if "lot_id" in vals:
            self._clear_answers_of_lot(self._get_lot(vals))

    def _clear_answers_of_name(self, name):
        """Clear the answers of the lines on which *name* replaces another serial number, if they
        belong to that one: a line without a serial number has no answers, but a corrected typing
        error keeps them."""
        answered = self.filtered(
            lambda line: line.lot_name and line.lot_name != name and line.serial_answers.given
        )
        if name:
            known = answered._find_known_serials()
            answered = answered.filtered(lambda line: (line.product_id, line.lot_name) in known)
        answered.serial_answers = False

    def _clear_answers_of_lot(self, serial):
        """Clear the answers of the lines on which *serial* replaces another one that was chosen:
        they belong to that one."""
        answered = self.filtered(
            lambda line: (
                line.lot_id
                and line.lot_id != serial
                and line.state != "done"
                and line.serial_answers.given
            )
        )
        answered.serial_answers = False

    def _copy_answers_to(self, serial):
        """Copy the answers on this line to *serial*, its unit's serial number."""
        if self.serial_answers.given:
            serial.serial_answers = CheckedAnswers(self.serial_answers.given)

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        if given := self.serial_answers.given:
            vals["serial_answers"] = CheckedAnswers(given)
        return vals

    def _find_missing_answers(self):
        """Return the required custom fields that this line leaves open."""
        self.ensure_one()
        return find_missing(self.part_type_id._get_required(), self.serial_answers)

    def _explain_answers_missing(self):
        """Return, as text, the required custom fields that these lines leave open, each with the
        serial numbers that lack it."""
        names = {}
        for line in self:
            for question in line._find_missing_answers():
                names.setdefault(question["string"], []).append(line.lot_name)
        return count_lines(self.env, starmap(self._explain_answer_missing, names.items()))

    @api.model
    def _explain_answer_missing(self, label, names):
        """Return, as text, that the custom field *label* is missing on the units called *names*."""
        if len(names) <= MOST_NAMED:
            return self.env._(
                "%(field)s is missing on %(units)s.", field=label, units=name_some(self.env, names)
            )
        return self.env._(
            "%(field)s is missing on %(count)s units: %(units)s.",
            field=label,
            count=len(names),
            units=name_some(self.env, names),
        )

    def _describe_answers(self):
        """Return each answer that was typed on this line, like "Mileage: 120000."."""
        self.ensure_one()
        given = self.serial_answers.given
        return [
            f"{question['string']}: {describe_answer(self.env, question, given[question['name']])}."
            for question in self.part_type_id._get_questions()
            if given.get(question["name"]) is not None
        ]

    def _get_answers_to_copy(self):
        """Return the answers on this line, or of the serial number that it names, to copy to other
        units of its part."""
        shown, given = self.serial_answers._values, self.serial_answers.given
        return {
            question["name"]: shown.get(question["name"])
            for question in self.part_type_id._get_questions()
            if (self.known_lot_id or question["name"] in given)
            and fits(question, shown.get(question["name"]))
        }
