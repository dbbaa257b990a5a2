from odoo import api, models


class StockPicking(models.Model):
    """The photos that wait on a transfer, with what was typed for units that have left it."""

    _inherit = "stock.picking"

    def _delete_photos_except(self, rows):
        """Delete the photos that wait for a row of ``serial_entry_refused`` and for none of
        *rows*, which replace them."""
        before = self._list_photo_ids(self.serial_entry_refused or [])
        if gone := before - self._list_photo_ids(rows):
            self._get_waiting_photos(gone).unlink()

    def _move_photos_to(self, backorder):
        """Move the photos that wait here to *backorder*, as what was typed."""
        ids = self._list_photo_ids(self.serial_entry_refused or [])
        if ids:
            self._get_waiting_photos(ids).picking_id = backorder

    def _get_waiting_photos(self, ids):
        """Return those of the photos with these ids that still wait on this transfer."""
        # Whoever changes a transfer, what the warehouse did goes with its units.
        photos = self.env["serial.photo"].sudo()
        return photos.search([("id", "in", [*ids]), ("picking_id", "=", self.id)])

    @api.model
    def _list_photo_ids(self, rows):
        return {
            id_
            for row in rows
            for typed in row.get("typed", ())
            for id_ in typed["values"].get("photo_ids", ())
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_photos(self):
        self.env["serial.photo"]._delete_with(self)
