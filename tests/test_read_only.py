import base64
from contextlib import contextmanager

from psycopg2.errors import ReadOnlySqlTransaction

from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestReadOnly(SerialCase):
    """Methods that only read may be served by a replica of the database: they are marked, and
    write nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.question = cls._new_question("Mileage", "integer", required=True)

    def setUp(self):
        super().setUp()
        self.receipt = self._receipt(2)
        self.receipt.enter_serials("SN1*2")
        self.receipt.move_line_ids.serial_answers = {self.question.key: 5}
        self.receipt.button_validate()
        self.rest = self._receipt(2)
        self.rest.action_open_serial_prompt()
        self.serial = self._serials(self.part)[0].with_user(self.boss)

    @contextmanager
    def _replica(self):
        """Make the database refuse to write, as a replica does."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        savepoint = self.env.cr.savepoint()
        self.env.cr.execute("SET TRANSACTION READ ONLY")
        try:
            yield
        finally:
            savepoint.close(rollback=True)

    def _read(self, records, method, *arguments, **options):
        """Call *method* as the web client does, on a replica."""
        marks = [
            getattr(getattr(cls, method, None), "_readonly", None) for cls in type(records).mro()
        ]
        self.assertTrue(next(mark for mark in marks if mark is not None), method)
        ids = [records.ids] if records else []
        with self._replica():
            return call_kw(records.browse(), method, [*ids, *arguments], options)

    def test_a_replica_refuses_to_write(self):
        with (
            self.assertRaises(ReadOnlySqlTransaction),
            mute_logger("odoo.sql_db"),
            self._replica(),
        ):
            self.serial.note = "rusty"
            self.serial.flush_recordset()

    def test_the_part_and_its_serial_section(self):
        part = self.part.product_tmpl_id.with_user(self.boss)
        [read] = self._read(
            part,
            "web_read",
            {
                name: {}
                for name in ("serial_count", "unserialized_quantity", "default_serial_answers")
            },
        )
        self.assertEqual((read["serial_count"], read["unserialized_quantity"]), (2, 0))
        names = ("name", "location_id", "source", "used_on", "serial_answers", "answers_missing")
        found = self._read(
            self.serial.browse(),
            "web_search_read",
            domain=[("product_id.product_tmpl_id", "=", part.id)],
            specification={name: {} for name in names},
        )
        self.assertEqual(found["length"], 2)

    def test_the_documents_of_a_serial(self):
        for method in ("action_open_source", "action_open_used_on"):
            self.assertTrue(self._read(self.serial, method)["type"], method)

    def test_the_serials_of_a_document(self):
        order = self.receipt.move_ids.purchase_line_id.order_id
        for document in (self.receipt, order.with_user(self.boss)):
            action = self._read(document, "action_view_serials")
            self.assertEqual(action["domain"], [("id", "in", self._serials(self.part).ids)])

    def test_the_prompt(self):
        preview = self._read(self.rest, "preview_serials", "SN3@Y1-1B\nSN1\nSN9..")
        self.assertEqual((preview["assigned"], preview["refused"]), (1, 2))
        self.assertIn("Mileage", self._read(self.rest, "get_serial_template"))
        self.assertFalse(self._read(self.rest, "read_table", "Unit;Where\nSN1;Y1-1A")["sure"])
        content = base64.b64encode(b"SN7").decode()
        for method, read in (("read_serial_file", "SN7"), ("get_file_sheets", [])):
            self.assertEqual(self._read(self.rest.browse(), method, "a.csv", content), read)

    def test_the_questions_of_a_part_type(self):
        category = self.part.part_type_id.with_user(self.boss)
        self.assertTrue(self._read(category, "action_open_serial_questions")["domain"])
