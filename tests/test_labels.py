import re
from unittest.mock import patch

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SerialCase

WIZARD = "odoo.addons.serialized_parts.wizard.lot_label_layout"


class LabelCase(SerialCase):
    """Two alternators with serial numbers, in two bins, with a mileage on their labels."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_engines()
        cls.mileage = cls._new_question("Mileage", "integer", on_label=True)
        cls.colour = cls._new_question("Colour", "selection", ["Red", "Blue"], on_label=True)
        cls.secret = cls._new_question("Cost", "float")
        cls.sheet = cls.env.ref("serialized_parts.serial_label_size_a4_3x8")
        cls.roll = cls.env.ref("serialized_parts.serial_label_size_57x32")
        cls.env["ir.config_parameter"].set_param("web.base.url", "https://yard.example.com")

    def setUp(self):
        super().setUp()
        self.receipt = self._receive_named("SN1", "SN2")
        self.first, self.second = self.serials = self._serials(self.part).with_user(self.clerk)
        red = self.colour.option_ids[0].key
        self.first.serial_answers = {
            self.mileage.key: 120000,
            self.colour.key: red,
            self.secret.key: 7.5,
        }

    def _open(self, action, **values):
        """Return the dialog that *action* opens, as the clerk; *values* are chosen in it."""
        self.assertEqual(action["res_model"], "lot.label.layout")
        Layout = (
            self.env["lot.label.layout"].with_user(self.clerk).with_context(lang=self.clerk.lang)
        )
        form = Form(Layout.with_context(**action["context"]), action["views"][0][0])
        for field, value in values.items():
            form[field] = value
        return form.save()

    def _layout(self, serials=None, **values):
        serials = self.serials if serials is None else serials
        return self._open(serials.action_print_labels(), **values)

    def _print(self, layout):
        """Return what the dialog prints, as text."""
        action = layout.process()
        report = (
            self.env["ir.actions.report"].with_context(**layout.env.context).with_user(self.clerk)
        )
        render = {"qweb-pdf": report._render_qweb_html, "qweb-text": report._render_qweb_text}
        content, _kind = render[action["report_type"]](
            action["report_name"], None, data=action["data"]
        )
        return content.decode() if isinstance(content, bytes) else str(content)

    def _pages(self, layout):
        """Return the printed pages as ``[[text of a label, "" for none]]``."""
        root = html.fromstring(self._print(layout))
        return [
            [" ".join(" ".join(cell.itertext()).split()) for cell in page.xpath("./table/tr/td")]
            for page in root.find_class("o_label_page")
        ]


@tagged("post_install", "-at_install")
class TestLabels(LabelCase):
    """Which labels are printed, and what is on them."""

    def test_a_label_has_part_serial_number_bin_and_answers(self):
        [[first], [second]] = self._pages(self._layout(label_size_id=self.roll))
        self.assertEqual(first, "Alternator SN1 Y1-1A Mileage: 120000 Colour: Red")
        self.assertEqual(second, "Alternator SN2 Y1-1A")

    def test_a_sheet_goes_on_where_the_last_one_ended(self):
        layout = self._layout(label_size_id=self.sheet, used_labels=23)
        self.assertEqual(layout.label_summary, "2 (sheets: 2)")
        first, second = self._pages(layout)
        self.assertEqual((first[:23], len(first)), ([""] * 23, 24))
        self.assertIn("SN1", first[23])
        self.assertIn("SN2", second[0])

    def test_more_labels_are_used_than_a_sheet_has(self):
        for used in (-1, 24):
            with self.assertRaisesRegex(ValidationError, "has 24 labels"):
                self._layout(label_size_id=self.sheet, used_labels=used)

    def test_pages_have_the_size_of_the_paper(self):
        for size, width, height in (
            (self.sheet, "210.000mm", "297.000mm"),
            (self.roll, "57.000mm", "32.000mm"),
        ):
            page = self._print(self._layout(label_size_id=size))
            self.assertIn(f"@page {{ size: {width} {height}; margin: 0; }}", page)

    def test_the_preview_is_the_page_itself(self):
        layout = self._layout(label_size_id=self.roll)
        preview = html.fromstring(layout.label_preview)
        texts = [label.text_content().split()[1] for label in preview.find_class("o_label")]
        self.assertEqual(texts, ["SN1", "SN2"])
        self.assertIn("vw", layout.label_preview)
        self.assertNotIn("<button", layout.label_preview)

    def test_the_preview_is_there_before_anything_is_saved(self):
        action = self.serials.action_print_labels()
        Layout = self.env["lot.label.layout"].with_user(self.clerk)
        form = Form(Layout.with_context(**action["context"]), action["views"][0][0])
        self.assertEqual(form.label_summary, "2")
        self.assertIn("SN2", form.label_preview)
        form.print_format = "serial_zpl"
        self.assertEqual(form.label_size_id.kind, "roll")
        self.assertIn("SN2", form.label_preview)

    def test_names_are_escaped(self):
        self.part.name = "<script>alert(1)</script> & Co"
        layout = self._layout()
        for page in (self._print(layout), layout.label_preview):
            self.assertNotIn("<script>alert", page)
            self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co", page)

    def test_a_serial_number_without_a_bin_and_an_archived_one(self):
        delivery = self._deliver(self.part, 2)
        delivery.button_validate()
        self.first.active = False
        [[first], _second] = self._pages(self._layout(label_size_id=self.roll))
        self.assertEqual(first, "Alternator SN1 Mileage: 120000 Colour: Red")

    def test_an_archived_custom_field_is_not_printed(self):
        self.colour.active = False
        [[first], _second] = self._pages(self._layout(label_size_id=self.roll))
        self.assertEqual(first, "Alternator SN1 Y1-1A Mileage: 120000")

    def test_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.clerk.lang = "ar_001"
        self.mileage.with_context(lang="ar_001").name = "المسافة"
        layout = self._layout()
        page = self._print(layout)
        self.assertIn("المسافة: 120000", page)
        self.assertRegex(page, r'class="o_label" dir="rtl"')

    # ---------------------------------------------------------------------------- ZPL

    def test_zpl_by_the_label_printer(self):
        layout = self._layout(print_format="serial_zpl", label_size_id=self.roll)
        text = self._print(layout)
        self.assertEqual(text.count("^XA"), 2)
        self.assertIn(f"^FDMA,https://yard.example.com/serial/{self.part.id}/SN1^FS", text)
        self.assertIn("^FDMileage: 120000^FS", text)

    def test_codes_of_a_part_with_a_gtin(self):
        self.part.barcode = "9506000134352"
        for code, expected in (
            ("qr", "^FDMA,https://yard.example.com/01/09506000134352/21/SN1^FS"),
            ("datamatrix", "^FD_1010950600013435221SN1^FS"),
            ("code128", "^FD>;>8010950600013435221>6SN1^FS"),
        ):
            layout = self._layout(print_format="serial_zpl", label_size_id=self.roll, code=code)
            self.assertIn(expected, self._print(layout))
            self.assertFalse(layout.label_notice)

    def test_what_does_not_fit_as_bars_is_noticed(self):
        self.first.name = "S" * 60
        layout = self._layout(label_size_id=self.roll, code="code128")
        self.assertIn("signs that it lacks: 1.", layout.label_notice)

    # ------------------------------------------------------------------ where they are printed

    def test_from_a_transfer(self):
        layout = self._open(self.receipt.action_print_serial_labels())
        self.assertEqual(layout._get_serials(), self.serials)
        delivery = self._deliver(self.part, 1)
        layout = self._open(delivery.action_print_serial_labels())
        self.assertEqual(len(layout._get_serials()), 1)

    def test_from_the_part(self):
        self._deliver(self.part, 1).button_validate()
        for part in (self.part, self.template):
            layout = self._open(part.with_user(self.clerk).action_print_serial_labels())
            self.assertEqual(layout._get_serials().mapped("name"), ["SN2"])

    def test_in_the_print_menu_of_serial_numbers(self):
        action = self.env.ref("serialized_parts.action_print_serial_labels").with_user(self.clerk)
        context = {"active_model": "stock.lot", "active_ids": self.serials.ids}
        layout = self._open(action.with_context(**context).run())
        self.assertEqual(layout._get_serials(), self.serials)

    def test_by_odoos_own_dialog_on_a_transfer(self):
        action = self.receipt.action_open_label_type()
        kind = Form(self.env[action["res_model"]].with_context(**action["context"])).save()
        self.assertEqual(kind.label_type, "lots")
        layout = self._open(kind.process())
        self.assertEqual(layout.print_format, "serial_pdf")
        self.assertEqual(layout._get_serials(), self.serials)
        layout.print_format = "4x12"
        self.assertEqual(layout.process()["report_name"], "stock.report_lot_label")

    def test_lots_keep_odoos_formats(self):
        bolt = self._new_part("Bolt", tracking="lot")
        lot = self.env["stock.lot"].create({"name": "LOT1", "product_id": bolt.id})
        self._put_in_stock(bolt, 5, self.bin_a, lot_id=lot)
        delivery = self._deliver(bolt, 5)
        with self.assertRaisesRegex(UserError, "None of these units"):
            delivery.action_print_serial_labels()
        with self.assertRaisesRegex(UserError, "None of these units"):
            lot.with_user(self.clerk).action_print_labels()
        context = {"default_move_line_ids": delivery.move_line_ids.ids}
        Layout = self.env["lot.label.layout"].with_user(self.clerk).with_context(**context)
        layout = Layout.create({})
        self.assertEqual(layout.print_format, "4x12")
        self.assertEqual(layout.process()["context"]["active_ids"], lot.ids)
        layout.print_format = "serial_pdf"
        self.assertIn("LOT1", layout.label_notice)
        with self.assertRaisesRegex(UserError, "None of these units"):
            layout.process()

    def test_units_that_have_no_serial_number_yet(self):
        receipt = self._receipt(2)
        with self.assertRaisesRegex(UserError, "None of these units has a serial number yet"):
            receipt.action_print_serial_labels()
        receipt.enter_serials("SN3")
        with self.assertRaisesRegex(UserError, "created when it is validated"):
            receipt.action_print_serial_labels()

    # ------------------------------------------------------------------------ who, how many

    def test_more_labels_than_can_be_printed_at_once(self):
        layout = self._layout()
        with (
            patch(f"{WIZARD}.MAX_LABELS", 1),
            self.assertRaisesRegex(UserError, "These are 2 labels"),
        ):
            layout.process()

    def test_a_purchase_user_prints(self):
        action = self.serials.with_user(self.buyer).action_print_labels()
        Layout = self.env["lot.label.layout"].with_user(self.buyer)
        layout = Form(Layout.with_context(**action["context"]), action["views"][0][0]).save()
        self.assertIn("SN1", layout._prepare_pages()["pages"][0][0][0].label)

    def test_another_companys_serial_numbers(self):
        other = self.env["res.company"].create({"name": "Other Yard"})
        stranger = self._new_user("stranger", "stock.group_stock_manager")
        self.part.company_id = self.env.company
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        Layout = self.env["lot.label.layout"].with_user(stranger)
        with self.assertRaises(AccessError):
            self.serials.with_user(stranger).action_print_labels()
        with self.assertRaises(AccessError):
            Layout.create({"lot_ids": self.serials.ids})
        with self.assertRaises(AccessError):
            Layout._get_to_print(self.serials.ids, {})

    def test_queries_of_50_labels(self):
        self._receive_named(*(f"Q{number}" for number in range(50)))
        serials = self._serials(self.part).with_user(self.clerk)

        def count(number):
            layout = self._layout(serials[:number])
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            layout._prepare_pages()
            return self.env.cr.sql_log_count - before

        count(1)
        one, fifty = count(1), count(50)
        self.assertLessEqual(fifty, one + 2, f"{one} queries for 1, {fifty} for 50")


@tagged("post_install", "-at_install")
class TestLabelSizes(SerialCase):
    """The sizes of labels, and their paper."""

    def _new_size(self, **values):
        Size = self.env["serial.label.size"].with_user(self.boss)
        return Size.create({"name": "Mine", "width": 60, "height": 30, **values})

    def test_a_label_that_is_too_small(self):
        for values in ({"width": 0}, {"height": 9.9}, {"width": -5}):
            with self.assertRaisesRegex(ValidationError, "at least 10 mm"):
                self._new_size(**values)

    def test_a_sheet_without_labels_or_with_impossible_margins(self):
        for values in ({"columns": 0}, {"rows": 0}):
            with self.assertRaisesRegex(ValidationError, "at least one column"):
                self._new_size(kind="sheet", **values)
        for name in ("margin_top", "margin_side", "column_gap", "row_gap"):
            with self.assertRaisesRegex(ValidationError, "below zero"):
                self._new_size(kind="sheet", **{name: -1})

    def test_labels_that_are_not_all_on_the_page(self):
        with self.assertRaisesRegex(ValidationError, "need 246 mm, the page has 210 mm"):
            self._new_size(kind="sheet", columns=4, column_gap=2)
        with self.assertRaisesRegex(ValidationError, "need 300 mm, the page has 297 mm"):
            self._new_size(kind="sheet", rows=10)
        self._new_size(kind="sheet", columns=3, rows=9)

    def test_paper(self):
        for size, expected in (
            ("a4_3x8", ["--page-size", "A4"]),
            ("letter_3x10", ["--page-size", "Letter"]),
            ("57x32", ["--page-width", "57mm", "--page-height", "32mm"]),
        ):
            size = self.env.ref(f"serialized_parts.serial_label_size_{size}")
            report = self.env["ir.actions.report"]
            arguments = report._build_wkhtmltopdf_args(size._make_paper_format(), False)
            self.assertIn(" ".join(expected), " ".join(arguments))
            self.assertIn("--disable-smart-shrinking", arguments)
            margins = re.findall(r"--margin-\w+ (\S+)", " ".join(arguments))
            self.assertEqual({float(margin) for margin in margins}, {0.0})
