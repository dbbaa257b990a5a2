import zipfile
from io import BytesIO

from odoo.tests import tagged

from ..tools.files.limits import UnreadableFile
from ..tools.serial_file import list_sheets
from .file_case import FileCase

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
HIDDEN = (
    '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
)


def ods(*tables, mimetype=MIMETYPE, manifest="", content=None):
    """Return an ODS file."""
    body = "".join(tables)
    content = content or (
        '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s">'
        f"<office:automatic-styles>{HIDDEN}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr("content.xml", content)
    return file.getvalue()


def _table(name, *rows, style="ta1"):
    return (
        f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'
    )


def _row(*cells, repeated=1):
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def _text(text, attributes=""):
    return (
        f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p>'
        "</table:table-cell>"
    )


def _value(kind, value, text, name="value"):
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name}="{value}"><text:p>{text}'
        "</text:p></table:table-cell>"
    )


COVERED = "<table:covered-table-cell/>"


@tagged("post_install", "-at_install")
class TestOdsFiles(FileCase):
    """What an ODS file becomes."""

    def test_the_cells_of_every_kind(self):
        for cell, text in {
            _value("float", "133.56", "133,56"): "133,56",
            _value("float", "1002", "1.002"): "1002",
            _value("float", "123", "00123"): "00123",
            _value("float", "123", "SN-00123"): "SN-00123",
            _value("float", "0", "0,00"): "0",
            _value("currency", "0", "0.00 €"): "0",
            _value("currency", "1250.5", "1.250,50 €"): "1250,5",
            _value("percentage", "0.5", "50 %"): "0,5",
            _value("float", "1234567890123456", "1,23E+15"): "1.23456789012346E+15",
            _value("float", "", "x"): "x",
            _value("date", "2026-01-31", "31.01.26", "date-value"): "2026-01-31",
            _value("date", "2026-01-31T00:00:00", "x", "date-value"): "2026-01-31",
            _value("date", "2026-01-31T14:30:00.5", "x", "date-value"): "2026-01-31 14:30:00",
            _value("date", "soon", "soon", "date-value"): "soon",
            _value("time", "PT14H30M00S", "14:30", "time-value"): "14:30:00",
            _value("boolean", "true", "WAHR", "boolean-value"): "True",
            _value("string", "SN1", "", "string-value"): "SN1",
            _value("string", "", "#N/A", "string-value"): "#N/A",
            '<table:table-cell office:value-type="float" office:value="5"/>': "5",
            _text(
                "SN<text:span>1</text:span> \n x<text:s text:c='2'/>y<text:tab/>z"
            ): "SN1 x  y\tz",
            _text("a</text:p><text:p>b<text:line-break/>c"): "a\nb\nc",
            _text("SN1<office:annotation><text:p>new</text:p></office:annotation>"): "SN1",
            _text("日<text:ruby-text>ni</text:ruby-text>本"): "日本",
            "<table:table-cell><office:annotation><text:p>x</text:p></office:annotation>"
            "<text:p>SN1</text:p><draw:g><text:p>y</text:p></draw:g></table:table-cell>".replace(
                "draw:", "office:"
            ): "SN1",
        }.items():
            with self.subTest(cell):
                content = ods(_table("List", _row(cell)))
                self.assertEqual(self._read(content, decimal_point=","), [[text]])

    def test_repeated_cells_and_rows(self):
        twice = 'table:number-columns-repeated="2"'
        blank = '<table:table-cell table:number-columns-repeated="16000"/>'
        content = ods(
            _table(
                "List",
                _row(_text("SN1"), _text("x", twice), _text("y"), blank),
                _row(blank, repeated=1_048_570),
                _row(f"<table:table-cell {twice}/>", _text("z"), repeated=2),
            )
        )
        self.assertEqual(self._read(content), [["SN1", "x", "x", "y"], *[["", "", "z"]] * 2])

    def test_a_merged_cell_is_in_each_of_its_rows(self):
        spanned = 'table:number-rows-spanned="3"'
        content = ods(
            _table(
                "List",
                _row(_text("Title", 'table:number-columns-spanned="2"'), COVERED),
                _row(_text("SN1"), _text("Y1-1A", spanned)),
                _row(_text("SN2"), COVERED, _text("x")),
                _row(COVERED, COVERED),
                _row(_text("SN3")),
            )
        )
        self.assertEqual(
            self._read(content),
            [["Title"], ["SN1", "Y1-1A"], ["SN2", "Y1-1A", "x"], ["SN3"]],
        )

    def test_the_sheets(self):
        content = ods(
            _table("Hidden", _row(_text("h")), style="ta2"),
            _table("Empty", _row("<table:table-cell/>")),
            _table("List", _row(_text("l"))),
            _table("'file:///a.ods'#A", _row(_text("a")), style="ta_extref"),
            _table("More", _row(_text("m"))),
        )
        self.assertEqual(list_sheets(content), ["List", "More", "Hidden"])
        for sheet, text in ((), "l"), (("Hidden",), "h"), (("More",), "m"), (("Empty",), None):
            self.assertEqual(self._read(content, *sheet), [[text]] if text else [], sheet)

    # ------------------------------------------------------------------------------------ bounds

    def test_files_that_have_too_much_are_refused(self):
        many = 'table:number-columns-repeated="16384"'
        self.assertOutcomes(
            "much",
            {
                "blanks": ods(content=" " * 200_000_000),
                "cells": ods(_table("List", _row("<table:table-cell/>" * 300_000))),
                "a text again and again": ods(
                    _table("List", _row(_text("x" * 1000, many), repeated=10_000))
                ),
                "merged cells": ods(
                    _table(
                        "List",
                        *(
                            _row(_text("x", 'table:number-rows-spanned="9999"'))
                            for _ in range(9999)
                        ),
                    )
                ),
            },
        )
        self.assertOutcomes(
            "long", {"rows": ods(_table("List", _row(_text("x"), repeated=1_048_576)))}
        )

    def test_blank_rows_take_no_time(self):
        rows = [_row(_text(" "), repeated=1_048_576)] * 1000
        self.assertOutcomes("read", {"rows": ods(_table("List", *rows, _row(_text("SN1"))))})

    def test_only_plain_spreadsheets_are_read(self):
        self.assertOutcomes(
            "kind",
            {
                "entities": ods(content="<!DOCTYPE a [<!ENTITY a 'a'>]><a>&a;</a>"),
                "depth": ods(content="<a>" * 249_000),
                "no XML": ods(content="Serial"),
            },
        )
        for problem, how in {
            "password": {"manifest": "<encryption-data/>"},
            "document": {"mimetype": "application/vnd.oasis.opendocument.text"},
            "archive": {"mimetype": "application/epub+zip"},
        }.items():
            with self.assertRaisesRegex(UnreadableFile, problem):
                self._read(ods(**how))
