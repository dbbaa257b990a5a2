from datetime import date

from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import TransactionCase

from ..tools.codes import read_code
from ..tools.envelopes import cut
from ..tools.gs1_elements import read_elements
from ..tools.serial_entries import parse

GTIN = "09501101530003"
ITEM = f"01{GTIN}"
GS, RS, EOT = "\x1d", "\x1e", "\x04"
#: What codes are made of, for those that are made at random.
PIECES = (
    *(
        ITEM,
        GTIN,
        "21A",
        "10B,C",
        "17280101",
        "(21)",
        "(01)",
        "]C1",
        GS,
        RS,
        EOT,
        "[)>",
        "06",
        "SX",
    ),
    *("S/N: ", "IMEI: 1", "https://x/", "@R1", "\t", "\n", ",", "#", '"', "*"),
)


def wrap(*elements, format_="06"):
    """Return *elements* in an envelope of ISO/IEC 15434."""
    return f"[)>{RS}{format_}{GS}{GS.join(elements)}{RS}{EOT}"


@freeze_time("2026-06-15")
class TestReadCodes(TransactionCase):
    """The codes of scanners, read without a database."""

    def _one(self, text):
        [entry] = parse(text)
        return entry

    def assertSerials(self, serials):
        """Assert that each text of *serials*, ``{text: serial number}``, is one code of GTIN."""
        for text, serial in serials.items():
            with self.subTest(text=text):
                entry = self._one(text)
                self.assertEqual((entry.serials, entry.error), ((serial,), ""))
                self.assertIn(GTIN, entry.code.barcodes)

    def assertErrors(self, errors):
        """Assert the error of each text of *errors*, ``{text: key}``."""
        for text, error in errors.items():
            with self.subTest(text=text):
                entry = self._one(text)
                self.assertEqual((entry.error, entry.serials), (error, ()))

    def assertPlain(self, *texts):
        """Assert that *texts* are the serial numbers that they say."""
        for text in texts:
            with self.subTest(text=text):
                self.assertEqual((self._one(text).serials, self._one(text).code), ((text,), None))

    # ----------------------------------------------------------------------------------- GS1

    def test_all_elements_before_a_serial_number_are_known(self):
        for element in ("11260131", "12260131", "16260131", "2005", "422276", "70032601311200"):
            self.assertSerials({f"{ITEM}{element}21ABC": "ABC"})
        for element in (
            "10B7",
            "22V",
            "235X",
            "240P",
            "241C",
            "2505",
            "400O",
            "8020R",
            "90x",
            "99x",
        ):
            self.assertSerials(
                {f"{ITEM}{element}{GS}21ABC": "ABC", f"{ITEM}21ABC{GS}{element}": "ABC"}
            )

    def test_elements_have_the_lengths_of_the_specifications(self):
        elements = [
            *(
                ("00", "1" * 18),
                ("37", "8"),
                ("3102", "123456"),
                ("253", "1" * 30),
                ("3931", "1" * 18),
            ),
            *(("4330", "001200-"), ("7007", "1" * 12), ("7039", "276X"), ("7040", "1ABC")),
            *(("8008", "26013112"), ("8010", "A/#-"), ("8030", "a-_="), ("95", "z" * 90)),
        ]
        text = GS.join(identifier + value for identifier, value in elements)
        self.assertEqual(read_elements(text), elements)

    def test_a_package(self):
        sscc = "095011015300000010"
        for text in (
            f"]C100{sscc}",
            f"00{sscc}",
            f"(00) {sscc}",
            f"https://x.example/00/{sscc}",
            f"]C100{sscc}02{GTIN}1528013137125{GS}10BATCH",
        ):
            with self.subTest(text=text):
                entry = self._one(text)
                self.assertEqual((entry.error, entry.serials), ("", ()))
                self.assertEqual(entry.code.sscc, sscc)
        entry = self._one(f"(00){sscc}(01){GTIN}(21)A")
        self.assertEqual((entry.code.sscc, entry.serials), (sscc, ("A",)))
        self.assertPlain("00095011015300000013")

    def test_a_batch_is_a_serial_number_where_there_is_no_other(self):
        for text, serial, texts in (
            (f"{ITEM}10B7", "B7", {}),
            (f"{ITEM}10B7{GS}21A{GS}250C", "A", {"10": "B7", "250": "C"}),
            (f"{ITEM}10B7{GS}250C", "B7", {"250": "C"}),
        ):
            code = self._one(text).code
            self.assertEqual((code.serial, code.texts), (serial, texts))

    def test_every_symbology_is_taken_off(self):
        for prefix in ("]C1", "]e0", "]d2", "]Q3", "]J1", GS):
            self.assertSerials({f"{prefix}{ITEM}21ABC": "ABC", f"{prefix}{ITEM}21A{GS}10B": "A"})
        for prefix in ("]C0", "]E0", "]E4", "]A0", "]Q0", "]Q1", "]d0", "]d1"):
            self.assertEqual(self._one(f"{prefix}ABC12345").serials, ("ABC12345",))
            self.assertSerials({f"{prefix}{ITEM}21ABC": "ABC"})
        self.assertEqual(self._one("]C0R1-1A").words, ("]C0R1-1A", "R1-1A"))
        self.assertTrue(self._one("]C0R1-1A").is_plain)

    def test_a_date_may_stand_before_the_serial_number(self):
        for prefix in ("", "]d2"):
            entry = self._one(f"{prefix}1728010121SER1")
            self.assertEqual((entry.serials, entry.code.barcodes), (("SER1",), ()))
            self.assertEqual(entry.code.dates, {"17": date(2028, 1, 1)})
        self.assertEqual(self._one(f"{ITEM}1728020021A").code.dates, {"17": date(2028, 2, 29)})
        self.assertPlain("1728130121SER1", "1770010121SER1", "17280101", "1728010121")

    def test_a_text_that_only_begins_like_a_code_is_a_serial_number(self):
        self.assertPlain("2101234", "10ABC", "21ABC", "17ABC", "00123", "0101", "20250101")
        self.assertPlain(
            f"{ITEM[:-1]}421ABC", f"{ITEM}ABC", f"{ITEM}2899", "SN001", "O-100", "A(21)B"
        )

    def test_a_wrong_check_digit_is_refused_where_it_surely_is_a_code(self):
        wrong = "09501101530004"
        for text in (
            f"]C101{wrong}21A",
            f"(01){wrong}(21)A",
            f"01{wrong}21A{GS}",
            f"{GS}01{wrong}",
        ):
            self.assertErrors({text: "gtin"})
        self.assertPlain(f"01{wrong}21A")

    def test_what_cannot_be_read_is_refused(self):
        self.assertErrors(
            {
                f"]C1{ITEM}21": "code",
                f"]C1{ITEM}21A~B": "code",
                f"]C1{ITEM}2899": "code",
                f"(01){GTIN}(21)": "code",
                "(01)123": "code",
                GS: "nameless",
                "]C191INTERNAL": "nameless",
                f"{ITEM}21A{GS}21B": "several",
                f"{ITEM}305{GS}21A": "quantity",
                "]C100095011015300000013": "gtin",
                "(00)095011015300000013": "gtin",
            }
        )

    # -------------------------------------------------------------------- the lost separator

    def test_a_separator_may_be_written_out(self):
        for sign in (GS, "#", "Alt029", "^]", "<GS>", "{GS}", "[FNC1]", "␝", "↔", "\\x1d"):
            self.assertSerials(
                {f"{ITEM}10LOT{sign}21SER": "SER", f"]C1{ITEM}10LOT{sign}21SER": "SER"}
            )

    def test_a_lost_separator_is_no_wrong_serial_number(self):
        self.assertErrors(
            {
                f"{ITEM}10LOT21SER": "separator",
                f"]C1{ITEM}10LOT21SER": "separator",
                f"{ITEM}10LOTLOTLOT21SERIALNUMBER": "separator",
                f"{ITEM}240P21SER": "separator",
            }
        )
        self.assertSerials({f"{ITEM}10B7": "B7", f"(01){GTIN}(10)B2107": "B2107"})
        self.assertSerials({f"{GS}{ITEM}10B2107": "B2107"})

    def test_a_date_at_the_end_is_asked_about(self):
        for identifier in ("11", "15", "17"):
            entry = self._one(f"{ITEM}21SER{identifier}280131")
            self.assertEqual(
                (entry.code.offered, entry.serials), ("SER", (f"SER{identifier}280131",))
            )
        for end in ("17281301", "17700101", "18280101", f"17280101{GS}"):
            self.assertFalse(self._one(f"{ITEM}21SER{end}").code.offered, end)

    # --------------------------------------------------------------------- print and web

    def test_the_printed_form(self):
        self.assertSerials(
            {
                f"(01){GTIN}(21)ABC": "ABC",
                " (01) 0950 1101 53000 3 (17) 280101 (21) ABC ": "ABC",
                f"(01){GTIN}(21)AB(12)C": "AB(12)C",
                f"(01){GTIN}(21)A(77)": "A(77)",
                f"(01){GTIN}(21)A(10)B": "A",
            }
        )
        self.assertPlain("(12)X", "(A)1", "(21", "(99999)X")

    def test_a_digital_link(self):
        self.assertSerials(
            {
                f"https://x.example/01/{GTIN}/21/ABC?17=280101": "ABC",
                "https://x.example/a/b/01/9501101530003/22/V/10/L/21/A%2FB%25": "A/B%",
                f"HTTP://X.EXAMPLE/gtin/{GTIN}/ser/A#top": "A",
                f"https://x.example/01/{GTIN}/10/LOT?linkType=all": "LOT",
            }
        )
        part = self._one(f"https://x.example/01/{GTIN}")
        self.assertEqual((part.serials, bool(part.code.barcodes)), ((), True))
        self.assertEqual(self._one("https://x.example/01/96385074").code.barcodes[-1], "96385074")
        self.assertErrors(
            {
                "https://x.example/": "web",
                "www.x.example/SN1": "web",
                "https://x.example/01/kitchen": "web",
                "https://x.example/01/": "web",
                f"https://x.example/01/{GTIN}/21/A%20B": "web",
                f"https://x.example/01/{GTIN[:-1]}4/21/A": "gtin",
                "https://x.example/00/095011015300000013": "gtin",
            }
        )

    # ------------------------------------------------------------------------- ISO/IEC 15434

    def assertNumbers(self, numbers):
        """Assert ``{text: (part numbers, serial number)}`` of envelopes."""
        for text, (parts, serial) in numbers.items():
            with self.subTest(text=text):
                entry = self._one(text)
                self.assertEqual((entry.serials, entry.error), ((serial,), ""))
                self.assertEqual(entry.code.part_numbers, parts)

    def test_an_envelope(self):
        whole = wrap("1PABC", "SXYZ123")
        self.assertNumbers(
            {
                whole: (("ABC",), "XYZ123"),
                f"]d2{whole}": (("ABC",), "XYZ123"),
                wrap("PABC", "Q1", "VX", "18VUN1", "1TL", "4LCN", "9D2601", "KPO", "S1"): (
                    ("ABC",),
                    "1",
                ),
                wrap("25SUN123ABC", "1PABC"): (("ABC",), "UN123ABC"),
                wrap("SX,Y@1;2"): ((), "X,Y@1;2"),
                wrap("MFR 123", "PNR ABC", "SER 99", format_="12"): (("ABC",), "99"),
                "[)>12MFR 123PNR ABCSER 99": (("ABC",), "99"),
                whole.removesuffix(EOT): (("ABC",), "XYZ123"),
                whole.removesuffix(RS + EOT): (("ABC",), "XYZ123"),
                whole.replace(GS, "\n"): (("ABC",), "XYZ123"),
                whole.replace(GS, "^]").replace(RS, "^^").replace(EOT, "^D"): (("ABC",), "XYZ123"),
                whole.replace(GS, "↔").replace(RS, "▲").replace(EOT, "♦"): (("ABC",), "XYZ123"),
                whole.replace(GS, "{GS}").replace(RS, "<RS>").replace(EOT, "<EOT>"): (
                    ("ABC",),
                    "XYZ123",
                ),
            }
        )
        self.assertSerials({wrap(f"{ITEM}21ABC", format_="05"): "ABC"})

    def test_an_envelope_that_is_not_for_one_unit_is_refused(self):
        self.assertErrors(
            {
                wrap("1PABC", "SX", "Q5"): "quantity",
                wrap("SX,Y", "Q5"): "quantity",
                wrap("1PABC", "SX", "7Q2EA"): "quantity",
                wrap("1PABC", "SX", "SY"): "several",
                wrap("VX"): "nameless",
                wrap("1PABC", "sx"): "code",
                wrap("SX\x0bY"): "unprintable",
            }
        )

    def test_an_envelope_without_separators_is_cut_at_a_known_part_number(self):
        code = read_code("[)>061PABCSXYZ123")
        self.assertFalse(code.serial)
        found = cut(code, ["XX", "abc"])
        self.assertEqual((found.part_numbers, found.serial), (("abc",), "XYZ123"))
        found = cut(read_code("[)>06SXYZ123PABC"), ["ABC"])
        self.assertEqual((found.part_numbers, found.serial), (("ABC",), "XYZ123"))
        # The serial number might begin at the second S.
        found = cut(read_code("[)>06PABCSD9SXYZ"), ["ABC"])
        self.assertEqual((found.serial, found.offered), ("", "D9SXYZ"))
        for numbers in ([], ["AB"], [""]):
            self.assertEqual(cut(code, numbers).error, "separators", numbers)
        for text in ("PABCSXYZQ5", "PABCSXYZ1TLOT", "PABCSXYZD260131"):
            self.assertEqual(cut(read_code(f"[)>06{text}"), ["ABC"]).error, "separators", text)
        self.assertEqual(cut(read_code("[)>06PASBSC"), ["A", "ASB"]).error, "separators")

    # --------------------------------------------------------------------------------- labels

    def test_a_label_offers_its_serial_number(self):
        for label in (
            "S/N: ",
            "SN:",
            "S/N ",
            "s/n:",
            "Serial No: ",
            "SERIAL NUMBER:",
            "SER:",
            "SN#",
        ):
            entry = self._one(f"{label}ABC1")
            self.assertEqual(
                (entry.code.offered, entry.serials), ("ABC1", (f"{label}ABC1",)), label
            )
        self.assertEqual(self._one("IMEI: 356000000000011").code.offered, "356000000000011")
        self.assertPlain("SN001", "SN 001", "S/N1", "SER1", "SERIAL 7", "PN-7", "AA:BB:CC")

    def test_what_a_label_offers_is_one_serial_number(self):
        self.assertErrors(dict.fromkeys(("S/N: A,B", "SN: A1..A3", "SN: A1*3"), "alone"))
        self.assertErrors(dict.fromkeys(("P/N: 77", "EID: 89", "IMEI2: 35", "P/N: 1\tR1"), "label"))

    def test_a_label_of_several_lines_is_one_unit(self):
        phone = "IMEI1: 35{0}1\nIMEI2: 35{0}2\nEID: 89{0}\nP/N: MX\nColor: Black\nS/N: F{0}"
        entries = parse("\n".join(["A1", phone.format(1), phone.format(2), "B1, B2"]))
        self.assertEqual([entry.text for entry in entries[1:3]], [phone.format(1), phone.format(2)])
        offered = [entry.code.offered if entry.code else entry.serials[0] for entry in entries]
        self.assertEqual(offered, ["A1", "F1", "F2", "B1", "B2"])
        self.assertEqual(self._one("IMEI1: 351\nIMEI2: 352\nP/N: MX").code.offered, "351")
        for line in ("P/N: MX, IMEI: 351, S/N: F1", "IMEI: 351; S/N: F1"):
            self.assertEqual(self._one(line).code.offered, "F1")
        self.assertEqual(
            [entry.code.offered for entry in parse("S/N: A1\nS/N: A2, S/N: A3")], ["A1", "A2", "A3"]
        )

    # ------------------------------------------------------------------------------- splitting

    def test_a_code_is_not_cut(self):
        self.assertSerials({f"{ITEM}21A,B;C": "A,B;C", f"(01){GTIN}(21)A,B": "A,B"})
        entries = parse(f"{ITEM}21A,{ITEM}21B\n{ITEM}21C;D\nSN1,SN2", columns={})
        self.assertEqual([entry.serials[0] for entry in entries], ["A", "B", "C;D", "SN1", "SN2"])

    def test_one_scan_does_not_go_on_with_another(self):
        entries = parse(wrap("SA") + wrap("SB") + "@R1\nSN1")
        self.assertEqual([entry.serials[0] for entry in entries], ["A", "B", "SN1"])
        self.assertEqual(entries[1].location, "R1")

    def test_a_code_with_its_bin(self):
        for code in (
            f"{ITEM}21A,B",
            f"(01){GTIN}(21)A,B",
            wrap("1PX", "SA,B"),
            "https://x/01/9501101530003/21/A,B",
        ):
            for behind in ("\tR1", "@R1", " @ R1"):
                entry = self._one(code + behind)
                self.assertEqual((entry.serials, entry.location), (("A,B",), "R1"), entry.text)
        [entry] = parse(f'Serial,Bin\n"{ITEM}21A,B",R1')
        self.assertEqual((entry.serials, entry.location), (("A,B",), "R1"))
        self.assertErrors({f"{ITEM}\tR1": "empty"})

    def test_marks_are_taken_off(self):
        for text in ("“A7”", '"A7"', "'A7'", "«A7»", "„A7“", "*A7*", "*“A7”*", ' "A7" '):
            self.assertEqual(self._one(text).serials, ("A7",), text)
        self.assertEqual(self._one('"A7"@R1').serials, ("A7",))
        self.assertEqual(self._one("A*3").error, "digits")
        self.assertEqual(self._one("*A1*3").serials, ("*A1", "*A2", "*A3"))
        self.assertPlain('"A"B"', '17"', "O'Neil", '"', "**", "''")
        self.assertIn("R1", self._one('"R1"').words)

    def test_commands_are_no_serial_numbers(self):
        self.assertErrors(
            dict.fromkeys(("OBTVALI", "OCDSAVE", "O-BTN.validate", "O-CMD.PREV"), "command")
        )
        self.assertPlain("OBT1", "OBT-7", "OCD", "O-BTN")

    @given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
    @settings(deadline=None, max_examples=300)
    def test_no_part_of_a_code_is_lost(self, text):
        entries = parse(text, columns={})
        signs = set("\n\r,; \t")
        left = "".join(entry.text for entry in entries)
        self.assertEqual([c for c in left if c not in signs], [c for c in text if c not in signs])
        for entry in entries:
            self.assertNotEqual(bool(entry.error), bool(entry.serials or entry.code))
