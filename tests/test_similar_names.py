from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.similar_names import get_folded_domain
from .test_names import NamesCase


@tagged("post_install", "-at_install")
class TestSimilarNames(NamesCase):
    """Serial numbers that look almost the same are asked about, and listed."""

    # ------------------------------------------------------------------------- letter case

    def _stock(self, name, location=None):
        serial = self._new_lot(name)
        self._put_in_stock(self.part, 1, location or self.bin_a, lot_id=serial)
        return serial

    def test_another_letter_case_is_asked_about(self):
        self._stock("CASE1")
        self._new_lot("CASE2")
        receipt = self._receipt(4)
        rows = receipt.enter_serials("case1\nCase2\nSN1\nsn1@Y1-1B\nCASE2")["entries"]
        self.assertEqual(
            [(row["serial"], row["status"], row.get("similar")) for row in rows],
            [
                ("case1", "invalid", "CASE1"),
                ("Case2", "invalid", "CASE2"),
                ("SN1", "assigned", None),
                ("sn1", "invalid", "SN1"),
                ("CASE2", "known", None),
            ],
        )
        self.assertEqual(
            [row["message"] for row in rows[:2] + rows[3:4]],
            [
                "CASE1 is in WH/Stock/Y1-1A. Is this the same unit?",
                "CASE2 was here before. Is this the same unit?",
                "SN1 is on this transfer. Is this the same unit?",
            ],
        )
        self.assertEqual(len(receipt.serial_line_ids.filtered("lot_name")), 2)

    def test_over_rpc_it_can_be_given_as_new(self):
        self._stock("CASE1")
        receipt = self._receipt(2)
        rows = receipt.enter_serials("case1\nCase1", as_new=True)["entries"]
        self.assertEqual([row["status"] for row in rows], ["assigned", "assigned"])
        receipt.button_validate()
        self.assertEqual(sorted(self._names()), ["CASE1", "Case1", "case1"])
        other = self._receipt(1)
        self.assertEqual(self._enter(other, "case1"), {"case1": "in_stock"})

    def test_another_part_has_its_own(self):
        engine = self._new_part("Engine", True)
        self._stock("CASE1")
        receipt = self._receipt(1, engine)
        self.assertEqual(self._enter(receipt, "case1"), {"case1": "assigned"})

    def test_the_question_is_kept_and_counted(self):
        self._stock("CASE1")
        receipt = self._receipt(2)
        preview = receipt.preview_serials("case1")
        self.assertEqual((preview["assigned"], preview["refused"]), (0, 1))
        self.assertIn("1 to confirm", preview["message"])
        receipt.enter_in_prompt("case1@Y1-1B")
        [row] = receipt.serial_entry_refused
        self.assertEqual((row["text"], row["similar"]), ("case1@Y1-1B", "CASE1"))

    def test_it_is_the_same_unit(self):
        self._new_lot("CASE1")
        receipt = self._receipt(1)
        receipt.enter_in_prompt("Y1-1B\ncase1\nY1-1C")
        outcome = receipt.answer_similar("case1")
        self.assertEqual([row["status"] for row in outcome["entries"]], ["known"])
        self.assertFalse(receipt.serial_entry_refused)
        # It goes into the bin it was scanned for; the prompt stays at its current bin.
        line = receipt.move_line_ids
        self.assertEqual((line.lot_name, line.location_dest_id), ("CASE1", self.bin_b))
        self.assertEqual(receipt.serial_entry_location_id, self.bin_c)
        with self.assertRaisesRegex(UserError, "already been answered"):
            receipt.answer_similar("case1")

    def test_it_is_a_new_one(self):
        self._stock("CASE1")
        note = self._new_question("Note")
        receipt = self._receipt(2)
        receipt.enter_in_prompt("Serial\tBin\tNote\ncase1\tY1-1B\tseen\nSN1\tY1-1B\t")
        [row] = receipt.serial_entry_refused
        receipt.answer_similar(row["text"], is_new=True)
        line = receipt.move_line_ids.filtered(lambda line: line.lot_name == "case1")
        self.assertEqual(line.location_dest_id, self.bin_b)
        self.assertEqual(line.serial_answers.given, {note.key: "seen"})

    def test_the_same_unit_of_a_table_keeps_its_answers(self):
        self._new_lot("CASE1")
        note = self._new_question("Note")
        receipt = self._receipt(1)
        receipt.enter_in_prompt("Serial\tBin\tNote\ncase1*1\tY1-1B\tseen")
        receipt.answer_similar(receipt.serial_entry_refused[0]["text"])
        line = receipt.move_line_ids
        self.assertEqual((line.lot_name, line.location_dest_id), ("CASE1", self.bin_b))
        self.assertEqual(line.serial_answers.given, {note.key: "seen"})

    def test_the_same_unit_that_is_in_stock_is_refused_as_such(self):
        serial = self._stock("CASE1")
        receipt = self._receipt(1)
        receipt.enter_in_prompt("case1")
        receipt.answer_similar("case1")
        [row] = receipt.serial_entry_refused
        self.assertEqual((row["status"], row["lot_id"]), ("in_stock", serial.id))

    def test_a_delivery_takes_the_unit_that_is_meant(self):
        self._stock("CASE1", self.stock)
        delivery = self._deliver(self.part, 1)
        delivery.move_line_ids.lot_id = False
        delivery.enter_in_prompt("case1")
        delivery.answer_similar("case1")
        self.assertEqual(delivery.move_line_ids.lot_id.name, "CASE1")

    def test_only_warehouse_users_answer(self):
        receipt = self._receipt(1)
        with self.assertRaisesRegex(UserError, "Only warehouse users"):
            receipt.with_user(self.buyer).answer_similar("case1")

    def test_another_companys_serial_number_is_not_named(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        location = self.env["stock.warehouse"].search([("company_id", "=", other.id)]).lot_stock_id
        self._put_in_stock(self.part, 1, location, lot_id=self._new_lot("CASE1"))
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, "case1"), {"case1": "assigned"})

    def test_odoos_own_screens_take_another_letter_case(self):
        self._stock("CASE1")
        receipt = self._receipt(1)
        receipt.move_line_ids.lot_name = "case1"
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(sorted(self._names()), ["CASE1", "case1"])

    # ------------------------------------------------------------------------- the check-up

    def _find_similar(self, part=None):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["serial.checkup"].with_user(self.clerk)
        return rows.search([("kind", "=", "similar"), ("product_id", "=", (part or self.part).id)])

    def test_the_checkup_lists_similar_names(self):
        serials = self._new_lot("CASE1") | self._new_lot("case1") | self._new_lot("SN1")
        serials |= self._write_names(" SN1 ", "SN2", "e\u03013", "\xe93")
        self._new_lot("SN1", self.oil)
        self._new_lot("sn1", self.oil)
        rows = self._find_similar()
        self.assertEqual(
            sorted(rows.mapped("lot_id.name")),
            sorted(["CASE1", "case1", "SN1", " SN1 ", "e\u03013", "\xe93"]),
        )
        self.assertEqual(set(rows.mapped("quantity")), {2})
        self.assertIn("differ only in letter case", rows[0].description)
        self.assertFalse(self._find_similar(self.oil))
        for row in rows:
            with self.subTest(name=ascii(row.lot_id.name)):
                found = self.lots.search(row.action_open_remedy()["domain"])
                self.assertEqual(len(found), 2)
                self.assertIn(row.lot_id, found)
        serials.filtered(lambda lot: lot.name == " SN1 ").name = "SN5"
        serials.filtered(lambda lot: lot.name == "case1").active = False
        self.assertEqual(len(self._find_similar()), 2)

    def test_similar_names_are_found_by_an_index(self):
        # For a handful of serial numbers any index would do; this one is for parts that have many.
        self.env.cr.execute(
            "INSERT INTO stock_lot (name, product_id, active) "
            "SELECT 'MANY' || number, %s, true FROM generate_series(1, 3000) AS number",
            [self.part.id],
        )
        self.env.cr.execute("ANALYZE stock_lot")
        # As with very many: nothing is read, sorted or hashed as a whole.
        for way in ("seqscan", "sort", "hashagg"):
            self.env.cr.execute(SQL("SET LOCAL %s = off", SQL(f"enable_{way}")))
        query = self.env["serial.checkup"]._select_similar()
        plan = "\n".join(line for [line] in self.env.execute_query(SQL("EXPLAIN %s", query)))
        for index in ("stock_lot_serial_alike_index", "stock_lot_serial_unclean_index"):
            self.assertIn(index, plan)
        domain = get_folded_domain(["case1"]) & Domain("product_id", "=", self.part.id)
        query = self.env["stock.lot"]._search(domain).select()
        plan = "\n".join(line for [line] in self.env.execute_query(SQL("EXPLAIN %s", query)))
        self.assertIn("stock_lot_serial_alike_index", plan)

    def test_another_companys_spelling_is_not_a_finding(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        self._write_names("SN1", company=self.env.company)
        self._write_names("sn1", company=other)
        self.assertFalse(self._find_similar())
        self._write_names("Sn1")
        self.assertEqual(set(self._find_similar().mapped("lot_id.name")), {"SN1", "Sn1"})
