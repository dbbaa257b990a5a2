import datetime
import random
import sys
from io import BytesIO
from struct import pack
from unittest.mock import patch

import xlwt
from xlwt.CompoundDoc import XlsDoc

from odoo.tests import tagged

from ..tools.files.compound import SIGNATURE
from ..tools.files.limits import MAX_ELEMENTS, UnreadableFile
from ..tools.serial_file import list_sheets, read_file
from .file_case import FileCase
from .old_files import compound, record, style, xls

SST, CONTINUE, LABELSST = 0xFC, 0x3C, 0xFD


def _number(row, column, number, style=0):
    return record(0x203, row, column, style, pack("<d", number))


def _save(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestXlsFiles(FileCase):
    """What an XLS file becomes."""

    def test_the_cells_of_every_kind(self):
        book = xlwt.Workbook()
        sheet = book.add_sheet("List")
        digits, day = (xlwt.easyxf(num_format_str=code) for code in ("00000", "DD.MM.YYYY"))
        for column, value in enumerate(["Serial", "Größe", 1002, 3.0, -0.5, 133.56, True, 1e-7]):
            sheet.write(0, column, value)
        sheet.write(2, 0, 123, digits)
        sheet.write(2, 1, datetime.date(2026, 1, 31), day)
        sheet.write(2, 2, datetime.datetime(2026, 1, 31, 14, 30), day)
        sheet.write(2, 3, 1234567890123456)
        sheet.write_rich_text(2, 4, (("SN", xlwt.easyfont("bold on")), "9"))
        for row in range(12_000):
            sheet.write(3 + row, 5, "", digits)
        self.assertEqual(
            self._read(_save(book), decimal_point=","),
            [
                ["Serial", "Größe", "1002", "3", "-0,5", "133,56", "True", "0,0000001"],
                ["00123", "2026-01-31", "2026-01-31 14:30:00", "1.23456789012346E+15", "SN9"],
            ],
        )

    def test_a_long_list(self):
        chance = random.Random(5)
        rows = [
            ["".join(chance.choices("aäЖ😀x1", k=chance.randrange(1, 200))) for _column in range(4)]
            for _row in range(2000)
        ]
        book = xlwt.Workbook()
        sheet = book.add_sheet("List")
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write(number, column, text)
        self.assertEqual(self._read(_save(book)), rows)

    def test_what_excel_writes(self):
        text = record(0x207, 3, b"\0SN1")
        formula = (0x06, 0, 0, 0)
        for cells, row in {
            (record(*formula, b"\0" * 6 + b"\xff\xff", bytes(8)), text): ["SN1"],
            (record(*formula, b"\0" * 6 + b"\xff\xff", bytes(8)), record(0x4BC, 0), text): ["SN1"],
            (record(*formula, b"\1\0\1\0\0\0\xff\xff", bytes(8)),): ["True"],
            (record(*formula, b"\2\0\x2a\0\0\0\xff\xff", bytes(8)),): ["#N/A"],
            (record(*formula, pack("<d", 2), bytes(8)),): ["2"],
            (record(0x205, 0, 0, 0, b"\x17\1"),): ["#REF!"],
            (record(0x27E, 0, 0, 0, pack("<I", 1002 << 2 | 2)),): ["1002"],
            (record(0x27E, 0, 0, 0, pack("<i", -150 << 2 | 3)),): ["-1.5"],
            (record(0xBD, 0, 1, 0, pack("<I", 5 << 2 | 2), 0, pack("<I", 6 << 2 | 2), 2),): [
                *("", "5", "6")
            ],
            (record(0x204, 0, 0, 0, 3, b"\1", "SNЖ".encode("utf-16-le")),): ["SNЖ"],
            (record(0x809, 0x600, 0x20), record(0x203, b"chart"), record(0x0A), text): [],
            (_number(0, 0, float("inf")),): ["inf"],
            (_number(0, 99, 1), _number(0, 100, 2)): [*[""] * 99, "1"],
            (record(0xD6, 0, 0, 0, 3, b"\0SN1", 1, b"font"),): ["SN1"],
            (record(0x205, 0, 0, 0, b"\x2b\1"),): ["#N/A"],
            # What is needed for showing a sheet, or printing it.
            (record(0x23E), record(0xA0), record(0x1B0), _number(0, 0, 1)): ["1"],
        }.items():
            with self.subTest(cells):
                self.assertEqual(self._read(xls(*cells)), [row] if row else [])

    def test_texts_go_on_in_the_next_record(self):
        wide = "Ж😀".encode("utf-16-le")
        strings = (
            record(SST, pack("<II", 2, 2), 5, b"\x0d", 1, pack("<I", 6), wide[:4]),
            record(CONTINUE, b"\1", wide[4:], b"\0\0"),
            record(CONTINUE, b"\0A", b"run!", b"ab"),
            record(CONTINUE, b"cdef", 3, b"\0SN2"),
        )
        cells = [record(LABELSST, 0, column, 0, pack("<I", column)) for column in (0, 1)]
        self.assertEqual(self._read(xls(*cells, book=strings)), [["Ж😀\0A", "SN2"]])

    def test_an_older_workbook_has_a_code_page(self):
        name, label = "Łódź".encode("cp1250"), "SŁ1".encode("cp1250")
        book = (record(0x42, 1250), record(0x41E, 200, b"\x04", b"0000"), style(200))
        cells = (record(0x204, 0, 0, 0, len(label), label), _number(0, 1, 7))
        content = xls(*cells, book=book, version=0x500, name=name)
        self.assertEqual(self._read(content), [["SŁ1", "0007"]])
        self.assertEqual(list_sheets(content), ["Łódź"])

    def test_dates_count_from_the_day_of_the_workbook(self):
        for mac, day in ((0, "2026-01-31"), (1, "2030-02-01")):
            content = xls(_number(0, 0, 46053), book=(record(0x22, mac), style(14)))
            self.assertEqual(self._read(content), [[day]])

    def test_a_merged_cell_is_in_each_of_its_rows(self):
        book = xlwt.Workbook()
        sheet = book.add_sheet("List")
        sheet.write_merge(0, 0, 0, 1, "Title")
        for row in range(1, 5):
            sheet.write(row, 0, f"SN{row}")
        sheet.write_merge(1, 3, 1, 1, "Y1-1A")
        self.assertEqual(
            self._read(_save(book)),
            [["Title"], *([f"SN{row}", "Y1-1A"] for row in (1, 2, 3)), ["SN4"]],
        )

    def test_the_sheets(self):
        book = xlwt.Workbook()
        for name, state in (("Hidden", 1), ("Secret", 2), ("Empty", 0), ("List", 0)):
            sheet = book.add_sheet(name)
            sheet.visibility = state
            sheet.write(0, 0, "" if name == "Empty" else name)
        book.active_sheet = 3
        content = _save(book)
        self.assertEqual(list_sheets(content), ["List", "Hidden", "Secret"])
        self.assertEqual(self._read(content), [["List"]])
        self.assertEqual(self._read(content, "Secret"), [["Secret"]])
        with self.assertRaisesRegex(UnreadableFile, "sheet"):
            read_file(content, "Other")

    # ------------------------------------------------------------------------------------ bounds

    def test_files_that_have_too_much_are_refused(self):
        number = _number(0, 0, 1)
        shared = record(LABELSST, 0, 0, 0, pack("<I", 0))
        self.assertOutcomes(
            "much",
            {
                "records": self._large(record(0x201) * 2_000_000),
                "cells": self._large(number * (MAX_ELEMENTS + 1)),
                "styles": self._large(b"", style(0) * 5_000),
                "formats": self._large(
                    b"", b"".join(record(0x41E, key, 1, b"\0x") for key in range(2000))
                ),
                "strings": self._large(b"", record(SST, pack("<II", 1, MAX_ELEMENTS + 1))),
                "fonts in strings": self._large(
                    b"",
                    record(SST, pack("<II", 25, 25), 1, b"\x08", 15_000, b"x", b"font" * 15_000)
                    + record(CONTINUE, 1, b"\x08", 15_000, b"x", b"font" * 15_000) * 24,
                ),
                "wide rows": self._large(self._blank(99), record(SST, pack("<II", 1, 1), 0, b"\0")),
                "parts of a text": self._large(
                    record(0x06, 0, 0, 0, b"\0" * 6 + b"\xff\xff", bytes(8))
                    + record(0x207, 9, b"\0")
                    + record(CONTINUE, b"\0") * 900_000
                ),
                "sheets": self._large(b"", record(0x85, pack("<IBBB", 0, 0, 0, 1), b"\0S") * 6_000),
                "code pages": self._large(b"", record(0x42, 1252) * 700_000),
                "merged cells": self._large(record(0xE5, 8000, *[0, 9, 0, 0] * 8000) * 150),
                "a text again and again": self._large(
                    b"".join(record(LABELSST, row, 0, 0, pack("<I", 0)) for row in range(9000)),
                    record(SST, pack("<II", 1, 1), 8000, b"\0", b"x" * 8000),
                ),
            },
        )
        self.assertEqual(
            self._read(self._large(shared, record(SST, pack("<II", 1, 1), 1, b"\0x"))), [["x"]]
        )

    def test_large_files_are_read(self):
        self.assertOutcomes(
            "read",
            {
                "formats": self._large(
                    _number(0, 0, 1),
                    b"".join(record(0x41E, key, 8000, b"\0" + b"[" * 8000) for key in range(900)),
                ),
                "fonts": self._large(record(0xD6, 0, 0, 0, 1, b"\0a", 9, b"font" * 16_000) * 150),
                "records": self._large(record(0x201) * 400_000),
                "far cells": self._large(
                    self._blank(255), record(SST, pack("<II", 1, 1), 0, b"\0")
                ),
                "styles": self._large(_number(0, 0, 1), style(14) * 4_000),
            },
        )

    def test_a_list_that_is_too_long_is_refused(self):
        rows = b"".join(_number(row, 99, 1) for row in range(10_002))
        self.assertOutcomes("long", {"rows": self._large(rows)})

    def _blank(self, column):
        return b"".join(record(LABELSST, row, column, 0, pack("<I", 0)) for row in range(65_536))

    def _large(self, cells, book=b""):
        """Return an XLS file, as xlwt packs it."""
        begin, end = record(0x809, 0x600, 5, 0, 0), record(0x0A)
        sheet = record(0x85, pack("<IBBB", len(begin + book + end) + 13, 0, 0, 1), b"\0S")
        file = BytesIO()
        stream = begin + book + sheet + end + record(0x809, 0x600, 0x10, 0, 0) + cells + end
        XlsDoc().save(file, stream)
        return file.getvalue()

    def test_broken_files_are_refused(self):
        plain = xls(_number(0, 0, 1))
        self.assertEqual(self._read(plain), [["1"]])
        directory = plain.index("Root Entry".encode("utf-16-le"))
        table = 512 * (1 + int.from_bytes(plain[76:80], "little"))
        self.assertOutcomes(
            "kind",
            {
                "the beginning only": SIGNATURE,
                "half of it": plain[: len(plain) // 2],
                "sectors of one byte": _put(plain, 30, b"\0\0"),
                "a circle of sectors": _put(plain, table, b"\0" * 512),
                "no such sector": _put(plain, 48, b"\xf0\xff\xff\0"),
                "no workbook": compound(Contents=b"x" * 99),
                "another version": compound(
                    Workbook=record(0x809, 0x400, 0x10, 0, 0) + _number(0, 0, 1) + record(0x0A)
                ),
                "a string that isn't there": xls(record(LABELSST, 0, 0, 0, pack("<I", 7))),
                "a text without an end": xls(record(0x204, 0, 0, 0, 9999, b"\0S")),
                "a text that another record goes on with": xls(
                    record(0x204, 0, 0, 0, 5, b"\0SN"), record(0x204, 0, 1, 0, 3, b"\0abc")
                ),
                "no sheet where it should be": _put(
                    plain, plain.index(pack("<HH", 0x85, 13)) + 4, pack("<I", 20)
                ),
                "sectors of four bytes": _put(plain + bytes(9 * 1024**2), 30, b"\2\0"),
                "a code page that isn't there": xls(
                    record(0x204, 0, 0, 0, 1, b"S"), book=(record(0x42, 9),), version=0x500
                ),
            },
        )
        # The directory is a tree; one that goes in circles is walked once.
        loop = _put(plain, directory + 128 + 68, pack("<II", 1, 1))
        self.assertEqual(self._read(loop), [["1"]])

    def test_a_table_of_sectors_ends(self):
        # Its second part names itself as the next one.
        content = _put(xls(_number(0, 0, 1)) + bytes(8 * 1024**2), 68, bytes(4))
        self.assertOutcomes("read", {"a circle": _put(content, 512 + 508, bytes(4))})

    def test_a_phonetic_text_leads_forward_only(self):
        strings = record(SST, pack("<II", 1, 1), 1, b"\x04", pack("<i", -8), b"x")
        again = record(SST, pack("<II", 1, 200_000), 9000, b"\4", pack("<i", -9007), b"x" * 9000)
        self.assertOutcomes(
            "kind",
            {
                "backward": xls(_number(0, 0, 1), book=(strings,)),
                "again and again": xls(_number(0, 0, 1), book=(again,)),
            },
        )

    def test_nothing_is_written_to_the_output(self):
        # xlrd has something to say about a workbook without a code page.
        self.assertOutcomes("read", {"no code page": xls(_number(0, 0, 1), version=0x500)})

    def test_without_xlrd_the_file_is_refused(self):
        with patch.dict(sys.modules, xlrd=None), self.assertRaisesRegex(UnreadableFile, "^xls$"):
            read_file(xls(_number(0, 0, 1)))


def _put(content, at, piece):
    return content[:at] + piece + content[at + len(piece) :]
