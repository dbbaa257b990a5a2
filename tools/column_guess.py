"""Which column of a list most likely has the serial numbers."""

import re

from .table_headers import fold_header

_HINT = re.compile("seri|imei|vin|unit|ident")
_AMOUNT = re.compile(r"[0-9]{0,7}([.,][0-9]{1,3})?")


def guess_serials(columns):
    """Return the index of the column that most likely has serial numbers; None where none of them
    could.

    :param columns: ``{index: (header, cells)}``, without blank cells
    """
    scores = {index: _score(header, cells) for index, (header, cells) in columns.items()}
    best = max(scores, key=scores.get, default=None)
    return best if best is not None and scores[best] > 0 else None


def _score(header, cells):
    """Return how much *cells* look like serial numbers: each has its own, with digits and without
    blanks. Amounts, such as row numbers and mileages, count for less."""
    if not cells or len(set(cells)) < len(cells):
        return 0

    def share(test):
        return sum(map(bool, map(test, cells))) / len(cells)

    looks = share(lambda cell: any(sign.isdigit() for sign in cell) and " " not in cell)
    amounts = share(_AMOUNT.fullmatch)
    hint = 1 if header and _HINT.search(fold_header(header)) else 0
    return looks - amounts / 2 + hint
