from odoo.tests import tagged

from .common import SerialCase

#: What spreadsheets make of numbers: what is stored, and what the cell has afterwards.
MANGLED = (("00123", "123"), ("1E10", "1.00E+10"), ("MAR1", "01-Mar"))


@tagged("post_install", "-at_install")
class TestRenamesByImport(SerialCase):
    """An import renames a serial number only where it is asked to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.mileage = cls._new_question("Mileage", "integer")
        cls.serials = cls._new_serials(*(name for name, _cell in MANGLED), "SN1")
        cls.lots = cls.env["stock.lot"].with_user(cls.clerk)

    @classmethod
    def _new_serials(cls, *names):
        values = [{"name": name, "product_id": cls.part.id} for name in names]
        return cls.env["stock.lot"].create(values)

    def _load(self, rows, ids=None, id_column=".id", **context):
        """Import *rows* of a name and a mileage for these serial numbers."""
        columns = [id_column, "name", f"serial_answers.{self.mileage.key}"]
        ids = ids or map(str, self.serials.ids)
        cells = [[id_, *row] for id_, row in zip(ids, rows, strict=True)]
        return self.lots.with_context(**context).load(columns, cells)

    def _load_mangled(self, **how):
        """Import what a spreadsheet made of the names, with a mileage for each."""
        names = [*(cell for _name, cell in MANGLED), "SN1"]
        rows = [(name, str(number)) for number, name in enumerate(names, 1)]
        return self._load(rows, **how)

    def assertOnlyAnswered(self, result):
        """Assert that *result* is of an import that renamed nothing and saved the rest."""
        self.assertEqual(result["ids"], self.serials.ids)
        self.assertEqual(self.serials.mapped("name"), ["00123", "1E10", "MAR1", "SN1"])
        answers = [serial.serial_answers._values for serial in self.serials]
        self.assertEqual(answers, [{self.mileage.key: number} for number in range(1, 5)])
        messages = result["messages"]
        self.assertEqual([message["rows"]["from"] for message in messages], [0, 1, 2])
        for message, (name, cell) in zip(messages, MANGLED, strict=True):
            self.assertEqual((message["type"], message["field"]), ("warning", "name"))
            self.assertEqual(message["kept_name"], name)
            self.assertIn(f"{name} was not renamed to {cell}: the option", message["message"])

    # ---------------------------------------------------------------------------- not asked

    def test_a_changed_number_is_left_alone_and_the_rest_imported(self):
        self.assertOnlyAnswered(self._load_mangled())

    def test_a_record_is_found_by_its_external_id(self):
        ids = [f"__export__.serial_{number}" for number in self.serials.ids]
        self.env["ir.model.data"]._update_xmlids(
            {"xml_id": id_, "record": serial} for id_, serial in zip(ids, self.serials, strict=True)
        )
        self.assertOnlyAnswered(self._load_mangled(ids=ids, id_column="id"))

    def test_a_number_that_only_looks_different_is_no_rename(self):
        names = [" 00123\u200b", "1E10 ", "MAR1", "SN1"]
        result = self._load([(name, "7") for name in names])
        self.assertFalse(result["messages"])
        self.assertEqual(self.serials.mapped("name"), ["00123", "1E10", "MAR1", "SN1"])

    def test_an_empty_cell_is_no_name(self):
        result = self._load([("", "5")], [str(self.serials[0].id)])
        self.assertFalse(result["ids"])
        self.assertEqual([message["type"] for message in result["messages"]], ["error"])

    def test_a_new_serial_number_gets_its_name(self):
        columns = ["id", "name", "product_id/.id"]
        result = self.lots.load(columns, [["new_serial", "NEW", str(self.part.id)]])
        self.assertFalse(result["messages"])
        self.assertEqual(self.lots.browse(result["ids"]).name, "NEW")

    def test_a_lot_is_renamed_as_in_odoo(self):
        oil = self._new_part("Oil", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": oil.id})
        result = self.lots.load([".id", "name"], [[str(lot.id), "L2"]])
        self.assertEqual((result["messages"], lot.name), ([], "L2"))

    def test_an_error_in_another_row_is_reported_beside_it(self):
        rows = [("123", "5"), ("1E10", "6"), ("MAR1", "many"), ("SN1", "7")]
        result = self._load(rows)
        self.assertFalse(result["ids"])
        self.assertEqual(
            {message["type"]: message["rows"]["from"] for message in result["messages"]},
            {"error": 2, "warning": 0},
        )
        self.env.invalidate_all()
        self.assertFalse(any(serial.serial_answers._values for serial in self.serials))

    def test_a_rename_over_rpc_is_a_rename(self):
        self.serials[0].with_user(self.clerk).name = "123"
        self.assertEqual(self.serials[0].name, "123")

    def test_a_data_file_of_an_addon_renames_as_in_odoo(self):
        values = {"id": self.serials[0].id, "name": "123"}
        self.env["stock.lot"]._load_records([{"values": values}])
        self.assertEqual(self.serials[0].name, "123")

    # -------------------------------------------------------------------------------- asked

    def test_numbers_are_renamed_where_the_import_asks_for_it(self):
        result = self._load_mangled(rename_serials=True)
        self.assertFalse(result["messages"])
        names = ["123", "1.00E+10", "01-Mar", "SN1"]
        self.assertEqual(self.serials.mapped("name"), names)

    def test_a_rename_that_makes_a_duplicate_is_refused(self):
        result = self._load([("SN1", "5")], [str(self.serials[0].id)], rename_serials=True)
        self.assertFalse(result["ids"])
        self.assertIn("SN1", result["messages"][0]["message"])
        self.assertEqual(self.serials[0].name, "00123")

    def test_the_option_of_the_dialog(self):
        content = f".id,name\n{self.serials[0].id},123\n".encode()
        columns = [".id", "name"]
        for asked, name in ((False, "00123"), (True, "123")):
            with self.subTest(asked=asked):
                wizard = (
                    self.env["base_import.import"]
                    .with_user(self.clerk)
                    .create(
                        {
                            "res_model": "stock.lot",
                            "file": content,
                            "file_name": "a.csv",
                            "file_type": "text/csv",
                        }
                    )
                )
                options = {"has_headers": True, "quoting": '"', "separator": ","}
                options["rename_serials"] = asked
                result = wizard.execute_import(columns, columns, options)
                self.assertEqual(result["ids"], self.serials[:1].ids)
                self.assertEqual(len(result["messages"]), 0 if asked else 1)
                self.assertEqual(self.serials[0].name, name)

    # -------------------------------------------------------------------------------- speed

    def test_queries_do_not_grow_with_the_rows(self):
        many = self._new_serials(*(f"0{number}" for number in range(50)))
        many.product_id.read(["tracking"])

        def count_queries(serials):
            data_list = [
                {"values": {"id": serial.id, "name": serial.name[1:] + "x"}, "info": {"record": at}}
                for at, serial in enumerate(serials)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            kept = self.lots._keep_names(data_list)
            self.assertEqual(len(kept), len(serials))
            self.assertFalse(any("name" in data["values"] for data in data_list))
            return self.env.cr.sql_log_count - before

        count_queries(many)
        self.assertLessEqual(count_queries(many), count_queries(many[:1]) + 1)
