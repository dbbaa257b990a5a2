"""The cells of one sheet."""

from bisect import bisect_right

from ..entry_grammar import MAX_UNITS
from .limits import MAX_COLUMNS, MAX_ELEMENTS, UnreadableFile


class Sheet:
    """The rows of a sheet that have text. Rows and columns are numbered from 1."""

    def __init__(self):
        self._rows = {}
        self._merged = []

    def add_row(self, number, cells):
        """Add a row, unless it is blank.

        :param dict cells: ``{column: text}``
        :raise UnreadableFile: when there are too many rows
        """
        cells = {column: text for column, text in cells.items() if column <= MAX_COLUMNS}
        if any(text.strip() for text in cells.values()):
            # One more, for the header.
            if len(self._rows) > MAX_UNITS:
                raise UnreadableFile("long")
            self._rows[number] = cells

    def merge(self, column, first_row, last_row):
        """Note that the cell at the top of a column's rows is shown for all of them."""
        if last_row > first_row:
            self._merged.append((column, first_row, last_row))

    def list_rows(self):
        """Yield the rows from top to bottom, as lists of texts.

        :raise UnreadableFile: when cells are merged too often
        """
        numbers = sorted(self._rows)
        self._fill_merged(numbers)
        for number in numbers:
            cells = self._rows[number]
            yield [cells.get(column, "") for column in range(1, max(cells) + 1)]

    def _fill_merged(self, numbers):
        """Write merged cells into each of their rows that has other text."""
        room = MAX_ELEMENTS
        for column, first, last in self._merged:
            text = self._rows.get(first, {}).get(column)
            below = slice(bisect_right(numbers, first), bisect_right(numbers, last))
            room -= below.stop - below.start
            if room < 0:
                raise UnreadableFile("much")
            for number in numbers[below] if text else ():
                self._rows[number][column] = text
