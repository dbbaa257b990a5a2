"""Two people do something in the same moment: two real transactions."""

# Both are committed, for the other to see: pylint: disable=invalid-commit

import threading
import time
from contextlib import contextmanager, suppress
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.models import BaseModel
from odoo.service import model as service
from odoo.sql_db import Cursor, db_connect
from odoo.tests.common import get_db_name
from odoo.tools import SQL, mute_logger

from .common import SerialCase

#: How long a call may take, in seconds.
LIMIT = 60
#: How often deleting is tried: rows that refer to others go first.
PASSES = 8


class TwoCallsCase(SerialCase):
    """The yard of :class:`SerialCase`, committed, so that other transactions see it.

    What the class and its tests have created is deleted at the end.
    """

    @classmethod
    def setUpClass(cls):
        with cls._connect() as cr:
            marks = _read_last_ids(cr)
        cls.addClassCleanup(cls._delete_since, marks)
        super().setUpClass()
        # Odoo's tests forbid it, because what they create would stay.
        Cursor.commit(cls.cr)
        cr = cls._connect()
        cls.addClassCleanup(cr.close)
        cls.env = api.Environment(cr, SUPERUSER_ID, {})
        for name, value in vars(cls).copy().items():
            if isinstance(value, BaseModel):
                setattr(cls, name, value.with_env(cls.env))

    @classmethod
    def _connect(cls):
        return db_connect(get_db_name()).cursor()

    @classmethod
    def _delete_since(cls, marks):
        with cls._connect() as cr:
            _delete_after(cr, marks)

    def at_once(self, first, second):
        """Let *second* begin when *first* is done, but not committed.

        Each is called with an environment of its own, as one call of the clerk's client: Odoo
        repeats it when it met the other.

        :return: the errors of the two, None where there was none
        """
        self.env.cr.commit()
        one = Call(self.clerk, first)
        two = Call(self.clerk, second)
        try:
            one.run_until_commit()
            two.start()
            two.wait_until_blocked_or_over()
            one.commit()
            two.join(LIMIT)
        finally:
            one.close()
        self.env.cr.rollback()
        self.env.invalidate_all()
        return one.error, two.error


class Call(threading.Thread):
    """One call of a client, in a transaction of its own.

    :ivar error: what it ended with, None where all went well
    """

    def __init__(self, user, act):
        super().__init__(daemon=True)
        self.cr = TwoCallsCase._connect()
        self.env = api.Environment(self.cr, user.id, {})
        self.act, self.error = act, None
        self.cr.execute("SELECT pg_backend_pid()")
        [self._process] = self.cr.fetchone()
        self.cr.rollback()

    def run_until_commit(self):
        """Run it, and leave the transaction open."""
        with self._noting_errors():
            self.act(self.env)
            self.cr.flush()

    def commit(self):
        """End the transaction."""
        if not self.error:
            with self._noting_errors():
                self.cr.commit()

    def run(self):
        """Run it as Odoo does: once more if it met another call."""
        at_once = patch.object(service.random, "uniform", lambda *_bounds: 0.01)
        with at_once, self._noting_errors():
            service.retrying(lambda: self.act(self.env), self.env)
        self.close()

    @contextmanager
    def _noting_errors(self):
        try:
            yield
        except Exception as error:
            self.error = error
            self.cr.rollback()

    def wait_until_blocked_or_over(self):
        """Return when this call waits for another one, or has ended."""
        with TwoCallsCase._connect() as cr:
            for _look in range(LIMIT * 20):
                cr.execute("SELECT cardinality(pg_blocking_pids(%s))", [self._process])
                if cr.fetchone()[0] or not self.is_alive():
                    return
                time.sleep(0.05)

    def close(self):
        """Close the connection."""
        if not self.cr.closed:
            self.cr.close()


def _read_last_ids(cr):
    """Return ``{table: its last id}``."""
    cr.execute(
        """
        SELECT table_name FROM information_schema.columns
         WHERE table_schema = 'public' AND column_name = 'id' AND data_type = 'integer'
           AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public')
        """
    )
    return {table: _read_last_id(cr, table) for [table] in cr.fetchall()}


def _read_last_id(cr, table):
    cr.execute(SQL("SELECT coalesce(max(id), 0) FROM %s", SQL.identifier(table)))
    return cr.fetchone()[0]


def _delete_after(cr, marks):
    """Delete the rows that came after *marks*, see :func:`_read_last_ids`."""
    left = {table: mark for table, mark in marks.items() if _read_last_id(cr, table) > mark}
    for _pass in range(PASSES):
        for table, mark in list(left.items()):
            delete = SQL("DELETE FROM %s WHERE id > %s", SQL.identifier(table), mark)
            with suppress(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), cr.savepoint():
                cr.execute(delete)
                del left[table]
    if left:
        raise AssertionError(f"These tables keep rows of the test: {', '.join(left)}")
