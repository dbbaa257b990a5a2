import base64
from io import BytesIO

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestSerialPrompt(SerialCase):
    """What the prompt keeps, previews, generates, reads from files and copies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.product_tmpl_id.uses_serial_numbers = True

    def _refused(self, picking):
        return [row["text"] for row in picking.serial_entry_refused or []]

    # ------------------------------------------------------------------------------ refused

    def test_what_was_refused_is_kept_with_its_reason(self):
        receipt = self._receipt(3)
        outcome = receipt.enter_in_prompt("SN1\nSN1\nSN2@R9\nY1-1B")
        self.assertEqual([row["status"] for row in outcome["entries"]][-1], "location")
        self.assertEqual(self._refused(receipt), ["SN1", "SN2@R9"])
        self.assertIn("R9", receipt.serial_entry_refused[1]["message"])
        self.assertEqual(receipt.serial_entry_location_id, self.bin_b)
        self.assertEqual(receipt.serial_entry_product_id, self.part)
        receipt.enter_in_prompt("SN2@R9")
        self.assertEqual(self._refused(receipt), ["SN1", "SN2@R9"])

    def test_only_the_refused_part_of_a_range_is_kept(self):
        receipt = self._receipt(3)
        receipt.enter_serials("SN2@Y1-1A")
        receipt.enter_in_prompt("SN1..SN3@Y1-1A\nSN5*2")
        self.assertEqual(self._refused(receipt), ["SN2@Y1-1A", "SN5", "SN6"])

    def test_a_serial_in_stock_can_be_opened(self):
        first = self._receipt(1)
        first.enter_serials("SN1")
        first.button_validate()
        receipt = self._receipt(1)
        receipt.enter_in_prompt("SN1")
        [refused] = receipt.serial_entry_refused
        self.assertEqual(refused["lot_id"], self._serials(self.part).id)
        self.assertEqual(refused["status"], "in_stock")

    def test_text_left_in_the_box_is_shown_before_it_is_validated(self):
        receipt = self._receipt(1)
        receipt.serial_entry = "SN1\nSN1"
        self.assertEqual(receipt.action_validate_serials()["res_id"], receipt.id)
        self.assertFalse(receipt.serial_entry or receipt.serial_missing_count)
        self.assertEqual(self._refused(receipt), ["SN1"])
        self.assertTrue(receipt.action_validate_serials())
        self.assertEqual(receipt.state, "done")

    # ------------------------------------------------------------------------------ preview

    def test_the_preview_shows_what_the_text_becomes_and_writes_nothing(self):
        first = self._receipt(1)
        first.enter_serials("SN009")
        first.button_validate()
        receipt = self._receipt(12)
        receipt.action_open_serial_prompt()
        self.env.flush_all()
        preview = receipt.preview_serials("SN008*12\nR9@R9\nSN008")
        self.assertEqual((preview["assigned"], preview["refused"]), (11, 3))
        self.assertEqual(
            preview["message"],
            "11 serial numbers, SN008 to SN019; 1 already in stock; 1 twice; 1 to correct",
        )
        self.assertEqual(receipt.serial_missing_count, 12)
        self.assertFalse(receipt.serial_entry_refused)
        self.assertEqual(receipt.preview_serials("SN008")["message"], "1 serial number, SN008")
        self.assertIn("No serial number", receipt.preview_serials("Y1-1A")["message"])

    def test_the_button_is_labelled_with_what_it_will_do(self):
        receipt = self._receipt(5)
        receipt.enter_serials("SN1*3")
        self.assertEqual(receipt.serial_validate_label, "Receive 3, leave 2 for later")
        receipt.enter_serials("SN4*2")
        self.assertEqual(receipt.serial_validate_label, "Receive 5")
        receipt.button_validate()
        delivery = self._deliver(self.part, 2)
        self.assertEqual(delivery.serial_validate_label, "Deliver 2 without scanning")
        delivery.enter_serials(delivery.move_line_ids[0].lot_id.name)
        self.env.invalidate_all()
        self.assertEqual(delivery.serial_validate_label, "Deliver 1, leave 1 for later")
        self._put_in_stock(self.part, 2, self.bin_a)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN6")
        self.assertEqual(transfer.serial_validate_label, "Serialize 1, leave 1 for later")

    # ----------------------------------------------------------------------------- generate

    def test_numbers_come_from_the_parts_own_sequence(self):
        self.part.product_tmpl_id.serial_prefix_format = "ALT-"
        sequence = self.part.lot_sequence_id
        receipt = self._receipt(3)
        receipt.action_open_serial_prompt()
        self.assertEqual(sequence.number_next_actual, 1)
        self.env["stock.lot"].create({"name": "ALT-0000002", "product_id": self.part.id})
        outcome = receipt.generate_serials()
        self.assertEqual(outcome["missing"], 0)
        self.assertEqual(
            sorted(receipt.move_line_ids.mapped("lot_name")),
            ["ALT-0000001", "ALT-0000003", "ALT-0000004"],
        )
        with self.assertRaisesRegex(UserError, "Every unit"):
            receipt.generate_serials()

    def test_a_part_without_sequence_explains_what_to_type(self):
        self.part.lot_sequence_id = False
        with self.assertRaisesRegex(UserError, r"SN001\*5"):
            self._receipt(1).generate_serials()

    # ------------------------------------------------------------------------------- files

    def _read(self, name, content):
        picking = self.env["stock.picking"].with_user(self.clerk)
        return picking.read_serial_file(name, base64.b64encode(content).decode())

    def _workbook(self, *rows):
        book, file = openpyxl.Workbook(), BytesIO()
        for row in rows:
            book.active.append(row)
        book.save(file)
        return file.getvalue()

    def test_files_become_the_text_of_the_box(self):
        self.assertEqual(self._read("a.csv", "Serial,Bin\nSN1,Ä".encode()), "Serial,Bin\nSN1,Ä")
        self.assertEqual(self._read("a.TXT", "SNÄ".encode("cp1252")), "SNÄ")
        content = self._workbook(["Serial", "Location"], ["SN1", "Y1-1A"], [1002, None], [3.0])
        text = self._read("a.xlsx", content)
        self.assertEqual(text.strip(), "Serial\tLocation\nSN1\tY1-1A\n1002\n3")
        receipt = self._receipt(3)
        statuses = self._enter(receipt, text)
        self.assertEqual(set(statuses.values()), {"assigned"})

    def test_files_that_cannot_be_read_are_explained(self):
        bomb = self._workbook(*([["x" * 30_000]] * 1000))
        cases = [
            ("a.xlsx", b"PK\3\4nonsense", "can't be read"),
            ("a.xlsx", bomb, "too large when unpacked"),
            ("a.csv", b"x" * (10 * 1024**2 + 1), "too large"),
            ("a.csv", b"PK\0\0", "can't be read"),
            ("a.xlsx", self._workbook(*([["SN"]] * 10_002)), "10000 rows"),
        ]
        for name, content, reason in cases:
            with self.assertRaisesRegex(UserError, reason):
                self._read(name, content)

    def test_the_template_has_the_parts_columns(self):
        self._new_question("Mileage", "integer")
        receipt = self._receipt(1)
        self.assertEqual(receipt.get_serial_template(), "Serial,Location,Mileage\r\n")

    # -------------------------------------------------------------------------- copy answers

    def test_answers_are_copied_below_or_to_those_not_answered(self):
        mileage = self._new_question("Mileage", "integer")
        receipt = self._receipt(4)
        receipt.enter_serials("SN1*4")
        first, second, third, fourth = receipt.move_line_ids.sorted("lot_name")
        second.serial_answers = {mileage.key: 5}
        fourth.serial_answers = {mileage.key: 9}
        self.assertEqual(receipt.copy_serial_answers(second.id), 2)

        def answers():
            lines = first + second + third + fourth
            return [line.serial_answers._values.get(mileage.key) for line in lines]

        self.assertEqual(answers(), [5, 5, 5, 9])
        second.serial_answers = {mileage.key: 6}
        self.assertEqual(receipt.copy_serial_answers(second.id, below=True), 1)
        self.assertEqual(answers(), [6, 6, 5, 9])

    # ---------------------------------------------------------------------------------- GS1

    def test_gs1_codes_name_the_part_and_the_serial(self):
        engine = self._new_part("Engine", True, barcode="4006381333931")
        order = self._purchase(2)
        order.order_line = [(0, 0, {"product_id": engine.id, "product_qty": 2})]
        receipt = self.env["stock.picking"].with_user(self.clerk).browse(order.picking_ids.id)
        outcome = receipt.enter_serials(
            "0104006381333931" + "21E-1\n]d20104006381333931" + "21E-2\x1d10B7\nSN1"
        )
        self.assertEqual(
            [(row["serial"], row["status"]) for row in outcome["entries"]],
            [("E-1", "assigned"), ("E-2", "assigned"), ("SN1", "surplus")],
        )
        self.assertEqual(outcome["product_id"], engine.id)
        lines = receipt.move_line_ids.filtered(lambda line: line.product_id == engine)
        self.assertEqual(sorted(lines.mapped("lot_name")), ["E-1", "E-2"])

    def test_the_lot_of_a_gs1_code_is_the_serial_number_where_it_has_none(self):
        self.part.barcode = "4006381333931"
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, "010400638133393110B7"), {"B7": "assigned"})
        self.assertEqual(receipt.move_line_ids.lot_name, "B7")

    def test_a_gs1_code_of_the_part_alone_switches_to_it(self):
        self.part.barcode = "4006381333931"
        receipt = self._receipt(1)
        self.assertEqual(
            [row["status"] for row in receipt.enter_serials("0104006381333931")["entries"]],
            ["product"],
        )

    def test_a_gs1_code_of_an_unknown_part_is_refused(self):
        receipt = self._receipt(1)
        [row] = receipt.enter_serials("010400638133393121E-1")["entries"]
        self.assertEqual(row["status"], "invalid")
        self.assertIn("No part", row["message"])

    # -------------------------------------------------------------------------------- access

    def test_only_warehouse_users_use_the_prompt(self):
        receipt = self._receipt(1).with_user(self.buyer)
        for method, *arguments in (
            ("enter_in_prompt", "SN1"),
            ("preview_serials", "SN1"),
            ("generate_serials",),
            ("read_serial_file", "a.csv", ""),
            ("get_file_sheets", "a.csv", ""),
            ("get_serial_template",),
            ("copy_serial_answers", receipt.move_line_ids.id),
        ):
            with self.assertRaises(AccessError, msg=method):
                getattr(receipt, method)(*arguments)
