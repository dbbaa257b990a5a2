from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..tools.serial_entries import parse
from ..tools.table_headers import WORDS, Headers
from .common import SerialCase

CELL = st.text(st.sampled_from("ABab019-/ #\"'"), min_size=1, max_size=9).filter(str.strip)
HEADER = CELL | st.sampled_from(
    [
        word.strip()
        for kind in ("serial", "number", "location", "quantity")
        for word in WORDS[kind].replace("\n", "|").split("|")
        if word.strip()
    ]
)


class TestTables(TransactionCase):
    """Reading tables; it needs no database."""

    @given(st.data())
    @settings(deadline=None, max_examples=100)
    def test_nothing_but_the_serial_column_becomes_a_serial_number(self, data):
        width = data.draw(st.integers(2, 5))
        sign = data.draw(st.sampled_from("\t;,"))
        rows = st.lists(CELL, min_size=width, max_size=width)
        header = data.draw(st.lists(HEADER, min_size=width, max_size=width) | st.none())
        table = data.draw(st.lists(rows, min_size=1 if header else 2, max_size=6))
        above = data.draw(st.lists(st.just("") | CELL, max_size=3))
        lines = [*above, *(sign.join(row) for row in [header, *table] if row)]
        kinds = [Headers().find(cell) for cell in header or []]
        if "serial" not in kinds:
            kinds = ["serial" if kind == "number" else kind for kind in kinds]
        columns = {
            row[index].strip()
            for row in table
            for index, kind in enumerate(kinds)
            if kind == "serial"
        }
        entries = parse("\n".join(lines))
        for entry in entries:
            assume(not any(mark in entry.text for mark in "\"'"))
            self.assertLessEqual(set(entry.serials), columns)


@tagged("post_install", "-at_install")
class TestLists(SerialCase):
    """Lists with columns: read right, or asked about."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.mileage = cls._new_question("Mileage", "integer")

    def _enter(self, receipt, text, **how):
        return receipt.enter_serials(text, **how)["entries"]

    def _assert_units(self, receipt, units):
        lines = receipt.move_line_ids.filtered("lot_name")
        self.assertEqual({line.lot_name: line.location_dest_id.name for line in lines}, units)

    def test_headers_of_every_spelling_and_language(self):
        for header in (
            "Serial No,Location",
            "S/N;Bin",
            "SN\tLoc.",
            "Serial#,Lagerplatz",
            "serial_no,Emplacement",
            "Lot/Serial Number,Ubicación",
            "IMEI,LOCATION",
            "VIN;Storage Bin",
            "Seriennummer,Lagerort",
            "N° de série;Emplacement",
            "Nº de serie,Ubicacion",
            '"Serial\nNumber"\tBin',
        ):
            with self.subTest(header):
                receipt = self._receipt(2)
                sign = next(sign for sign in "\t;," if sign in header)
                self._enter(receipt, f"{header}\nAB100{sign}Y1-1A\nAB101{sign}Y1-1B")
                self._assert_units(receipt, {"AB100": "Y1-1A", "AB101": "Y1-1B"})

    def test_what_is_above_the_header_is_no_serial_number(self):
        for above in ("Packing list 77\n", "sep=;\n", ";;\n\n", "Serial numbers\n\n"):
            with self.subTest(above):
                receipt = self._receipt(1)
                self._enter(receipt, f"{above}Serial;Bin;Mileage\nAB1;y1-1b;5")
                self._assert_units(receipt, {"AB1": "Y1-1B"})

    def test_blank_columns_are_passed_over(self):
        for text in ("Serial Number,Location,,\nAB1,Y1-1B,,", ",Serial,Location\n,AB1,Y1-1B"):
            with self.subTest(text):
                receipt = self._receipt(1)
                self._enter(receipt, text)
                self._assert_units(receipt, {"AB1": "Y1-1B"})

    def test_a_quotation_mark_inside_a_cell_is_part_of_it(self):
        rim = self._new_question("Rim")
        receipt = self._receipt(5)
        rims = ['17" wheel', "steel", "plain", '19" alloy', "ok"]
        rows = [f"W{number}\t{rim}" for number, rim in enumerate(rims, 1)]
        self._enter(receipt, "\n".join(["Serial\tRim", *rows]))
        lines = receipt.move_line_ids.sorted("lot_name")
        self.assertEqual(lines.mapped("lot_name"), ["W1", "W2", "W3", "W4", "W5"])
        self.assertEqual([line.serial_answers.given[rim.key] for line in lines], rims)

    def test_a_bin_and_a_known_serial_number_in_another_letter_case(self):
        self._receive_named("RE-1")
        receipt = self._receipt(2)
        rows = self._enter(receipt, "y1-1b\nre-1\nSN1\nwh/stock/y1-1c\nSN2")
        self.assertEqual(
            [row["status"] for row in rows],
            ["location", "invalid", "assigned", "location", "assigned"],
        )
        self.assertEqual(rows[1]["message"], "RE-1 is in WH/Stock/Y1-1A. Is this the same unit?")
        self._assert_units(receipt, {"SN1": "Y1-1B", "SN2": "Y1-1C"})

    def test_a_line_above_a_list_that_may_be_a_serial_number_is_asked_about(self):
        receipt = self._receipt(2)
        [entry] = self._enter(receipt, "SN0\nSerial;Bin\nAB1;Y1-1A")
        self.assertEqual(entry["status"], "invalid")
        self.assertEqual(receipt.read_table("SN0\nSerial;Bin\nAB1;Y1-1A")["above"], ["SN0"])

    def test_an_unknown_column_is_left_out_by_its_guess(self):
        for header in ("Pos.", "Qty", "Part No", "Remark"):
            with self.subTest(header):
                receipt = self._receipt(1)
                table = receipt.read_table(f"Serial;{header}\nAB1;1")
                self.assertFalse(table["sure"])
                guesses = [column["guess"] for column in table["columns"]]
                self.assertEqual(guesses, ["serial", False])

    def test_a_table_without_a_known_header_is_asked_about(self):
        for text in ("AB1,Y1-1A\nAB2,Y1-1B", "Unit;Where\nAB1;Y1-1A", "Serial,Remark\nAB1,new"):
            with self.subTest(text):
                receipt = self._receipt(2)
                [entry] = self._enter(receipt, text)
                self.assertEqual((entry["status"], entry["text"]), ("invalid", text))
                self._assert_units(receipt, {})

    def test_columns_are_guessed_and_chosen(self):
        receipt = self._receipt(2)
        text = "List of May\nPos.;Unit;Where;Km;Remark\n1;AB1;Y1-1A;120;ok\n2;AB2;Y1-1B;90;as new"
        table = receipt.read_table(text)
        self.assertEqual(
            [column["guess"] for column in table["columns"]],
            [False, "serial", "location", False, False],
        )
        self.assertEqual((table["header_row"], table["sure"]), (1, False))
        self.assertEqual(
            table["columns"][1], {"header": "Unit", "samples": ["AB1", "AB2"], "guess": "serial"}
        )
        columns = {"serial": 1, "location": 2, self.mileage.key: 3}
        self._enter(receipt, text, columns=columns)
        self._assert_units(receipt, {"AB1": "Y1-1A", "AB2": "Y1-1B"})
        self.assertEqual(receipt.move_line_ids[0].serial_answers.given[self.mileage.key], 120)
        following = self._receipt(1)
        self.assertTrue(following.read_table(text)["sure"])
        self._enter(following, "Pos.;Unit;Where;Km;Remark\n1;CD1;Y1-1C;7;x")
        self._assert_units(following, {"CD1": "Y1-1C"})

    def test_one_list_fills_several_parts(self):
        self._new_question("Hours", "integer", category_ids=self.engines.ids)
        phone = self._new_part("Phone", True, default_code="PH-9", barcode="4006381333931")
        receipt = self._receipt(2)
        receipt.move_ids.copy(
            {"product_id": phone.id, "product_uom_qty": 2, "picking_id": receipt.id}
        )
        receipt.move_ids._action_confirm()
        rows = self._enter(
            receipt,
            "SKU;Serial;Bin;Hours\nalternator;AB1;Y1-1A;5\nph-9;P1;Y1-1B;\n"
            "4006381333931;P2;;7\nPH-8;P3;;",
        )
        self.assertEqual(
            [row["status"] for row in rows], ["assigned", "assigned", "invalid", "invalid"]
        )
        self.assertRegex(rows[2]["message"], "Phone has no custom field Hours")
        self.assertRegex(rows[3]["message"], "No part .* PH-8")
        lines = receipt.move_line_ids.filtered("lot_name")
        self.assertEqual(
            {line.lot_name: line.product_id for line in lines}, {"AB1": self.part, "P1": phone}
        )

    def test_what_people_chose_counts_more_than_the_header(self):
        text = "Serial;Part;S/N of the vendor\nAB1;x;V1"
        receipt = self._receipt(1)
        self._enter(receipt, text, columns={"serial": 2})
        following = self._receipt(1)
        self._enter(following, text.replace("V1", "V2"))
        self._assert_units(following, {"V2": "Stock"})

    def test_a_draft_knows_the_custom_fields_of_its_parts(self):
        receipt = self._receipt(1).copy()
        self.assertEqual(receipt.state, "draft")
        self._enter(receipt, "Serial;Mileage\nAB1;5")
        answers = receipt.move_line_ids.serial_answers.given
        self.assertEqual(answers, {self.mileage.key: 5})

    def test_a_text_may_be_read_as_no_table(self):
        receipt = self._receipt(4)
        self.assertEqual(len(self._enter(receipt, "AB1,AB2\nAB3,AB4")), 1)
        self._enter(receipt, "AB1,AB2\nAB3,AB4", columns={})
        self.assertEqual(receipt.serial_done_count, 4)

    def test_a_quantity_beside_one_serial_number_is_explained(self):
        receipt = self._receipt(4)
        rows = self._enter(receipt, "Serial;Qty\nAB1;1\nAB2;3\nAB3*2;2", columns={"serial": 0})
        self.assertEqual(
            [row["message"] for row in rows],
            ["", "stands for 1 unit, but the list has quantity 3.", "", ""],
        )

    def test_what_a_spreadsheet_spoiled_is_refused(self):
        receipt = self._receipt(9)
        rows = self._enter(receipt, "Serial\n8.93901E+18\n#N/A\n#REF!\nTotal: 2\n01-Mar\nAB1")
        self.assertEqual([row["status"] for row in rows], ["invalid"] * 5 + ["assigned"])
        self.assertRegex(rows[0]["message"], "lost digits")

    def test_lost_zeros_are_asked_about(self):
        receipt = self._receipt(9)
        rows = self._enter(receipt, "00123\n00124\n125\nA1")
        self.assertEqual([row.get("similar") for row in rows], [None, None, "00125", None])

    def test_what_is_most_likely_meant_is_asked(self):
        receipt = self._receipt(9)
        for text, meant in {
            "SN001-SN005": "SN001..SN005",
            "SN-001 to SN-005": "SN-001..SN-005",
            "SN001..005": "SN001..SN005",
            "AB 12": "AB12",
        }.items():
            with self.subTest(text):
                receipt.enter_in_prompt(text)
                [row] = receipt.serial_entry_refused
                self.assertEqual(row["similar"], meant)
                receipt.forget_refused(text)
        receipt.enter_in_prompt("SN001-SN005")
        receipt.answer_similar("SN001-SN005")
        self.assertEqual(receipt.serial_done_count, 5)

    def test_similar_signs_are_asked_about(self):
        receipt = self._receipt(9)
        self._enter(receipt, "SN01")
        for text in ("SNO1", "sn01", "SN0I", "SN0l", "S N01", "ＳＮ01"):
            with self.subTest(text):
                [row] = self._enter(receipt, text)
                self.assertEqual((row["status"], row["similar"]), ("invalid", "SN01"))

    def test_a_custom_field_is_not_called_like_a_column_of_every_list(self):
        for label in ("Serial Number", "bin", "S/N", "Lagerplatz", "Part"):
            with self.subTest(label), self.assertRaisesRegex(ValidationError, label):
                self._new_question(label)
        with self.assertRaises(ValidationError):
            self.mileage.name = "Serial No."
        imei = self._new_question("IMEI")
        receipt = self._receipt(1)
        self._enter(receipt, "Serial,IMEI\nAB1,35")
        self.assertEqual(receipt.move_line_ids.serial_answers.given, {imei.key: "35"})

    def test_custom_fields_with_one_label_differ_in_the_template(self):
        wheels = [self._new_question("Wheel"), self._new_question("Wheel")]
        receipt = self._receipt(1)
        header = receipt.get_serial_template().strip()
        self.assertEqual(header, f"Serial,Location,Mileage,{wheels[0].key},{wheels[1].key}")
        self._enter(receipt, f"{header}\nAB1,Y1-1A,5,left,right")
        answers = receipt.move_line_ids.serial_answers.given
        self.assertEqual([answers[wheel.key] for wheel in wheels], ["left", "right"])

    def test_only_who_may_enter_reads_tables(self):
        receipt = self._receipt(1)
        with self.assertRaises(AccessError):
            receipt.with_user(self.buyer).read_table("a,b\nc,d")
        for columns in (
            "x",
            {"serial": "0"},
            {"serial": -1},
            {"Bin": 0},
            {"location": 0},
            {"serial": 0, "location": 0},
            [0],
        ):
            with self.subTest(columns=columns), self.assertRaises(UserError):
                receipt.enter_serials("a,b\nc,d", columns=columns)

    def test_queries_do_not_grow_with_the_rows(self):
        def count(rows):
            receipt = self._receipt(60)
            text = "Unit;Where;Km\n" + "\n".join(
                f"Q{rows}X{row};Y1-1A;{row}" for row in range(rows)
            )
            columns = {"serial": 0, "location": 1, self.mileage.key: 2}
            receipt.read_table(text)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipt.preview_serials(text, columns=columns)
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(50), count(1))
