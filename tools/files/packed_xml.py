"""XML files packed into one archive, which is what XLSX and ODS are, read in bounded time and memory."""

import io
import zipfile
from xml.parsers.expat import ParserCreate

from .limits import MAX_ELEMENTS, MAX_MEMBERS, MAX_NAMES, MAX_UNPACKED, UnreadableFile

# How much is parsed at a time, in bytes. No tag is longer than that.
_STEP = 256 * 1024
# How the entry of a file in the archive's list begins.
_ENTRY = b"PK\1\2"


def open_archive(content):
    """Return the ZIP archive that *content* is.

    :raise UnreadableFile: when it has too many files
    """
    # zipfile reads the whole list of an archive at once.
    if content.count(_ENTRY) > MAX_MEMBERS:
        raise UnreadableFile("much")
    return zipfile.ZipFile(io.BytesIO(content))


class Package:
    """The parts in an archive, and how much of them may still be read."""

    def __init__(self, archive):
        self._archive = archive
        self._members = {info.filename.casefold(): info for info in archive.infolist()}
        self._room = MAX_UNPACKED
        self._elements = MAX_ELEMENTS

    def parse(self, part, reader):
        """Have *reader*, an :class:`XmlReader`, read *part* until it is done.

        :raise UnreadableFile: when there is too much in it
        :raise Exception: of any kind, when it isn't there or is no XML
        """
        # In another encoding that a part may name, it couldn't be measured.
        parser = ParserCreate("UTF-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.read_text
        read = 0
        for step in self._unpack(part):
            parser.Parse(step)
            read += len(step)
            if read - parser.CurrentByteIndex > _STEP or len(parser.intern) > MAX_NAMES:
                raise UnreadableFile("much")
            if reader.is_done:
                return
        parser.Parse(b"", True)

    def _unpack(self, part):
        """Yield what is in *part*, step by step; each is measured before it is parsed.

        :raise UnreadableFile: when it is more than may still be read
        """
        member = self._members[part.casefold()]
        # Other methods can't be unpacked piece by piece.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFile("kind")
        with self._archive.open(member) as file:
            while step := file.read(_STEP):
                self._room -= len(step)
                self._elements -= step.count(b"<") - step.count(b"</")
                if self._room < 0 or self._elements < 0:
                    raise UnreadableFile("much")
                yield step


def _refuse(*_doctype):
    # What a document type defines may refer to itself.
    raise UnreadableFile("kind")


class XmlReader:
    """Reads a part. Prefixes of names are ignored: the program that wrote the file chose them."""

    #: Whether the rest of the part needn't be read.
    is_done = False

    def start(self, tag, attributes):
        """Read the start of an element."""

    def end(self, tag):
        """Read the end of an element."""

    def read_text(self, text):
        """Read a piece of text."""


def local_name(name):
    """Return an element's or attribute's *name* without its prefix."""
    return name.rpartition(":")[2]
