from odoo import api, models

from ..tools.answers import SerialAnswers


class Base(models.AbstractModel):
    _inherit = "base"

    def _filter_readable(self):
        """Return those of these records that the user may read, also where this is called with
        all rights, as constraints are."""
        # The companies of documents need not be the user's.
        own = self.env.user._get_company_ids()
        allowed = self.env.context.get("allowed_company_ids") or own
        companies = [company for company in allowed if company in own]
        # No rights but the user's.
        user = self.sudo(False).with_context(allowed_company_ids=companies)
        return user._filtered_access("read").with_env(self.env)

    def _name_readable(self, hidden):
        """Return the names of those of these records that the user may read, as text for a
        message.

        :param str hidden: what stands for them where the user may read none
        """
        names = self._filter_readable().mapped("display_name")
        return ", ".join(dict.fromkeys(names)) or hidden

    @api.model
    def _additional_allowed_keys_properties_definition(self):
        # What serial.question says of a question beyond Odoo's properties.
        keys = super()._additional_allowed_keys_properties_definition()
        return (*keys, "required", "help")

    def _load_records_write(self, values):
        # Odoo's import writes a record's old properties again, and would write blank cells. The
        # values are left alone: after an error it tries them once more, one by one.
        values = dict(values)
        answers = {
            name: self._fields[name].read_cells(self.env, values.pop(name), self[name])
            for name in self._get_answer_fields(values)
        }
        result = super()._load_records_write(values)
        if answers:
            self.write(answers)
        return result

    def _load_records_create(self, vals_list):
        for vals in vals_list:
            for name in self._get_answer_fields(vals):
                vals[name] = self._fields[name].read_cells(self.env, vals[name])
        return super()._load_records_create(vals_list)

    @api.model
    def _get_answer_fields(self, vals):
        return [name for name in vals if isinstance(self._fields.get(name), SerialAnswers)]
