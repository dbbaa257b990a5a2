"""Files of serial numbers, read into the text that the entry box reads."""

from contextlib import contextmanager

from .files.compound import CompoundFile
from .files.kinds import READABLE, find_kind
from .files.limits import MAX_FILE, MAX_TEXT, UnreadableFile
from .files.ods import OdsBook
from .files.packed_xml import open_archive
from .files.text import read_text
from .files.xls import XlsBook
from .files.xlsx import XlsxBook
from .table_layout import write_row


def read_file(content, sheet=False, decimal_point=".", language="en_US"):
    """Return a text, CSV, XLSX, XLS or ODS file as text, one line for each row.

    :param bytes content: what is in it
    :param str sheet: the name of the sheet to read; by default the first visible one with cells
    :param str decimal_point: the decimal sign for the numbers of a spreadsheet
    :param str language: the code of the language whose code page a text may have
    :raise UnreadableFile: when it is too large, too long, or none of these; when it has no such
        sheet
    """
    with _explained():
        book = _open(content, decimal_point)
        return _read_book(book, sheet) if book else read_text(content, language)


def list_sheets(content):
    """Return the names of a spreadsheet's sheets that have cells, the hidden ones last; of any
    other file none.

    :param bytes content: what is in it
    :raise UnreadableFile: as :func:`read_file`
    """
    with _explained():
        book = _open(content, ".")
        return [book.sheets[index][0] for index in _list_filled(book)] if book else []


@contextmanager
def _explained():
    """Raise what can be explained: a broken file raises errors of every kind."""
    try:
        yield
    except UnreadableFile:
        raise
    except Exception:
        raise UnreadableFile("kind") from None


def _open(content, decimal_point):
    """Return the spreadsheet in a file, None if the file is a text.

    :raise UnreadableFile: with what it is, if it is neither
    """
    if len(content) > MAX_FILE:
        raise UnreadableFile("large")
    kind = find_kind(content)
    if kind not in READABLE:
        raise UnreadableFile(kind)
    if kind == "text":
        return None
    if kind == "xls":
        file = CompoundFile(content)
        name = "Workbook" if "Workbook" in file.names else "Book"
        return XlsBook(file.read_stream(name), decimal_point)
    book = XlsxBook if kind == "xlsx" else OdsBook
    return book(open_archive(content), decimal_point)


def _list_filled(book):
    """Yield the numbers of the sheets that have text, the hidden ones last."""
    for index in sorted(range(len(book.sheets)), key=lambda index: book.sheets[index][1]):
        if book.has_text(index):
            yield index


def _read_book(book, sheet):
    names = [name for name, _is_hidden in book.sheets]
    if sheet and sheet not in names:
        raise UnreadableFile("sheet")
    index = names.index(sheet) if sheet else next(_list_filled(book), None)
    return "" if index is None else _write_rows(book.read_sheet(index))


def _write_rows(sheet):
    lines, length = [], 0
    for row in sheet.list_rows():
        # Checked before the line is made: until then, cells share their texts in memory.
        length += sum(len(cell) + 1 for cell in row)
        if length > MAX_TEXT:
            raise UnreadableFile("much")
        lines.append(write_row(row, "\t"))
    return "\n".join(lines)
