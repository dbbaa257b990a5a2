"""The sheets of an XLS file, as Excel 5 to 2003 write it.

What the format calls records is described in Microsoft's [MS-XLS].
"""

import math
from collections import defaultdict
from struct import calcsize, unpack, unpack_from

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from .limits import MAX_ELEMENTS, MAX_FORMAT, MAX_FORMATS, UnreadableFile
from .sheet import Sheet
from .shown import show_number

_BOF, _EOF, _CONTINUE = 0x809, 0x0A, 0x3C
_FILEPASS, _CODEPAGE, _DATEMODE, _BOUNDSHEET = 0x2F, 0x42, 0x22, 0x85
_FORMAT, _XF, _SST = 0x41E, 0xE0, 0xFC
_NUMBER, _RK, _MULRK, _BOOLERR = 0x203, 0x27E, 0xBD, 0x205
_LABEL, _RSTRING, _LABELSST, _STRING = 0x204, 0xD6, 0xFD, 0x207
_FORMULAS = (0x06, 0x206, 0x406)
_MERGEDCELLS = 0xE5
# The versions in a BOF record.
_EXCEL_5, _EXCEL_97 = 0x500, 0x600

#: The most records of a workbook, and of its cell styles.
MAX_RECORDS = 1_000_000
MAX_STYLES = 65_536

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
# The code pages that have other names.
_CODE_PAGES = {1200: "utf-16-le", 10000: "mac-roman", 32768: "mac-roman", 32769: "cp1252"}


class XlsBook:
    """An XLS file.

    :param bytes stream: its stream of records
    :param str decimal_point: the decimal sign to write
    :ivar sheets: ``[(name, is_hidden)]`` of its sheets, in order
    :raise UnreadableFile: when it has a password, is older, or there is too much in it
    """

    def __init__(self, stream, decimal_point):
        self._stream, self._decimal_point = stream, decimal_point
        self._left, self._cells = MAX_RECORDS, MAX_ELEMENTS
        code, _size, self._version = unpack_from("<HHH", stream)
        if code != _BOF or self._version not in (_EXCEL_5, _EXCEL_97):
            raise UnreadableFile("kind")
        self._code_page, self._epoch = "cp1252", WINDOWS_EPOCH
        self._codes, self._styles, self._strings = {}, [], []
        self._found, self._formula = [], None
        for code, at, size in self._list_records(0):
            self._read_global(code, at, size)
        self.sheets = [(name, is_hidden) for name, is_hidden, _start in self._found]

    def has_text(self, index):
        """Return whether a sheet has any text."""
        return any(text.strip() for _row, _column, text in self._list_cells(index, Sheet()))

    def read_sheet(self, index):
        """Return a :class:`Sheet`.

        :raise UnreadableFile: when there is too much in it
        """
        sheet, rows = Sheet(), defaultdict(dict)
        for row, column, text in self._list_cells(index, sheet):
            rows[row][column] = text
        for row, cells in rows.items():
            sheet.add_row(row, cells)
        return sheet

    def _list_records(self, start):
        """Yield ``(code, start, size)`` of the records from *start* to the end of that part, without
        those of what is inside it, such as charts."""
        at, depth = start, 0
        while at + 4 <= len(self._stream):
            code, size = unpack_from("<HH", self._stream, at)
            self._left -= 1
            if self._left < 0:
                raise UnreadableFile("much")
            if not depth and code != _BOF:
                raise ValueError(code)
            depth += (code == _BOF) - (code == _EOF)
            if not depth:
                return
            if depth == 1:
                yield code, at + 4, size
            at += 4 + size

    # -------------------------------------------------------------------------- the workbook

    def _read_global(self, code, at, size):
        if code == _FILEPASS:
            raise UnreadableFile("password")
        if code == _CODEPAGE:
            [page] = unpack_from("<H", self._stream, at)
            self._code_page = _CODE_PAGES.get(page, f"cp{page}")
        elif code == _DATEMODE:
            is_mac = unpack_from("<H", self._stream, at) == (1,)
            self._epoch = MAC_EPOCH if is_mac else WINDOWS_EPOCH
        elif code == _BOUNDSHEET:
            self._read_boundsheet(at, size)
        elif code == _FORMAT:
            self._read_format(at, size)
        elif code == _XF:
            self._styles += unpack_from("<H", self._stream, at + 2)
            if len(self._styles) > MAX_STYLES:
                raise UnreadableFile("much")
        elif code == _SST:
            self._read_strings(at, size)

    def _read_boundsheet(self, at, size):
        start, state, kind = unpack_from("<IBB", self._stream, at)
        # Others are charts and macros.
        if kind == 0:
            name = self._read_text(at + 6, size - 6, "<B")
            self._found.append((name, state & 3 != 0, start))

    def _read_format(self, at, size):
        [key] = unpack_from("<H", self._stream, at)
        length = "<H" if self._version == _EXCEL_97 else "<B"
        self._codes[key] = self._read_text(at + 2, size - 2, length)[:MAX_FORMAT]
        if len(self._codes) > MAX_FORMATS:
            raise UnreadableFile("much")

    def _read_strings(self, at, size):
        [count] = unpack_from("<I", self._stream, at + 4)
        if count > MAX_ELEMENTS:
            raise UnreadableFile("much")
        text = _Text(self._stream, at + 8, size - 8)
        self._strings = [text.read_next("<H") for _string in range(count)]

    def _read_text(self, at, size, length):
        """Return the text at *at*; *length* is the format of its length."""
        if self._version == _EXCEL_97:
            return _Text(self._stream, at, size).read_next(length)
        [count] = unpack_from(length, self._stream, at)
        start = at + calcsize(length)
        return self._stream[start : start + count].decode(self._code_page, "replace")

    # ----------------------------------------------------------------------------- the cells

    def _list_cells(self, index, sheet):
        """Yield ``(row, column, text)`` of the cells of a sheet; what is merged goes to *sheet*."""
        _name, _is_hidden, start = self._found[index]
        for code, at, size in self._list_records(start):
            if code == _MERGEDCELLS:
                for first, last, column, _last in self._list_merged(at, size):
                    sheet.merge(column + 1, first + 1, last + 1)
            for row, column, text in self._read_cells(code, at, size):
                self._cells -= 1
                if self._cells < 0:
                    raise UnreadableFile("much")
                if text:
                    yield row + 1, column + 1, text

    def _list_merged(self, at, size):
        for start in range(at + 2, at + size - 7, 8):
            yield unpack_from("<4H", self._stream, start)

    def _read_cells(self, code, at, size):
        """Yield ``(row, column, text)`` of the cells in a record; numbered from 0."""
        if code == _MULRK:
            row, column = unpack_from("<HH", self._stream, at)
            for index in range((size - 6) // 6):
                style, number = unpack_from("<HI", self._stream, at + 4 + 6 * index)
                yield row, column + index, self._show(_read_rk(number), style)
        elif code == _STRING and self._formula:
            yield *self._formula, self._read_text(at, size, "<H")
        elif code in _FORMULAS or code in _VALUES:
            row, column, style = unpack_from("<3H", self._stream, at)
            self._formula = (row, column) if code in _FORMULAS else None
            yield row, column, self._read_value(code, at + 6, size - 6, style)

    def _read_value(self, code, at, size, style):
        if code in _FORMULAS:
            return self._read_result(at, style)
        if code in (_LABEL, _RSTRING):
            return self._read_text(at, size, "<H")
        if code == _LABELSST:
            return self._strings[unpack_from("<I", self._stream, at)[0]]
        if code == _BOOLERR:
            return _show_flag(*unpack_from("<BB", self._stream, at))
        if code == _RK:
            return self._show(_read_rk(*unpack_from("<I", self._stream, at)), style)
        return self._show(*unpack_from("<d", self._stream, at), style)

    def _read_result(self, at, style):
        """Return the result of a formula; a text is in the record behind it."""
        kind, value, mark = unpack_from("<BxBxxxH", self._stream, at)
        if mark != 0xFFFF:
            return self._show(*unpack_from("<d", self._stream, at), style)
        return _show_flag(value, kind == 2) if kind in (1, 2) else ""

    def _show(self, number, style):
        if not math.isfinite(number):
            return str(number)
        key = self._styles[style] if style < len(self._styles) else 0
        code = self._codes.get(key) or BUILTIN_FORMATS.get(key)
        return show_number(number, code, self._decimal_point, self._epoch)


_VALUES = (_NUMBER, _RK, _BOOLERR, _LABEL, _RSTRING, _LABELSST)


def _read_rk(number):
    """Return the number that is packed into 32 bits."""
    if number & 2:
        [value] = unpack("<i", (number & ~3).to_bytes(4, "little"))
        value = float(value >> 2)
    else:
        [value] = unpack("<d", bytes(4) + (number & ~3).to_bytes(4, "little"))
    return value / 100 if number & 1 else value


def _show_flag(value, is_error):
    return _ERRORS.get(value, "#N/A") if is_error else str(bool(value))


class _Text:
    """Texts in a record, and in those that continue it. Reads forward only."""

    def __init__(self, stream, at, size):
        self._stream, self._at, self._end = stream, at, at + size

    def read_next(self, length):
        """Return the text that is next; *length* is the format of its length."""
        if self._at == self._end:
            self._continue()
        [count] = self._unpack(length)
        [flags] = self._unpack("<B")
        [runs] = self._unpack("<H") if flags & 8 else [0]
        [phonetic] = self._unpack("<I") if flags & 4 else [0]
        text = self._read_characters(count, flags & 1)
        self._skip(runs * 4 + phonetic)
        return text

    def _unpack(self, pattern):
        values = unpack_from(pattern, self._stream, self._at)
        self._at += calcsize(pattern)
        return values

    def _read_characters(self, count, is_wide):
        pieces = []
        while True:
            taken = max(0, min(count, (self._end - self._at) >> is_wide))
            piece = self._stream[self._at : self._at + (taken << is_wide)]
            pieces.append(piece if is_wide else piece.decode("latin-1").encode("utf-16-le"))
            self._at += len(piece)
            count -= taken
            if not count:
                return b"".join(pieces).decode("utf-16-le", "replace")
            self._continue()
            [flags] = self._unpack("<B")
            is_wide = flags & 1

    def _skip(self, size):
        while size > self._end - self._at:
            size -= self._end - self._at
            self._continue()
        self._at += size

    def _continue(self):
        code, size = unpack_from("<HH", self._stream, self._end)
        if code != _CONTINUE:
            raise ValueError(code)
        self._at = self._end + 4
        self._end = self._at + size
