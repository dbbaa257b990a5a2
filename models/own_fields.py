from odoo import api, models
from odoo.exceptions import AccessError


class OwnFields(models.AbstractModel):
    """A model with fields that are protected even from users who may write its records, over RPC
    and in imports: those that the addon fills in, and those that only warehouse users may write.

    Odoo's ``readonly`` only keeps them from being edited in a view.
    """

    _name = "serialized_parts.own.fields"
    _description = "Model With Fields That Serialized Parts Fills In"

    #: The names of the fields that the addon fills in.
    _own_fields = frozenset()
    #: The names of the fields that only warehouse users may write.
    _warehouse_fields = frozenset()

    @api.model
    def _check_field_access(self, field, operation):
        if operation == "write" and field.name in self._warehouse_fields:
            self.env["stock.picking"]._check_warehouse_user()
        if operation == "write" and field.name in self._own_fields and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(field)s (%(name)s) is filled in automatically. Leave it out.",
                    field=field.get_description(self.env, ["string"])["string"],
                    name=field.name,
                )
            )
        return super()._check_field_access(field, operation)
