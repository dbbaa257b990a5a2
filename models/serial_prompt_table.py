from odoo import models

from ..tools.serial_entries import find_table
from ..tools.table_headers import fold_header
from .assignment.transfer_names import TransferNames


class SerialPrompt(models.AbstractModel):
    """Lists for a transfer: their columns may be custom fields, and what people said about the
    vendor's last list is known."""

    _inherit = "serial.prompt"

    def _find_list_names(self, words):
        return TransferNames(self, words)

    def _guess_columns(self, headers, layout):
        return self._get_known_columns(layout) or super()._guess_columns(headers, layout)

    def _get_column_choices(self):
        questions = {question["name"]: question for question in self._get_all_questions()}
        return [
            *super()._get_column_choices(),
            *((key, question["string"]) for key, question in questions.items()),
        ]

    # -------------------------------------------------------------------- what is known of a list

    def _find_columns(self, text):
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
        if is_pair and self._read_columns(headers, layout).are_bins(1):
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

    def _get_list_labels(self):
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
        return labels


def _get_signature(layout):
    """Return what tells lists like *layout* from others: its header, or its number of columns."""
    return "\t".join(fold_header(cell) for cell in layout.header) or str(layout.width)
