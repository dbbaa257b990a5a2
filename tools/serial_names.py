"""How the name of a serial number is kept, and which names people can't tell apart.

Pure Python, no Odoo. The SQL that does the same in PostgreSQL is made from the same tables.
"""

import re
import unicodedata

# Characters that nobody sees: control characters, those that Unicode lets programs skip when they
# show a text, and direction marks. Given by number, so that an index over them means the same
# with every version of Python and PostgreSQL.
_INVISIBLE = (
    *((0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F)),
    *((0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F)),
    *((0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)),
    *((0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A)),
    (0xE0000, 0xE0FFF),
)
# Blanks of all widths, tabs and line ends: to people they look like a plain blank.
_BLANKS = (
    *((0x09, 0x0D), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A)),
    *((0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x2800, 0x2800), (0x3000, 0x3000)),
)
# Lower-case signs that are taken for another one, or not seen: I, l and 1; O and 0; all dashes.
_SIMILAR_SIGNS = {"o": "0", "i": "1", "l": "1", " ": ""} | dict.fromkeys("‐‑‒–—−", "-")
_SEEN_AS = str.maketrans(_SIMILAR_SIGNS)


def _write_class(ranges, first=0):
    """Return *ranges* of characters, from *first* on, as a character class that
    regular expressions of Python and PostgreSQL both read."""
    return "[{}]".format(
        "".join(f"\\U{max(start, first):08x}-\\U{end:08x}" for start, end in ranges)
    )


# Runs of them go at once: a text may be megabytes of them.
_INVISIBLE_SIGNS = re.compile(_write_class(_INVISIBLE) + "+")
_BLANK_SIGNS = re.compile(_write_class(_BLANKS))

# PostgreSQL's texts have no character 0.
_SQL_INVISIBLE = _write_class(_INVISIBLE, first=1)
_SQL_BLANK = _write_class(_BLANKS)
_SQL_ODD = f"{_SQL_INVISIBLE}|{_SQL_BLANK}|^ | $"


def clean_name(text):
    """Return *text* as the name of a serial number is kept: in Unicode NFC, with plain blanks,
    none of them at the ends, and without characters that can't be seen. Empty where nothing
    is left."""
    visible = _INVISIBLE_SIGNS.sub("", _BLANK_SIGNS.sub(" ", text))
    return unicodedata.normalize("NFC", visible.strip(" "))


def fold_name(name):
    """Return the same text for names that people can't tell apart: they differ in letter case, in
    blanks, in a look-alike such as O and 0, or in Unicode form only."""
    return unicodedata.normalize("NFKC", clean_name(name)).lower().translate(_SEEN_AS)


def sql_fold(column):
    """Return the SQL of what :func:`fold_name` makes of *column*, whose names are clean."""
    # Signs without a counterpart go last: translate() removes them.
    signs = sorted(_SIMILAR_SIGNS.items(), key=lambda pair: not pair[1])
    origins, targets = ("".join(texts) for texts in zip(*signs, strict=True))
    return f"translate(lower(normalize({column}, NFKC)), '{origins}', '{targets}')"


def sql_clean(column):
    """Return the SQL of what :func:`clean_name` makes of *column*."""
    plain = f"regexp_replace({column}, '{_SQL_BLANK}', ' ', 'g')"
    return f"normalize(btrim(regexp_replace({plain}, '{_SQL_INVISIBLE}', '', 'g'), ' '), NFC)"


def sql_is_unclean(column):
    """Return the SQL of whether :func:`clean_name` would change *column*."""
    return f"({column} ~ '{_SQL_ODD}' OR {column} IS NOT NFC NORMALIZED)"
