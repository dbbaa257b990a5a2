"""Files of serial numbers, read into the text that the entry box takes."""

import csv
import io
import zipfile

import openpyxl

from .serial_entries import MAX_UNITS

#: The largest file in bytes, and what a spreadsheet may hold once it is unpacked: bytes, and
#: elements, of which a cell has two or three.
MAX_FILE = 10 * 1024**2
MAX_UNPACKED = 20 * 1024**2
MAX_ELEMENTS = 250_000
#: The widest table, in columns.
MAX_COLUMNS = 100


class UnreadableFile(ValueError):
    """Raised with the key of the caller's message: large, kind, or long."""


def read_file(name, content):
    """Return the *content* of a CSV, text or XLSX file as text, one row a line.

    :param str name: the file's name, which tells its kind
    :param bytes content: what is in it
    :raise UnreadableFile: when it is too large, too long, or none of these
    """
    if len(content) > MAX_FILE:
        raise UnreadableFile("large")
    if name.lower().endswith((".xlsx", ".xlsm")):
        return _read_xlsx(content)
    if b"\0" in content:
        raise UnreadableFile("kind")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("kind")


def _read_xlsx(content):
    try:
        _check_unpacked(content)
        return _read_first_sheet(content)
    except UnreadableFile:
        raise
    except Exception:
        # What is wrong inside shows as errors of every kind.
        raise UnreadableFile("kind") from None


def _check_unpacked(content):
    """:raise UnreadableFile: when what is in the file is too much to read, or refers to itself"""
    room, elements = MAX_UNPACKED, 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            with archive.open(name) as part:
                text = part.read(room + 1)
            room -= len(text)
            elements += text.count(b"<") - text.count(b"</")
            if room < 0 or elements > MAX_ELEMENTS:
                raise UnreadableFile("large")
            if b"<!DOCTYPE" in text:
                raise UnreadableFile("kind")


def _read_first_sheet(content):
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    rows = book.worksheets[0].iter_rows(max_col=MAX_COLUMNS, values_only=True)
    for count, row in enumerate(rows):
        if count > MAX_UNITS:
            raise UnreadableFile("long")
        writer.writerow([_cell_text(cell) for cell in row])
    return "\n".join(line.rstrip("\t") for line in text.getvalue().split("\n"))


def _cell_text(cell):
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
