from datetime import date, datetime

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .answers_case import AnswersCase

DAYS = ("0001-01-01", "0033-04-03", "0999-12-31", "1000-01-01", "2026-01-31", "9999-12-31")
TIMES = tuple(f"{day} 03:04:05" for day in DAYS)


@tagged("post_install", "-at_install")
class TestAnswerTypes(AnswersCase):
    """Each type of custom field accepts what fits it, and explains why it accepts nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seen = cls._new_question("Seen", "datetime")

    def test_every_type_accepts_what_fits(self):
        tags = self._new_question("Damage", "tags", ["Rust", "Dent"])
        rust, dent = tags.option_ids.mapped("key")
        cases = {
            "char": [("x", "x"), ("<b>", "<b>"), ("", "")],
            "text": [("a\nb", "a\nb"), ("", "")],
            "integer": [(0, 0), (-5, -5), ("120000", 120000), (7.0, 7), (2**53, 2**53)],
            "float": [(0.5, 0.5), (0, 0.0), ("1.25", 1.25)],
            "boolean": [(True, True), (False, False)],
            "date": [("2026-01-31", "2026-01-31"), (date(2026, 1, 31), "2026-01-31")],
            "datetime": [
                ("2026-01-31 14:30:00", "2026-01-31 14:30:00"),
                (datetime(2026, 1, 31, 14, 30), "2026-01-31 14:30:00"),
            ],
            "selection": [(self.petrol.key, self.petrol.key)],
            "tags": [([rust, dent, rust], [rust, dent])],
        }
        serial = self._new_serial()
        for kind, pairs in cases.items():
            question = {"selection": self.fuel, "tags": tags}.get(kind) or self._new_question(
                f"A {kind}", kind
            )
            for given, stored in pairs:
                serial.serial_answers = {question.key: given}
                self.assertEqual(self._stored(serial)[question.name], stored, (kind, given))

    def test_every_type_refuses_what_does_not_fit_and_explains_what_does(self):
        tags = self._new_question("Damage", "tags", ["Rust", "Dent"])
        cases = {
            "char": [5, True, ["x"]],
            "text": [5, {"x": 1}],
            "integer": ["many", 1.5, True, [1], float("nan"), float("inf"), 2**53 + 1, "1e9"],
            "float": ["many", True, float("nan"), float("inf"), [1]],
            "boolean": ["yes", 1, "true"],
            "date": ["31.01.2026", "2026-02-30", 5, "2026-01-31 10:00:00"],
            "datetime": ["2026-01-31", "now", 5],
            "selection": ["Petrol", 1, [self.petrol.key], True],
            "tags": ["Rust", ["Rust"], 1, True],
        }
        serial = self._new_serial(answers={self.mileage.key: 7})
        for kind, values in cases.items():
            question = {"selection": self.fuel, "tags": tags}.get(kind) or self._new_question(
                f"A {kind}", kind
            )
            for value in values:
                with (
                    self.assertRaisesRegex(ValidationError, question.name, msg=(kind, value)),
                    self.env.cr.savepoint(),
                ):
                    serial.serial_answers = {question.key: value, self.mileage.key: 8}
        self.assertEqual(self._stored(serial), {"Mileage": 7})
        with self.assertRaisesRegex(ValidationError, "no custom field nope"):
            serial.serial_answers = {"nope": 1}

    def test_answers_are_refused_on_create_too(self):
        with self.assertRaisesRegex(ValidationError, "Mileage: 'many'.*whole number"):
            self._new_serial(answers={self.mileage.key: "many"})
        with self.assertRaisesRegex(ValidationError, "Fuel.*Petrol, Diesel"):
            self.template.default_serial_answers = {self.fuel.key: "Steam"}
        with self.assertRaisesRegex(ValidationError, "Tested On"):
            self._receipt(1).move_line_ids.serial_answers = {self.tested.key: "soon"}

    def _new_serials_of_all_years(self):
        """Return serial numbers named after the dates they have as answers, as somebody in
        another time zone."""
        clerk = self.env["stock.lot"].with_user(self.clerk).with_context(tz="America/New_York")
        serials = clerk.concat(*(self._new_serial(f"SN{day}") for day in DAYS))
        for serial, day, time in zip(serials, DAYS, TIMES, strict=True):
            serial.serial_answers = {self.tested.key: day, self.seen.key: time}
        return serials

    def test_dates_of_all_years_are_answers(self):
        for serial, day, time in zip(self._new_serials_of_all_years(), DAYS, TIMES, strict=True):
            self.assertEqual(self._stored(serial), {"Tested On": day, "Seen": time})
            serial.serial_answers = {self.tested.key: None, self.seen.key: None}
            serial.serial_answers = {
                self.tested.key: date.fromisoformat(day),
                self.seen.key: datetime.fromisoformat(time),
            }
            self.assertEqual(self._stored(serial), {"Tested On": day, "Seen": time})
            shown = serial.read(["serial_answers"])[0]["serial_answers"]
            serial.write({"serial_answers": shown})
            self.assertEqual(self._stored(serial), {"Tested On": day, "Seen": time})
            self.flush_tracking()

    def test_dates_of_all_years_are_searched_for(self):
        serials = self._new_serials_of_all_years()
        names = serials.mapped("name")
        for key, values in (
            (f"serial_answers.{self.tested.key}", DAYS),
            (f"serial_answers.{self.seen.key}", TIMES),
        ):
            for position, value in enumerate(values):
                for operator, expected in (
                    ("=", [names[position]]),
                    ("<", names[:position]),
                    (">=", names[position:]),
                ):
                    found = serials.search([(key, operator, value)], order="name")
                    self.assertEqual(found.mapped("name"), expected, (operator, value))

    def test_dates_of_all_years_are_exported_and_imported(self):
        serials = self._new_serials_of_all_years()
        columns = [".id", f"serial_answers.{self.tested.key}", f"serial_answers.{self.seen.key}"]
        rows = self._export(serials, columns)
        self.assertEqual([row[1] for row in rows], [*DAYS])
        self.assertEqual([row[2] for row in rows], [*TIMES])
        serials.serial_answers = {self.tested.key: None, self.seen.key: None}
        self.assertFalse(serials.browse().load(columns, rows)["messages"])
        self.assertEqual(
            [self._stored(serial) for serial in serials],
            [{"Tested On": day, "Seen": time} for day, time in zip(DAYS, TIMES, strict=True)],
        )

    def test_dates_of_all_years_are_grouped(self):
        serials = [
            self._new_serial(f"SN{year}", {self.tested.key: f"{year}-03-04"})
            for year in ("0001", "0999", "1000", "2026")
        ]
        key = f"serial_answers.{self.tested.key}"
        mine = [("product_id", "=", self.part.id)]
        Serial = self.env["stock.lot"].with_user(self.clerk)
        for indexed in (False, True):
            self.tested.indexed = indexed
            for granularity in ("day", "week", "month", "quarter", "year"):
                groups = Serial.formatted_read_group(mine, [f"{key}:{granularity}"], ["__count"])
                found = [Serial.search([*mine, *group["__extra_domain"]]) for group in groups]
                self.assertEqual(found, serials, (granularity, indexed))

    def test_dates_of_all_years_are_typed(self):
        self.clerk.tz = "Asia/Tokyo"
        receipt = self._receipt(3)
        entries = receipt.enter_serials(
            f"Serial,{self.tested.name},{self.seen.name}\nSN1,01/02/0999,0999-01-02 12:00\n"
            "SN2,0999-01-02,01/02/0999 12:00:00 PM\nSN3,0001-01-01,0001-01-01 00:00"
        )["entries"]
        self.assertEqual(
            [entry["status"] for entry in entries], ["assigned", "assigned", "invalid"]
        )
        self.assertRegex(entries[2]["message"], "Seen: '0001-01-01 00:00' doesn't fit")
        for line in receipt.move_line_ids.filtered("lot_name"):
            answers = self._stored(line)
            self.assertEqual(answers["Tested On"], "0999-01-02")
            self.assertRegex(answers["Seen"], "0999-01-02 0[23]:")
