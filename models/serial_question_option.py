from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.answer_check import CHOICE_TYPES
from .serial_question import new_key


class SerialQuestionOption(models.Model):
    """One choice of a question of the type Choice or Tags."""

    _name = "serial.question.option"
    _description = "Choice of a Serial Custom Field"
    _order = "sequence, id"

    name = fields.Char("Choice", required=True, translate=True)
    question_id = fields.Many2one(
        "serial.question", "Custom Field", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: new_key(),
        help="Stored as the answer. It never changes.",
    )

    _key_unique = models.Constraint(
        "UNIQUE(question_id, key)", "Another choice of this custom field already has this key."
    )

    @api.constrains("question_id")
    def _check_question_type(self):
        for option in self:
            if option.question_id.question_type not in CHOICE_TYPES:
                raise ValidationError(
                    self.env._(
                        "%(question)s can't have choices: set its type to Choice or Tags first.",
                        question=option.question_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        options = super().create(vals_list)
        self.env["serial.question"]._update_definitions()
        return options

    def write(self, vals):
        if "key" in vals and any(option.key != vals["key"] for option in self):
            raise UserError(self.env._("The key of a choice never changes."))
        if "question_id" in vals:
            self.filtered(
                lambda option: option.question_id.id != vals["question_id"]
            )._unlink_except_answered()
        result = super().write(vals)
        self.env["serial.question"]._update_definitions()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self.question_id._lock_for_change()
        for option in self:
            if option.question_id._is_answered(option.key):
                raise UserError(
                    self.env._(
                        "%(choice)s is the answer of some serial numbers, so it can't be "
                        "deleted or moved. Archive it: those answers are kept.",
                        choice=option.name,
                    )
                )

    def unlink(self):
        result = super().unlink()
        self.env["serial.question"]._update_definitions()
        return result

    def _get_label(self):
        self.ensure_one()
        # On a public page, it matters to nobody that a choice is archived.
        if self.active or self.env.context.get("serialized_parts_public"):
            return self.name
        return self.env._("%(choice)s (archived)", choice=self.name)
