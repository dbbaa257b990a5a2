from odoo import fields, models


class SerialPhoto(models.Model):
    """A picture of one unit."""

    _name = "serial.photo"
    _description = "Photo of a Unit"
    _inherit = ["image.mixin"]
    _order = "sequence, id"

    lot_id = fields.Many2one("stock.lot", "Serial Number", index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    is_public = fields.Boolean(
        "Public", help="Shown on the unit's public page, to everybody who has its address."
    )
    image_1920 = fields.Image(required=True)
