from odoo import api, fields, models

from ..tools.unit_address import make_gtin, make_path


class StockLot(models.Model):
    """The address of a serial number's own page."""

    _inherit = "stock.lot"

    serial_url = fields.Char(
        "Address",
        compute="_compute_serial_url",
        help="The address of this unit's own page. Labels have it as a QR code.",
    )

    @api.depends("name", "product_id.barcode")
    def _compute_serial_url(self):
        host = self.env["stock.lot"].get_base_url()
        for lot in self:
            lot.serial_url = lot._origin and f"{host}{lot._get_serial_path()}"

    def _get_serial_path(self):
        """Return the path of this serial number's page, see :mod:`tools.unit_address`."""
        self.ensure_one()
        product = self.product_id
        return make_path(product.id, product._get_gtin(), self.name)


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_gtin(self):
        """Return the barcode of this part as a GTIN of 14 digits, an empty string if it is none."""
        self.ensure_one()
        return make_gtin(self.barcode) if self.valid_ean else ""
