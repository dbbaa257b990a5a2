from odoo import models

from ..tools.validation import Validation


class Document(models.AbstractModel):
    """What Source and Used On of serial numbers are read from: they follow when it is edited.

    It lies below the model's own ``write``.
    """

    _name = "serialized_parts.document"
    _description = "Document of Serial Numbers"

    #: The fields whose edit is another Source or Used On.
    _history_fields = {"name"}

    def write(self, vals):
        if not vals.keys() & self._history_fields or Validation.of(self.env):
            return super().write(vals)
        # Who renames an order need not be one who may read what was moved for it.
        records = self.sudo()
        serials = records._get_history_serials(vals)
        result = super().write(vals)
        (serials | records._get_history_serials(vals))._update_documents()
        return result

    def _get_history_serials(self, vals):
        """Return the serial numbers whose Source or Used On *vals*, when they are written, may
        change: called before and after."""
        return self.move_ids._get_history_serials(vals)
