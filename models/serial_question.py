import uuid
from functools import partial

from psycopg2 import errors

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import make_identifier

from ..tools.answers import CHOICE_TYPES, INDEXED_TYPES, ORDERED_TYPES, TEXT_TYPES
from ..tools.documents import can_index_texts

#: Where answers are kept: (model, field). Whoever adds one keeps its questions from being deleted.
ANSWER_FIELDS = (
    ("stock.lot", "serial_answers"),
    ("stock.move.line", "serial_answers"),
    ("product.template", "default_serial_answers"),
)

#: How long marking a question as indexed waits for those who are writing serial numbers.
LOCK_TIMEOUT = "5s"
#: Key of a transaction's data: the keys of the questions that it answers.
ANSWERED = "serialized_parts_answered"


def _is_same(question, other):
    """Whether two properties take the same answers. What all transactions share may be of before
    a question was changed, or after."""

    def keys(definition):
        kind = definition["type"]
        return kind, [choice[0] for choice in definition.get(kind, ())]

    return keys(question) == keys(other)


def _sql_unseen(alias, seen):
    """Return the SQL that tells whether a row was written by a transaction that can't be seen in
    the snapshot *seen*. A row has the lower half of its number."""
    return SQL(
        """
        NOT pg_visible_in_snapshot(
            (SELECT last - ((last - %s::text::bigint) & 4294967295)
               FROM CAST(pg_snapshot_xmax(pg_current_snapshot())::text AS bigint) AS last
            )::text::xid8,
            %s::pg_snapshot)
        """,
        SQL.identifier(alias, "xmin"),
        seen,
    )


def _new_key():
    """Return a new name for a property: it never changes, so that people may rename freely."""
    return uuid.uuid4().hex[:16]


class SerialQuestion(models.Model):
    """One custom field that each serial number of some part types answers.

    The web client sees the questions of a part type as Properties, see
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
    option_ids = fields.One2many(
        "serial.question.option",
        "question_id",
        "Choices",
        copy=True,
        context={"active_test": False},
    )
    required = fields.Boolean(
        help="A receipt can't be validated before its new serial numbers answer this.",
    )
    indexed = fields.Boolean(
        help="Finding serial numbers by this field is fast, however many there are. Each index "
        "takes space, and a little time when serial numbers are written: mark the fields that "
        "people search by.",
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
        default=lambda self: _new_key(),
        help="The name of the property. It never changes.",
    )
    answer_count = fields.Integer(
        "Answers", compute="_compute_answer_count", help="How many serial numbers answer it."
    )

    _key_unique = models.Constraint("UNIQUE(key)", "Another custom field has this key.")

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

    # ------------------------------------------------------------- two at once

    @api.model
    def _hold(self, keys):
        """Keep the questions with these *keys* as they are until this transaction, which answers
        them, ends. That is done once for all, when it is about to end.

        A question that somebody else has changed since this transaction began ends it in a
        serialization failure: Odoo does the call again, and the answer is checked against the
        question as it is now.
        """
        precommit = self.env.cr.precommit
        if ANSWERED not in precommit.data:
            precommit.data[ANSWERED] = set()
            precommit.add(partial(self._hold_now, self.env.cr))
        precommit.data[ANSWERED].update(keys)

    @staticmethod
    def _hold_now(cr):
        keys = cr.precommit.data.pop(ANSWERED)
        query = "SELECT FROM serial_question WHERE key = ANY(%s) ORDER BY id FOR SHARE"
        cr.execute(query, [list(keys)], log_exceptions=False)

    def _claim(self):
        """Wait for those who are answering these questions, and have those who come later do
        their call again once this transaction, which changes them, has ended."""
        self.flush_recordset()
        query = "UPDATE serial_question SET write_date = %s WHERE id = ANY(%s)"
        self.env.cr.execute(query, [self.env.cr.now(), self.ids], log_exceptions=False)
        self.invalidate_recordset(["write_date"], flush=False)

    # ------------------------------------------------------------------------------ indexes

    def _update_indexes(self):
        """Make the indexes of those of these questions that are marked, drop the others'.

        This is done at once, in the same transaction: an index is there exactly when its
        question says so. Nobody can write serial numbers meanwhile, some seconds for a million
        of them. ``CREATE INDEX CONCURRENTLY`` would lock nobody out, but runs in no
        transaction, and leaves a broken index behind when it fails.

        :raise UserError: when others are writing serial numbers, and go on doing so
        """
        marked = self.filtered(lambda question: question._is_indexed())
        (self - marked)._drop_indexes()
        if marked:
            # The slow part comes first: it locks out nobody.
            statistics = [one for question in marked for one in question._prepare_statistics()]
            indexes = [question._prepare_index() for question in marked]
            self._change_indexes([*statistics, SQL("ANALYZE stock_lot"), *indexes])

    def _drop_indexes(self):
        self._change_indexes(self._prepare_drops())

    def _prepare_drops(self):
        """Return the statements that drop the indexes of these questions."""
        return (
            SQL("DROP %s IF EXISTS %s", SQL(kind), question._get_index_name())
            for question in self
            for kind in ("INDEX", "STATISTICS")
        )

    @api.model
    def _change_indexes(self, statements):
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(SQL("SET LOCAL lock_timeout = %s", LOCK_TIMEOUT))
                for statement in statements:
                    self.env.cr.execute(statement, log_exceptions=False)
                self.env.cr.execute("SET LOCAL lock_timeout TO DEFAULT")
        except errors.LockNotAvailable:
            raise UserError(
                self.env._(
                    "Serial numbers are being written right now, so their index can't be "
                    "changed. Try again in a quiet moment."
                )
            ) from None

    def _is_indexed(self):
        self.ensure_one()
        return self.indexed and self.active and self.question_type in INDEXED_TYPES

    def _get_index_name(self):
        self.ensure_one()
        return SQL.identifier(make_identifier(f"serialized_parts_answer_{self.key}"))

    def _prepare_statistics(self):
        """Return the statements that make the statistics by which PostgreSQL decides to use the
        index of this question; for a partial index it keeps none by itself."""
        name, answer = self._get_index_name(), SQL("(serial_answers -> %s)", self.key)
        return [
            SQL("CREATE STATISTICS IF NOT EXISTS %s ON %s FROM stock_lot", name, answer),
            # Finer than usual: else PostgreSQL takes what few serial numbers have for half a
            # percent of them, and reads the list in its order until it meets them.
            SQL("ALTER STATISTICS %s SET STATISTICS 500", name),
        ]

    def _prepare_index(self):
        """Return the statement that makes the index of this question, see ``LotAnswers`` for
        its use."""
        self.ensure_one()
        answer = SQL("(serial_answers -> %s)", self.key)
        if self.question_type in ORDERED_TYPES:
            columns = SQL("btree (%s)", answer)
        else:
            columns = SQL("gin (%s jsonb_path_ops%s)", answer, self._prepare_text_index())
        return SQL(
            "CREATE INDEX IF NOT EXISTS %s ON stock_lot USING %s WHERE %s IS NOT NULL",
            self._get_index_name(),
            columns,
            answer,
        )

    def _prepare_text_index(self):
        """Return the further column of the index that finds a part of a text, where PostgreSQL
        has what it takes."""
        pool = self.env.registry
        if self.question_type not in TEXT_TYPES or not can_index_texts(pool):
            return SQL()
        text = pool.unaccent(SQL("(serial_answers ->> %s)", self.key))
        return SQL(", (%s) gin_trgm_ops", text)

    @api.model
    @tools.ormcache()
    def _get_indexed(self):
        """Return ``{key: type}`` of the questions that have an index."""
        # Which index there is does not depend on who searches, nor on his rights.
        questions = self.sudo().search([("indexed", "=", True)])
        return {
            question.key: question.question_type for question in questions if question._is_indexed()
        }

    def _check_unanswered(self, message):
        """:raise UserError: *message*, for the first of these questions that has an answer"""
        self._claim()
        for question in self:
            if question._is_answered():
                advice = self.env._("Archive it: its answers are kept, and come back with it.")
                raise UserError(message % {"question": question.name, "advice": advice})

    def _is_answered(self, choice=None):
        """Whether any serial number, unit on a transfer or part answers this question, which is
        claimed.

        :param str choice: the key of a choice: whether any has it as its answer
        """
        self.ensure_one()
        return self._has_answers(self.key, choice) or self._was_answered_meanwhile(choice)

    def _was_answered_meanwhile(self, choice):
        """Whether somebody else answered this question since this transaction began: it sees
        the database as it was then. See :meth:`_is_answered`.

        :raise UserError: when the database can't be asked right now
        """
        [[seen]] = self.env.execute_query(SQL("SELECT pg_current_snapshot()::text"))
        free = [(model, field) for model, field in ANSWER_FIELDS if not self._is_locked_here(model)]
        try:
            with self.env.registry.cursor() as cr:
                cr.execute(SQL("SET LOCAL lock_timeout = %s", LOCK_TIMEOUT))
                now = api.Environment(cr, SUPERUSER_ID, {})[self._name]
                return now._has_answers(self.key, choice, free, seen)
        except errors.LockNotAvailable:
            raise UserError(
                self.env._(
                    "Whether %(question)s has answers can't be told right now. Try again in a "
                    "quiet moment.",
                    question=self.name,
                )
            ) from None

    def _is_locked_here(self, model):
        """Whether this transaction itself keeps all others from the table of *model*, since it
        dropped an index: it would wait for itself."""
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT FROM pg_locks WHERE pid = pg_backend_pid()"
                    " AND mode = 'AccessExclusiveLock' AND relation = %s::regclass",
                    self.env[model]._table,
                )
            )
        )

    @api.model
    def _has_answers(self, key, choice=None, places=ANSWER_FIELDS, seen=None):
        """Whether any record answers the question with this *key*, see :meth:`_is_answered`.

        :param places: where to look, see ``ANSWER_FIELDS``
        :param str seen: a snapshot of PostgreSQL: only what can't be seen in it
        """
        # An answer that this transaction took back is still there for all others.
        unseen = Domain.TRUE
        if seen:
            unseen = Domain.custom(to_sql=lambda _model, alias, _query: _sql_unseen(alias, seen))
        # Answers of all companies count.
        return any(
            self.env[model]
            .sudo()
            .with_context(active_test=False)
            .search_count(
                self.env[model]._fields[field].get_domain([key], choice) & unseen, limit=1
            )
            for model, field in places
        )

    @api.model
    def _update_definitions(self):
        """Bring the definitions of all part types up to date with the questions."""
        self.env.registry.clear_cache()
        # Warehouse managers configure questions; categories are another app's.
        categories = self.env["product.category"].sudo().search(Domain.TRUE)
        field = categories._fields["serial_question_definition"]
        self.env.add_to_compute(field, categories)

    def _prepare_definition(self):
        """Return these questions as a properties definition, in their order here."""
        return [question._prepare_property() for question in self]

    def _prepare_property(self):
        self.ensure_one()
        values = {"name": self.key, "string": self.name, "type": self.question_type}
        if self.required:
            values["required"] = True
        if self.help:
            values["help"] = self.help
        # Archived choices stay, marked, so that answers which took one can be read.
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
        """Return *definition* with the labels, help and choices in the user's language."""
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
        # Labels are for all who see the answers; the cache is everybody's.
        questions = self.sudo().search([("active", "in", (True, False))])
        return {question.key: question._prepare_property() for question in questions}


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
        default=lambda self: _new_key(),
        help="What is stored as the answer. It never changes.",
    )

    _key_unique = models.Constraint(
        "UNIQUE(question_id, key)", "Another choice of this custom field has this key."
    )

    @api.constrains("question_id")
    def _check_question_type(self):
        for option in self:
            if option.question_id.question_type not in CHOICE_TYPES:
                raise ValidationError(
                    self.env._(
                        "%(question)s takes no choices: set its type to Choice or Tags first.",
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
        self.question_id._claim()
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
        if self.active:
            return self.name
        return self.env._("%(choice)s (archived)", choice=self.name)
