from odoo.tests import TransactionCase

from ..tools.label_codes import LabelCode, choose_code, count_bars, draw_modules
from ..tools.label_layout import LINE, MIN_FONT, fit_code, lay_out, plan_text
from ..tools.zpl import Label, write_label

ADDRESS = "https://yard.example.com/serial/7/SN1"
GTIN = "09506000134352"
SIZES = [(57, 32), (62, 29), (100, 50), (70, 37), (45.7, 21.2), (66.675, 25.4), (10, 10)]


class TestLabelTools(TransactionCase):
    """What labels say, where it is, and the language of label printers; no database is needed."""

    # ------------------------------------------------------------------------------ codes

    def test_a_code_is_gs1_where_the_part_has_a_gtin(self):
        for kind in ("datamatrix", "code128"):
            code = choose_code(kind, ADDRESS, GTIN, "SN1")
            self.assertEqual(code, (kind, f"01{GTIN}21SN1", True))
            self.assertEqual(choose_code(kind, ADDRESS, "", "SN1"), (kind, "SN1", False))

    def test_what_gs1_does_not_allow_is_the_serial_number_alone(self):
        for serial in ("SN 1", "SN~1", "S" * 21):
            self.assertEqual(
                choose_code("code128", ADDRESS, GTIN, serial), ("code128", serial, False)
            )

    def test_signs_that_a_code_lacks_get_a_qr_code(self):
        for kind in ("datamatrix", "code128", "qr"):
            self.assertEqual(choose_code(kind, ADDRESS, GTIN, "Ä1"), ("qr", ADDRESS, False))

    def test_a_data_matrix_is_the_smallest_square(self):
        for length, modules in ((1, 14), (8, 14), (9, 18), (128, 44)):
            rows = draw_modules(LabelCode("datamatrix", "A" * length))
            self.assertEqual({len(rows), *map(len, rows)}, {modules}, length)
            # Its left and lower edges are dark, the others alternate.
            self.assertTrue(all(rows[-1]) and all(row[0] for row in rows))

    def test_bars_are_never_wider_than_counted(self):
        for code in (
            choose_code("code128", ADDRESS, GTIN, "SN-1"),
            LabelCode("code128", "SN-1"),
            LabelCode("code128", "123456"),
        ):
            self.assertLessEqual(len(draw_modules(code)[0]) + 20, count_bars(code))

    def test_bars_that_would_be_too_narrow_become_a_qr_code(self):
        code = choose_code("code128", ADDRESS, "", "SN1")
        self.assertEqual(fit_code(code, ADDRESS, 57, 32), code)
        self.assertEqual(fit_code(code, ADDRESS, 57, 32, 8), code)
        long = choose_code("code128", ADDRESS, "", "S" * 30)
        self.assertEqual(fit_code(long, ADDRESS, 57, 32).kind, "qr")
        self.assertEqual(fit_code(long, ADDRESS, 100, 50), long)
        # One dot of 203 dpi is too narrow, so two are needed.
        self.assertEqual(fit_code(long, ADDRESS, 70, 50).kind, "code128")
        self.assertEqual(fit_code(long, ADDRESS, 70, 50, 8).kind, "qr")

    # ----------------------------------------------------------------------------- layout

    def test_everything_is_inside_the_label(self):
        for width, height in SIZES:
            for kind in ("qr", "code128"):
                for lines in (0, 1, 5, 40):
                    for serial in ("S", "SN0001", "S" * 40, "S" * 128):
                        with self.subTest(size=(width, height), kind=kind, serial=len(serial)):
                            self._check_inside(width, height, kind, lines, serial)

    def _check_inside(self, width, height, kind, lines, serial):
        layout = lay_out(width, height, kind, lines)
        plan = plan_text(layout, "Alternator" * 4, serial)
        used = layout.font * (plan.part_lines + plan.lines) + plan.serial_font * plan.serial_lines
        self.assertGreaterEqual(layout.font, MIN_FONT)
        self.assertGreaterEqual(plan.serial_lines, 1)
        # The smallest label has room for two lines of the smallest print, but not for more.
        if height > 10:
            self.assertLessEqual(used * LINE, layout.text_height + 0.01)
        across = layout.text_width + 2 * layout.padding
        down = layout.code_height + 2 * layout.padding
        if kind == "qr":
            across += layout.padding + layout.code_width
        else:
            down += layout.text_height
        self.assertLessEqual(across, width + 0.01)
        self.assertLessEqual(down, height + 0.01)

    def test_a_long_serial_number_gets_smaller_then_takes_other_lines(self):
        layout = lay_out(57, 32, "qr", 4)
        short, longer, longest = (
            plan_text(layout, "Alternator", "S" * size) for size in (4, 12, 60)
        )
        self.assertGreater(short.serial_font, longer.serial_font)
        self.assertEqual((short.serial_lines, longer.serial_lines), (1, 1))
        self.assertGreater(longest.serial_lines, 1)
        self.assertLess(longest.lines, short.lines)

    # -------------------------------------------------------------------------------- ZPL

    def _write(self, code, serial="SN1", part="Alternator", lines=()):
        label = Label(part, serial, tuple(lines), code)
        return write_label(label, 57, 32, len(lines), 8)

    def test_signs_of_commands_are_escaped(self):
        text = self._write(LabelCode("qr", ADDRESS), serial="A^B~C\\D_<E>", part="<b>^XZ\nX")
        self.assertIn("^FH\\^FDA\\5EB\\7EC\\5CD_<<>E>^FS", text)
        self.assertIn("^FD<<>b>\\5EXZ X^FS", text)
        self.assertEqual(text.count("^XZ"), 1)

    def test_gs1_codes_begin_with_fnc1(self):
        data = f"01{GTIN}21"
        matrix = choose_code("datamatrix", ADDRESS, GTIN, "S_1")
        self.assertIn(f"^BXN,8,200,,,,_^FH\\^FD_1{data}S__1^FS", self._write(matrix))
        bars = choose_code("code128", ADDRESS, GTIN, "S>1")
        label = Label("Alternator", "S>1", (), bars)
        text = write_label(label, 100, 50, 0, 8)
        self.assertIn(f"^BCN,125,N,N,N,N^FD>;>8{data}>6S>01^FS", text)

    def test_plain_codes_have_the_serial_number_alone(self):
        self.assertIn("^FDS\\5E1^FS", self._write(LabelCode("datamatrix", "S^1")))
        self.assertIn("^FDS><1^FS", self._write(LabelCode("code128", "S^1")))
