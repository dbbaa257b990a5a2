"""What a scanner adds to each code, by a setting of its own: signs at the ends of an entry, or a
letter or digit around the name of a bin.

Nobody adds blanks or control characters on purpose: those are gone before.
"""

import unicodedata
from typing import NamedTuple

from .codes import MAX_CODE, begins_code, read_code

#: The most signs that scanners add at one end; a longer row of them is somebody's own.
MAX_SIGNS = 3
#: The shortest name that is looked for behind or before a single letter or digit: nearly any serial
#: number begins with a short one.
MIN_NAME = 4

_PARTNERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
# They end real serial numbers: an empty revision, a grade.
_REAL_TAILS = ("-", "+")


class Addition(NamedTuple):
    """A text in three parts.

    :ivar head: what was added before it; empty if nothing was
    :ivar rest: the text without that; empty if it has neither a letter nor a digit
    :ivar tail: what was added behind it; empty if nothing was
    """

    head: str
    rest: str
    tail: str


def find_addition(text):
    """Return the :class:`Addition` of signs to *text*, None if there is none.

    A bracket with its partner inside belongs to the text, and so does a dash or plus at its end, and
    what a code begins with. A text that is longer than any code has none: it is refused anyway.
    """
    if len(text) > MAX_CODE:
        return None
    start, end = _find_letter(text), len(text) - _find_letter(text[::-1])
    if start == len(text):
        return Addition(text, "", "") if text else None
    for length in range(min(start, MAX_SIGNS) + 1):
        if begins_code(text[length:]) and read_code(text[length:]):
            return cut(text, text[:length], "")
    head, tail = _leave_brackets(text[:start], text[start:end], text[end:])
    head = head if len(head) <= MAX_SIGNS else ""
    tail = tail if len(tail) <= MAX_SIGNS and tail not in _REAL_TAILS else ""
    return cut(text, head, tail)


def cut(text, head, tail):
    """Return *text* without *head* and *tail*, as an :class:`Addition`; None if both are empty."""
    rest = text[len(head) : len(text) - len(tail)].strip(" ")
    return Addition(head, rest, tail) if head or tail else None


def list_around_names(text):
    """Return the :class:`Addition` of each kind that may stand around the name of a bin or part in
    *text*: of signs, and of a single letter or digit."""
    if len(text) > MAX_CODE:
        return []
    found = [find_addition(text)]
    # A longer number has nothing added.
    if len(text) > MIN_NAME and not text.isdigit():
        found += [cut(text, text[0], ""), cut(text, "", text[-1])]
    return [addition for addition in found if addition and addition.rest]


def _is_letter(sign):
    """Return whether *sign* is a letter or digit, or part of one, as accents may be."""
    return unicodedata.category(sign)[0] in "LNM"


def _find_letter(text):
    """Return the index of the first letter or digit in *text*; its length if there is none."""
    return next((index for index, sign in enumerate(text) if _is_letter(sign)), len(text))


def _leave_brackets(head, body, tail):
    """Return *head* and *tail* without the brackets in them whose partners are in *body*."""
    opened, closed = [], []
    for sign in body:
        if sign in _PARTNERS:
            opened.append(_PARTNERS[sign])
        elif sign in opened[-1:]:
            opened.pop()
        elif sign in _PARTNERS.values():
            closed.append(sign)
    before = [index for index, sign in enumerate(head) if _PARTNERS.get(sign) in closed]
    behind = [index for index, sign in enumerate(tail) if sign in opened]
    head = head[: before[0]] if before else head
    tail = tail[behind[-1] + 1 :] if behind else tail
    return head, tail
