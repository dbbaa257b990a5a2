from odoo import api, fields, models


class StockMoveLine(models.Model):
    """The photos of a unit whose serial number isn't there yet."""

    _inherit = "stock.move.line"

    photo_ids = fields.One2many(
        "serial.photo",
        "move_line_id",
        "Photos",
        help="Photos of the unit on this line. Its serial number gets them.",
    )

    def _get_photos(self):
        """Return the photos of these lines, with all rights: whoever changes a transfer, what the
        warehouse did stays with the units."""
        return self.sudo().photo_ids  # The buyer who lowers an order may not read them.

    def _describe_typed(self):
        """Return what was typed on this line besides its serial number, and that there are photos
        of its unit, as a list of sentences."""
        count = len(self._get_photos())
        photos = [self.env._("Photos: %(count)s.", count=count)] if count else []
        return [*self._describe_answers(), *photos]

    def _take_photos_from_transfer(self, ids):
        """Take those of the photos with these ids that wait on this line's transfer."""
        if ids:
            photos = self._get_prompts()._get_waiting_photos(ids)
            photos.write({"picking_id": False, "move_line_id": self.id})

    def _hand_over_photos(self):
        """Give the photos of these done lines to their serial numbers."""
        # Whoever validates, the units keep what belongs to them.
        photos = self.env["serial.photo"].sudo().search([("move_line_id", "in", self.ids)])
        photos.filtered("move_line_id.lot_id")._hand_over()

    @api.ondelete(at_uninstall=False)
    def _unlink_photos(self):
        self.env["serial.photo"]._delete_with(self)
