from odoo import api, models


class StockPicking(models.Model):
    """The photos that wait on a transfer, with what was typed for units that have left it."""

    _inherit = "stock.picking"

    def _keep_photos(self, photos):
        photos.write({"move_line_id": False, "picking_id": self.id})

    def _move_photos_to(self, backorder):
        ids = self._list_photo_ids(self.serial_entry_refused or [])
        if ids:
            self._get_waiting_photos(ids).picking_id = backorder

    def _get_waiting_photos(self, ids):
        # Whoever changes a transfer, what the warehouse did goes with its units.
        photos = self.env["serial.photo"].sudo()
        return photos.search([("id", "in", [*ids]), ("picking_id", "=", self.id)])

    @api.ondelete(at_uninstall=False)
    def _unlink_photos(self):
        self.env["serial.photo"]._delete_with(self)
