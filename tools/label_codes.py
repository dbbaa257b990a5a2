"""The codes on labels: what they say, and their squares and bars.

The encoders are those of reportlab, which Odoo prints its barcodes with. Its own drawings take a
tenth of a second each, and its Data Matrix has one size and no FNC1; here it gets both.
"""

from io import BytesIO
from typing import NamedTuple

from PIL import Image
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.ecc200datamatrix import ECC200DataMatrix
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from .gs1_elements import is_value

#: The codes that can be chosen.
QR, DATA_MATRIX, CODE_128 = "qr", "datamatrix", "code128"
#: Blank modules around a code. ISO/IEC 16022 and 15417 ask for so many; of the four that ISO/IEC
#: 18004 has around a QR code, two are the margin of the label.
QUIET = {QR: 2, DATA_MATRIX: 1, CODE_128: 10}

# Square Data Matrix symbols: modules, data regions a side, data and error codewords (ISO/IEC
# 16022, table 7). Left out are those whose last corner reportlab doesn't fill.
_SQUARES = (
    (14, 1, 8, 10),
    (18, 1, 18, 14),
    (22, 1, 30, 20),
    (26, 1, 44, 28),
    (32, 2, 62, 36),
    (36, 2, 86, 42),
    (40, 2, 114, 48),
    (44, 2, 144, 56),
    (48, 2, 174, 68),
)
_FNC1, _PAD = 232, 129
#: Pixels of a printed module, and the height of bars in pixels.
_SCALE, _BAR_HEIGHT = 8, 64


class LabelCode(NamedTuple):
    """A code as it is printed: its ``kind``, what it says, and whether it is a GS1 code."""

    kind: str
    text: str
    is_gs1: bool = False


def choose_code(kind, address, gtin, serial):
    """Return the :class:`LabelCode` of a unit.

    :param kind: what was chosen. A serial number with signs that the chosen code lacks gets a QR
        code
    :param address: the address of the unit's page, which QR codes say
    :param gtin: 14 digits, if the part has them: then the others are GS1 codes, with the
        identifiers 01 and 21. Otherwise, or where GS1 doesn't allow the serial number, they say
        the serial number alone
    """
    if kind == QR or not (serial.isascii() and serial.isprintable()):
        return LabelCode(QR, address)
    if gtin and is_value("21", serial):
        return LabelCode(kind, f"01{gtin}21{serial}", is_gs1=True)
    return LabelCode(kind, serial)


def count_bars(code):
    """Return how many modules a Code 128 is across, with the blank around it: 11 for each sign, 13
    for the last. A GS1 code begins with nine pairs of digits."""
    signs = len(code.text) + 2
    if code.is_gs1:
        signs += 2 - 9  # FNC1, the change of sets, and two digits in one sign
    return 11 * signs + 13 + 2 * QUIET[CODE_128]


def draw_modules(code):
    """Return the rows of a :class:`LabelCode`, each a list of dark and light modules, without the
    blank around it; one row for bars."""
    draw = {QR: _draw_qr, DATA_MATRIX: _draw_data_matrix, CODE_128: _draw_code_128}
    return draw[code.kind](code)


def draw_png(code):
    """Return ``(PNG image, modules across)`` of a :class:`LabelCode`, with the blank around it."""
    rows = draw_modules(code)
    quiet = QUIET[code.kind]
    blank = [False] * quiet
    rows = [blank + row + blank for row in rows]
    width = len(rows[0])
    size = (width * _SCALE, _BAR_HEIGHT)
    if code.kind != CODE_128:
        rows = [[False] * width] * quiet + rows + [[False] * width] * quiet
        size = (width * _SCALE, width * _SCALE)
    image = Image.new("1", (width, len(rows)))
    image.putdata([not module for row in rows for module in row])
    content = BytesIO()
    image.resize(size, Image.Resampling.NEAREST).save(content, "PNG")
    return content.getvalue(), width


def _draw_qr(code):
    symbol = QRCode(None, QRErrorCorrectLevel.M)
    symbol.addData(code.text)
    symbol.make()
    return symbol.modules


def _draw_data_matrix(code):
    rows = _DataMatrix(code).encode()
    return [[bool(module) for module in row] for row in reversed(rows)]


def _draw_code_128(code):
    # reportlab writes FNC1 as the character 241.
    symbol = Code128(f"\xf1{code.text}" if code.is_gs1 else code.text)
    symbol.validate()
    symbol.encode()
    # A letter for each bar or space: its place in the alphabet is its width, capitals are bars.
    return [
        [element.isupper() for element in symbol.decompose() for _ in range(_get_width(element))]
    ]


def _get_width(element):
    return ord(element.lower()) - ord("a") + 1


class _DataMatrix(ECC200DataMatrix):
    """reportlab's Data Matrix, in the smallest square that holds it, with FNC1 in front of a GS1
    code."""

    def __init__(self, code):
        super().__init__(code.text)
        self.validated = code.text
        self._codewords = [_FNC1] * code.is_gs1 + [*_encode_ascii(code.text)]
        modules, regions, self.cw_data, self.cw_ecc = next(
            square for square in _SQUARES if square[2] >= len(self._codewords)
        )
        self.row_modules = self.col_modules = modules
        self.row_regions = self.col_regions = regions
        self.row_usable_modules = self.col_usable_modules = modules - 2 * regions

    def _encode_c40(self, _value):
        codewords = self._codewords
        padding = range(len(codewords) + 2, self.cw_data + 1)
        if len(codewords) < self.cw_data:
            codewords = [*codewords, _PAD, *map(_scramble_pad, padding)]
        return codewords


def _encode_ascii(text):
    """Yield the codewords of *text*: one for two digits, or for another character."""
    index = 0
    while index < len(text):
        pair = text[index : index + 2]
        if len(pair) == 2 and pair.isdecimal():
            yield 130 + int(pair)
            index += 2
        else:
            yield ord(text[index]) + 1
            index += 1


def _scramble_pad(position):
    """Return the padding at *position*, counted from 1 (ISO/IEC 16022, annex B.1)."""
    value = _PAD + 149 * position % 253 + 1
    return value if value <= 254 else value - 254
