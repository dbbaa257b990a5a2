from odoo import api, models
from odoo.exceptions import AccessError


class OwnFields(models.AbstractModel):
    """A model with fields that the addon itself fills in, from what was done: nobody else writes
    them, neither over RPC nor by an import.

    Odoo's ``readonly`` only keeps them from being edited in a view.
    """

    _name = "serialized_parts.own.fields"
    _description = "Model With Fields Kept by Serialized Parts"

    #: The names of these fields.
    _own_fields = frozenset()

    @api.model
    def _check_field_access(self, field, operation):
        if operation == "write" and field.name in self._own_fields and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(field)s (%(name)s) is filled in by itself. Leave it out.",
                    field=field.get_description(self.env, ["string"])["string"],
                    name=field.name,
                )
            )
        return super()._check_field_access(field, operation)
