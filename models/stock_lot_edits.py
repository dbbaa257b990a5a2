"""Edits of a serial number outside its form: on its part, and of its location."""

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.plain_text import is_id


class StockLot(models.Model):
    _inherit = "stock.lot"

    # ------------------------------------------------------------------------- on its part

    @api.model
    def _apply_edits(self, products, edits):
        """Write edits of these products' serial numbers, with the user's rights.

        :param products: the ``product.product`` whose serial numbers they are
        :param dict edits: ``{serial id: {"location_id": id, "serial_answers": {key: answer}}}``,
            the ids as text, as in JSON, or as numbers; either key may be left out, and so may
            answers, which then stay. A false *edits* changes nothing.
        :raise UserError: for a serial number of another product, one that the user can't see, or
            any other key. Nothing is written then.
        """
        if not edits:
            return
        edits = self._read_edits(edits)
        serials = self.search([("id", "in", list(edits)), ("product_id", "in", products.ids)])
        if set(serials.ids) != edits.keys():
            raise UserError(
                self.env._(
                    "A serial number that you edited isn't one of this part, or no longer exists. "
                    "Nothing was saved: discard your changes and try again."
                )
            )
        for serial in serials:
            serial.write(edits[serial.id])

    @api.model
    def _read_edits(self, edits):
        """Return *edits*, see :meth:`_apply_edits`, by serial number id."""
        try:
            by_id = {int(serial): dict(values) for serial, values in edits.items()}
            locations = [
                values["location_id"] for values in by_id.values() if values.get("location_id")
            ]
            if not all(is_id(id_) for id_ in (*by_id, *locations)):
                raise ValueError
        except (AttributeError, OverflowError, TypeError, ValueError):
            raise UserError(self.env._("The edits of serial numbers can't be read.")) from None
        for values in by_id.values():
            if values.keys() - {"location_id", "serial_answers"}:
                raise UserError(
                    self.env._("Only the location and the custom fields can be edited here.")
                )
            if not values.get("location_id", True):
                raise UserError(
                    self.env._("Choose a bin for each serial number: it can't be empty.")
                )
        return by_id

    # ------------------------------------------------------------------------- its location

    @api.depends("quant_ids", "quant_ids.quantity")
    def _compute_single_location(self):
        result = super()._compute_single_location()
        # In Odoo's books, a serial number that was sold and bought back still has a unit at the
        # customer; people look for it where it is on hand.
        for lot in self.filtered(lambda lot: len(lot.quant_ids) > 1):
            booked_out = any(
                quant.quantity < 0 and quant.location_id == lot.location_id
                for quant in lot.quant_ids
            )
            if booked_out or not lot.location_id:
                locations = lot._get_serial_quants().location_id
                lot.location_id = len(locations) == 1 and locations
        return result

    def _set_single_location(self):
        if archived := self.filtered(lambda lot: not lot.active):
            # Its unit is gone: moving it would put it back in stock.
            raise UserError(
                self.env._(
                    "%(serials)s is archived, so it can't be moved. Unarchive it first.",
                    serials=", ".join(archived.mapped("name")),
                )
            )
        bought_back = self.filtered(
            lambda lot: (
                len(lot._get_serial_quants()) == 1
                and len(lot.quant_ids.filtered(lambda quant: quant.quantity > 0)) > 1
            )
        )
        for lot in bought_back:
            lot._get_serial_quants().move_quants(
                location_dest_id=lot.location_id, message=self.env._("Serial Number Relocated")
            )
        return super(StockLot, self - bought_back)._set_single_location()
