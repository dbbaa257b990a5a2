from odoo import api, models


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _additional_allowed_keys_properties_definition(self):
        # What serial.question adds to Odoo's properties. Odoo always calls this on "base",
        # whichever model has the definition.
        keys = super()._additional_allowed_keys_properties_definition()
        return (*keys, "required", "help", "format")
