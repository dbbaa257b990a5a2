"""The sheets of an XLSX file."""

import math
import posixpath
import re
from collections import defaultdict
from contextlib import suppress

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_ISO8601

from .limits import MAX_FORMAT, MAX_FORMATS, MAX_NUMBER, UnreadableFile
from .packed_xml import Package, XmlReader, local_name
from .sheet import Sheet
from .shown import show_number, show_time

_COLUMN = re.compile("[A-Z]{1,3}")
_MERGED = re.compile("[A-Z]{1,3}([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})")
# How XLSX writes a character that XML can't have; half of a surrogate pair isn't one.
_ESCAPED = re.compile("_x(?![dD][89a-fA-F])([0-9a-fA-F]{4})_")


class XlsxBook:
    """An XLSX file.

    :param archive: the ZIP archive that it is
    :param str decimal_point: the decimal sign to write
    :ivar sheets: ``[(name, is_hidden)]`` of its sheets, in order
    """

    def __init__(self, archive, decimal_point):
        self._package = Package(archive)
        self._decimal_point = decimal_point
        [book, *_others] = self._read_targets("")["officeDocument"].values()
        self._targets = self._read_targets(book)
        self._sheets = _Sheets(self._targets["worksheet"])
        self._package.parse(book, self._sheets)
        self.sheets = [(name, is_hidden) for name, is_hidden, _part in self._sheets.found]

    def has_text(self, index):
        """Return whether a sheet has any text; of one that may not be read, it is assumed."""
        reader = _AnyText()
        try:
            self._package.parse(self._sheets.found[index][2], reader)
        except UnreadableFile:
            return True
        return reader.is_done

    def read_sheet(self, index):
        """Return a :class:`Sheet`.

        :raise UnreadableFile: when there is too much in it
        """
        formats, strings = _Formats(), _Strings()
        for kind, reader in (("styles", formats), ("sharedStrings", strings)):
            for part in self._targets[kind].values():
                self._package.parse(part, reader)
        values = _Values(strings.texts, formats, self._sheets.epoch, self._decimal_point)
        cells = _Cells(values)
        self._package.parse(self._sheets.found[index][2], cells)
        return cells.sheet

    def _read_targets(self, part):
        """Return ``{kind: {id: part}}``, the parts that *part*, or the package, refers to."""
        folder, name = posixpath.split(part)
        relations = _Relations(folder)
        self._package.parse(posixpath.join(folder, "_rels", f"{name}.rels"), relations)
        return relations.targets


class _Relations(XmlReader):
    """What a part in *folder* refers to: ``{kind: {id: part}}``."""

    def __init__(self, folder):
        self._folder = folder
        self.targets = defaultdict(dict)

    def start(self, tag, attributes):
        if local_name(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes["Type"].rpartition("/")[2]
            part = posixpath.join("/", self._folder, attributes["Target"])
            self.targets[kind][attributes["Id"]] = posixpath.normpath(part).lstrip("/")


class _Sheets(XmlReader):
    """The sheets of a workbook, ``[(name, is_hidden, part)]``, and the day its dates count from.

    :param dict worksheets: ``{id: part}``, those of its parts that have cells
    """

    def __init__(self, worksheets):
        self._worksheets = worksheets
        self.found, self.epoch = [], WINDOWS_EPOCH

    def start(self, tag, attributes):
        tag = local_name(tag)
        if tag == "sheet":
            ids = (value for name, value in attributes.items() if local_name(name) == "id")
            is_hidden = attributes.get("state", "visible") != "visible"
            self.found += [
                (attributes.get("name", ""), is_hidden, self._worksheets[id_])
                for id_ in ids
                if id_ in self._worksheets
            ]
        elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = MAC_EPOCH


class _Formats(XmlReader):
    """How the cells of each style show their number."""

    def __init__(self):
        self._codes = {}
        self._styles = []
        self._of_cells = False

    def start(self, tag, attributes):
        match local_name(tag):
            case "numFmt":
                self._codes[attributes["numFmtId"]] = attributes["formatCode"][:MAX_FORMAT]
                if len(self._codes) > MAX_FORMATS:
                    raise UnreadableFile("much")
            case "cellXfs":
                self._of_cells = True
            case "xf" if self._of_cells:
                self._styles.append(attributes.get("numFmtId", "0"))

    def end(self, tag):
        if local_name(tag) == "cellXfs":
            self._of_cells = False

    def find(self, style):
        """Return the format of the cells of *style*, a number given as text."""
        format_id = self._styles[int(style)] if self._styles else "0"
        return self._codes.get(format_id) or BUILTIN_FORMATS.get(int(format_id[:9]))


class _Strings(XmlReader):
    """The texts that cells refer to by number."""

    def __init__(self):
        self.texts = []
        self._pieces, self._is_text, self._is_phonetic = [], False, False

    def start(self, tag, _attributes):
        match local_name(tag):
            case "si":
                self._pieces = []
            case "rPh":
                self._is_phonetic = True
            case "t":
                self._is_text = not self._is_phonetic

    def end(self, tag):
        match local_name(tag):
            case "si":
                self.texts.append(_read_escaped(self._pieces))
            case "rPh":
                self._is_phonetic = False
            case "t":
                self._is_text = False

    def read_text(self, text):
        if self._is_text:
            self._pieces.append(text)


def _read_escaped(pieces):
    text = "".join(pieces)
    return _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), text) if "_x" in text else text


class _AnyText(XmlReader):
    """Looks for the first cell that has a value."""

    def __init__(self):
        self._is_value = False

    def start(self, tag, _attributes):
        self._is_value = local_name(tag) in ("v", "t")

    def read_text(self, text):
        if self._is_value and text.strip():
            self.is_done = True


class _Values:
    """What the cells' values stand for.

    :param list strings: the texts that they refer to
    :param formats: the :class:`_Formats` of the cells
    :param epoch: the day that dates count from
    :param str decimal_point: the decimal sign to write
    """

    def __init__(self, strings, formats, epoch, decimal_point):
        self._strings, self._formats = strings, formats
        self._epoch, self._decimal_point = epoch, decimal_point

    def show(self, kind, style, pieces):
        """Return the text of a cell whose value is in *pieces*."""
        match kind:
            case "s":
                return self._strings[int("".join(pieces))]
            case "n":
                return self._show_number("".join(pieces), style)
            case "b":
                return str(bool(int("".join(pieces))))
            case "d":
                text = "".join(pieces)
                with suppress(ValueError):
                    text = show_time(from_ISO8601(text))
                return text
            case _other:
                return _read_escaped(pieces)

    def _show_number(self, text, style):
        number = float(text) if len(text) <= MAX_NUMBER else math.nan
        if not math.isfinite(number):
            return text
        return show_number(number, self._formats.find(style), self._decimal_point, self._epoch)


class _Cells(XmlReader):
    """The cells of a sheet.

    :param values: the :class:`_Values` of the workbook
    """

    def __init__(self, values):
        self._values = values
        self.sheet = Sheet()
        self._number, self._row = 0, {}
        self._column, self._kind, self._style = 0, "n", "0"
        self._pieces, self._is_text, self._is_phonetic = [], False, False

    def start(self, tag, attributes):
        match local_name(tag):
            case "row":
                self._start_row(attributes.get("r", ""))
            case "c":
                self._pieces = []
                self._kind = attributes.get("t", "n")
                self._style = attributes.get("s", "0")
                reference = attributes.get("r")
                self._column = _read_column(reference) if reference else self._column + 1
            case "rPh":
                self._is_phonetic = True
            case "v":
                self._is_text = self._kind != "inlineStr"
            case "t":
                self._is_text = self._kind == "inlineStr" and not self._is_phonetic
            case "mergeCell":
                self._merge(attributes["ref"])

    def end(self, tag):
        match local_name(tag):
            case "row":
                self.sheet.add_row(self._number, self._row)
            case "c" if self._pieces:
                if text := self._values.show(self._kind, self._style, self._pieces):
                    self._row[self._column] = text
            case "rPh":
                self._is_phonetic = False
            case "v" | "t":
                self._is_text = False

    def read_text(self, text):
        if self._is_text:
            self._pieces.append(text)

    def _start_row(self, number):
        # Where a number is missing or used again, the row is the next one.
        given = int(number) if number.isdecimal() and len(number) <= 7 else 0
        self._number = max(given, self._number + 1)
        self._row, self._column = {}, 0

    def _merge(self, reference):
        if merged := _MERGED.fullmatch(reference):
            self.sheet.merge(_read_column(reference), int(merged[1]), int(merged[2]))


def _read_column(reference):
    """Return the column number in a cell's *reference*, like ``B7``."""
    number = 0
    for letter in _COLUMN.match(reference)[0]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
