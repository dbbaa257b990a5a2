import uuid

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..fields.number_texts import FORMATS
from ..tools.table_headers import is_reserved


def _is_same(question, other):
    """Whether two properties take the same answers. The shared cache may be from before a question
    was changed, or from after."""

    def keys(definition):
        kind = definition["type"]
        return kind, [choice[0] for choice in definition.get(kind, ())]

    return keys(question) == keys(other)


def new_key():
    """Return a new name for a property. It never changes, so people can change labels freely."""
    return uuid.uuid4().hex[:16]


class SerialQuestion(models.Model):
    """One custom field of the serial numbers of some part types.

    The web client gets the questions of a part type as Properties, see
    ``product.category.serial_question_definition``.
    """

    _name = "serial.question"
    _description = "Serial Custom Field"
    _order = "sequence, id"

    name = fields.Char("Label", required=True, translate=True)
    question_type = fields.Selection(
        [
            ("char", "Text"),
            ("text", "Long Text"),
            ("integer", "Whole Number"),
            ("float", "Decimal"),
            ("boolean", "Yes / No"),
            ("date", "Date"),
            ("datetime", "Date & Time"),
            ("selection", "Choice"),
            ("tags", "Tags"),
        ],
        "Type",
        required=True,
        default="char",
    )
    format = fields.Selection(
        FORMATS,
        help="Texts that people answer from now on are checked: their length, their characters and "
        "their check digit. Answers that are there stay as they are.",
    )
    option_ids = fields.One2many(
        "serial.question.option",
        "question_id",
        "Choices",
        copy=True,
        context={"active_test": False},
    )
    required = fields.Boolean(
        help="A receipt can't be validated until its new serial numbers answer this.",
    )
    indexed = fields.Boolean(
        help="Makes finding serial numbers by this field fast, however many there are. Each index "
        "takes space, and a little time when serial numbers are written: mark the fields "
        "that people search by.",
    )
    on_label = fields.Boolean(help="Its answers are printed on labels of serial numbers.")
    is_public = fields.Boolean(
        "Public",
        help="Its answers are shown on the unit's public page, to everybody who has its address. "
        "Which units have a page is up to their company and their part type.",
    )
    help = fields.Char("Help Text", translate=True, help="Shown beside the field.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category_ids = fields.Many2many(
        "product.category",
        string="Part Types",
        help="Serial numbers of these product categories, and of those below them, have this "
        "field. Without a part type, all have it.",
    )
    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: new_key(),
        help="The name of the property. It never changes.",
    )
    answer_count = fields.Integer(
        "Answers",
        compute="_compute_answer_count",
        help="How many serial numbers have an answer to it.",
    )

    _key_unique = models.Constraint("UNIQUE(key)", "Another custom field already has this key.")

    def _compute_answer_count(self):
        Serial = self.env["stock.lot"].with_context(active_test=False)
        query = Serial._search([])
        answers = Serial._field_to_sql(query.table, "serial_answers", query)
        query.add_join(
            "JOIN",
            "answer",
            SQL("jsonb_object_keys(%s)", answers),
            SQL("answer = ANY(%s)", self.mapped("key")),
        )
        query.groupby = SQL("answer")
        query.order = None
        counts = dict(self.env.execute_query(query.select(SQL("answer"), SQL("count(*)"))))
        for question in self:
            question.answer_count = counts.get(question.key, 0)

    @api.constrains("name")
    def _check_label(self):
        """:raise ValidationError: for a label that a list has above its serial numbers, bins or
        parts: its answers could not be told from those"""
        for question in self:
            if is_reserved(question.name):
                raise ValidationError(
                    self.env._(
                        "Lists have %(label)s above another column: choose another label.",
                        label=question.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions._update_definitions()
        questions._update_indexes()
        return questions

    def write(self, vals):
        if "key" in vals and any(question.key != vals["key"] for question in self):
            raise UserError(self.env._("The key of a custom field never changes."))
        if "question_type" in vals:
            changed = self.filtered(
                lambda question: question.question_type != vals["question_type"]
            )
            changed._check_unanswered(
                self.env._("%(question)s has answers, so its type can't be changed. %(advice)s")
            )
            changed._drop_indexes()
        result = super().write(vals)
        self._update_definitions()
        if {"indexed", "active", "question_type"} & vals.keys():
            self._update_indexes()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self._check_unanswered(
            self.env._("%(question)s has answers, so it can't be deleted. %(advice)s")
        )

    def unlink(self):
        drops = list(self._prepare_drops())
        result = super().unlink()
        self._change_indexes(drops)
        self._update_definitions()
        return result

    # -------------------------------------------------------------------------- definitions

    @api.model
    def _update_definitions(self):
        """Bring the definitions of all part types up to date with the questions."""
        self.env.registry.clear_cache()
        # sudo: inventory managers set up questions, but may lack the right to write categories.
        categories = self.env["product.category"].sudo().search(Domain.TRUE)
        field = categories._fields["serial_question_definition"]
        self.env.add_to_compute(field, categories)

    def _prepare_definition(self):
        """Return these questions as a properties definition, in this order."""
        return [question._prepare_property() for question in self]

    def _prepare_property(self):
        self.ensure_one()
        values = {"name": self.key, "string": self.name, "type": self.question_type}
        if self.required:
            values["required"] = True
        if self.help:
            values["help"] = self.help
        if self.format and self.question_type == "char":
            values["format"] = self.format
        # Archived choices stay, marked as such, so that answers with one can still be read.
        options = self.with_context(active_test=False).option_ids
        if self.question_type == "selection":
            values["selection"] = [[option.key, option._get_label()] for option in options]
        elif self.question_type == "tags":
            values["tags"] = [
                [option.key, option._get_label(), index % 12]
                for index, option in enumerate(options)
            ]
        return values

    @api.model
    def _translate_definition(self, definition):
        """Return *definition* with its labels, help and choices in the user's language."""
        translated = self._get_translated()
        return [
            found
            if (found := translated.get(question["name"])) and _is_same(question, found)
            else question
            for question in definition
        ]

    @api.model
    @tools.ormcache("self.env.lang")
    def _get_translated(self):
        """Return ``{key: property}`` of all questions in the user's language."""
        # sudo: all users share the cache, and whoever sees an answer may see its label.
        questions = self.sudo().search([("active", "in", (True, False))])
        return {question.key: question._prepare_property() for question in questions}
