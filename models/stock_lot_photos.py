from odoo import api, fields, models


class StockLot(models.Model):
    """The photos of a unit."""

    _inherit = "stock.lot"

    photo_ids = fields.One2many("serial.photo", "lot_id", "Photos")
    serial_image = fields.Image(
        "Picture",
        compute="_compute_serial_image",
        compute_sudo=True,
        help="The unit's first photo; if there is none, the picture of its part.",
    )

    # Not photo_ids: the form would send each new photo to the server to compute this.
    @api.depends("product_id")
    def _compute_serial_image(self):
        first = {
            lot: lot._origin.photo_ids.sorted(lambda photo: (photo.sequence, photo.id))[:1]
            for lot in self
        }
        # Read for these only, not for all photos.
        photos = self.env["serial.photo"].concat(*first.values())
        images = {photo.id: photo.image_256 for photo in photos.browse(photos.ids)}
        for lot, photo in first.items():
            lot.serial_image = images[photo.id] if photo else lot.product_id.image_256

    def _log_photos(self, added, removed):
        """Note in the chatters how many photos of these serial numbers were added and removed, both
        as Counters."""
        if self:
            self._log_in_history(
                "photo", {lot.id: self._describe_photos(added[lot], removed[lot]) for lot in self}
            )
            # Browsers keep a picture until its record has another date.
            self.write({})
            self.invalidate_recordset(["serial_image"])

    @api.model
    def _describe_photos(self, added, removed):
        texts = []
        if added == 1:
            texts.append(self.env._("1 photo added"))
        elif added:
            texts.append(self.env._("%(count)s photos added", count=added))
        if removed == 1:
            texts.append(self.env._("1 photo removed"))
        elif removed:
            texts.append(self.env._("%(count)s photos removed", count=removed))
        return ", ".join(texts)

    @api.ondelete(at_uninstall=False)
    def _unlink_photos(self):
        self.env["serial.photo"]._delete_with(self)
