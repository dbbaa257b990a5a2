"""Where things are on a label: its code, and beside or above it the part, the serial number and as
many more lines as there is room for. All lengths are in millimetres."""

from math import ceil, floor
from typing import NamedTuple

from .label_codes import CODE_128, QR, LabelCode, count_bars

#: The height of a line, and the mean width of a letter, in font sizes (those of Arial and of the
#: printers' font 0, rounded up).
LINE, LETTER = 1.2, 0.6
#: The smallest print that people still read, and the largest for ordinary lines.
MIN_FONT, MAX_FONT = 1.9, 3.2
#: How large the serial number is, in font sizes of the other lines.
_SERIAL = 1.8
#: How many lines the part may have.
_PART = 2
#: The part of a label's width that a square code may take, and of its height that bars take.
_SQUARE, _BARS = 0.38, 0.34
# How wide the narrowest bar may be: cheap scanners read nothing finer than the first, two dots of a
# printer with 300 dpi; nobody needs more than the second.
_MIN_BAR, _MAX_BAR = 1 / 6, 0.5


class Layout(NamedTuple):
    """A label of some size.

    The code is on the right of the text, ``code_width`` across, or ``is_below`` it. ``lines`` is
    how many lines there are besides the part and a serial number that fits in one.
    """

    padding: float
    text_width: float
    text_height: float
    code_width: float
    code_height: float
    is_below: bool
    font: float
    lines: int


class Plan(NamedTuple):
    """How the text of one label is printed: the lines of its part, the font and the lines of its
    serial number, and how many more lines there is room for."""

    part_lines: int
    serial_font: float
    serial_lines: int
    lines: int


def lay_out(width, height, kind, lines):
    """Return the :class:`Layout` of labels.

    :param width, height: their size
    :param kind: the code on them
    :param lines: how many lines the longest of them has besides the part and the serial number
    """
    padding = min(2.0, max(1.0, height * 0.06))
    inside, high = width - 2 * padding, height - 2 * padding
    is_below = kind == CODE_128
    if is_below:
        code_width, code_height = inside, high * _BARS
        text_width, text_height = inside, high - code_height - padding / 2
    else:
        code_width = code_height = min(high, inside * _SQUARE)
        text_width, text_height = inside - code_width - padding, high
    font = text_height / LINE / (_PART + _SERIAL + lines)
    font = min(MAX_FONT, max(MIN_FONT, font))
    room = max(0, floor(text_height / LINE / font - 1 - _SERIAL + 0.01))
    return Layout(
        padding, text_width, text_height, code_width, code_height, is_below, font, min(lines, room)
    )


def plan_text(layout, part, serial):
    """Return the :class:`Plan` of a label. A long serial number gets a smaller font, then more lines,
    in place of others."""
    font, width = layout.font, layout.text_width
    across = len(serial) * LETTER
    serial_font = min(font * _SERIAL, max(font * 0.9, width / across))
    room = layout.text_height - LINE * font
    serial_lines = ceil(round(across * serial_font / width, 3))
    serial_lines = max(1, min(serial_lines, floor(room / LINE / serial_font + 0.01)))
    left = floor((room / LINE - serial_lines * serial_font) / font + 0.01)
    wraps = left > 0 and len(part) * LETTER * font > width
    return Plan(1 + wraps, serial_font, serial_lines, max(0, min(layout.lines, left - wraps)))


def fit_code(code, address, width, height, dots=0):
    """Return *code*, or a QR code of *address* if its bars would be too narrow on a label of this
    size.

    :param dots: how many dots the printer has in a millimetre, if bars are made of whole dots
    """
    if code.kind != CODE_128:
        return code
    bar = lay_out(width, height, CODE_128, 0).code_width / count_bars(code)
    if dots:
        bar = int(bar * dots) / dots
    return code if bar >= _MIN_BAR - 0.001 else LabelCode(QR, address)


def get_bars_width(layout, modules):
    """Return how wide bars of so many *modules* across are printed."""
    return min(layout.code_width, modules * _MAX_BAR)
