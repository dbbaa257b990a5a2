import json

from odoo.http import request

from odoo.addons.web.controllers import export

from ..fields.serial_answers import SerialAnswers


class _TextWriter:
    """Writes a text as plain text, even if it looks like a formula or a link."""

    def write(self, row, column, cell_value, style=None):
        if isinstance(cell_value, str) and cell_value:
            return self.worksheet.write_string(row, column, cell_value, style)
        return super().write(row, column, cell_value, style)


class XlsxWriter(_TextWriter, export.ExportXlsxWriter):
    """Writes a list of records with answers."""


class GroupXlsxWriter(_TextWriter, export.GroupExportXlsxWriter):
    """Writes a grouped list of records with answers."""


class ExcelExport(export.ExcelExport):
    """Exports answers as plain text: a formula typed as an answer must not run in the
    spreadsheet."""

    def from_data(self, fields, columns_headers, rows):
        if not _has_answers():
            return super().from_data(fields, columns_headers, rows)
        with XlsxWriter(fields, columns_headers, len(rows)) as writer:
            for row, cells in enumerate(rows, 1):
                for column, cell in enumerate(cells):
                    writer.write_cell(row, column, cell)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        if not _has_answers():
            return super().from_group_data(fields, columns_headers, groups)
        with GroupXlsxWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value


def _has_answers():
    """Whether the model that this request exports has answers."""
    model = json.loads(request.params["data"])["model"]
    return any(isinstance(field, SerialAnswers) for field in request.env[model]._fields.values())
