"""The cells of the first sheet of an XLSX file, read in little time and memory, whatever is in it.

A spreadsheet library reads everything in a file, and trusts it. Here only what leads to the cells
is opened; each part is measured before it is parsed, whatever its name.
"""

import io
import math
import posixpath
import re
import zipfile
from collections import defaultdict
from contextlib import suppress
from xml.parsers.expat import ParserCreate

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

#: The most that all parts read may have together, unpacked: bytes, and elements (a cell has two
#: or three).
MAX_UNPACKED = 20 * 1024**2
MAX_ELEMENTS = 250_000
#: The most files in the archive, names of elements and attributes, and custom number formats.
MAX_MEMBERS = 5_000
MAX_NAMES = 5_000
MAX_FORMATS = 1_000
#: The longest format, as in Excel, and the longest number, in characters.
MAX_FORMAT = 255
MAX_NUMBER = 400
#: The widest table, in columns.
MAX_COLUMNS = 100

# How much is parsed at a time, in bytes. No tag is longer than that.
_STEP = 256 * 1024
# How the entry of a file in the archive's list begins.
_ENTRY = b"PK\1\2"
_COLUMN = re.compile("[A-Z]{1,3}")
# How XLSX writes a character that XML can't have; half of a surrogate pair isn't one.
_ESCAPED = re.compile("_x(?![dD][89a-fA-F])([0-9a-fA-F]{4})_")


class UnreadableFile(ValueError):
    """Raised with the key of the caller's message: large, much, kind, or long."""


def read_rows(content):
    """Yield the rows of the first sheet, without those that are blank, as lists of texts.

    :param bytes content: an XLSX file
    :raise UnreadableFile: when there is too much in it
    :raise Exception: of any kind, when it is not such a file
    """
    # zipfile reads the whole list of an archive at once.
    if content.count(_ENTRY) > MAX_MEMBERS:
        raise UnreadableFile("much")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield from _Package(archive).read_rows()


class _Package:
    """The parts in the archive, and how much of them may still be read."""

    def __init__(self, archive):
        self._archive = archive
        self._members = {info.filename.casefold(): info for info in archive.infolist()}
        self._room = MAX_UNPACKED
        self._elements = MAX_ELEMENTS

    def read_rows(self):
        [book, *_others] = self._read_targets("")["officeDocument"].values()
        targets = self._read_targets(book)
        sheets = _Sheets(targets["worksheet"])
        self._parse(book, sheets)
        formats, strings = _Formats(), _Strings()
        for kind, reader in (("styles", formats), ("sharedStrings", strings)):
            for part in targets[kind].values():
                self._parse(part, reader)
        cells = _Cells(strings.texts, formats, sheets.epoch)
        for _step in self._parse_in_steps(sheets.parts[0], cells):
            yield from cells.pop_rows()

    def _read_targets(self, part):
        """Return ``{kind: {id: part}}``, the parts that *part*, or the package, refers to."""
        folder, name = posixpath.split(part)
        relations = _Relations(folder)
        self._parse(posixpath.join(folder, "_rels", f"{name}.rels"), relations)
        return relations.targets

    def _parse(self, part, reader):
        for _step in self._parse_in_steps(part, reader):
            pass

    def _parse_in_steps(self, part, reader):
        """Have *reader* read *part*, and yield after every step.

        :raise UnreadableFile: when there is too much in it
        """
        content = self._unpack(part)
        # In another encoding that a part may name, it couldn't be measured.
        parser = ParserCreate("UTF-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.read_text
        for start in range(0, len(content), _STEP):
            step = content[start : start + _STEP]
            parser.Parse(step)
            unfinished = start + len(step) - parser.CurrentByteIndex
            if unfinished > _STEP or len(parser.intern) > MAX_NAMES:
                raise UnreadableFile("much")
            yield
        parser.Parse(b"", True)
        yield

    def _unpack(self, part):
        """Return what is in *part*.

        :raise UnreadableFile: when it is more than may still be read
        """
        member = self._members[part.casefold()]
        # Other methods can't be unpacked piece by piece.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFile("kind")
        with self._archive.open(member) as file:
            content = file.read(self._room + 1)
        self._room -= len(content)
        self._elements -= content.count(b"<") - content.count(b"</")
        if self._room < 0 or self._elements < 0:
            raise UnreadableFile("much")
        return content


def _refuse(*_doctype):
    # What a document type defines may refer to itself.
    raise UnreadableFile("kind")


class _Reader:
    """Reads a part. Prefixes of names are ignored: the program that wrote the file chose them."""

    def start(self, tag, attributes):
        """Read the start of an element."""

    def end(self, tag):
        """Read the end of an element."""

    def read_text(self, text):
        """Read a piece of text."""


def _local_name(name):
    return name.rpartition(":")[2]


class _Relations(_Reader):
    """What a part in *folder* refers to: ``{kind: {id: part}}``."""

    def __init__(self, folder):
        self._folder = folder
        self.targets = defaultdict(dict)

    def start(self, tag, attributes):
        if _local_name(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes["Type"].rpartition("/")[2]
            part = posixpath.join("/", self._folder, attributes["Target"])
            self.targets[kind][attributes["Id"]] = posixpath.normpath(part).lstrip("/")


class _Sheets(_Reader):
    """The sheets of a workbook, in order, and the day its dates count from.

    :param dict worksheets: ``{id: part}``, those of its parts that have cells
    """

    def __init__(self, worksheets):
        self._worksheets = worksheets
        self.parts, self.epoch = [], WINDOWS_EPOCH

    def start(self, tag, attributes):
        tag = _local_name(tag)
        if tag == "sheet":
            ids = (value for name, value in attributes.items() if _local_name(name) == "id")
            self.parts += filter(None, (self._worksheets.get(id_) for id_ in ids))
        elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = MAC_EPOCH


class _Formats(_Reader):
    """How the cells of each style show their number."""

    def __init__(self):
        self._codes = {}
        self._styles = []
        self._of_cells = False

    def start(self, tag, attributes):
        match _local_name(tag):
            case "numFmt":
                self._codes[attributes["numFmtId"]] = attributes["formatCode"][:MAX_FORMAT]
                if len(self._codes) > MAX_FORMATS:
                    raise UnreadableFile("much")
            case "cellXfs":
                self._of_cells = True
            case "xf" if self._of_cells:
                self._styles.append(attributes.get("numFmtId", "0"))

    def end(self, tag):
        if _local_name(tag) == "cellXfs":
            self._of_cells = False

    def find(self, style):
        """Return the format of the cells of *style*, a number given as text."""
        format_id = self._styles[int(style)] if self._styles else "0"
        return self._codes.get(format_id) or BUILTIN_FORMATS.get(int(format_id[:9]))


class _Strings(_Reader):
    """The texts that cells refer to by number."""

    def __init__(self):
        self.texts = []
        self._pieces, self._is_text, self._is_phonetic = [], False, False

    def start(self, tag, _attributes):
        match _local_name(tag):
            case "si":
                self._pieces = []
            case "rPh":
                self._is_phonetic = True
            case "t":
                self._is_text = not self._is_phonetic

    def end(self, tag):
        match _local_name(tag):
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


class _Cells(_Reader):
    """The rows of a sheet.

    :param list strings: the texts that its cells refer to
    :param formats: the :class:`_Formats` of its cells
    :param epoch: the day its dates count from
    """

    def __init__(self, strings, formats, epoch):
        self._strings, self._formats, self._epoch = strings, formats, epoch
        self._readers = {}
        self._rows, self._row = [], {}
        self._column, self._kind, self._style = 0, "n", "0"
        self._pieces, self._is_text, self._is_phonetic = [], False, False

    def pop_rows(self):
        """Return the rows that were read since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, tag, attributes):
        match _local_name(tag):
            case "row":
                self._row, self._column = {}, 0
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

    def end(self, tag):
        match _local_name(tag):
            case "row" if self._row:
                width = max(self._row)
                self._rows.append([self._row.get(column, "") for column in range(1, width + 1)])
            case "c" if self._pieces and self._column <= MAX_COLUMNS:
                if text := self._read_cell():
                    self._row[self._column] = text
            case "rPh":
                self._is_phonetic = False
            case "v" | "t":
                self._is_text = False

    def read_text(self, text):
        if self._is_text:
            self._pieces.append(text)

    def _read_cell(self):
        match self._kind:
            case "s":
                return self._strings[int("".join(self._pieces))]
            case "n":
                return self._read_number("".join(self._pieces))
            case "b":
                return str(bool(int("".join(self._pieces))))
            case "d":
                text = "".join(self._pieces)
                with suppress(ValueError):
                    text = str(from_ISO8601(text))
                return text
            case _other:
                return _read_escaped(self._pieces)

    def _read_number(self, text):
        number = float(text) if len(text) <= MAX_NUMBER else math.nan
        if not math.isfinite(number):
            return text
        code = self._formats.find(self._style)
        if code not in self._readers:
            self._readers[code] = (is_date_format(code), is_timedelta_format(code))
        is_date, is_duration = self._readers[code]
        if is_date:
            with suppress(OverflowError, ValueError):
                return str(from_excel(number, self._epoch, timedelta=is_duration))
        if number.is_integer():
            # A float has no more than 15 digits or so.
            return str(int(text)) if text.lstrip("-").isdigit() else str(int(number))
        return str(number)


def _read_column(reference):
    """Return the column number in a cell's *reference*, like ``B7``."""
    number = 0
    for letter in _COLUMN.match(reference)[0]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
