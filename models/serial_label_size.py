from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.label_codes import CODE_128, DATA_MATRIX, QR

CODES = [(QR, "QR Code"), (DATA_MATRIX, "Data Matrix"), (CODE_128, "Code 128")]
#: How much the labels of a sheet may be larger than its page, in millimetres: measures are rounded.
ROUNDING = 0.3
#: The smallest label that has room for a part and a serial number, in millimetres.
SMALLEST = 10


class SerialLabelSize(models.Model):
    """A size of labels for serial numbers: of a roll, one label a page, or of a sheet with several.

    All lengths are in millimetres.
    """

    _name = "serial.label.size"
    _description = "Serial Label Size"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first one is proposed.")
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("roll", "Roll"), ("sheet", "Sheet")],
        required=True,
        default="roll",
        help="A roll has one label per page. A sheet has several, and can be printed when some of "
        "them have been used.",
    )
    width = fields.Float("Label Width", required=True, digits=(6, 3))
    height = fields.Float("Label Height", required=True, digits=(6, 3))
    page_width = fields.Float(default=210, digits=(6, 3))
    page_height = fields.Float(default=297, digits=(6, 3))
    columns = fields.Integer(default=1)
    rows = fields.Integer(default=1)
    margin_top = fields.Float("Margin Above", digits=(6, 3))
    margin_side = fields.Float("Margin at the Sides", digits=(6, 3))
    column_gap = fields.Float("Gap Between Columns", digits=(6, 3))
    row_gap = fields.Float("Gap Between Rows", digits=(6, 3))
    dots = fields.Selection(
        [("6", "152 dpi"), ("8", "203 dpi"), ("12", "300 dpi"), ("24", "600 dpi")],
        "Resolution",
        required=True,
        default="8",
        help="Of the label printer, for labels in ZPL.",
    )
    code = fields.Selection(CODES, required=True, default=QR)
    label_count = fields.Integer("Labels per Page", compute="_compute_label_count")

    @api.depends("kind", "columns", "rows")
    def _compute_label_count(self):
        for size in self:
            size.label_count = size.columns * size.rows if size.kind == "sheet" else 1

    @api.constrains("width", "height", "kind", "columns", "rows")
    def _check_positive(self):
        """:raise ValidationError: for a label that is too small, or a sheet without labels"""
        for size in self:
            if min(size.width, size.height) < SMALLEST:
                raise ValidationError(
                    self.env._(
                        "%(size)s: a label has to be at least %(smallest)s mm wide and high.",
                        size=size.name,
                        smallest=SMALLEST,
                    )
                )
            if size.kind == "sheet" and min(size.columns, size.rows) < 1:
                raise ValidationError(
                    self.env._(
                        "%(size)s: a sheet needs at least one column and one row.", size=size.name
                    )
                )

    @api.constrains(
        *("kind", "width", "height", "page_width", "page_height", "columns", "rows"),
        *("margin_top", "margin_side", "column_gap", "row_gap"),
    )
    def _check_fits_page(self):
        """:raise ValidationError: for labels that are not all on the page"""
        for size in self.filtered(lambda size: size.kind == "sheet"):
            lengths = (size.margin_top, size.margin_side, size.column_gap, size.row_gap)
            if min(lengths) < 0:
                raise ValidationError(
                    self.env._("%(size)s: margins and gaps can't be below zero.", size=size.name)
                )
            across = size.columns * (size.width + size.column_gap) - size.column_gap
            down = size.rows * (size.height + size.row_gap) - size.row_gap
            size._check_length(size.margin_side + across, size.page_width)
            size._check_length(size.margin_top + down, size.page_height)

    def _check_length(self, needed, there_is):
        if needed > there_is + ROUNDING:
            raise ValidationError(
                self.env._(
                    "%(size)s: the labels with their margin and gaps need %(needed)s mm, the page has "
                    "%(page)s mm.",
                    size=self.name,
                    needed=f"{needed:g}",
                    page=f"{there_is:g}",
                )
            )

    def _get_page(self):
        """Return ``(width, height)`` of a page: of the sheet, or of one label of the roll."""
        self.ensure_one()
        if self.kind == "sheet":
            return self.page_width, self.page_height
        return self.width, self.height

    def _make_paper_format(self):
        """Return the paper format of these labels, a new record: the page without margins, at true
        size. Odoo's have whole millimetres only, so the pages that have a name go by it."""
        width, height = map(round, self._get_page())
        named = {(210, 297): "A4", (216, 279): "Letter"}.get((width, height))
        page = {"format": named} if named else {"page_width": width, "page_height": height}
        margins = dict.fromkeys(
            ("margin_top", "margin_bottom", "margin_left", "margin_right", "header_spacing"), 0
        )
        return self.env["report.paperformat"].new(
            {
                "format": "custom",
                "orientation": "Portrait",
                "dpi": 96,
                "disable_shrinking": True,
                **margins,
                **page,
            }
        )
