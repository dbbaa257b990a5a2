from odoo.tests import tagged

from .answers_case import AnswersCase


@tagged("post_install", "-at_install")
class TestAnswersOfTransfers(AnswersCase):
    """Units on a transfer get answers before they have their serial number, or with it."""

    # ----------------------------------------------------------------------- while receiving

    def test_a_unit_shows_the_current_defaults_until_it_is_answered(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2")
        first = receipt.move_line_ids.sorted("lot_name")[0]
        self.template.default_serial_answers = {self.mileage.key: 50, self.runs.key: True}
        self.assertEqual(first.serial_answers[self.mileage.key], 50)
        answers = first.read(["serial_answers"])[0]["serial_answers"]
        answers[0]["value"] = 70
        answers[2]["value"] = None
        first.write({"serial_answers": answers})
        self.assertEqual(self._stored(first), {"Mileage": 70, "Runs": None})
        self.template.default_serial_answers = {self.mileage.key: 60}
        receipt.button_validate()
        stored = [self._stored(serial) for serial in self._serials(self.part)]
        self.assertEqual(stored, [{"Mileage": 70}, {"Mileage": 60, "Runs": True}])

    def test_a_cleared_line_takes_its_answers_with_it(self):
        receipt = self._receipt(1)
        line = receipt.move_line_ids
        receipt.enter_serials("SN1")
        line.serial_answers = {self.mileage.key: 7}
        line.lot_name = "SN1-corrected"
        self.assertEqual(self._stored(line), {"Mileage": 7})
        line.lot_name = False
        self.assertEqual(self._stored(line), {})

    def test_a_serial_that_comes_back_shows_and_keeps_its_own_answers(self):
        serial = self._new_serial("SN1", {self.mileage.key: 7, self.remark.key: "ok"})
        self.template.default_serial_answers = {self.mileage.key: 50, self.runs.key: True}
        receipt = self._receipt(2)
        self.assertEqual(self._enter(receipt, "SN1\nSN2"), {"SN1": "known", "SN2": "assigned"})
        line = receipt.move_line_ids.filtered(lambda line: line.lot_name == "SN1")
        self.assertEqual(
            {
                key: line.serial_answers._values.get(key)
                for key in (self.mileage.key, self.runs.key)
            },
            {self.mileage.key: 7, self.runs.key: None},
        )
        line.serial_answers = {self.mileage.key: 9}
        receipt.button_validate()
        self.assertEqual(self._stored(serial), {"Mileage": 9, "Remark": "ok"})
        other = self._serials(self.part) - serial
        self.assertEqual(self._stored(other), {"Mileage": 50, "Runs": True})

    def test_a_serial_that_comes_back_keeps_what_was_answered_meanwhile(self):
        serial = self._new_serial("SN1", {self.mileage.key: 7, self.remark.key: "ok"})
        receipt = self._receipt(1)
        receipt.enter_serials("SN1")
        line = receipt.move_line_ids
        line.serial_answers = {self.runs.key: True}
        serial.serial_answers = {self.mileage.key: 9, self.remark.key: None}
        self.assertEqual(line.serial_answers._values, {self.mileage.key: 9, self.runs.key: True})
        receipt.button_validate()
        self.assertEqual(self._stored(serial), {"Mileage": 9, "Runs": True})

    def test_answers_of_a_known_serial_are_copied_and_its_own_are_left_alone(self):
        self._new_serial("SN1", {self.mileage.key: 7})
        second = self._new_serial("SN2", {self.mileage.key: 8})
        self.template.default_serial_answers = {self.runs.key: True}
        receipt = self._receipt(3)
        receipt.enter_serials("SN1..SN3")
        first = receipt.move_line_ids.filtered(lambda line: line.lot_name == "SN1")
        self.assertEqual(receipt.copy_serial_answers(first.id), 1)
        receipt.button_validate()
        self.assertEqual(self._stored(second), {"Mileage": 8})
        self.assertEqual(self._stored(self._serials(self.part)[2]), {"Mileage": 7})

    def test_a_known_serial_that_is_corrected_leaves_its_answers_behind(self):
        self._new_serial("SN1", {self.mileage.key: 7})
        receipt = self._receipt(1)
        receipt.enter_serials("SN1")
        receipt.move_line_ids.lot_name = "SN2"
        self.assertEqual(self._stored(receipt.move_line_ids), {})

    # -------------------------------------------------------------------------------- tables

    def test_answers_given_on_a_delivery_go_to_the_serial_that_leaves(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2")
        receipt.button_validate()
        first, second = self._serials(self.part)
        delivery = self._deliver(self.part, 1)
        line = delivery.move_line_ids
        line.lot_id = first
        line.serial_answers = {self.mileage.key: 77}
        line.lot_id = second
        line.serial_answers = {self.mileage.key: 88}
        delivery.button_validate()
        self.assertEqual(delivery.state, "done")
        self.assertEqual(second.serial_answers[self.mileage.key], 88)
        self.assertNotEqual(first.serial_answers[self.mileage.key], 77)

    def test_a_serial_chosen_instead_takes_no_answer_from_the_other(self):
        receipt = self._receipt(2)
        receipt.enter_serials("SN1*2")
        receipt.button_validate()
        first, second = self._serials(self.part)
        delivery = self._deliver(self.part, 1)
        line = delivery.move_line_ids
        line.lot_id = first
        line.serial_answers = {self.mileage.key: 77}
        line.lot_id = second
        delivery.button_validate()
        self.assertNotEqual(second.serial_answers[self.mileage.key], 77)

    def test_a_pasted_table_fills_in_the_answers(self):
        receipt = self._receipt(3)
        outcome = receipt.enter_serials(
            "Serial\tLocation\tmileage\tFuel\tRuns\tTested On\n"
            "SN1\tY1-1A\t120,000\tdiesel\tno\t01/31/2026\n"
            "SN2*2\tY1-1B\t0\t\tYes\t2026-02-01\n"
        )
        self.assertEqual(
            [entry["status"] for entry in outcome["entries"]], ["assigned"] * 3, outcome
        )
        receipt.button_validate()
        first, *others = self._serials(self.part)
        self.assertEqual(
            self._stored(first),
            {
                "Mileage": 120000,
                "Fuel": self.diesel.key,
                "Runs": False,
                "Tested On": "2026-01-31",
            },
        )
        for serial in others:
            self.assertEqual(
                self._stored(serial), {"Mileage": 0, "Runs": True, "Tested On": "2026-02-01"}
            )
            self.assertEqual(serial.location_id, self.bin_b)

    def test_an_answer_that_does_not_fit_names_column_value_and_what_fits(self):
        receipt = self._receipt(3)
        outcome = receipt.enter_serials(
            "Serial;Mileage;Fuel\nSN1;many;Petrol\nSN2;5;Steam\nSN3;5;Diesel"
        )
        [first, second, third] = outcome["entries"]
        self.assertEqual([first["status"], second["status"]], ["invalid"] * 2)
        self.assertRegex(first["message"], "Mileage.*many.*whole number")
        self.assertRegex(second["message"], "Fuel.*Steam.*Petrol, Diesel")
        self.assertEqual(third["status"], "assigned")
        self.assertEqual(outcome["missing"], 2)

    def test_refused_rows_are_kept_with_their_header(self):
        receipt = self._receipt(3)
        receipt.enter_in_prompt("Serial,Mileage\nSN1,many\nSN2,2\nSN2..SN3,3")
        texts = [row["text"] for row in receipt.serial_entry_refused]
        self.assertEqual(texts, ["Serial,Mileage\nSN1,many", "Serial,Mileage\nSN2,3"])
        self.assertIn("Mileage: 'many'", receipt.serial_entry_refused[0]["message"])
        receipt.enter_in_prompt("Serial,Mileage\nSN1,1")
        self.assertFalse(receipt.serial_missing_count)

    def test_queries_do_not_grow_with_the_answers(self):
        def count_queries(count):
            receipt = self._receipt(count)
            rows = "".join(f"Q{count}-{n}\t{n}\n" for n in range(count))
            receipt.action_open_serial_prompt()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipt.enter_serials(f"Serial\tMileage\n{rows}")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count_queries(2)
        self.assertLessEqual(count_queries(50), count_queries(1) + 5)
