"""Which records answer a custom field, and how its answers are protected while it is changed."""

from functools import partial

from psycopg2 import errors

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .serial_question_index import LOCK_TIMEOUT

#: Where answers are stored: (model, field). A question with an answer in any can't be deleted.
ANSWER_FIELDS = (
    ("stock.lot", "serial_answers"),
    ("stock.move.line", "serial_answers"),
    ("product.template", "default_serial_answers"),
)

#: The key in a transaction's precommit data: it has the keys of the questions that are answered.
ANSWERED = "serialized_parts_answered"


def _sql_unseen(alias, seen):
    """Return the SQL condition that a row was written by a transaction that can't be seen in the
    snapshot *seen*. A row only has the lower half of the transaction's number."""
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


class SerialQuestion(models.Model):
    _inherit = "serial.question"

    # -------------------------------------------------------------------------- two at once

    @api.model
    def _lock_for_answers(self, keys):
        """Keep others from changing the questions with these *keys* until this transaction, which
        answers them, ends. All are locked at once, when it is about to end.

        If somebody else has changed one since this transaction began, a serialization failure
        makes Odoo retry the call, and the answer is checked against the question as it is now.
        """
        precommit = self.env.cr.precommit
        if ANSWERED not in precommit.data:
            precommit.data[ANSWERED] = set()
            precommit.add(partial(self._lock_now, self.env.cr))
        precommit.data[ANSWERED].update(keys)

    @staticmethod
    def _lock_now(cr):
        keys = cr.precommit.data.pop(ANSWERED)
        query = "SELECT FROM serial_question WHERE key = ANY(%s) ORDER BY id FOR SHARE"
        cr.execute(query, [list(keys)], log_exceptions=False)

    def _lock_for_change(self):
        """Wait for transactions that are answering these questions; later ones wait for this
        transaction, which changes the questions, and are then retried."""
        self.flush_recordset()
        query = "UPDATE serial_question SET write_date = %s WHERE id = ANY(%s)"
        self.env.cr.execute(query, [self.env.cr.now(), self.ids], log_exceptions=False)
        self.invalidate_recordset(["write_date"], flush=False)

    # ---------------------------------------------------------------------- what answers them

    def _check_unanswered(self, message):
        """:raise UserError: *message*, for the first of these questions that has an answer"""
        self._lock_for_change()
        for question in self:
            if question._is_answered():
                advice = self.env._(
                    "Archive it: its answers are kept, and come back when it is unarchived."
                )
                raise UserError(message % {"question": question.name, "advice": advice})

    def _is_answered(self, choice=None):
        """Whether any serial number, unit on a transfer or part answers this question, which must
        be locked for the change.

        :param str choice: the key of a choice: count only answers with this choice
        """
        self.ensure_one()
        return self._has_answers(self.key, choice) or self._was_answered_meanwhile(choice)

    def _was_answered_meanwhile(self, choice):
        """Whether somebody else answered this question since this transaction began, which only
        sees the database as it was then. See :meth:`_is_answered`.

        :raise UserError: when a table is locked for too long to check
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
                    "It isn't possible to check right now whether %(question)s has answers. Try again "
                    "when fewer people are working.",
                    question=self.name,
                )
            ) from None

    def _is_locked_here(self, model):
        """Whether this transaction itself has locked the table of *model*, as it does when it drops
        an index: another cursor would wait in vain."""
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
    def _has_answers(self, key, choice=None, where=ANSWER_FIELDS, seen=None):
        """Whether any record answers the question with this *key*, see :meth:`_is_answered`.

        :param where: the fields to look in, see ``ANSWER_FIELDS``
        :param str seen: a PostgreSQL snapshot: count only answers that can't be seen in it
        """
        # Other transactions still see the answers that this one removed: these must not count.
        unseen = Domain.TRUE
        if seen:
            unseen = Domain.custom(to_sql=lambda _model, alias, _query: _sql_unseen(alias, seen))
        # sudo: answers of all companies count.
        return any(
            self.env[model]
            .sudo()
            .with_context(active_test=False)
            .search_count(
                self.env[model]._fields[field].get_domain([key], choice) & unseen, limit=1
            )
            for model, field in where
        )
