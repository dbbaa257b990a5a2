from odoo import api, models
from odoo.exceptions import UserError

from ..tools.plain_text import quote
from ..tools.serial_entries import find_table
from ..tools.table_headers import Headers, fold_header
from .assignment.list_columns import ListColumns

#: How many rows of a list people see when they say which column is which.
MOST_SAMPLES = 5


class SerialPrompt(models.AbstractModel):
    """Lists with columns: which column is which, and what people said about the vendor's last."""

    _inherit = "serial.prompt"

    @api.readonly
    def read_table(self, text):
        """Return how *text* is read as a table; nothing is written.

        :param str text: what was typed, pasted or read from a file
        :return: ``{"columns", "header_row", "first_line", "above", "sure", "choices"}``. ``columns`` has for each column
            ``{"header", "samples", "guess"}``: the text of its header, the values of its first rows,
            and what it holds: ``serial``, ``location``, ``product``, the key of a custom field, or
            False to leave it out. ``header_row`` is the line of the header, counted from 0, or None;
            ``first_line`` that of the header or else of the first row. ``above`` are the lines above
            it, which are left out.
            ``sure`` is whether :meth:`enter_serials` reads it without being told its columns.
            ``choices`` are ``[value, label]`` of what a column may hold. A text that is no table has
            no columns.
        :raise AccessError: if the user may not change this transfer
        :raise UserError: if it is not a text
        """
        self.ensure_one()
        self._check_serial_access()
        text = self._check_text(text)
        return self._describe_table(text, self._find_columns(text))

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
        found = (
            table.columns
            or self._get_known_columns(layout)
            or ListColumns(self, headers, layout).guess()
        )
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

    def _get_column_choices(self):
        questions = {question["name"]: question for question in self._get_all_questions()}
        serial, part = self.env._("Serial Number"), self.env._("Part")
        location = self.env._("Location")
        return [
            ("serial", serial),
            ("location", location),
            ("product", part),
            *((key, question["string"]) for key, question in questions.items()),
        ]

    # -------------------------------------------------------------------- what is known of a list

    def _choose_columns(self, text, columns):
        """Return *columns* if given, else those that are known of *text*; None where its header says
        which column is which, or nobody knows.

        :raise UserError: if *columns* are given, but not as columns, or none has serial numbers
        """
        columns = self._check_columns(columns)
        if self._lack_serials(columns):
            raise UserError(self._ask_serials())
        return self._find_columns(text) if columns is None else columns

    @api.model
    def _lack_serials(self, columns):
        """Return whether none of the chosen *columns* has the serial numbers."""
        return bool(columns) and "serial" not in columns

    @api.model
    def _ask_serials(self):
        return self.env._("Choose the column that has the serial numbers.")

    def _find_columns(self, text):
        """Return which column of *text* is which where it is known, but not by its header alone;
        else None."""
        headers = self._get_headers()
        table = find_table(text, headers)
        if not table:
            return None
        layout = table.layout
        known = layout.header and self._get_known_columns(layout)
        if known and known != table.columns:
            return {**known, "header_row": layout.header_row}
        if table.is_sure:
            return None
        columns = {"serial": 0, "location": 1}
        is_pair = not layout.header and layout.width == 2 and layout.delimiter == "\t"
        if is_pair and ListColumns(self, headers, layout).are_bins(1):
            return columns
        return None

    def _get_known_columns(self, layout):
        """Return the columns that people chose for the vendor's last list with this header."""
        # How a vendor's lists are read is for whoever receives from it.
        vendor = self.partner_id.commercial_partner_id.sudo()
        columns = vendor._get_list_columns(_get_signature(layout))
        keys = {"serial", "location", "product"} | {
            question["name"] for question in self._get_all_questions()
        }
        return columns if columns.keys() <= keys else {}

    def _remember_columns(self, text, columns):
        """Keep for the vendor what people said about *text*."""
        # Warehouse users can't write vendors; this is the addon's own field.
        vendor = self.partner_id.commercial_partner_id.sudo()
        table = find_table(text, self._get_headers(), columns)
        if vendor and table:
            vendor._keep_list_columns(_get_signature(table.layout), table.columns)

    # --------------------------------------------------------------------------------- headers

    def _get_all_questions(self):
        """Return the custom fields of all parts of this transfer, as property definitions."""
        types = self._get_part_types()
        return [question for part_type in types for question in part_type._get_questions()]

    def _get_part_types(self):
        """Return the types of the parts whose units get serial numbers; a draft has no lines yet."""
        pickings = self._get_prompted()
        parts = pickings.move_ids.product_id | pickings.serial_line_ids.product_id
        return parts.filtered("uses_serial_numbers").part_type_id

    def _get_headers(self):
        """Return the :class:`Headers` that a list for this transfer may have, in the user's language
        too."""
        serial, location = self.env._("Serial"), self.env._("Location")
        bin_, part = self.env._("Bin"), self.env._("Part")
        words = {serial: "serial", bin_: "location", location: "location", part: "product"}
        labels, seen = [], set()
        for part_type in self._get_part_types():
            questions = part_type._get_questions()
            # Parts may have different custom fields with one label: the row's part decides.
            labels += [
                (question["string"], question["name"])
                for question in questions
                if fold_header(question["string"]) not in seen
            ]
            seen |= {fold_header(question["string"]) for question in questions}
        return Headers(words, labels)

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


def _get_signature(layout):
    """Return what tells lists like *layout* from others: its header, or its number of columns."""
    return "\t".join(fold_header(cell) for cell in layout.header) or str(layout.width)
