from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..tools.number_formats import WrongNumber, check_number
from .common import SerialCase

IMEI = "356938035643809"
BAD_IMEI = "356938035643808"
RIGHT = {
    "imei": [IMEI, "490154203237518"],
    "ean": ["4006381333931", "73513537", "036000291452", "10012345678902"],
    # The last two are European and have no check digit.
    "vin": [
        *("1M8GDM9AXKP042788", "1m8gdm9axkp042788", "11111111111111111"),
        *("WVWZZZ1JZXW000001", "SB164ZEB10E012345"),
    ],
    "mac": ["D0:50:99:84:A2:A0", "d0-50-99-84-a2-a0", "D0509984A2A0", "020000000001"],
}
WRONG = {
    "imei": {
        "check_digit": [BAD_IMEI, "356938035634809"],
        # Without its check digit, and with the version of its software.
        "length": ["35693803564380", "3569380356438091", ""],
        "signs": ["35-693803-564380-9", "35693803564380O", "٣٥٦٩٣٨٠٣٥٦٤٣٨٠٩"],
    },
    "ean": {
        "check_digit": ["4006381333932", "036000291453"],
        "length": ["7351353", "400638133393100"],
        "signs": ["400638133393X", "400638 1333931"],
    },
    "vin": {
        "check_digit": ["1M8GDM9A1KP042788", "1M8GDM9AXKP042789"],
        "length": ["1M8GDM9AXKP04278", "WVWZZZ1JZXW0000011"],
        "signs": ["1M8GDM9AXKPO42788", "IM8GDM9AXKP042788", "1M8GDM9AXKP-42788"],
    },
    "mac": {
        "length": ["D0:50:99:84:A2", "D0:5:99:84:A2:A0", "D0509984A2A"],
        "signs": ["D0:50:99:84:A2:G0", "D0.50.99.84.A2.A0", "D:050:99:84:A2:A0", "D05099:84A2A"],
    },
}


class TestNumberFormats(TransactionCase):
    """The check needs no database; it is here so that one command runs all tests."""

    def test_right_numbers_are_accepted(self):
        for kind, numbers in RIGHT.items():
            for number in numbers:
                with self.subTest(kind=kind, number=number):
                    check_number(kind, number)

    def test_wrong_numbers_are_refused_with_the_reason(self):
        for kind, by_reason in WRONG.items():
            for reason, numbers in by_reason.items():
                for number in numbers:
                    with self.subTest(kind=kind, number=number):
                        with self.assertRaises(WrongNumber) as caught:
                            check_number(kind, number)
                        self.assertEqual(caught.exception.reason, reason)

    @given(st.integers(0, 14), st.sampled_from("123456789"))
    @settings(deadline=None, max_examples=60)
    def test_every_wrong_digit_of_an_imei_is_found(self, position, shift):
        digit = str((int(IMEI[position]) + int(shift)) % 10)
        with self.assertRaises(WrongNumber):
            check_number("imei", IMEI[:position] + digit + IMEI[position + 1 :])

    @given(st.sampled_from([*RIGHT]), st.text(max_size=20))
    @settings(deadline=None, max_examples=100)
    def test_any_text_is_either_right_or_wrong(self, kind, text):
        try:
            check_number(kind, text)
        except WrongNumber as wrong:
            self.assertIn(wrong.reason, ("length", "signs", "check_digit"))


@tagged("post_install", "-at_install")
class TestFormatOfSerials(SerialCase):
    """A number that doesn't have the format of its part is asked about where it is entered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.template.serial_format = "imei"

    def test_a_wrong_number_is_asked_about_and_the_right_ones_are_kept(self):
        receipt = self._receipt(3)
        rows = receipt.enter_serials(f"{BAD_IMEI}\n{IMEI}\n3569")["entries"]
        self.assertEqual(
            [(row["serial"], row["status"], row.get("similar")) for row in rows],
            [
                (BAD_IMEI, "invalid", ""),
                (IMEI, "assigned", None),
                ("3569", "invalid", ""),
            ],
        )
        self.assertEqual(
            [rows[0]["message"], rows[2]["message"]],
            [
                "The check digit is wrong. Is this number really on the unit?",
                "An IMEI has 15 digits; this has 4. Is this number really on the unit?",
            ],
        )
        self.assertEqual(receipt.move_line_ids.filtered("lot_name").mapped("lot_name"), [IMEI])

    def test_the_preview_counts_it(self):
        preview = self._receipt(2).preview_serials(f"{BAD_IMEI}\n{IMEI}")
        self.assertEqual((preview["assigned"], preview["refused"]), (1, 1))
        self.assertIn("1 to confirm", preview["message"])

    def test_a_confirmed_number_is_used(self):
        receipt = self._receipt(1)
        receipt.enter_in_prompt(BAD_IMEI)
        receipt.answer_similar(BAD_IMEI, is_new=True)
        self.assertFalse(receipt.serial_entry_refused)
        receipt.button_validate()
        self.assertEqual((receipt.state, self._serials(self.part).name), ("done", BAD_IMEI))

    def test_a_number_typed_elsewhere_is_checked_when_it_is_validated(self):
        receipt = self._receipt(1)
        receipt.move_line_ids.lot_name = BAD_IMEI
        with self.assertRaisesRegex(UserError, f"{BAD_IMEI}: The check digit is wrong.*confirmed"):
            receipt.button_validate()
        receipt.move_line_ids.lot_name = IMEI
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")

    def test_only_the_number_that_was_confirmed_is_accepted(self):
        receipt = self._receipt(1)
        receipt.enter_serials(BAD_IMEI, as_new=True)
        receipt.move_line_ids.lot_name = "356938035643807"
        with self.assertRaisesRegex(UserError, "The check digit is wrong"):
            receipt.button_validate()

    def test_a_confirmed_number_stays_confirmed_when_its_line_is_made_again(self):
        receipt = self._receipt(1)
        receipt.enter_serials(BAD_IMEI, as_new=True)
        receipt.do_unreserve()
        receipt.action_assign()
        receipt.action_open_serial_prompt()
        receipt.move_line_ids._restore_typed()
        self.assertEqual(receipt.move_line_ids.lot_name, BAD_IMEI)
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")

    def test_serial_numbers_that_are_there_can_be_used(self):
        self.template.serial_format = False
        self._receive_named("OLD1")
        self.template.with_user(self.boss).serial_format = "imei"
        delivery = self._deliver(self.part, 1)
        delivery.button_validate()
        self.assertEqual(delivery.state, "done")
        # It comes back.
        receipt = self._receipt(1)
        self.assertEqual(self._enter(receipt, "OLD1"), {"OLD1": "known"})
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")

    def test_units_in_stock_are_checked_too(self):
        self._put_in_stock(self.part, 2, self.bin_a)
        serialize = self._serialize(self.part)
        self.assertEqual(
            self._enter(serialize, f"{BAD_IMEI}\n{IMEI}"), {BAD_IMEI: "invalid", IMEI: "assigned"}
        )

    def test_queries_do_not_grow_with_the_entries(self):
        self.fresh = ["490154203237518", "356938035643809", "352099001761481"]

        def count_queries(count):
            receipt = self._receipt(50)
            receipt.enter_serials("0")
            wrong = [f"35693803564{number:03}X" for number in range(count)]
            text = "\n".join([self.fresh.pop(), *wrong])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            receipt.enter_serials(text)
            return self.env.cr.sql_log_count - before

        count_queries(1)
        self.assertLessEqual(count_queries(50), count_queries(1) + 3)


@tagged("post_install", "-at_install")
class TestFormatOfAnswers(SerialCase):
    """A custom field may ask for a format."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.imei = cls._new_question("IMEI 2", format="imei")

    def _new_serial(self, answer=None):
        return (
            self.env["stock.lot"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "SN1",
                    "product_id": self.part.id,
                    "serial_answers": {self.imei.key: answer} if answer else {},
                }
            )
        )

    def test_a_wrong_answer_is_refused_with_the_reason(self):
        serial = self._new_serial(IMEI)
        for answer, problem in (
            (BAD_IMEI, "The check digit is wrong"),
            ("3569", "An IMEI has 15 digits; this has 4"),
            ("35-693803-564380-9", "digits only"),
        ):
            with (
                self.subTest(answer=answer),
                self.assertRaisesRegex(
                    ValidationError, f"IMEI 2: '{answer}' doesn't fit. .*{problem}"
                ),
            ):
                serial.serial_answers = {self.imei.key: answer}
        serial.serial_answers = {self.imei.key: f" {IMEI} "}
        self.assertEqual(serial.serial_answers._values, {self.imei.key: IMEI})
        serial.serial_answers = {self.imei.key: ""}
        self.assertEqual(serial.serial_answers._values, {self.imei.key: ""})

    def test_a_form_keeps_what_was_typed_until_it_is_saved(self):
        serial = self._new_serial()
        line = self._receipt(1).move_line_ids
        for record in (serial, line):
            form = record.new(origin=record)
            form.serial_answers = {self.imei.key: BAD_IMEI}
            self.assertEqual(form.serial_answers._values, {self.imei.key: BAD_IMEI})
            with self.assertRaisesRegex(ValidationError, "The check digit is wrong"):
                record.serial_answers = {self.imei.key: BAD_IMEI}

    def test_in_a_table_only_its_row_is_refused(self):
        receipt = self._receipt(2)
        rows = receipt.enter_serials(f"Serial\tIMEI 2\nSN1\t{BAD_IMEI}\nSN2\t{IMEI}")["entries"]
        self.assertEqual([row["status"] for row in rows], ["invalid", "assigned"])
        self.assertIn("The check digit is wrong", rows[0]["message"])

    def test_an_import_names_the_row(self):
        serial = self._new_serial()
        columns = [".id", f"serial_answers.{self.imei.key}"]
        lots = self.env["stock.lot"].with_user(self.clerk)
        result = lots.load(columns, [[str(serial.id), BAD_IMEI]])
        self.assertIn("The check digit is wrong", result["messages"][0]["message"])
        self.assertFalse(lots.load(columns, [[str(serial.id), IMEI]])["messages"])

    def test_answers_that_are_there_stay(self):
        self.imei.format = False
        serial = self._new_serial(BAD_IMEI)
        self.template.default_serial_answers = {self.imei.key: "none"}
        receipt = self._receipt(1)
        receipt.enter_serials(f"Serial\tIMEI 2\nSN2\t{BAD_IMEI}")
        self.imei.with_user(self.boss).format = "imei"
        self.assertEqual(serial.read(["serial_answers"])[0]["serial_answers"][0]["value"], BAD_IMEI)
        self.assertFalse(serial.invalid_answers)
        serial.with_user(self.clerk).note = "seen"
        receipt.button_validate()
        answers = [lot.serial_answers._values[self.imei.key] for lot in self._serials(self.part)]
        self.assertEqual(answers, [BAD_IMEI, BAD_IMEI])

    def test_only_texts_have_a_format(self):
        long_text = self._new_question("Notes", "text", format="imei")
        serial = self._new_serial()
        serial.serial_answers = {long_text.key: "anything"}
        self.assertEqual(serial.serial_answers._values, {long_text.key: "anything"})
