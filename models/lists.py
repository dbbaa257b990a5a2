from odoo import api, models
from odoo.exceptions import UserError

from ..tools.plain_text import make_possible, quote
from ..tools.serial_entries import find_table
from ..tools.table_headers import Headers
from .assignment.list_columns import ListColumns

#: How many rows of a list people see when they say which column is which.
MOST_SAMPLES = 5


class SerialLists(models.AbstractModel):
    """A document that takes lists of serial numbers, and asks which column of one is which."""

    _name = "serialized_parts.lists"
    _description = "Document That Takes Lists of Serial Numbers"

    @api.readonly
    def read_table(self, text, columns=None):
        """Return how *text* is read as a table; nothing is written.

        :param str text: what was typed, pasted or read from a file
        :param dict columns: which column is which, where people have said so
        :return: ``{"columns", "header_row", "first_line", "above", "sure", "choices"}``. ``columns`` has for each column
            ``{"header", "samples", "guess"}``: the text of its header, the values of its first rows,
            and what it holds: ``serial``, ``location``, ``product``, the key of a custom field, or
            False to leave it out. ``header_row`` is the line of the header, counted from 0, or None;
            ``first_line`` that of the header or else of the first row. ``above`` are the lines above
            it, which are left out.
            ``sure`` is whether it is read without being told its columns.
            ``choices`` are ``[value, label]`` of what a column may hold. A text that is no table has
            no columns.
        :raise AccessError: if the user may not enter serial numbers here
        :raise UserError: if it is not a text, or *columns* are not columns
        """
        self.ensure_one()
        self._check_serial_access()
        text, columns = self._check_text(text), self._check_columns(columns)
        return self._describe_table(text, self._find_columns(text) if columns is None else columns)

    def _check_serial_access(self):
        """:raise AccessError: if the user may not enter serial numbers here"""
        raise NotImplementedError

    def _describe_table(self, text, columns):
        """Return what :meth:`read_table` returns, where *columns* are known or chosen, if any."""
        headers = self._get_headers()
        table = find_table(text, headers, columns)
        if not table:
            return {
                "columns": [],
                "header_row": None,
                "first_line": 0,
                "above": [],
                "sure": True,
                "choices": [],
            }
        layout = table.layout
        found = table.columns or self._guess_columns(headers, layout)
        guesses = {index: column for column, index in found.items()}
        return {
            "columns": [
                {
                    "header": cell,
                    "samples": [
                        "".join(row[index : index + 1]) for row in layout.samples[:MOST_SAMPLES]
                    ],
                    "guess": guesses.get(index, False),
                }
                for index, cell in enumerate(layout.names)
            ],
            "header_row": layout.header_row,
            "first_line": layout.first_line,
            "above": list(layout.above),
            "sure": table.is_sure,
            "choices": self._get_column_choices(),
        }

    def _guess_columns(self, headers, layout):
        return self._read_columns(headers, layout).guess()

    def _read_columns(self, headers, layout):
        return ListColumns(self._find_list_names, headers, layout)

    def _find_list_names(self, words):
        """Return which bins and parts *words* name here, as :class:`TransferNames` does."""
        raise NotImplementedError

    def _get_column_choices(self):
        """Return what a column may hold, as ``(value, label)``."""
        serial, part = self.env._("Serial Number"), self.env._("Part")
        location = self.env._("Location")
        return [("serial", serial), ("location", location), ("product", part)]

    def _choose_columns(self, text, columns):
        """Return *columns* if given, else those that are known of *text*; None where its header says
        which column is which, or nobody knows.

        :raise UserError: if *columns* are given, but not as columns, or none has serial numbers
        """
        columns = self._check_columns(columns)
        if self._lack_serials(columns):
            raise UserError(self._ask_serials())
        return self._find_columns(text) if columns is None else columns

    def _find_columns(self, text):
        """Return which column of *text* is which where it is known, but not by its header alone;
        else None."""
        return

    def _get_headers(self):
        """Return the :class:`Headers` that a list may have here, in the user's language too."""
        serial, location = self.env._("Serial"), self.env._("Location")
        bin_, part = self.env._("Bin"), self.env._("Part")
        words = {serial: "serial", bin_: "location", location: "location", part: "product"}
        return Headers(words, self._get_list_labels())

    def _get_list_labels(self):
        """Return ``[(label, key)]`` of the custom fields that a list may have here."""
        return []

    @api.model
    def _check_text(self, text):
        """Return *text* in a form that can be stored.

        :raise UserError: if it is not a text
        """
        if text and not isinstance(text, str):
            raise UserError(
                self.env._("Serial numbers are entered as text, not %(text)s.", text=quote(text))
            )
        return make_possible(text or "")

    def _check_columns(self, columns):
        """Return *columns*, as RPC clients give them, where they can be used.

        :raise UserError: if they can't
        """
        if columns is None or columns is False:
            return None
        keys = {key for key, _label in self._get_column_choices()} | {"header_row"}
        is_valid = isinstance(columns, dict) and all(
            column in keys
            and (type(index) is int or (column == "header_row" and not index))
            and (index or 0) >= 0
            for column, index in columns.items()
        )
        if not is_valid:
            raise UserError(
                self.env._(
                    "%(columns)s doesn't say which column is which, like {'serial': 0, 'location': 1}.",
                    columns=quote(columns),
                )
            )
        chosen = [index for column, index in columns.items() if column != "header_row"]
        if len(set(chosen)) < len(chosen):
            raise UserError(self.env._("Choose one meaning for each column."))
        return columns

    @api.model
    def _lack_serials(self, columns):
        """Return whether none of the chosen *columns* has the serial numbers."""
        return bool(columns) and "serial" not in columns

    @api.model
    def _ask_serials(self):
        return self.env._("Choose the column that has the serial numbers.")
