from odoo import fields, models


class ProductCategory(models.Model):
    """Whether the units of a part type have public pages."""

    _inherit = "product.category"

    serial_pages = fields.Boolean(
        "Public Pages",
        groups="stock.group_stock_manager",
        help="Units of this part type, and of those below it, have a public page: everybody who has "
        "its address sees the part, the serial number, and the photos and answers that are marked "
        "as public. Their company has to have public pages, too: see the settings of Inventory.",
    )
