from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SerialCase


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
        for header in ("Serial No,Location", "S/N;Bin", "SN\tLoc.", "Serial#,Lagerplatz", "serial_no,Emplacement",
                       "Lot/Serial Number,Ubicación", "IMEI,LOCATION", "VIN;Storage Bin", "Seriennummer,Lagerort",
                       "N° de série;Emplacement", "Nº de serie,Ubicacion", '"Serial\nNumber"\tBin'):
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
        self.assertEqual([column["guess"] for column in table["columns"]],
                         [False, "serial", "location", False, False])
        self.assertEqual((table["header_row"], table["sure"]), (1, False))
        self.assertEqual(table["columns"][1], {"header": "Unit", "samples": ["AB1", "AB2"], "guess": "serial"})
        columns = {"serial": 1, "location": 2, self.mileage.key: 3}
        self._enter(receipt, text, columns=columns)
        self._assert_units(receipt, {"AB1": "Y1-1A", "AB2": "Y1-1B"})
        self.assertEqual(receipt.move_line_ids[0].serial_answers.given[self.mileage.key], 120)
        following = self._receipt(1)
        self.assertTrue(following.read_table(text)["sure"])
        self._enter(following, "Pos.;Unit;Where;Km;Remark\n1;CD1;Y1-1C;7;x")
        self._assert_units(following, {"CD1": "Y1-1C"})
