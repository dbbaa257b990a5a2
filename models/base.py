from odoo import api, models


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _additional_allowed_keys_properties_definition(self):
        # What serial.question says of a question beyond Odoo's properties. Odoo asks this model,
        # whichever has the definition.
        keys = super()._additional_allowed_keys_properties_definition()
        return (*keys, "required", "help")
