"""The database's own guard against duplicate serial numbers: one name twice for one part."""

import logging
from functools import partial

import psycopg2
from psycopg2.errors import ExclusionViolation

from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, sql

_logger = logging.getLogger(__name__)

#: Key of a transaction's data: the database checks once more before the commit.
LATER = "serialized_parts_duplicates_later"


class DuplicateGuard(models.Constraint):
    """An exclusion constraint: no two lots of one product share a name and a company, where
    a lot without a company belongs to all companies.

    A company's range is that company alone; without a company it is everything: ``int4range``
    of two nulls. Name and product are compared by PostgreSQL's 64-bit hash, which keeps the
    index small and quick to build: among a hundred million serial numbers, the odds that
    two of them share a hash are below one in three thousand.

    It is deferred so that Odoo's own check, with its better message, comes first; see
    :meth:`check`. Where there are duplicates already it can't be added: they are logged, and
    :meth:`arm` tries again.
    """

    def __init__(self, message):
        name_hash = "hashtextextended(name::text, product_id::bigint)"
        super().__init__(
            f"EXCLUDE USING gist ({name_hash} WITH =, "
            "int4range(company_id, company_id, '[]') WITH &&) DEFERRABLE INITIALLY DEFERRED",
            message,
        )

    def apply_to_database(self, model):
        if self.is_armed(model):
            super().apply_to_database(model)
            return
        if duplicates := self._count_duplicates(model.env.cr):
            _logger.warning(
                "%s serial numbers are there twice for one part. Rename one of each; until then "
                "the database can't refuse new duplicates. Inventory / Reporting lists them.",
                duplicates,
            )
        elif self._add_operators(model.env.cr):
            super().apply_to_database(model)

    def arm(self, model):
        """Add the constraint if it is missing and can be added.

        :return: whether it is there
        """
        if not self.is_armed(model):
            # People working with serial numbers now come first; it will be tried again.
            model.env.cr.execute("SET LOCAL lock_timeout = '3s'")
            self.apply_to_database(model)
            model.env.cr.execute("SET LOCAL lock_timeout = DEFAULT")
        return self.is_armed(model)

    def is_armed(self, model):
        """Return whether the database has the constraint."""
        name = self.full_name(model)
        return bool(sql.constraint_definition(model.env.cr, model._table, name))

    def _count_duplicates(self, cr):
        cr.execute(
            """
            SELECT count(*)
              FROM (SELECT 1
                      FROM stock_lot
                  GROUP BY product_id, name
                    HAVING count(*) > 1 AND count(*) > count(DISTINCT company_id)) AS duplicates
            """
        )
        return cr.fetchone()[0]

    def _add_operators(self, cr):
        """Add PostgreSQL's own extension that compares numbers in such an index."""
        try:
            with cr.savepoint(flush=False):
                cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gist", log_exceptions=False)
        except psycopg2.Error as error:
            _logger.warning(
                "The database can't refuse duplicate serial numbers without PostgreSQL's "
                "extension btree_gist; install it, then upgrade this addon: %s",
                error,
            )
            return False
        return True

    def check(self, lots):
        """Have the database check for duplicates of *lots* that other transactions created: now,
        and once more as :meth:`check_later` explains.

        :raise ConcurrencyError: for a duplicate; Odoo then repeats the whole call, and its own
            checks, which see the other one by then, name where it is
        """
        self.check_later(lots)
        self._check_now(lots)

    def check_later(self, lots):
        """Have the database check once more before the commit.

        Each write of a lot makes it check while another transaction creates a duplicate. Left to
        the commit, one of the two may end in a deadlock, which Odoo would not repeat.
        """
        precommit = lots.env.cr.precommit
        if not precommit.data.get(LATER):
            precommit.data[LATER] = True
            precommit.add(partial(self._check_now, lots))

    def _check_now(self, lots):
        name = SQL.identifier(self.full_name(lots))
        try:
            lots.env.cr.execute(
                SQL(
                    """
                    DO $$ BEGIN
                        SET CONSTRAINTS %(name)s IMMEDIATE;
                        SET CONSTRAINTS %(name)s DEFERRED;
                    EXCEPTION WHEN undefined_object THEN NULL; -- not armed
                    END $$
                    """,
                    name=name,
                ),
                log_exceptions=False,
            )
        except (ExclusionViolation, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY) as error:
            raise ConcurrencyError(self.get_error_message(lots)) from error
