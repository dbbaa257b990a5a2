"""What a file is, found by what is in it: its name may be wrong."""

import re

from .compound import SIGNATURE, CompoundFile
from .limits import UnreadableFile
from .packed_xml import open_archive

#: What is read; XLS only where xlrd is. All others are keys of the caller's messages.
READABLE = ("text", "xlsx", "xls", "ods")

# How binary files begin.
_MAGIC = (
    (re.compile(rb"%PDF-"), "pdf"),
    (
        re.compile(
            rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|RIFF....WEBP|BM....\0\0\0\0"
            rb"|....ftyp(?:hei|mif|avif)",
            re.DOTALL,
        ),
        "picture",
    ),
    (
        re.compile(rb"\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\xfd7zXZ\0|BZh[1-9]1AY|MSCF\0"),
        "archive",
    ),
)
# How texts begin that are no lists.
_MARKUP = (
    (
        re.compile(
            r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|table)\b"
            r"|mime-version:",
            re.IGNORECASE | re.DOTALL,
        ),
        "html",
    ),
    (re.compile(r"<\?xml\b|<svg\b", re.IGNORECASE), "xml"),
    (re.compile(r"\{\\rtf"), "document"),
    (re.compile(r'\{\s*"|\[\s*[\[{"]'), "json"),
)
#: How much of a text is looked at, in characters.
_START = 2000
# What ODF files say they are.
_ODF = "application/vnd.oasis.opendocument."
_ODF_KINDS = {"spreadsheet": "ods", "text": "document", "presentation": "document"}
# Streams that say what an old Office file is.
_STREAMS = {
    "EncryptedPackage": "password",
    "Workbook": "xls",
    "Book": "xls",
    "WordDocument": "document",
    "PowerPoint Document": "document",
}


def find_kind(content):
    """Return what a file is: one of :data:`READABLE`, or a kind that can't be read.

    :param bytes content: what is in it
    :raise UnreadableFile: when there is too much in it
    :raise Exception: of any kind, when it is broken
    """
    for magic, kind in _MAGIC:
        if magic.match(content):
            return kind
    if content.startswith(b"PK\3\4"):
        return _find_packed_kind(open_archive(content))
    if content.startswith(SIGNATURE):
        names = CompoundFile(content).names
        return next((kind for name, kind in _STREAMS.items() if name in names), "kind")
    return "text"


def _find_packed_kind(archive):
    members = {info.filename.casefold(): info for info in archive.infolist()}
    if any(info.flag_bits & 1 for info in members.values()):
        return "password"
    if "mimetype" in members or "content.xml" in members:
        return _find_odf_kind(archive, members)
    if "xl/workbook.bin" in members:
        return "xlsb"
    if any(name.startswith(("word/", "ppt/")) for name in members):
        return "document"
    if any(name.endswith(".iwa") for name in members):
        return "numbers"
    return "xlsx" if "_rels/.rels" in members else "archive"


def _find_odf_kind(archive, members):
    subject = "spreadsheet"
    if "mimetype" in members:
        with archive.open(members["mimetype"]) as file:
            mimetype = file.read(_START).decode("ascii", "replace").strip()
        if not mimetype.startswith(_ODF):
            return "archive"
        subject = mimetype.removeprefix(_ODF).removesuffix("-template")
    kind = _ODF_KINDS.get(subject, "kind")
    if kind == "ods" and "meta-inf/manifest.xml" in members:
        with archive.open(members["meta-inf/manifest.xml"]) as file:
            # What is encrypted is listed here.
            if b"encryption-data" in file.read(_START * 100):
                return "password"
    return kind


def check_text(text):
    """Check that a *text* can be a list.

    :raise UnreadableFile: with what it is, when it is something else
    """
    start = text[:_START].lstrip()
    for markup, kind in _MARKUP:
        if markup.match(start):
            raise UnreadableFile(kind)
