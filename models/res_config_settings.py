from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    serial_pages = fields.Boolean(related="company_id.serial_pages", readonly=False)
