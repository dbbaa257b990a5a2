from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    serial_pages = fields.Boolean(
        "Public Pages of Units",
        help="Units of this company may have a public page, if their part type has them, too.",
    )
