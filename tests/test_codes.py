from odoo import Command
from odoo.tests import tagged

from .common import SerialCase

GTIN = "09501101530003"
ITEM = f"01{GTIN}"
GS, RS, EOT = "\x1d", "\x1e", "\x04"


def wrap(*elements):
    """Return *elements* in an envelope of ISO/IEC 15434."""
    return f"[)>{RS}06{GS}{GS.join(elements)}{RS}{EOT}"


@tagged("post_install", "-at_install")
class TestCodes(SerialCase):
    """Codes of scanners in the entry box: read, asked about or refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.uses_serial_numbers = True
        cls.engine = cls._new_part("Engine", True, barcode=GTIN[1:], default_code="ABC")

    def _two_parts(self, quantity=2):
        """Return a receipt of *quantity* units each of :attr:`part` and :attr:`engine`."""
        order = self._purchase(quantity)
        order.order_line = [Command.create({"product_id": self.engine.id, "product_qty": quantity})]
        return self.env["stock.picking"].with_user(self.clerk).browse(order.picking_ids.ids)

    def _named(self, receipt):
        """Return ``{serial number: (part, bin)}`` of *receipt*."""
        lines = receipt.move_line_ids.filtered("lot_name")
        return {line.lot_name: (line.product_id, line.location_dest_id) for line in lines}

    def _refused(self, receipt, text):
        """Return the message of *text*, which is refused and kept."""
        [row] = receipt.enter_in_prompt(text)["entries"]
        self.assertEqual(row["status"], "invalid")
        self.assertEqual([kept["text"] for kept in receipt.serial_entry_refused], [text])
        self.assertFalse(receipt.move_line_ids.filtered("lot_name"))
        receipt.forget_refused(text)
        return row["message"]

    # ------------------------------------------------------------- part, serial number, bin

    def test_codes_of_all_kinds_name_part_and_serial_number(self):
        for code in (
            f"{ITEM}1126013121E1",
            f"]d2{ITEM}10LOT{GS}21E1",
            f"(01){GTIN}(21)E1",
            f"https://x.example/01/{GTIN}/21/E1",
            wrap("1PABC", "SE1"),
            wrap("Pabc", "SE1"),
            wrap(f"1P{GTIN[1:]}", "SE1"),
            "[)>061PABCSE1",
            "“" + wrap("1PABC", "SE1") + "”",
        ):
            with self.subTest(code=code):
                receipt = self._two_parts()
                self.assertEqual(self._enter(receipt, code), {"E1": "assigned"})
                self.assertEqual(self._named(receipt)["E1"][0], self.engine)

    def test_a_code_with_its_bin(self):
        receipt = self._two_parts(8)
        receipt.enter_serials(
            f"{ITEM}21E1\tY1-1A\n{ITEM}21E,2@Y1-1B\n{wrap('1PABC', 'SE3')}@Y1-1A\n{ITEM}21E7@y1-1a"
        )
        for text in (f"{ITEM}21E4,Y1-1B", f"{ITEM}21E5,Y9", f"(01){GTIN}(21)E6;BIN-Y1-1A"):
            receipt.enter_serials(text)
        self.assertEqual(
            self._named(receipt),
            {
                "E1": (self.engine, self.bin_a),
                "E,2": (self.engine, self.bin_b),
                "E3": (self.engine, self.bin_a),
                "E4": (self.engine, self.bin_b),
                "E5,Y9": (self.engine, self.stock),
                "E6": (self.engine, self.bin_a),
                "E7": (self.engine, self.bin_a),
            },
        )

    def test_a_code_in_a_table_has_its_bin_and_answers(self):
        note = self._new_question("Note")
        receipt = self._two_parts()
        receipt.enter_serials(f'Serial,Bin,Note\n"{ITEM}21A,B",Y1-1A,seen\n{ITEM}21C,Y9,\nSN1,,')
        self.assertEqual(self._named(receipt)["A,B"], (self.engine, self.bin_a))
        line = receipt.move_line_ids.filtered(lambda line: line.lot_name == "A,B")
        self.assertEqual(line.serial_answers.given, {note.key: "seen"})
        self.assertNotIn("C", self._named(receipt))

    def test_a_code_for_another_part_than_its_row_is_refused(self):
        receipt = self._two_parts()
        outcome = receipt.enter_serials(
            f"Serial\tPart\n{ITEM}21E1\tAlternator\n{ITEM}21E2\tEngine\nSN1\tAlternator"
        )
        self.assertEqual(
            [row["status"] for row in outcome["entries"]], ["invalid", "assigned", "assigned"]
        )
        self.assertIn("The code is for [ABC] Engine, not", outcome["entries"][0]["message"])

    def test_a_serial_number_in_a_code_is_not_doubted(self):
        receipt = self._two_parts()
        text = f"{wrap('1PABC', 'SA 1')}\n{ITEM}21SN1-SN5"
        self.assertEqual(self._enter(receipt, text), {"A 1": "assigned", "SN1-SN5": "assigned"})

    def test_a_refused_code_is_kept_as_it_was_scanned(self):
        receipt = self._two_parts()
        code = f"{ITEM}21E1"
        receipt.enter_in_prompt(code)
        receipt.enter_in_prompt(f"{code}@Y1-1A\n[)>061PABCSE1\nSN9")
        kept = [row["text"] for row in receipt.serial_entry_refused]
        self.assertEqual(kept, [f"{code}@Y1-1A", "[)>061PABCSE1"])

    def test_a_plain_code_with_its_symbology_is_read_without(self):
        receipt = self._two_parts()
        self.part.barcode = "4006381333931"
        outcome = receipt.enter_serials("]C0BIN-Y1-1B\n]E04006381333931\n]C0SN1\n*SN2*")
        self.assertEqual(
            [row["status"] for row in outcome["entries"]],
            ["location", "product", "assigned", "assigned"],
        )
        self.assertEqual(
            self._named(receipt), dict.fromkeys(["SN1", "SN2"], (self.part, self.bin_b))
        )

    def test_the_part_alone_is_chosen(self):
        receipt = self._two_parts()
        for code in (ITEM, f"(01){GTIN}", wrap("1PABC"), f"https://x.example/01/{GTIN}"):
            outcome = receipt.enter_serials(code, product_id=self.part.id)
            self.assertEqual([row["status"] for row in outcome["entries"]], ["product"])
            self.assertEqual(outcome["product_id"], self.engine.id)

    def test_the_vendors_number_names_the_part(self):
        infos = self.env["product.supplierinfo"]
        values = {"product_tmpl_id": self.engine.product_tmpl_id.id, "product_code": "V-77"}
        infos.create({"partner_id": self.vendor.id, **values})
        other = self.env["res.partner"].create({"name": "Other"})
        infos.create({"partner_id": other.id, **values, "product_code": "O-77"})
        receipt = self._two_parts()
        self.assertIn("the number O-77", self._refused(receipt, wrap("1PO-77", "SE1")))
        self.assertEqual(self._enter(receipt, wrap("1Pv-77", "SE1")), {"E1": "assigned"})

    def test_a_part_number_that_is_not_on_the_transfer_is_refused(self):
        self._new_part("Phone", True, default_code="PHO")
        receipt = self._two_parts()
        for text in (wrap("1PPHO", "SE1"), wrap("PHO", "SE1")):
            self.assertIn("No part on this transfer has the number", self._refused(receipt, text))
        self.part.default_code = "abc"
        self.assertIn("Several parts have", self._refused(receipt, wrap("1PABC", "SE1")))

    def test_the_companys_own_separator_counts(self):
        nomenclature = self.env["barcode.nomenclature"].create(
            {"name": "Ours", "is_gs1_nomenclature": True, "gs1_separator_fnc1": r"(~|\x1D)"}
        )
        receipt = self._two_parts()
        code = f"{ITEM}10LOT~21E1"
        self.assertIn("can't be read", self._refused(receipt, f"]C1{code}"))
        self.env.company.nomenclature_id = nomenclature
        self.assertEqual(self._enter(receipt, f"{code}@Y1-1A"), {"E1": "assigned"})
        self.assertEqual(self._named(receipt), {"E1": (self.engine, self.bin_a)})

    # ------------------------------------------------------------- answers to custom fields

    def _receive_answered(self, text, quantity=1):
        """Enter *text* and return ``{serial number: answers on its line}``."""
        receipt = self._two_parts(quantity)
        receipt.enter_serials(text)
        return {
            line.lot_name: line.serial_answers.given
            for line in receipt.move_line_ids.filtered("lot_name")
        }

    def test_custom_fields_that_are_called_so_are_answered(self):
        made = self._new_question("Manufactured", "date")
        packed = self._new_question("Date d\u2019emballage", "date")
        best = self._new_question("MHD", "date")
        batch = self._new_question("LOT-NR")
        second = self._new_question("número de serie secundario", "text")
        self._new_question("Production Date")
        self._new_question("Secondary Serial", "integer")
        code = f"{ITEM}11260131132602001526033110B7{GS}2502ND{GS}21E1"
        self.assertEqual(
            self._receive_answered(code),
            {
                "E1": {
                    made.key: "2026-01-31",
                    packed.key: "2026-02-28",
                    best.key: "2026-03-31",
                    batch.key: "B7",
                    second.key: "2ND",
                }
            },
        )

    def test_what_nobody_asks_or_several_custom_fields_do_is_dropped(self):
        self._new_question("Batch")
        self._new_question("Lot")
        answers = self._receive_answered(f"{ITEM}1126013110B7{GS}21E1\n{ITEM}10B8", 2)
        self.assertEqual(answers, {"E1": {}, "B8": {}})

    def test_an_answer_of_a_person_is_kept(self):
        batch, made = self._new_question("Batch"), self._new_question("Produced", "date")
        code = f"{ITEM}1126013110B7{GS}21E"
        receipt = self._two_parts(3)
        engines = receipt.move_line_ids.filtered(lambda line: line.product_id == self.engine)
        engines[0].serial_answers = {batch.key: "typed"}
        receipt.enter_serials(f"{code}1\n{code}2")
        receipt.enter_serials(f"Serial\tBatch\n{code}3\tlisted")
        self.assertEqual(
            [line.serial_answers.given for line in engines],
            [
                {batch.key: "typed", made.key: "2026-01-31"},
                {batch.key: "B7", made.key: "2026-01-31"},
                {batch.key: "listed", made.key: "2026-01-31"},
            ],
        )

    def test_an_answer_of_a_known_serial_number_is_kept(self):
        batch, made = self._new_question("Batch"), self._new_question("Produced", "date")
        lot = self.env["stock.lot"].create({"name": "E1", "product_id": self.engine.id})
        lot.serial_answers = {batch.key: "old"}
        receipt = self._two_parts(1)
        receipt.move_ids.filtered(lambda move: move.product_id == self.part).quantity = 0
        receipt.enter_serials(f"{ITEM}1126013110B7{GS}21E1")
        receipt.with_context(skip_serial_prompt=True, skip_backorder=True).button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(lot.serial_answers.get(batch.key), "old")
        self.assertEqual(str(lot.serial_answers.get(made.key)), "2026-01-31")

    def test_a_code_overrides_the_default(self):
        batch = self._new_question("Batch")
        self.engine.product_tmpl_id.default_serial_answers = {batch.key: "default"}
        answers = self._receive_answered(f"{ITEM}10B7{GS}21E1")
        self.assertEqual(answers, {"E1": {batch.key: "B7"}})

    def test_an_answer_that_does_not_fit_is_named(self):
        self._new_question("Second Serial", format="imei")
        receipt = self._two_parts(1)
        [row] = receipt.enter_serials(f"{ITEM}250X{GS}21E1")["entries"]
        self.assertEqual(row["status"], "assigned")
        self.assertIn("Second Serial", row["message"])

    def test_what_is_wrong_beside_a_code_is_named_too(self):
        self._new_question("Second Serial", format="imei")
        receipt = self._two_parts(1)
        text = "Serial\tQty\n(01)09501101530003(250)X(21)E1\t3"
        [row] = receipt.enter_serials(text, columns={"serial": 0})["entries"]
        self.assertIn("Second Serial", row["message"])
        self.assertIn("quantity 3", row["message"])

    # -------------------------------------------------------------------------------- refused

    def test_what_is_no_serial_number_is_refused(self):
        receipt = self._two_parts()
        for text, message in {
            f"{ITEM}10LOT21E1": "loses the separator",
            "[)>061PXYZSE1": "loses the separators",
            f"]C1{ITEM[:-1]}421E1": "check digit of 09501101530004",
            "]C100095011015300000013": "check digit of 095011015300000013",
            f"{ITEM}21E1{GS}3005": "for 5 units",
            wrap("1PABC", "SE1", "SE2"): "several serial numbers",
            "https://x.example/E1": "is a web address",
            "OBTVALI": "command code",
            "P/N: ABC": "P/N: isn't the label",
            "S/N: E1*3": "without its label",
            f"]C1{ITEM}21": "can't be read from “21” on",
            f"{GS}": "neither a part nor a serial number",
        }.items():
            with self.subTest(text=text):
                self.assertIn(message, self._refused(receipt, text))

    def test_good_entries_beside_it_are_assigned(self):
        receipt = self._two_parts()
        outcome = receipt.enter_serials(f"SN1\n{ITEM}10LOT21E1\n{ITEM}21E2")
        self.assertEqual(
            [row["status"] for row in outcome["entries"]], ["assigned", "invalid", "assigned"]
        )

    # ------------------------------------------------------------------------------ asked about

    def test_a_label_is_asked_about(self):
        receipt = self._receipt(3)
        preview = receipt.preview_serials("S/N: E1")
        self.assertEqual((preview["assigned"], preview["several"]), (0, False))
        self.assertIn("1 to confirm", preview["message"])
        receipt.enter_in_prompt("S/N: E1@Y1-1B\nS/N: E2")
        self.assertFalse(self._named(receipt))
        first, second = receipt.serial_entry_refused
        self.assertEqual(
            (first["text"], first["similar"], first["message"]),
            ("S/N: E1@Y1-1B", "E1", "Is the serial number E1?"),
        )
        receipt.answer_similar(first["text"])
        receipt.answer_similar(second["text"], is_new=True)
        self.assertEqual(
            self._named(receipt),
            {"E1": (self.part, self.bin_b), "S/N: E2": (self.part, self.stock)},
        )
        self.assertFalse(receipt.serial_entry_refused)

    def test_a_label_of_several_lines_is_asked_about_once(self):
        phone = "IMEI1: 35{0}1\nIMEI2: 35{0}2\nS/N: F{0}"
        receipt = self._receipt(3)
        receipt.enter_in_prompt(f"{phone.format(1)}\n{phone.format(2)}\nSN1")
        self.assertEqual([*self._named(receipt)], ["SN1"])
        kept = receipt.serial_entry_refused
        self.assertEqual([row["text"] for row in kept], [phone.format(1), phone.format(2)])
        receipt.answer_similar(phone.format(1))
        self.assertEqual([*self._named(receipt)], ["SN1", "F1"])
        receipt.answer_similar(phone.format(2), is_new=True)
        self.assertEqual([row["text"] for row in receipt.serial_entry_refused], [phone.format(2)])

    def test_a_label_in_a_table_keeps_its_answers(self):
        note = self._new_question("Note")
        receipt = self._receipt(1)
        receipt.enter_in_prompt("Serial\tBin\tNote\nS/N: E1\tY1-1B\tseen")
        receipt.answer_similar(receipt.serial_entry_refused[0]["text"])
        self.assertEqual(self._named(receipt), {"E1": (self.part, self.bin_b)})
        self.assertEqual(receipt.move_line_ids.serial_answers.given, {note.key: "seen"})

    def test_a_serial_number_that_is_known_by_its_label_is_not_asked_about(self):
        self.env["stock.lot"].create({"name": "SN#7", "product_id": self.part.id})
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, "SN#7"), {"SN#7": "known"})

    def test_a_date_behind_the_serial_number_is_asked_about(self):
        receipt = self._two_parts()
        receipt.enter_in_prompt(f"{ITEM}21E117280131\n{ITEM}21E217280131")
        self.assertFalse(self._named(receipt))
        first, second = receipt.serial_entry_refused
        self.assertEqual((first["name"], first["similar"]), ("E117280131", "E1"))
        receipt.answer_similar(first["text"])
        receipt.answer_similar(second["text"], is_new=True)
        self.assertEqual(
            self._named(receipt), dict.fromkeys(["E1", "E217280131"], (self.engine, self.stock))
        )

    def test_an_uncertain_cut_is_asked_about(self):
        receipt = self._two_parts()
        receipt.enter_in_prompt("[)>061PABCSSN7")
        [row] = receipt.serial_entry_refused
        self.assertEqual(row["similar"], "SN7")
        receipt.answer_similar(row["text"], is_new=True)
        self.assertFalse(self._named(receipt))
        receipt.answer_similar(row["text"])
        self.assertEqual(self._named(receipt), {"SN7": (self.engine, self.stock)})

    # ---------------------------------------------------------------------------------- queries

    def test_queries_do_not_grow_with_answers(self):
        self._new_question("Batch")

        def count_queries(name, units):
            names = [f"{name}{number}" for number in range(units)]
            receipt = self._two_parts(units)
            self.env["stock.lot"].create(
                [{"name": known, "product_id": self.engine.id} for known in names[::2]]
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipt.enter_serials("\n".join(f"{ITEM}10B7{GS}21{name}" for name in names))
            self.env.flush_all()
            lines = receipt.move_line_ids
            self.assertEqual(sum(bool(line.serial_answers.given) for line in lines), units)
            return self.env.cr.sql_log_count - before

        count_queries("A", 2)
        self.assertLessEqual(count_queries("C", 50) - count_queries("B", 2), 3)

    def test_queries_do_not_grow_with_the_codes(self):
        def count_queries(units):
            receipt = self._two_parts(2 * units)
            texts = [
                f"{ITEM}21Q{units}-{number}@Y1-1A\n{wrap('1PABC', f'SR{units}-{number}')}\n"
                f"S/N: T{units}-{number}\n[)>061PABCSU{units}-{number}Q1"
                for number in range(units)
            ]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipt.enter_serials("\n".join(texts))
            self.env.flush_all()
            self.assertEqual(len(self._named(receipt)), 2 * units)
            return self.env.cr.sql_log_count - before

        count_queries(1)
        self.assertLessEqual(count_queries(50) - count_queries(1), 3)
