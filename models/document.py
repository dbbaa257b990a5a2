from odoo import models

from ..tools.validation import Validation


class Document(models.AbstractModel):
    """A document that Source and Used On of serial numbers are read from: they are updated when it
    is edited.

    Its ``write`` runs inside the model's own.
    """

    _name = "serialized_parts.document"
    _description = "Document of Serial Numbers"

    #: The fields that Source and Used On depend on.
    _history_fields = {"name"}

    def write(self, vals):
        if not vals.keys() & self._history_fields or Validation.of(self.env):
            return super().write(vals)
        # Whoever renames an order may lack the right to read its moves.
        records = self.sudo()
        serials = records._get_history_serials(vals)
        result = super().write(vals)
        (serials | records._get_history_serials(vals))._update_documents()
        return result

    def _get_history_serials(self, vals):
        """Return the serial numbers whose Source or Used On may change when *vals* are written;
        called before and after the write."""
        return self.move_ids._get_history_serials(vals)
