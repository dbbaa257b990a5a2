"""The indexes for finding serial numbers by their answers to a custom field."""

from psycopg2 import errors

from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.sql import make_identifier

from ..fields.document_name import can_index_texts
from ..tools.answer_check import INDEXED_TYPES, ORDERED_TYPES, TEXT_TYPES

#: How long a change of indexes waits for transactions that are writing serial numbers.
LOCK_TIMEOUT = "5s"


class SerialQuestion(models.Model):
    _inherit = "serial.question"

    def _update_indexes(self):
        """Create the indexes of those of these questions that are marked as indexed, and drop the
        others'.

        It happens in the same transaction, so an index exists exactly when its question is marked.
        Meanwhile nobody can write serial numbers: some seconds for a million of them. ``CREATE
        INDEX CONCURRENTLY`` would lock nobody out, but can't run in a transaction, and leaves a
        broken index behind when it fails.

        :raise UserError: when others don't stop writing serial numbers within ``LOCK_TIMEOUT``
        """
        marked = self.filtered(lambda question: question._is_indexed())
        (self - marked)._drop_indexes()
        if marked:
            # ANALYZE, which is slow, comes first as it locks nobody out.
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
                    "Serial numbers are being written right now, so their index can't be changed. Try "
                    "again when fewer people are working."
                )
            ) from None

    def _is_indexed(self):
        self.ensure_one()
        return self.indexed and self.active and self.question_type in INDEXED_TYPES

    def _get_index_name(self):
        self.ensure_one()
        return SQL.identifier(make_identifier(f"serialized_parts_answer_{self.key}"))

    def _prepare_statistics(self):
        """Return the statements that create the statistics by which PostgreSQL decides whether to
        use the index of this question; for a partial index it keeps none by itself."""
        name, answer = self._get_index_name(), SQL("(serial_answers -> %s)", self.key)
        return [
            SQL("CREATE STATISTICS IF NOT EXISTS %s ON %s FROM stock_lot", name, answer),
            # Finer than usual: else PostgreSQL estimates that half a percent of the serial numbers
            # have a rare answer, and reads the list in its order until it finds them.
            SQL("ALTER STATISTICS %s SET STATISTICS 500", name),
        ]

    def _prepare_index(self):
        """Return the statement that creates the index of this question; ``LotAnswers`` uses it."""
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
        """Return the extra column of the index for finding a part of a text; nothing where
        PostgreSQL lacks what that takes."""
        pool = self.env.registry
        if self.question_type not in TEXT_TYPES or not can_index_texts(pool):
            return SQL()
        text = pool.unaccent(SQL("(serial_answers ->> %s)", self.key))
        return SQL(", (%s) gin_trgm_ops", text)

    @api.model
    @tools.ormcache()
    def _get_indexed(self):
        """Return ``{key: type}`` of the questions that have an index."""
        # sudo: which indexes exist does not depend on the user, and all users share the cache.
        questions = self.sudo().search([("indexed", "=", True)])
        return {
            question.key: question.question_type for question in questions if question._is_indexed()
        }
