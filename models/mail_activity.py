from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if operation in ("write", "unlink"):
            # In Odoo, anybody who may write the part may change all of its activities.
            checkup = self._filter_checkup()
            if checkup and (hidden := super(MailActivity, checkup)._check_access("read")):
                forbidden = result[0] if result else self.browse()
                return forbidden | hidden[0], hidden[1]
        return result

    def _action_done(self, feedback=False, attachment_ids=None):
        # Findings stay out of the part's chatter, which others read.
        checkup = self._filter_checkup()
        result = super(MailActivity, self - checkup)._action_done(
            feedback=feedback, attachment_ids=attachment_ids
        )
        checkup.unlink()
        return result

    def _filter_checkup(self):
        """Return the Serial Check-up's activities among these."""
        checkup = self.env["ir.model.data"]._xmlid_to_res_id(
            "serialized_parts.mail_activity_type_checkup", raise_if_not_found=False
        )
        # sudo: only the type is compared, nothing is shown.
        return self.filtered(lambda activity: activity.sudo().activity_type_id.id == checkup)
