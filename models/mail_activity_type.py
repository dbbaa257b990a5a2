from odoo import api, models


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    @api.model
    def _get_model_info_by_xmlid(self):
        info = super()._get_model_info_by_xmlid()
        info["serialized_parts.mail_activity_type_checkup"] = {
            "res_model": "product.template",
            "unlink": False,
        }
        return info
