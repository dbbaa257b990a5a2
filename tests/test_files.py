import json
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

import openpyxl

from odoo.tests import BaseCase, tagged

from ..tools import spreadsheet
from ..tools.serial_file import read_file
from ..tools.spreadsheet import UnreadableFile

#: The seconds and bytes that reading a file may take, besides what Python and its libraries do.
SECONDS = 2
MEMORY = 200 * 1024**2

#: Reads a file from its input, and prints the outcome, the key of the error or "read", and the
#: seconds. Odoo is not loaded, so that only reading takes memory.
CHILD = """
import importlib, json, resource, sys, time, types
package = types.ModuleType("tools")
package.__path__ = [sys.argv[1]]
sys.modules["tools"] = package
serial_file = importlib.import_module("tools.serial_file")
content = sys.stdin.buffer.read()
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
start, outcome = time.process_time(), "read"
try:
    serial_file.read_file("a.xlsx", content)
except serial_file.UnreadableFile as problem:
    outcome = "no memory" if isinstance(problem.__context__, MemoryError) else str(problem)
print(json.dumps([outcome, time.process_time() - start]))
"""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRINGS = b"<sst>%s</sst>"
STYLES = b"<styleSheet>%s</styleSheet>"


def _relations(**targets):
    relations = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f"<Relationships>{relations}</Relationships>".encode()


def _workbook(sheet=b"<worksheet/>", method=zipfile.ZIP_DEFLATED, suffix=".xml", **parts):
    """Return an XLSX file of one sheet.

    :param bytes sheet: the sheet, as XML
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
class TestSpreadsheets(BaseCase):
    """What an XLSX file becomes, and how much time and memory the worst ones take."""

    def _read_in_child(self, content):
        tools = Path(spreadsheet.__file__).parent
        child = subprocess.run(
            [sys.executable, "-c", CHILD, str(tools), str(MEMORY)],
            input=content,
            capture_output=True,
            check=True,
        )
        return json.loads(child.stdout)

    # ------------------------------------------------------------------------------------ bounds

    def assertOutcomes(self, expected, files):
        """Assert the outcome of each of *files*, in little time and memory.

        :param str expected: the key of the error, or "read"
        :param dict files: the contents, by name
        """
        for name, content in files.items():
            with self.subTest(name):
                self.assertLess(len(content), 10 * 1024**2)
                outcome, seconds = self._read_in_child(content)
                self.assertEqual(outcome, expected)
                self.assertLess(seconds, SECONDS)

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
                    b"<sheetData>" + b"<row>%s</row>" % reference * 80_000,
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

    def _read(self, content):
        return [line.split("\t") for line in read_file("a.xlsx", content).split("\n")]

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
                *[
                    [
                        "2026-01-31 00:00:00",
                        "2026-01-31 14:30:00",
                        "14:30:00",
                        "1900-01-02 00:00:00",
                    ]
                ],
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
            b'<c s="1"><v>46053</v></c><c s="0"><v>46053</v></c>': ["2026-01-31 00:00:00", "46053"],
            b'<c s="1"><v>1e300</v></c><c><v>1e999</v></c>': [str(int(1e300)), "1e999"],
            b"<c><v>12345678901234567890</v></c>": ["12345678901234567890"],
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

    def test_a_large_list_is_read(self):
        rows = [f"SN{number:05}" for number in range(10_000)]
        book, file = openpyxl.Workbook(write_only=True), BytesIO()
        sheet = book.create_sheet()
        for row in rows:
            sheet.append([row, "Y1-1A", 120000, "Petrol", "a remark of some length" * 3])
        book.save(file)
        self.assertEqual([row[0] for row in self._read(file.getvalue())], rows)
