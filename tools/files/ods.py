"""The sheets of an ODS file."""

import math
import re

from .limits import MAX_COLUMNS, MAX_NUMBER
from .packed_xml import Package, XmlReader, local_name
from .sheet import Sheet
from .shown import show_number

_CONTENT = "content.xml"
_CELLS = ("table-cell", "covered-table-cell")
# What stands in a cell or its text without being part of it.
_ASIDES = ("annotation", "frame", "note", "ruby-text")
_SIGNS = {"s": " ", "tab": "\t", "line-break": "\n"}
# The style of what LibreOffice keeps of other files' sheets.
_OTHER_FILE = "ta_extref"
_BLANKS = re.compile("[ \t\r\n]+")
# A number that is shown with leading zeros; with a decimal sign, the zero is no such zero.
_LEADING_ZERO = re.compile(r"[^0-9.,]*0[0-9]+[^.,]*")
_DATE = re.compile(r"([0-9]{4,}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}:[0-9]{2}))?.*")
_TIME = re.compile(r"PT([0-9]{1,2})H([0-9]{2})M([0-9]{2}).*S")


class OdsBook:
    """An ODS file.

    :param archive: the ZIP archive that it is
    :param str decimal_point: the decimal sign to write
    :ivar sheets: ``[(name, is_hidden)]`` of its sheets, in order
    """

    def __init__(self, archive, decimal_point):
        self._archive, self._decimal_point = archive, decimal_point
        tables = _Tables()
        Package(archive).parse(_CONTENT, tables)
        self.sheets = [(name, style in tables.hidden) for name, style in tables.found]
        self._filled = tables.filled

    def has_text(self, index):
        """Return whether a sheet has any text."""
        return index in self._filled

    def read_sheet(self, index):
        """Return a :class:`Sheet`.

        :raise UnreadableFile: when there is too much in it
        """
        cells = _Cells(index, self._decimal_point)
        Package(self._archive).parse(_CONTENT, cells)
        return cells.sheet


class _Tables(XmlReader):
    """The tables of a spreadsheet: ``[(name, style)]``; the styles that hide one; the numbers of the
    tables that have text."""

    def __init__(self):
        self.found, self.hidden, self.filled = [], set(), set()
        self._style, self._is_cell = "", False

    def start(self, tag, attributes):
        match local_name(tag):
            case "table-cell" | "covered-table-cell":
                self._is_cell = True
                for name, value in attributes.items():
                    # Some programs write what is stored, but not how it is shown.
                    self.read_text(value if name.endswith("value") else "")
            case "style":
                self._style = _strip_prefixes(attributes).get("name", "")
            case "table-properties" if _strip_prefixes(attributes).get("display") == "false":
                self.hidden.add(self._style)
            case "table":
                table = _strip_prefixes(attributes)
                self.found.append((table.get("name", ""), table.get("style-name", "")))

    def end(self, tag):
        if local_name(tag) in _CELLS:
            self._is_cell = False

    def read_text(self, text):
        if self._is_cell and text.strip() and self.found[-1][1] != _OTHER_FILE:
            self.filled.add(len(self.found) - 1)


class _Cells(XmlReader):
    """The cells of a table.

    :param int index: how many other tables come first
    :param str decimal_point: the decimal sign to write
    """

    def __init__(self, index, decimal_point):
        self._left, self._decimal_point = index, decimal_point
        self.sheet = Sheet()
        self._depth, self._asides, self._is_text = 0, 0, False
        self._number, self._repeated, self._row, self._column = 1, 1, {}, 0
        self._cell, self._cell_depth, self._texts = None, 0, []

    def start(self, tag, attributes):
        tag = local_name(tag)
        self._depth += 1
        if self._cell is not None:
            self._start_in_cell(tag, attributes)
        elif tag == "table":
            self._left -= 1
        elif self._left == -1 and tag == "table-row":
            self._repeated = _read_count(_strip_prefixes(attributes), "number-rows-repeated")
            self._row, self._column = {}, 0
        elif self._left == -1 and tag in _CELLS:
            self._cell, self._cell_depth = _strip_prefixes(attributes), self._depth
            self._texts, self._asides = [], 0

    def _start_in_cell(self, tag, attributes):
        if tag in _ASIDES:
            self._asides += 1
        elif tag in ("p", "h") and self._depth == self._cell_depth + 1:
            self._is_text = True
            self._texts += ["\n"] if self._texts else []
        elif tag in _SIGNS and self._is_text and not self._asides:
            count = _read_count(_strip_prefixes(attributes), "c") if tag == "s" else 1
            self._texts.append(_SIGNS[tag] * min(count, MAX_NUMBER))

    def end(self, tag):
        tag = local_name(tag)
        if self._cell is not None:
            if self._depth == self._cell_depth:
                self._end_cell()
            elif tag in _ASIDES:
                self._asides -= 1
            elif self._depth == self._cell_depth + 1:
                self._is_text = False
        elif self._left == -1 and tag == "table-row":
            self._end_row()
        elif self._left == -1 and tag == "table":
            self.is_done = True
        self._depth -= 1

    def read_text(self, text):
        if self._is_text and not self._asides:
            self._texts.append(_BLANKS.sub(" ", text))

    def _end_cell(self):
        count = _read_count(self._cell, "number-columns-repeated")
        text = _show(self._cell, "".join(self._texts), self._decimal_point)
        if text.strip():
            for column in range(self._column, min(self._column + count, MAX_COLUMNS)):
                self._row[column + 1] = text
        spanned = _read_count(self._cell, "number-rows-spanned")
        self.sheet.merge(self._column + 1, self._number, self._number + spanned - 1)
        self._column += count
        self._cell = None

    def _end_row(self):
        # Each of them has text; the sheet refuses a row too many.
        for number in range(self._repeated if self._row else 0):
            self.sheet.add_row(self._number + number, self._row)
        self._number += self._repeated


def _show(cell, text, decimal_point):
    """Return the text of a cell.

    :param dict cell: its attributes
    :param str text: how the program that wrote the file showed it
    """
    value = cell.get(f"{cell.get('value-type')}-value", "")
    match cell.get("value-type"):
        case "float" | "percentage" | "currency":
            value = cell.get("value", "")
            number = float(value) if 0 < len(value) <= MAX_NUMBER else math.nan
            if not math.isfinite(number) or _has_leading_zeros(text, number):
                return text
            return show_number(number, None, decimal_point)
        case "boolean":
            return str(value == "true")
        case "date" if found := _DATE.fullmatch(value):
            return " ".join(filter(None, (found[1], found[2]))).removesuffix(" 00:00:00")
        case "time" if found := _TIME.fullmatch(value):
            return f"{found[1]:>02}:{found[2]}:{found[3]}"
        case "string":
            return text or value
    return text


def _has_leading_zeros(text, number):
    digits = re.sub("[^0-9]", "", text)
    return bool(_LEADING_ZERO.fullmatch(text)) and int(digits[:MAX_NUMBER]) == number


def _strip_prefixes(attributes):
    return {local_name(name): value for name, value in attributes.items()}


def _read_count(attributes, name):
    """Return how often something is repeated, by default once."""
    text = attributes.get(name, "1")
    return int(text) if text.isdecimal() and len(text) <= 7 else 1
