from odoo import api, fields, models
from odoo.exceptions import UserError

from ..fields.serial_answers import QuestionDefinition


class ProductCategory(models.Model):
    """A part type: which custom fields the serial numbers of its parts have."""

    _name = "product.category"
    _inherit = ["product.category", "serialized_parts.own.fields"]

    _own_fields = {"serial_question_definition"}

    serial_question_definition = QuestionDefinition(
        "Serial Custom Fields",
        compute="_compute_serial_question_definition",
        store=True,
        recursive=True,
        help="The custom fields that serial numbers of this part type answer: those of all part "
        "types, then the parents', then its own.",
    )
    serial_question_ids = fields.Many2many(
        "serial.question",
        string="Custom Fields of Its Serial Numbers",
        compute="_compute_serial_question_ids",
    )

    # serial.question triggers this itself: a question without part type affects every category.
    @api.depends("parent_id.serial_question_definition")
    def _compute_serial_question_definition(self):
        for category, questions in self._get_serial_questions().items():
            category.serial_question_definition = questions._prepare_definition()

    @api.depends("serial_question_definition")
    def _compute_serial_question_ids(self):
        for category, questions in self._get_serial_questions().items():
            category.serial_question_ids = questions

    def _get_serial_questions(self):
        """Return ``{category: its questions}``: those of all part types first, then those of
        its parents from the top down, then its own."""
        # Whoever edits categories may lack the right to read custom fields.
        Question = self.env["serial.question"].sudo()
        by_category = {}
        for question in Question.search([("active", "=", True)]):
            for category_id in question.category_ids.ids or [False]:
                by_category[category_id] = by_category.get(category_id, Question) | question
        return {category: category._collect_questions(by_category) for category in self}

    def _collect_questions(self, by_category):
        # Empty, but with sudo like the questions that are added.
        questions = by_category.get(False, self.env["serial.question"].sudo())
        lineage, category = [], self
        while category:
            lineage.insert(0, category._origin.id or category.id)
            category = category.parent_id
        for category_id in lineage:
            questions |= by_category.get(category_id, questions.browse())
        return questions

    def write(self, vals):
        if "serial_question_definition" in vals:
            raise UserError(
                self.env._(
                    "The custom fields of a part type are set up in Inventory / Configuration / "
                    "Serial Custom Fields."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_part_type(self):
        """Parts without a category need their part type; and a question that lost its only part
        type would become a question of all parts."""
        # Deleting a category deletes those below it.
        going = self.search([("id", "child_of", self.ids)])
        if uncategorized := going & self._get_uncategorized():
            raise UserError(
                self.env._(
                    "%(category)s can't be deleted: parts that have no category need it.",
                    category=uncategorized.display_name,
                )
            )
        # Whoever deletes a category may lack the right to read custom fields.
        questions = (
            self.env["serial.question"]
            .sudo()
            .with_context(active_test=False)
            .search([("category_ids", "child_of", self.ids)])
        )
        for question in questions:
            if not question.category_ids - going:
                raise UserError(
                    self.env._(
                        "The serial custom field %(question)s is for this part type only. First give it "
                        "another part type, or delete it.",
                        question=question.name,
                    )
                )

    def unlink(self):
        # Parts of all companies lose this part type.
        parts = (
            self.env["product.template"]
            .sudo()
            .with_context(active_test=False)
            .search([("part_type_id", "child_of", self.ids)])
        )
        result = super().unlink()
        parts.modified(["categ_id"])
        return result

    def _get_questions(self):
        """Return the custom fields of this part type, as properties; an empty list on an empty
        recordset."""
        # Whoever works with a part may know them, even without access to categories.
        return self.sudo().serial_question_definition or []

    def _get_required(self):
        """Return those of :meth:`_get_questions` that have to be answered."""
        return [question for question in self._get_questions() if question.get("required")]

    @api.model
    def _get_uncategorized(self):
        """Return the part type of the parts that have no category."""
        return (
            self.env.ref(
                "serialized_parts.product_category_uncategorized", raise_if_not_found=False
            )
            or self.browse()
        )

    @api.readonly
    def action_open_serial_questions(self):
        """Open the custom fields that serial numbers of this part type have."""
        self.ensure_one()
        return {
            **self.env["ir.actions.actions"]._for_xml_id("serialized_parts.serial_question_action"),
            "domain": [("id", "in", self.serial_question_ids.ids)],
            "context": {"default_category_ids": self.ids},
        }
