from odoo import models

#: Context key: the size of the labels that are printed.
LABEL_SIZE = "serialized_parts_label_size"
#: The report that prints labels as pages.
LABELS = "serialized_parts.serial_labels"


class IrActionsReport(models.Model):
    """The paper that labels are printed on depends on their size."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self
        if self._get_report(report_ref).report_name == LABELS:
            labels = self.env["lot.label.layout"]._get_to_print(res_ids, data or {})
            report = self.with_context(**{LABEL_SIZE: labels.label_size_id.id})
        return super(IrActionsReport, report)._render_qweb_pdf_prepare_streams(
            report_ref, data, res_ids=res_ids
        )

    def get_paperformat(self):
        size_id = self.env.context.get(LABEL_SIZE)
        if size_id and self.report_name == LABELS:
            return self.env["serial.label.size"].browse(size_id)._make_paper_format()
        return super().get_paperformat()
