"""Text files, whatever their encoding."""

import codecs
import re

from .kinds import check_text
from .limits import UnreadableFile

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-32 first: in its little-endian order it begins like UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Line ends other than the usual ones.
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
# Characters that no text has, except for those that codes are separated by.
_CONTROL = re.compile("[\x00-\x03\x05-\x08\x0e-\x1b\x7f]")
# How many of them a text may have all the same, and one in how many characters.
_FEW, _ONE_IN = 10, 20

#: The Windows code page of each language that doesn't use Western Europe's, as Microsoft's list of
#: "ANSI code pages" has them.
CODE_PAGES = {
    **dict.fromkeys(("bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"), "cp1250"),
    **dict.fromkeys(("be", "bg", "kk", "ky", "mk", "mn", "ru", "tg", "uk"), "cp1251"),
    **dict.fromkeys(("ar", "fa", "ur"), "cp1256"),
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    "sr@latin": "cp1250",
    "sr@Cyrl": "cp1251",
    "el": "cp1253",
    "tr": "cp1254",
    "az": "cp1254",
    "he": "cp1255",
    "vi": "cp1258",
    "th": "cp874",
    "ja": "cp932",
    "ko": "cp949",
    "zh_CN": "gbk",
    "zh_TW": "cp950",
    "zh_HK": "cp950",
}
_WESTERN = "cp1252"


def read_text(content, language="en_US"):
    """Return the *content* of a text file, with plain line ends.

    :param bytes content: text in UTF-8, in UTF-16 or UTF-32 with a byte order mark, or in the
        Windows code page of the language
    :param str language: the code of the reader's language
    :raise UnreadableFile: when it is no text, or none that can be a list
    """
    text = _LINE_ENDS.sub("\n", _decode(content, language))
    check_text(text)
    if "\0" in text or len(_CONTROL.findall(text)) > max(_FEW, len(text) // _ONE_IN):
        raise UnreadableFile("kind")
    return text


def _decode(content, language):
    marked = [name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)]
    own = CODE_PAGES.get(language) or CODE_PAGES.get(language.partition("_")[0], _WESTERN)
    for encoding in marked[:1] or ("utf-8", own, _WESTERN):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("kind" if b"\0" in content else "encoding")
