from markupsafe import Markup

from odoo import models


class SerialLabelsReport(models.AbstractModel):
    """The labels of serial numbers as pages, for PDF and for the browser."""

    _name = "report.serialized_parts.serial_labels"
    _description = "Serial Labels"

    def _get_report_values(self, docids, data=None):
        return self.env["lot.label.layout"]._get_to_print(docids, data or {})._prepare_pages()


class SerialLabelsZplReport(models.AbstractModel):
    """The same for label printers."""

    _name = "report.serialized_parts.serial_labels_zpl"
    _description = "Serial Labels (ZPL)"

    def _get_report_values(self, docids, data=None):
        labels = self.env["lot.label.layout"]._get_to_print(docids, data or {})
        # It is no HTML, so nothing is escaped.
        return {"zpl": Markup(labels._write_zpl())}
