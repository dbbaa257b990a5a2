"""The records of an XLS file, checked before xlrd reads them: it trusts a file in all it says.

They are described in Microsoft's [MS-XLS].
"""

import re
from struct import pack, pack_into, unpack_from

from .limits import MAX_COLUMNS, MAX_ELEMENTS, MAX_FORMAT, MAX_FORMATS, UnreadableFile

_BOF, _EOF, _CONTINUE = 0x809, 0x0A, 0x3C
_FILEPASS, _CODEPAGE, _DATEMODE, _BOUNDSHEET = 0x2F, 0x42, 0x22, 0x85
_FORMAT, _XF, _SST = 0x41E, 0xE0, 0xFC
_NUMBER, _RK, _MULRK, _BOOLERR = 0x203, 0x27E, 0xBD, 0x205
_LABEL, _RSTRING, _LABELSST, _STRING = 0x204, 0xD6, 0xFD, 0x207
_MERGEDCELLS = 0xE5
_CELLS = {_NUMBER, _RK, _MULRK, _BOOLERR, _LABEL, _RSTRING, _LABELSST, 0x06, 0x206, 0x406}
# What each part is read for; a part begins with BOF.
_OF_BOOK = {_BOF, _FILEPASS, _CODEPAGE, _DATEMODE, _BOUNDSHEET, _FORMAT, _XF, _SST}
_OF_SHEET = {_BOF, _STRING, _MERGEDCELLS, *_CELLS}
# The versions in a BOF record.
_EXCEL_5, _EXCEL_97 = 0x500, 0x600
# A record that goes on with a text by the second half of a character.
_LOW_HALF = re.compile(rb".{4}\x01.[\xdc-\xdf]", re.DOTALL)

#: The most cells that a workbook may have in memory, where a row is as wide as its last one says:
#: twice what a list of as many rows and columns as may be has.
MAX_SLOTS = 2_000_000
#: The most records of a workbook; of its cell styles, of which Excel has no more than 4,050 and
#: others a few more; and of each kind that has a few.
MAX_RECORDS = 1_000_000
MAX_STYLES = 4_096
MAX_FEW = 5_000
_FEW = (_CONTINUE, _CODEPAGE, _DATEMODE, _BOUNDSHEET, _SST)


class Records:
    """The records of an XLS file, of which only those are left that its cells are read from.

    :param bytes stream: all records
    :ivar bytearray stream: those left, each part where it was
    :ivar sheets: ``[(start, is_hidden)]`` of its sheets, in order
    :raise UnreadableFile: when it has a password, is older than Excel 5, or there is too much in it
    :raise Exception: of any kind, when it is broken
    """

    def __init__(self, stream):
        self.stream, self.sheets = bytearray(stream), []
        self._left = {"record": MAX_RECORDS, "element": MAX_ELEMENTS, "text": MAX_ELEMENTS}
        self._left |= {
            "slot": MAX_SLOTS,
            _FORMAT: MAX_FORMATS,
            _XF: MAX_STYLES,
            **dict.fromkeys(_FEW, MAX_FEW),
        }
        code, _size, self._version = unpack_from("<HHH", stream)
        if code != _BOF or self._version not in (_EXCEL_5, _EXCEL_97):
            raise UnreadableFile("kind")
        self._clean(0, _OF_BOOK)

    def clean_sheet(self, index):
        """Leave only what is needed of a sheet, too. The errors are those above."""
        self._clean(self.sheets[index][0], _OF_SHEET)

    def _clean(self, start, needed):
        self._cells, self._widths = 0, {}
        last, end, is_needed, tables = start, start, False, []
        for code, at, size in self._list_records(start):
            if code in _CELLS:
                is_needed = self._check_cell(code, at, size)
            elif code != _CONTINUE:
                is_needed = code in needed and self._check(code, at, size)
            if is_needed:
                record = self.stream[at - 4 : at + size]
                if code == _CONTINUE:
                    self._take(code)
                    if self.stream[end - 1] & 0xFC == 0xD8 and _LOW_HALF.match(record):
                        # xlrd reads the text of each record by itself: one has to have both halves.
                        pack_into("<H", self.stream, last + 2, end - last - 6)
                        record[2:5] = pack("<HB", size + 2, 1) + self.stream[end - 2 : end]
                        end -= 2
                last, end = end, end + len(record)
                self.stream[last:end] = record
                tables += [last] if code == _SST else []
        self.stream[end : end + 4] = pack("<HH", _EOF, 0)
        for table in tables:
            self._check_strings(table)
        self._take("element", self._cells)
        self._take("slot", sum(self._widths.values()))

    def _list_records(self, start):
        """Yield ``(code, start, size)`` of the records from *start* to the end of that part, without
        those of what is inside it, such as charts."""
        at, depth = start, 0
        while True:
            code, size = unpack_from("<HH", self.stream, at)
            self._take("record")
            if not depth and code != _BOF:
                raise ValueError(code)
            depth += (code == _BOF) - (code == _EOF)
            if not depth:
                return
            if depth == 1:
                yield code, at + 4, size
            at += 4 + size

    def _take(self, what, count=1):
        self._left[what] -= count
        if self._left[what] < 0:
            raise UnreadableFile("much")

    # -------------------------------------------------------------------------------- checks

    def _check(self, code, at, size):
        """Return whether a record is needed."""
        if code == _FILEPASS:
            raise UnreadableFile("password")
        self._take(code if code in self._left else "element")
        if code == _BOUNDSHEET:
            start, state, kind = unpack_from("<IBB", self.stream, at)
            # Others are charts and macros.
            self.sheets += [(start, state & 3 != 0)] if kind == 0 else []
        elif code == _FORMAT and self._version == _EXCEL_97:
            # The time that xlrd needs is the square of the length.
            [length] = unpack_from("<H", self.stream, at + 2)
            pack_into("<H", self.stream, at + 2, min(length, MAX_FORMAT))
        elif code == _MERGEDCELLS:
            self._take("element", size // 8)
        return True

    def _check_cell(self, code, at, size):
        row, column = unpack_from("<HH", self.stream, at)
        if code in (_LABEL, _RSTRING):
            self._check_label(at, size)
            # Without the fonts that are behind the text of the other one.
            pack_into("<H", self.stream, at - 4, _LABEL)
        self._cells += size // 6 if code == _MULRK else 1
        if self._widths.get(row, 0) <= column < MAX_COLUMNS:
            self._widths[row] = column + 1
        return column < MAX_COLUMNS

    def _check_label(self, at, size):
        """Check that a text is as long as it says; xlrd would take what there is."""
        needed, flags = unpack_from("<HB", self.stream, at + 6)
        if needed and self._version == _EXCEL_97:
            needed = 1 + (needed << (flags & 1)) + (2 if flags & 8 else 0) + (4 if flags & 4 else 0)
        if 8 + needed > size:
            raise ValueError(needed)

    def _check_strings(self, table):
        """Check that the texts lead forward: xlrd would go back, and read the same again."""
        pieces = self._list_pieces(table)
        piece, at = next(pieces), 8
        [count] = unpack_from("<I", piece, 4)
        self._take("text", count)
        for _text in range(count):
            if at == len(piece):
                piece, at = next(pieces), 0
            length, flags = unpack_from("<HB", piece, at)
            [runs] = unpack_from("<H", piece, at + 3) if flags & 8 else [0]
            at += 5 if flags & 8 else 3
            [phonetic] = unpack_from("<I", piece, at) if flags & 4 else [0]
            at += 4 if flags & 4 else 0
            while (left := length - ((len(piece) - at) >> (flags & 1))) > 0:
                length, piece, at = left, next(pieces), 1
                flags = piece[0]
            self._take("element", runs)
            at += (length << (flags & 1)) + 4 * runs + phonetic
            while at > len(piece):
                at -= len(piece)
                piece = next(pieces)

    def _list_pieces(self, at):
        """Yield what is in the record at *at*, and in those that continue it."""
        code = _CONTINUE
        while code == _CONTINUE:
            [size] = unpack_from("<H", self.stream, at + 2)
            yield self.stream[at + 4 : at + 4 + size]
            at += 4 + size
            [code] = unpack_from("<H", self.stream, at)
