from odoo import api, models

from ..tools.answers import SerialAnswers
from ..tools.misfits import sql_group_fitting


class Base(models.AbstractModel):
    _inherit = "base"

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

    def _read_group_groupby_properties(self, alias, field, property_name, query):
        group = super()._read_group_groupby_properties(alias, field, property_name, query)
        if not isinstance(field, SerialAnswers):
            return group
        # PostgreSQL would refuse to read as a date what is none.
        question = self.get_property_definition(f"{field.name}.{property_name}")
        answer = self._field_to_sql(alias, f"{field.name}.{property_name}", query)
        return sql_group_fitting(question, answer, group)
