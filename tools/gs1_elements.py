"""The elements of GS1 codes: an application identifier and its value, one behind the other.

Identifiers and formats are those of the GS1 General Specifications, chapter 3 (release 25):
N for digits and X for the signs that GS1 allows; ``..`` for "up to", brackets for what may be
missing.
"""

import re
from itertools import product

from .scanned_code import GS, Unreadable

_FORMATS = """
00 N18
0[1-3] N14
10 X..20
1[1-3] N6
1[5-7] N6
20 N2
2[1-2] X..20
235 X..28
24[0-1] X..30
242 N..6
243 X..20
25[0-1] X..30
253 N13 [X..17]
254 X..20
255 N13 [N..12]
30 N..8
31[0-6][0-5] N6
32[0-9][0-5] N6
33[0-7][0-5] N6
34[0-9][0-5] N6
35[0-7][0-5] N6
36[0-9][0-5] N6
37 N..8
390[0-9] N..15
391[0-9] N3 N..15
392[0-9] N..15
393[0-9] N3 N..15
394[0-3] N4
395[0-5] N6
40[0-1] X..30
402 N17
403 X..30
41[0-7] N13
420 X..20
421 N3 X..9
422 N3
423 N3 [N..12]
424 N3
425 N3 [N..12]
426 N3
427 X..3
430[0-1] X..35
430[2-6] X..70
4307 X2
4308 X..30
4309 N20
431[0-1] X..35
431[2-6] X..70
4317 X2
4318 X..20
4319 X..30
4320 X..35
432[1-3] N1
432[4-5] N10
4326 N6
433[0-3] N6 [-]
7001 N13
7002 X..30
7003 N10
7004 N..4
7005 X..12
7006 N6
7007 N6 [N6]
7008 X..3
7009 X..10
7010 X..2
7011 N6 [N4]
702[0-2] X..20
7023 X..30
703[0-9] N3 X..27
7040 N1 X3
7041 X..4
71[0-7] X..20
723[0-9] X2 X..28
7240 X..20
7241 N2
7242 X..25
7250 N8
7251 N12
7252 N1
725[3-4] X..40
7255 X..10
7256 X..90
7257 X..70
7258 N1 X1 N1
7259 X..40
8001 N14
8002 X..20
8003 N14 [X..16]
8004 X..30
8005 N6
8006 N18
8007 X..34
8008 N8 [N..4]
8009 X..50
8010 Y..30
8011 N..12
8012 X..20
801[3-4] X..25
801[7-8] N18
8019 N..10
8020 X..25
8026 N18
8030 Z..90
8110 X..70
8111 N4
8112 X..70
8200 X..70
90 X..30
9[1-9] X..90
"""

#: How many digits the barcode of a trade item has: GTIN-14, GTIN-13 (EAN), GTIN-12 (UPC) and GTIN-8.
GTIN_LENGTHS = (14, 13, 12, 8)

_SIGNS = {"N": "[0-9]", "X": '[!"%-?A-Z_a-z]', "Y": "[#/0-9A-Z-]", "Z": "[=0-9A-Z_a-z-]"}
_PART = re.compile(r"(\[)?(?:([NXYZ])(\.\.)?(\d+)|(-))\]?")
_DIGIT = re.compile(r"\[(\d)-(\d)\]|(\d)")
_PRINTABLE = re.compile(_SIGNS["X"])


def _expand(identifiers):
    """Yield the application identifiers that a line of the table is for."""
    digits = [
        [digit] if digit else map(str, range(int(first), int(last) + 1))
        for first, last, digit in _DIGIT.findall(identifiers)
    ]
    yield from map("".join, product(*digits))


def _write_pattern(part):
    """Return the regular expression of one part of a format."""
    optional, kind, upto, length, sign = part.groups()
    pattern = sign or f"{_SIGNS[kind]}{{{'1,' if upto else ''}{length}}}"
    return f"(?:{pattern})?" if optional else pattern


_PATTERNS = {}
#: The application identifiers whose values all have the same length.
FIXED = set()
for _line in _FORMATS.split("\n")[1:-1]:
    _identifiers, _, _format = _line.partition(" ")
    _pattern = re.compile(_PART.sub(_write_pattern, _format).replace(" ", ""))
    for _identifier in _expand(_identifiers):
        _PATTERNS[_identifier] = _pattern
        if not {".", "["} & {*_format}:
            FIXED.add(_identifier)


def find_identifier(text):
    """Return the application identifier that *text* begins with, else None."""
    return next((text[:size] for size in (2, 3, 4) if text[:size] in _PATTERNS), None)


def is_identifier(text):
    """Return whether *text* is an application identifier."""
    return text in _PATTERNS


def is_value(identifier, text):
    """Return whether *text* can be the value of *identifier*."""
    return bool(_PATTERNS[identifier].fullmatch(text))


def read_elements(text):
    """Return the elements of *text* as ``[(application identifier, value)]``.

    :param text: elements; GS stands behind each whose length may vary, but the last
    :raise Unreadable: with ``separator`` if a value is too long, because a GS is missing;
        else with ``code``
    """
    elements = []
    for part in text.split(GS):
        rest = part
        while rest:
            identifier, value = _read_first(rest)
            elements.append((identifier, value))
            rest = rest[len(identifier) + len(value) :]
    return elements


def _read_first(text):
    """Return the first element of *text*, which has no GS."""
    identifier = find_identifier(text)
    rest = text[len(identifier or "") :]
    found = identifier and _PATTERNS[identifier].match(rest)
    if not found:
        raise Unreadable("code", rest=text)
    if identifier not in FIXED and (left := rest[found.end() :]):
        raise Unreadable("separator" if _PRINTABLE.match(left) else "code", rest=left)
    return identifier, found[0]
