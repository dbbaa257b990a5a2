from odoo import api, models

from ..fields.answer_sql import sql_group_valid
from ..fields.serial_answers import SerialAnswers
from ..tools.cells import keep_apostrophe, leave_out, strip_guard
from .unedited_cells import find_unedited


class AnswerFields(models.AbstractModel):
    """A model with a :class:`SerialAnswers` field: the parts of importing, exporting and grouping
    by answers that Odoo leaves to the model rather than the field."""

    _name = "serialized_parts.answer.fields"
    _description = "Model With Answers to Custom Fields"

    # ------------------------------------------------------------------------------- import

    def _load_records_write(self, values):
        # Odoo's import writes a record's old properties again, and would write blank cells. Its
        # dict is copied: after an error Odoo uses it again, record by record.
        values = dict(values)
        answers = {
            name: self._fields[name].read_cells(self.env, values.pop(name), self[name])
            for name in self._get_answer_fields(values)
        }
        result = super()._load_records_write(values)
        if any(answers.values()):
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

    def _extract_records(self, field_paths, data, log=lambda a: None, limit=float("inf")):
        columns = self._get_guarded_columns(field_paths)
        if not columns:
            yield from super()._extract_records(field_paths, data, log=log, limit=limit)
            return
        # Unedited cells are left out: reading them back might change the answer.
        unedited = find_unedited(self, field_paths, data, columns, limit)
        data = [
            [strip_guard(cell) if at in columns else cell for at, cell in enumerate(row)]
            for row in data
        ]
        for record, info in super()._extract_records(field_paths, data, log=log, limit=limit):
            leave_out(record, unedited.get(info["rows"]["from"], ()))
            yield record, info

    # ------------------------------------------------------------------------------- export

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        rows = super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        if _is_toplevel_call and self.env.context.get("import_compat", True):
            for column in self._get_guarded_columns(fields):
                for row in rows:
                    row[column] = keep_apostrophe(row[column])
        return rows

    @api.model
    def _get_guarded_columns(self, paths):
        """Return the positions of the answer columns in an export or import: their cells must
        come back unchanged.

        :param list paths: for each column, the path of its field
        """
        columns = set()
        for position, path in enumerate(paths):
            name, _dot, key = ((path and path[0]) or "").partition(".")
            if key and isinstance(self._fields.get(name), SerialAnswers):
                columns.add(position)
        return columns

    # ------------------------------------------------------------------------- definition, groups

    @api.model
    def get_property_definition(self, full_name):
        definition = super().get_property_definition(full_name)
        name = full_name.partition(".")[0]
        if not definition or not isinstance(self._fields[name], SerialAnswers):
            return definition
        [translated] = self.env["serial.question"]._translate_definition([definition])
        return translated

    def _read_group_groupby_properties(self, alias, field, property_name, query):
        group = super()._read_group_groupby_properties(alias, field, property_name, query)
        if not isinstance(field, SerialAnswers):
            return group
        # PostgreSQL would raise an error on an answer that isn't a date.
        question = self.get_property_definition(f"{field.name}.{property_name}")
        answer = self._field_to_sql(alias, f"{field.name}.{property_name}", query)
        return sql_group_valid(question, answer, group)
