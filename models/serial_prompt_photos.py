from odoo import api, models


class SerialPrompt(models.AbstractModel):
    """The photos of units that have left a document, which wait with what was typed for them."""

    _inherit = "serial.prompt"

    def _keep_photos(self, photos):
        """Let *photos*, of units that have left this transfer, wait on it."""
        raise NotImplementedError

    def _get_waiting_photos(self, ids):
        """Return those of the photos with these ids that still wait on this transfer."""
        raise NotImplementedError

    def _move_photos_to(self, backorder):
        """Move the photos that wait here to *backorder*, as what was typed."""
        raise NotImplementedError

    def _delete_photos_except(self, rows):
        """Delete the photos that wait for a row of ``serial_entry_refused`` and for none of
        *rows*, which replace them."""
        before = self._list_photo_ids(self.serial_entry_refused or [])
        if gone := before - self._list_photo_ids(rows):
            self._get_waiting_photos(gone).unlink()

    @api.model
    def _list_photo_ids(self, rows):
        return {
            id_
            for row in rows
            for typed in row.get("typed", ())
            for id_ in typed["values"].get("photo_ids", ())
        }
