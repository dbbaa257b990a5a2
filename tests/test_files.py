import zipfile
from datetime import date, datetime, time
from io import BytesIO

import openpyxl

from odoo.tests import tagged

from ..tools.files.limits import UnreadableFile
from ..tools.serial_file import list_sheets, read_file
from .file_case import FileCase

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CELL = b"<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>"
STRINGS = b"<sst>%s</sst>"
STYLES = b"<styleSheet>%s</styleSheet>"


def _relations(**targets):
    relations = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f"<Relationships>{relations}</Relationships>".encode()


def _workbook(sheet=CELL, method=zipfile.ZIP_DEFLATED, suffix=".xml", **parts):
    """Return an XLSX file of one sheet.

    :param bytes sheet: the sheet, as XML; by default it has one cell
    :param method: how everything but the relations is packed
    :param suffix: how the names of its parts end
    :param parts: other parts of the workbook, by their kind
    """
    file = BytesIO()
    names = {kind: f"{kind}{suffix}" for kind in ("worksheet", *parts)}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", _relations(officeDocument=f"/x/book{suffix}"))
        archive.writestr(f"x/_rels/book{suffix}.rels", _relations(**names))
        archive.writestr(
            f"x/book{suffix}",
            f'<workbook xmlns:r="{OFFICE}"><sheets><sheet r:id="worksheet"/></sheets></workbook>',
        )
        for kind, content in {"worksheet": sheet, **parts}.items():
            archive.writestr(f"x/{names[kind]}", content, method)
    return file.getvalue()


def _text(length):
    return b"<si><t>%s%s</t></si>" % ("😀".encode(), b"x" * length)


def _sheet(cells):
    return b"<worksheet><sheetData><row>" + cells + b"</row></sheetData></worksheet>"


def _many_members(count):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.png", b"")
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestSpreadsheets(FileCase):
    """What an XLSX file becomes, and how much time and memory the worst files take."""

    # ------------------------------------------------------------------------------------ bounds

    def test_files_that_unpack_to_too_much_are_refused(self):
        formats = b"".join(
            b'<numFmt numFmtId="%d" formatCode="%s"/>' % (number, b"[" * 250)
            for number in range(60_000)
        )
        names = b"".join(b"<n%d/>" % number for number in range(240_000))
        attributes = b"".join(b' n%d=""' % number for number in range(500_000))
        self.assertOutcomes(
            "much",
            {
                "blanks": _workbook(b" " * 200_000_000, suffix=".dat"),
                "texts": _workbook(sharedStrings=STRINGS % (b"<si/>" * 8_000_000), suffix=".XML"),
                "rows": _workbook(b"<sheetData>" + b"<row/>" * 3_000_000),
                "formats": _workbook(styles=STYLES % formats),
                "names": _workbook(b"<a>%s</a>" % names),
                "attributes": _workbook(b"<a%s/>" % attributes),
                "a comment": _workbook(b"<!--%s--><a/>" % (b"-x" * 10_000_000)),
                "a number": _workbook(_sheet(b"<c><v>%s</v></c>" % (b"9" * 20_000_000))),
                "files": _many_members(20_000),
            },
        )

    def test_a_text_that_is_shown_too_often_is_refused(self):
        reference = b'<c t="s"><v>0</v></c>'
        self.assertOutcomes(
            "much",
            {
                "a text again and again": _workbook(
                    _sheet(reference * 80_000), sharedStrings=STRINGS % _text(1_000_000)
                ),
                "rows of a text": _workbook(
                    b"<sheetData>" + b"<row>%s</row>" % reference * 9_000 + b"</sheetData>",
                    sharedStrings=STRINGS % _text(500_000),
                ),
            },
        )

    def test_long_texts_and_many_styles_are_read(self):
        xf = b'<xf numFmtId="1" fontId="2" fillId="3"/>'
        self.assertOutcomes(
            "read",
            {
                "a long text": _workbook(sharedStrings=STRINGS % _text(20_900_000)),
                "long texts": _workbook(sharedStrings=STRINGS % (_text(200) * 80_000)),
                "styles": _workbook(styles=STYLES % (b"<cellXfs>%s</cellXfs>" % (xf * 240_000))),
            },
        )

    def test_a_list_that_is_too_long_is_refused(self):
        wide = b'<row><c r="CV1"><v>1</v></c></row>'
        self.assertOutcomes("long", {"wide rows": _workbook(b"<sheetData>" + wide * 80_000)})

    def test_only_plain_workbooks_are_read(self):
        self.assertOutcomes(
            "kind",
            {
                "packed otherwise": _workbook(b" " * 1_000_000, zipfile.ZIP_BZIP2),
                "depth": _workbook(b"<a>" * 249_000),
                "entities": _workbook(b"<!DOCTYPE a [<!ENTITY a 'a'>]><a>&a;</a>"),
                "another encoding": _workbook(
                    "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a><a/>".encode("utf-16")
                ),
                "no XML": _workbook(b"Serial"),
                "a part that is not there": _workbook().replace(b"worksheet.xml", b"worksheet.XXX"),
            },
        )

    def test_a_document_type_is_refused_whatever_it_defines(self):
        cells = _sheet(b'<c t="str"><v>SN1</v></c>')
        self.assertEqual(self._read(_workbook(cells)), [["SN1"]])
        for definition in (b"", b" [<!ENTITY serial 'SN1'>]", b" SYSTEM 'a.dtd'"):
            with self.subTest(definition), self.assertRaisesRegex(UnreadableFile, "kind"):
                self._read(_workbook(b"<!DOCTYPE worksheet%s>%s" % (definition, cells)))

    # ------------------------------------------------------------------------------------- cells

    def test_the_cells_of_every_kind(self):
        book, file = openpyxl.Workbook(), BytesIO()
        sheet = book.active
        rows = [
            ["Serial", "Location", "", "Note"],
            ["SN1", "Y1-1A", None, "a, b & <c>"],
            [None, None, None],
            [1002, 3.0, -0.5, True],
            [date(2026, 1, 31), datetime(2026, 1, 31, 14, 30), time(14, 30), datetime(1900, 1, 2)],
            [None, "=1+1", "#N/A", " x "],
        ]
        for row in rows:
            sheet.append(row)
        sheet["J9"] = "last"
        book.create_sheet("Other").append(["SN9"])
        book.save(file)
        self.assertEqual(
            self._read(file.getvalue()),
            [
                ["Serial", "Location", "", "Note"],
                ["SN1", "Y1-1A", "", "a, b & <c>"],
                ["1002", "3", "-0.5", "True"],
                ["2026-01-31", "2026-01-31 14:30:00", "14:30:00", "1900-01-02"],
                ["", "", "#N/A", " x "],
                [*[""] * 9, "last"],
            ],
        )

    def test_what_other_programs_write(self):
        for cells, row in {
            b'<c t="inlineStr"><is><t>SN1</t></is></c>': ["SN1"],
            b'<c t="inlineStr"><is><r><t>SN</t></r><r><t>1</t></r></is></c>': ["SN1"],
            b'<c t="inlineStr"><is><t>SN1</t><rPh><t>x</t></rPh></is></c>': ["SN1"],
            b'<c t="str"><f>A1</f><v>SN1</v></c>': ["SN1"],
            b'<c r="B1"><v>1</v></c><c><v>2</v></c>': ["", "1", "2"],
            b'<c t="s"><v>0</v></c><c t="s"><v>1</v></c>': ["SN1", "a\u0007b_x0041_"],
            b'<c t="d"><v>2026-01-31</v></c><c t="d"><v>soon</v></c>': ["2026-01-31", "soon"],
            b'<c s="1"><v>46053</v></c><c s="0"><v>46053</v></c>': ["2026-01-31", "46053"],
            b'<c s="1"><v>1e300</v></c><c><v>1e999</v></c>': ["1E+300", "1e999"],
            b"<c><v>12345678901234567890</v></c>": ["1.23456789012346E+19"],
            b'<c r="CV1"><v>1</v></c><c r="CW1"><v>2</v></c>': [*[""] * 99, "1"],
            b'<x:c r="B1"><x:v>1</x:v></x:c>': ["", "1"],
        }.items():
            content = _workbook(
                _sheet(cells).replace(b"<row", b"<x:row").replace(b"/row", b"/x:row"),
                sharedStrings=b"<sst><si><r><t>SN</t></r><r><t>1</t></r><rPh><t>x</t></rPh></si>"
                b"<si><t>a_x0007_b_x005F_x0041_</t></si></sst>",
                styles=b'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd.mm.yyyy"/>'
                b'</numFmts><cellStyleXfs><xf numFmtId="164"/></cellStyleXfs><cellXfs><xf/>'
                b'<xf numFmtId="164"/></cellXfs></styleSheet>',
            )
            with self.subTest(cells):
                self.assertEqual(self._read(content), [row])

    def test_numbers_are_as_people_see_them(self):
        book, file = openpyxl.Workbook(), BytesIO()
        sheet = book.active
        numbers = {
            (123, "00000"): "00123",
            (1234567, "00000"): "1234567",
            (123, '"SN-"0000'): "SN-0123",
            (123456, "000\\-000"): "123-456",
            (12345, "000-000;[Red]-000"): "012-345",
            (0, "00"): "00",
            (120000, '0 "km"'): "120000",
            (-5, "000"): "-5",
            (1.5, "000"): "1,5",
            (1250.5, "#,##0.00"): "1250,5",
            (999999999999999, "0"): "999999999999999",
            (1234567890123456, "General"): "1.23456789012346E+15",
            (10**15, "0"): "1E+15",
            (0.1 + 0.2, "General"): "0,3",
            (0.00001, "General"): "0,00001",
            (46053.0000001, "DD.MM.YYYY"): "2026-01-31",
            (46053.6041666, "DD.MM.YYYY"): "2026-01-31 14:30:00",
        }
        for row, (number, code) in enumerate(numbers, 1):
            sheet.cell(row, 1, number).number_format = code
        book.save(file)
        rows = self._read(file.getvalue(), decimal_point=",")
        for [text], ((number, code), expected) in zip(rows, numbers.items()):
            self.assertEqual(text, expected, (number, code))

    def test_a_line_break_in_a_cell_is_no_row(self):
        for sign in ("\n", "\r"):
            cells = _sheet(b'<c t="inlineStr"><is><t>Serial_x%04X_Number</t></is></c>' % ord(sign))
            self.assertEqual(read_file(_workbook(cells)), f'"Serial{sign}Number"')

    def test_formatted_rows_are_no_rows(self):
        last = b'<row r="1048576"><c r="A1048576"><v>2</v></c></row>'
        rows = b'<row><c s="1"/><c t="s"><v>0</v></c></row>' * 12_000
        content = _workbook(
            b"<worksheet><sheetData><row><c><v>1</v></c></row>%s%s</sheetData></worksheet>"
            % (rows, last),
            sharedStrings=b"<sst><si><t> </t></si></sst>",
        )
        self.assertEqual(self._read(content), [["1"], ["2"]])

    def test_a_merged_cell_is_in_each_of_its_rows(self):
        book, file = openpyxl.Workbook(), BytesIO()
        sheet = book.active
        sheet.append(["Title"])
        for number in range(1, 6):
            sheet.cell(number + 1, 1, f"SN{number}")
        sheet["B2"], sheet["B5"] = "Y1-1A", "Y1-1B"
        for merged in ("A1:C1", "B2:C4"):
            sheet.merge_cells(merged)
        # Without a cell for each row.
        sheet.merged_cells.add("B5:B1048576")
        book.save(file)
        self.assertEqual(
            self._read(file.getvalue()),
            [
                ["Title"],
                *(["SN1", "Y1-1A"], ["SN2", "Y1-1A"], ["SN3", "Y1-1A"]),
                *(["SN4", "Y1-1B"], ["SN5", "Y1-1B"]),
            ],
        )

    def test_cells_that_are_merged_too_often_are_refused(self):
        merged = b'<mergeCell ref="A1:A9999"/>' * 9_000
        rows = b"<row><c><v>1</v></c></row>" * 9_999
        sheet = b"<a><sheetData>%s</sheetData>%s</a>" % (rows, merged)
        self.assertOutcomes("much", {"merged": _workbook(sheet)})

    def test_the_sheets(self):
        book, file = openpyxl.Workbook(), BytesIO()
        for name, state in (("Hidden", "hidden"), ("Secret", "veryHidden")):
            book.create_sheet(name, 0).sheet_state = state
            book[name].append([name])
        book.create_sheet("Chart", 0)
        book["Chart"].append([None, ""])
        book.create_sheet("Last").append([None, "SN1"])
        book["Sheet"].append(["SN0"])
        book.save(file)
        content = file.getvalue()
        self.assertEqual(list_sheets(content), ["Sheet", "Last", "Secret", "Hidden"])
        self.assertEqual(self._read(content), [["SN0"]])
        self.assertEqual(self._read(content, "Last"), [["", "SN1"]])
        self.assertEqual(self._read(content, "Secret"), [["Secret"]])
        self.assertEqual(self._read(content, "Chart"), [])
        for sheet in ("last", 5, ["Last"], True):
            with self.assertRaisesRegex(UnreadableFile, "sheet"):
                read_file(content, sheet)

    def test_a_large_list_is_read(self):
        rows = [f"SN{number:05}" for number in range(10_000)]
        book, file = openpyxl.Workbook(write_only=True), BytesIO()
        sheet = book.create_sheet()
        for row in rows:
            sheet.append([row, "Y1-1A", 120000, "Petrol", "a remark of some length" * 3])
        book.save(file)
        self.assertEqual([row[0] for row in self._read(file.getvalue())], rows)
