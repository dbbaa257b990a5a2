from contextlib import contextmanager

from psycopg2.errors import ExclusionViolation, SerializationFailure

from odoo.exceptions import ConcurrencyError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestDuplicates(SerialCase):
    """The database knows each serial number once per part and company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create({"name": "Yard Two"})
        cls.part.uses_serial_numbers = True
        cls.lots = cls.env["stock.lot"].with_user(cls.clerk)
        cls.guard = cls.lots._serialized_parts_unique

    def _insert(self, name, product=None, company=None):
        """Write a serial number as another transaction would, past Odoo's own checks."""
        self.env.cr.execute(
            "INSERT INTO stock_lot (name, product_id, company_id, active) "
            "VALUES (%s, %s, %s, true)",
            [name, (product or self.part).id, company and company.id],
        )

    @contextmanager
    def _refused(self):
        with self.assertRaises(ConcurrencyError), self.env.cr.savepoint():
            yield

    def test_the_guard_is_armed(self):
        self.assertTrue(self.lots._guard_against_duplicates())

    def test_a_duplicate_is_refused_whoever_has_it(self):
        company = self.env.company
        for first, second in ((None, None), (company, company), (None, company), (company, None)):
            with self.subTest(first=first, second=second), self._refused():
                self._insert("SN1", company=first)
                self._insert("SN1", company=second)
                self.guard.check(self.lots)

    def test_other_parts_and_other_companies_have_their_own(self):
        engine = self._new_part("Engine", uses_serial_numbers=True)
        self._insert("SN1", company=self.env.company)
        self._insert("SN1", company=self.branch)
        self._insert("SN1", product=engine)
        self._insert("sn1", product=engine)
        self.guard.check(self.lots)
        self.assertEqual(len(self._serials(engine)), 2)

    def test_sql_alone_is_refused_when_it_is_committed(self):
        self._insert("SN1")
        self._insert("SN1")
        with (
            self.assertRaises(ExclusionViolation),
            self.env.cr.savepoint(flush=False),
            mute_logger("odoo.sql_db"),
        ):
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_creating_a_serial_looks_at_once(self):
        with self._refused():
            self._insert("SN1")
            self._insert("SN1")
            self.lots.create({"name": "SN2", "product_id": self.part.id})

    def test_renaming_a_serial_looks_at_once(self):
        serial = self.lots.create({"name": "SN2", "product_id": self.part.id})
        with self._refused():
            self._insert("SN1")
            self._insert("SN1")
            serial.name = "SN3"

    def test_the_database_looks_again_before_all_is_committed(self):
        with self._refused():
            self.lots.create({"name": "SN1", "product_id": self.part.id})
            self._insert("SN1")
            self.env.cr.flush()

    def test_the_database_looks_again_after_the_documents_were_written(self):
        serial = self.lots.create({"name": "SN1", "product_id": self.part.id})
        self.env.cr.flush()
        with self._refused():
            serial._update_documents()
            self._insert("SN1")
            self.env.cr.flush()

    def test_an_import_that_meets_a_duplicate_is_done_again(self):
        with self._refused():
            self._insert("SN1")
            self._insert("SN1")
            self.lots.load(["name", "product_id/.id"], [["SN2", str(self.part.id)]])

    def test_an_import_that_meets_another_first_serial_of_the_part_is_done_again(self):
        self.env.cr.execute(
            """
            CREATE FUNCTION pg_temp.meet() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END $$;
            CREATE TRIGGER meet BEFORE UPDATE OF serials_started ON product_template
            FOR EACH ROW EXECUTE FUNCTION pg_temp.meet()
            """
        )
        with (
            self.assertRaises(SerializationFailure),
            self.env.cr.savepoint(flush=False),
            mute_logger("odoo.sql_db"),
        ):
            self.lots.load(["name", "product_id/.id"], [["SN1", str(self.part.id)]])

    def test_an_import_names_the_serial_number_that_exists(self):
        self.lots.create({"name": "SN1", "product_id": self.part.id})
        answer = self.lots.load(["name", "product_id/.id"], [["SN1", str(self.part.id)]])
        self.assertFalse(answer["ids"])
        self.assertIn("SN1", answer["messages"][0]["message"])

    def test_the_message_names_where_the_other_one_is(self):
        serial = self.lots.create({"name": "SN1", "product_id": self.part.id})
        self._put_in_stock(self.part, 1, self.bin_a, lot_id=serial)
        with self.assertRaisesRegex(ValidationError, "SN1 is in WH/Stock/Y1-1A"):
            self.lots.create({"name": "SN1", "product_id": self.part.id})

    def test_the_message_names_it_once_and_not_the_serial_number_itself(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1@Y1-1A\nSN2@Y1-1B")
        receipt.button_validate()
        _first, second = self._serials(self.part).with_user(self.clerk)
        duplicate = {"name": "SN1", "product_id": self.part.id}
        for attempt in (
            lambda: second.create(duplicate),
            lambda: second.create([duplicate, duplicate]),
            lambda: second.write({"name": "SN1"}),
        ):
            with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
                attempt()
            lines = str(caught.exception).split("\n")
            self.assertEqual(lines[-1], "SN1 is in WH/Stock/Y1-1A.")
            self.assertEqual(len([line for line in lines if " is in " in line]), 1)
        [message] = second.load(["name", "product_id"], [["SN1", self.part.display_name]])[
            "messages"
        ]
        self.assertEqual(message["message"].count(" is in "), 1)

    def test_existing_duplicates_are_logged_and_the_guard_waits_for_them(self):
        self.env.cr.execute(
            "ALTER TABLE stock_lot DROP CONSTRAINT stock_lot_serialized_parts_unique"
        )
        self._insert("SN1")
        self._insert("SN1")
        with self.assertLogs("odoo.addons.serialized_parts.fields.duplicate_guard", "WARNING"):
            self.assertFalse(self.lots._guard_against_duplicates())
        self._serials(self.part)[0].name = "SN2"
        self.assertTrue(self.lots._guard_against_duplicates())
        with self._refused():
            self._insert("SN2")
            self.guard.check(self.lots)

    def test_the_guard_goes_with_the_addon(self):
        declared = self.env["ir.model.constraint"].search(
            [
                ("module.name", "=", "serialized_parts"),
                ("name", "=", "stock_lot_serialized_parts_unique"),
            ]
        )
        declared.unlink()
        self.assertFalse(self.guard.is_armed(self.lots))
