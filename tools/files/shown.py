"""What a spreadsheet stores in a cell, as people see it there.

Whole numbers have no decimals, dates are written YYYY-MM-DD, and numbers of more digits than a
spreadsheet keeps have the scientific form in which it shows them.
"""

import re
from contextlib import suppress
from datetime import datetime, time
from decimal import Decimal
from functools import lru_cache

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

_SECONDS = 24 * 60 * 60
# A piece of a format for numbers with leading zeros, like 00000 or "SN"000-000.
_PIECE = re.compile(r'"([^"]*)"|\\(.)|([-/() ])|(0)')


def show_number(number, code, decimal_point, epoch=WINDOWS_EPOCH):
    """Return the text of a cell that has a number.

    :param float number: what is stored
    :param code: the cell's number format, as Excel writes it, or None
    :param str decimal_point: the decimal sign of whoever reads it
    :param epoch: the day that dates count from
    """
    is_date, is_duration, pieces = _read_code(code)
    if is_date:
        with suppress(OverflowError, ValueError):
            # A second is the least that is shown, and a float is seldom exact.
            rounded = round(number * _SECONDS) / _SECONDS
            return show_time(from_excel(rounded, epoch, timedelta=is_duration))
    # The 15 digits that spreadsheets keep; from 10^15 on, this is the scientific form.
    text = f"{number:.15G}"
    if text.isdigit():
        return _fill_in(text, pieces) if pieces else text
    if "E-" in text:
        text = f"{Decimal(text):f}"
    return text if "E" in text else text.replace(".", decimal_point)


def show_time(value):
    """Return a date, a time or both as text; midnight is no time."""
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return str(value)


@lru_cache(maxsize=256)
def _read_code(code):
    """Return ``(is_date, is_duration, pieces)`` of a number format: pieces are literal texts, and
    None for each digit; there are none unless it has leading zeros."""
    is_date, is_duration = is_date_format(code), is_timedelta_format(code)
    return is_date, is_duration, () if is_date else _split_code(code or "")


def _split_code(code):
    code = code.partition(";")[0]
    pieces, end = [], 0
    while found := _PIECE.match(code, end):
        pieces.append(None if found[4] else found[1] or found[2] or found[3] or "")
        end = found.end()
    return tuple(pieces) if end == len(code) and pieces.count(None) > 1 else ()


def _fill_in(digits, pieces):
    """Return *digits* in the places that *pieces* have for them; the first one takes what is too
    long."""
    zeros = pieces.count(None)
    digits = digits.zfill(zeros)
    surplus = len(digits) - zeros
    left = iter([digits[: surplus + 1], *digits[surplus + 1 :]])
    return "".join(next(left) if piece is None else piece for piece in pieces)
