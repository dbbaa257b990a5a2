"""The answers of a serial number to its custom fields."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..fields.answer_texts import describe_answer, describe_invalid, list_missing
from ..fields.lot_answers import LotAnswers
from ..fields.serial_answers import CheckedAnswers
from ..tools.answer_check import fits


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "serialized_parts.answer.fields"]

    serial_answers = LotAnswers(
        "Custom Fields",
        definition="part_type_id.serial_question_definition",
        tracking=True,
    )
    answers_missing = fields.Char(
        compute="_compute_answers_missing",
        search="_search_answers_missing",
        help="The required custom fields that have no answer.",
    )
    invalid_answers = fields.Char(
        compute="_compute_invalid_answers",
        help="The answers that don't fit their custom field, or whose custom field is gone.",
    )

    @api.depends("serial_answers", "part_type_id.serial_question_definition")
    def _compute_answers_missing(self):
        for lot in self:
            lot.answers_missing = lot.product_id.tracking == "serial" and list_missing(
                lot.part_type_id._get_questions(), lot.serial_answers
            )

    @api.model
    def _search_answers_missing(self, operator, value):
        if operator not in ("in", "not in") or list(value) != [False]:
            return NotImplemented
        # The required custom fields are only searched by, not shown.
        types = (
            self.env["product.category"]
            .sudo()
            .search([("serial_question_definition", "!=", False)])
        )
        by_keys = types.grouped(
            lambda part_type: tuple(
                question["name"]
                for question in part_type.serial_question_definition
                if question.get("required")
            )
        )
        field = self._fields["serial_answers"]
        missing = Domain("product_id.tracking", "=", "serial") & Domain.OR(
            Domain("part_type_id", "in", part_types.ids) & ~field.get_domain(keys)
            for keys, part_types in by_keys.items()
            if keys
        )
        return missing if operator == "not in" else ~missing

    @api.depends("serial_answers", "part_type_id.serial_question_definition")
    def _compute_invalid_answers(self):
        for lot in self:
            invalid = lot._find_invalid_answers()
            lot.invalid_answers = ", ".join(invalid.values())

    def _find_invalid_answers(self):
        """Return this serial number's answers that don't fit the custom field of its part type, or
        whose custom field is gone: ``{key: the answer, as people read it}``."""
        self.ensure_one()
        asked = {question["name"]: question for question in self.part_type_id._get_questions()}
        known = self.env["serial.question"]._get_translated()
        answers = self.serial_answers._values
        return {
            key: describe_invalid(asked.get(key), answers[key])
            for key in sorted(answers, key=[*asked, *answers].index)
            if not (fits(asked[key], answers[key]) if key in asked else key in known)
        }

    def action_remove_invalid_answers(self):
        """Remove the answers that don't fit their custom field, or whose custom field is gone; the
        chatter keeps them.

        :raise AccessError: if the user may not answer custom fields
        """
        self.check_access("write")
        for lot in self:
            if invalid := lot._find_invalid_answers():
                lot._message_log(
                    body=self.env._(
                        "Removed because it didn't fit: %(answers)s",
                        answers=", ".join(invalid.values()),
                    )
                )
                lot.serial_answers = CheckedAnswers(dict.fromkeys(invalid))

    @api.onchange("product_id")
    def _onchange_product_id_answers(self):
        if self.product_id.tracking == "serial" and not self._origin:
            [self.serial_answers] = self.product_id.product_tmpl_id._prepare_serial_answers([None])

    def _mail_track(self, tracked_fields, initial_values):
        # Odoo tracks properties only when their definition changes.
        others = {name: info for name, info in tracked_fields.items() if name != "serial_answers"}
        updated, commands = super()._mail_track(others, initial_values)
        before = {
            answer["name"]: answer.get("value")
            for answer in initial_values.get("serial_answers") or []
        }
        if "serial_answers" not in initial_values:
            return updated, commands
        for answer in self._fields["serial_answers"].convert_to_read(self.serial_answers, self):
            old = describe_answer(self.env, answer, before.get(answer["name"]))
            new = describe_answer(self.env, answer, answer.get("value"))
            if old != new:
                updated.add("serial_answers")
                commands.append([0, 0, self._prepare_answer_tracking(answer["string"], old, new)])
        return updated, commands

    def _prepare_answer_tracking(self, label, old, new):
        """Return the values of the chatter's line for an answer that changed from *old* to *new*,
        both as text."""
        values = self.env["mail.tracking.value"]._create_tracking_values(
            old, new, "serial_answers", {"type": "char"}, self
        )
        return {**values, "field_info": {"desc": label, "name": "serial_answers", "type": "char"}}
