from odoo.tests import tagged

from .answers_case import AnswersCase

#: What a decimal may be written as, by language, and what it is; None for what is refused.
DECIMALS = {
    "en_US": {
        "133.56": 133.56,
        "1,234.56": 1234.56,
        "1,234,567": 1234567,
        "1 234.5": 1234.5,
        "+.5": 0.5,
        "-5.": -5,
        "1E+20": 1e20,
        "1.5E-7": 1.5e-7,
        **dict.fromkeys(("133,56", "1,5", "1.234,56", "1,2345", "12,34,567", "1,234 567")),
        **dict.fromkeys(("1 5", "1_000", "1.2.3", ".", "-", "5 km", "nan", "1e5", ",234")),
    },
    "de_DE": {
        "133,56": 133.56,
        "1.234,56": 1234.56,
        "133.567": 133567,
        "1\N{NO-BREAK SPACE}234,5": 1234.5,
        "1.5E+20": 1.5e20,
        **dict.fromkeys(("133.56", "1.5", "1,234.56", "1234.567")),
    },
    "fr_FR": {
        "133,56": 133.56,
        "133.567": 133.567,
        "1\N{NARROW NO-BREAK SPACE}234,5": 1234.5,
        "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567": 1234567,
        **dict.fromkeys(("1,234.56", "1.234,56")),
    },
    "de_CH": {"1'234.5": 1234.5, "1’234’567.5": 1234567.5, "1,5": None},
    "en_IN": {"12,34,567.5": 1234567.5, "1,234": 1234, "1,234,567": None},
}
WHOLE = {
    "en_US": {
        "120,000": 120000,
        "12.0": 12,
        "1 000": 1000,
        "-7.000": -7,
        **dict.fromkeys(("1,2", "12,0", "1.5", "1E+15", "1_000", "12.0.0")),
    },
    "de_DE": {
        "120.000": 120000,
        "12,0": 12,
        "12": 12,
        **dict.fromkeys(("1.2", "12,5", "1.2000")),
    },
}


@tagged("post_install", "-at_install")
class TestNumberAnswers(AnswersCase):
    """A number is read as the user's language writes it, or refused; never read as another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.litres = cls._new_question("Litres", "float")
        for language in {*DECIMALS, *WHOLE}:
            cls.env["res.lang"]._activate_lang(language)

    def assertRead(self, question, numbers, language):
        """Assert what the texts in *numbers* are read as: ``{text: number or None}``."""
        receipt = self._receipt(len(numbers)).with_context(lang=language)
        rows = "".join(f"SN{row}\t{text}\n" for row, text in enumerate(numbers))
        entries = receipt.enter_serials(f"Serial\t{question.name}\n{rows}")["entries"]
        answers = {
            line.lot_name: line.serial_answers._values.get(question.key)
            for line in receipt.move_line_ids
        }
        for entry, (text, number) in zip(entries, numbers.items(), strict=True):
            status = "invalid" if number is None else "assigned"
            self.assertEqual(entry["status"], status, (language, text))
            self.assertEqual(answers.get(entry["serial"]), number, (language, text))

    def test_a_decimal_is_read_as_the_language_writes_it(self):
        for language, numbers in DECIMALS.items():
            self.assertRead(self.litres, numbers, language)

    def test_a_whole_number_may_have_a_fraction_of_zero(self):
        for language, numbers in WHOLE.items():
            self.assertRead(self.mileage, numbers, language)

    def test_a_number_that_is_refused_is_explained(self):
        for question, text, fits in (
            (self.litres, "133,56", "a number, like 1.5"),
            (self.mileage, "1,2", "a whole number, like 120000"),
        ):
            [entry] = self._receipt(1).enter_serials(f"Serial\t{question.name}\nSN1\t{text}")[
                "entries"
            ]
            self.assertIn(f"'{text}' doesn't fit. It takes {fits}", entry["message"])
