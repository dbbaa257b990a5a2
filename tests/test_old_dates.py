import json
from importlib.util import module_from_spec, spec_from_file_location

from odoo.tests import tagged
from odoo.tools import file_path

from .common import SerialCase

SCRIPT = "serialized_parts/migrations/19.0.1.1.0/post-dates.py"


@tagged("post_install", "-at_install")
class TestOldDates(SerialCase):
    def test_upgrading_stores_dates_with_four_digits_of_the_year(self):
        built = self._new_question("Built", "date")
        note = self._new_question("Note")
        self.part.uses_serial_numbers = True
        serial = self.env["stock.lot"].create({"name": "S1", "product_id": self.part.id})
        serial.flush_recordset()
        stored = {built.key: "999-01-02", note.key: "12-01-01"}
        update = "UPDATE stock_lot SET serial_answers = %s WHERE id = %s"
        self.env.cr.execute(update, [json.dumps(stored), serial.id])
        spec = spec_from_file_location("post_dates", file_path(SCRIPT))
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.cr.execute("SELECT serial_answers FROM stock_lot WHERE id = %s", [serial.id])
        [answers] = self.env.cr.fetchone()
        self.assertEqual(answers, {built.key: "0999-01-02", note.key: "12-01-01"})
