import base64
from types import SimpleNamespace

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import file_open, format_list, split_every

from ..models.serial_label_size import CODES
from ..tools.label_codes import CODE_128, QR, draw_png
from ..tools.label_layout import get_bars_width, lay_out, plan_text
from ..tools.zpl import write_label

#: The formats that labels of serial numbers are printed in; the others are Odoo's own.
PDF, ZPL = "serial_pdf", "serial_zpl"
#: The most labels that are printed at once, and how many of a roll are shown before.
MAX_LABELS, SHOWN = 10_000, 2
#: How wide the preview is at least, in millimetres: two labels of a small roll.
PREVIEW_WIDTH = 128


class LotLabelLayout(models.TransientModel):
    """Odoo's dialog for the labels of lots, with those of serial numbers: their sizes, their code and
    how they will look."""

    _inherit = "lot.label.layout"

    lot_ids = fields.Many2many(
        "stock.lot",
        string="Serial Numbers",
        context={"active_test": False},
        help="What labels are printed for, besides the units of the transfer.",
    )
    print_format = fields.Selection(
        selection_add=[
            (PDF, "Serial Number Labels (PDF)"),
            (ZPL, "Serial Number Labels (ZPL)"),
            ("4x12",),
        ],
        default=lambda self: self._default_print_format(),
        ondelete={PDF: "set default", ZPL: "set default"},
    )
    print_formats = fields.Json(compute="_compute_print_formats")
    label_size_id = fields.Many2one(
        "serial.label.size",
        "Size",
        compute="_compute_label_size_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    label_size_kind = fields.Selection(related="label_size_id.kind")
    code = fields.Selection(
        CODES,
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
        help="A QR code has the address of the unit's page. The others have the part's GTIN and the "
        "serial number as a GS1 code; the serial number alone, if the part has no GTIN.",
    )
    used_labels = fields.Integer(
        "Labels Already Used", help="How many labels of the first sheet are used already."
    )
    label_summary = fields.Char("Labels", compute="_compute_label_summary")
    label_notice = fields.Char(compute="_compute_label_notice")
    label_preview = fields.Html("Preview", compute="_compute_label_preview", sanitize=False)

    @api.model
    def _default_print_format(self):
        lines = self.env["stock.move.line"].browse(self.env.context.get("default_move_line_ids"))
        # Only what its part uses is read, of whatever company the unit is now.
        serials = lines.lot_id.sudo().product_id.filtered("uses_serial_numbers")
        return PDF if serials or self.env.context.get("default_lot_ids") else "4x12"

    @api.depends("move_line_ids")
    def _compute_print_formats(self):
        every = [value for value, _label in self._fields["print_format"].selection]
        for layout in self:
            layout.print_formats = every if layout.move_line_ids else [PDF, ZPL]

    @api.depends("print_format")
    def _compute_label_size_id(self):
        sizes = self.env["serial.label.size"].search(Domain.TRUE)
        for layout in self:
            # A label printer has no sheets.
            fitting = sizes.filtered(
                lambda size, layout=layout: size.kind == "roll" or layout.print_format != ZPL
            )
            if layout.label_size_id not in fitting:
                layout.label_size_id = fitting[:1]

    @api.depends("label_size_id")
    def _compute_code(self):
        for layout in self:
            layout.code = layout.label_size_id.code or QR

    @api.depends("lot_ids", "move_line_ids", "label_size_id", "used_labels")
    def _compute_label_summary(self):
        for layout in self:
            labels, size = len(layout._get_serials()), layout.label_size_id
            layout.label_summary = str(labels)
            if size.kind == "sheet":
                sheets = -(-(labels + layout._get_used()) // size.label_count)
                layout.label_summary = self.env._(
                    "%(labels)s (sheets: %(sheets)s)", labels=labels, sheets=sheets
                )

    @api.depends("lot_ids", "move_line_ids", "label_size_id", "code", "print_format")
    def _compute_label_notice(self):
        for layout in self:
            layout.label_notice = layout._get_notice()

    @api.depends(
        *("lot_ids", "move_line_ids", "label_size_id", "code", "print_format", "used_labels")
    )
    def _compute_label_preview(self):
        for layout in self:
            layout.label_preview = layout.print_format in (PDF, ZPL) and layout._render_preview()

    def write(self, vals):
        self._check_lots()
        return super().write(vals)

    @api.constrains("lot_ids")
    def _check_lots(self):
        """:raise AccessError: for lots that the user may not read, in the dialog of somebody else, too"""
        self.invalidate_recordset(["lot_ids"])
        # Read anew and without rights, the field has all lots, not only those that may be read.
        self.sudo().lot_ids.sudo(False).check_access("read")

    @api.constrains("used_labels", "label_size_id")
    def _check_used_labels(self):
        for layout in self:
            if layout.used_labels < 0 or layout._get_used() >= max(1, layout._get_label_count()):
                raise ValidationError(
                    self.env._(
                        "A sheet of this size has %(count)s labels: enter how many of them are used, "
                        "fewer than that.",
                        count=layout._get_label_count(),
                    )
                )

    def process(self):
        """Print the labels.

        :return: the report action: Odoo downloads it, or shows the pages where there is no
            wkhtmltopdf
        :raise UserError: if there is no serial number, or too many
        """
        self.ensure_one()
        if self.print_format not in (PDF, ZPL):
            return super().process()
        self._check_serials()
        name = "labels" if self.print_format == PDF else "labels_zpl"
        report = self.env.ref(f"serialized_parts.action_report_serial_{name}")
        action = report.report_action([], data={"layout_wizard": self.id}, config=False)
        return {**action, "close_on_report_download": True}

    # ------------------------------------------------------------------------ what is printed

    @api.model
    def _get_to_print(self, lot_ids, data):
        """Return the dialog whose labels a report prints: that of its *data*, else a new one for
        these lots."""
        if data.get("layout_wizard"):
            return self.browse(int(data["layout_wizard"])).exists()
        self.env["stock.lot"].browse(lot_ids).check_access("read")
        return self.new({"lot_ids": [Command.set(lot_ids or [])], "print_format": PDF})

    def _get_lots(self):
        """Return the lots that this dialog is for; of a transfer, those that the user may read."""
        lines = self.move_line_ids._origin
        return self.lot_ids._origin | lines.lot_id._filtered_access("read")

    def _get_serials(self):
        """Return the serial numbers whose labels are printed."""
        return self._get_lots().filtered(lambda lot: lot.product_id.tracking == "serial")

    def _get_label_count(self):
        return self.label_size_id.label_count

    def _get_used(self):
        """Return how many labels of the first page are left out."""
        return self.used_labels if self.label_size_id.kind == "sheet" else 0

    def _check_serials(self):
        """Return the serial numbers whose labels are printed.

        :raise UserError: if there is none, too many, or no size
        """
        serials = self._get_serials()
        if not serials:
            self.env["stock.lot"]._raise_no_label()
        if len(serials) > MAX_LABELS:
            raise UserError(
                self.env._(
                    "These are %(count)s labels. At most %(most)s can be printed at once: choose "
                    "fewer serial numbers.",
                    count=len(serials),
                    most=MAX_LABELS,
                )
            )
        if not self.label_size_id:
            raise UserError(self.env._("Choose the size of the labels."))
        return serials

    def _prepare(self, serials):
        """Return the :class:`Label` of each of *serials*."""
        size = self.label_size_id
        dots = int(size.dots) if self.print_format == ZPL else 0
        return serials._prepare_labels(self.code, size.width, size.height, dots)

    def _write_zpl(self):
        """Return the ZPL of all labels."""
        size = self.label_size_id
        labels = self._prepare(self._check_serials())
        lines = max(len(label.lines) for label in labels)
        return "".join(
            write_label(label, size.width, size.height, lines, int(size.dots)) for label in labels
        )

    def _prepare_pages(self):
        """Return what the template of the report gets: see :meth:`_draw_pages`."""
        labels = self._prepare(self._check_serials())
        return self._draw_pages(labels, lambda length: f"{length:.3f}mm")

    def _draw_pages(self, labels, measure):
        """Return what the template of the pages gets.

        :param labels: what is printed
        :param measure: returns the CSS of a length in millimetres
        """
        size = self.label_size_id
        columns = size.columns if size.kind == "sheet" else 1
        lines = max((len(label.lines) for label in labels), default=0)
        cells = [None] * self._get_used() + [self._draw(label, lines) for label in labels]
        page_width, page_height = size._get_page()
        is_sheet = size.kind == "sheet"
        return {
            # XML has no room for it, and without it browsers measure in their own ways.
            "doctype": Markup("<!DOCTYPE html>"),
            "style": self._get_style(measure(page_width), measure(page_height)),
            "size": size,
            "pages": [
                [*split_every(columns, page, list)]
                for page in split_every(size.label_count or 1, cells, list)
            ],
            "page_width": page_width,
            "page_height": page_height,
            "margin_top": size.margin_top if is_sheet else 0,
            "margin_side": size.margin_side if is_sheet else 0,
            "column_gap": size.column_gap if is_sheet else 0,
            "row_gap": size.row_gap if is_sheet else 0,
            "measure": measure,
            "direction": self.env["res.lang"]._get_data(code=self.env.lang or "en_US").direction,
        }

    @api.model
    def _get_style(self, width, height):
        """Return the style sheet of pages of this size."""
        with file_open("serialized_parts/report/serial_labels.css") as file:
            return Markup(f"@page {{ size: {width} {height}; margin: 0; }}\n{file.read()}")

    def _draw(self, label, lines):
        """Return *label* as the template draws it; *lines* as in :func:`lay_out`."""
        size, code = self.label_size_id, label.code
        layout = lay_out(size.width, size.height, code.kind, lines)
        plan = plan_text(layout, label.part, label.serial)
        image, modules = draw_png(code)
        return SimpleNamespace(
            label=label,
            layout=layout,
            plan=plan,
            lines=label.lines[: plan.lines],
            is_below=code.kind == CODE_128,
            code_width=get_bars_width(layout, modules)
            if code.kind == CODE_128
            else layout.code_width,
            image=f"data:image/png;base64,{base64.b64encode(image).decode()}",
        )

    # ---------------------------------------------------------------------- what is shown before

    def _render_preview(self):
        """Return the page of the report with the first labels, as wide as what it is shown in."""
        size = self.label_size_id
        if not size or self._get_used() >= max(1, size.label_count):
            return ""
        shown = size.label_count - self._get_used() if size.kind == "sheet" else SHOWN
        labels = self._prepare(self._get_serials()[:shown])
        width = max(size._get_page()[0], PREVIEW_WIDTH)
        values = self._draw_pages(labels, lambda length: f"{length * 100 / width:.4f}vw")
        return self.env["ir.qweb"]._render(
            "serialized_parts.serial_labels", {**values, "is_preview": True}
        )

    def _get_notice(self):
        """Return what is printed otherwise than chosen, an empty text if nothing is."""
        if self.print_format not in (PDF, ZPL):
            return ""
        serials, notices = self._get_serials(), []
        if others := self._get_lots() - serials:
            notices.append(
                self.env._(
                    "No serial numbers: %(lots)s. Print these lots in another format.",
                    lots=format_list(self.env, others[:SHOWN].mapped("name")),
                )
            )
        if self.code != QR and self.label_size_id:
            labels = self._prepare(serials)
            if replaced := [label.serial for label in labels if label.code.kind != self.code]:
                notices.append(
                    self.env._(
                        "Too long for this code, or with signs that it lacks: %(count)s. They get a "
                        "QR code.",
                        count=len(replaced),
                    )
                )
        return " ".join(notices)
