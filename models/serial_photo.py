import base64
import binascii
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.pictures import is_picture

#: The fields that say whose photo it is. Exactly one is set.
OWNERS = ("lot_id", "move_line_id", "picking_id")
#: Context key: no note of what happens to photos, where it holds :data:`SILENT`, which no client can
#: send.
SILENCE, SILENT = "serialized_parts_photos_silent", object()


class SerialPhoto(models.Model):
    """A picture of one unit.

    It hangs on the unit's serial number; before that exists, on the unit's line of a transfer; and
    when the unit left the transfer, on the transfer, beside what was typed for it. Whoever may read
    or write serial numbers, and that record, may read or write its photos, and nobody else.
    """

    _name = "serial.photo"
    _description = "Photo of a Unit"
    _inherit = ["image.mixin"]
    _order = "sequence, id"

    lot_id = fields.Many2one(
        "stock.lot", "Serial Number", index="btree_not_null", ondelete="cascade"
    )
    move_line_id = fields.Many2one(
        "stock.move.line", "Unit on a Transfer", index="btree_not_null", ondelete="cascade"
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        index="btree_not_null",
        ondelete="cascade",
        help="Its unit has left this transfer. The photo waits until there is a unit for it again.",
    )
    sequence = fields.Integer(default=10)
    is_public = fields.Boolean(
        "Public", help="Shown on the unit's public page, to everybody who has its address."
    )
    image_1920 = fields.Image(required=True)

    _one_owner = models.Constraint(
        "CHECK (num_nonnulls(lot_id, move_line_id, picking_id) = 1)",
        "A photo belongs to one serial number, or to one unit on a transfer.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # An image is no column: PostgreSQL can't require it.
        self._check_pictures([vals.get("image_1920") for vals in vals_list])
        photos = super().create(vals_list)
        photos._log(photos._count_by_serial(), Counter())
        return photos

    def write(self, vals):
        if "image_1920" in vals:
            self._check_pictures([vals["image_1920"]])
        before, serials = self._count_by_serial(), self.lot_id
        result = super().write(vals)
        if vals.keys() & set(OWNERS):
            # Not only those that they come from: also those that they are moved to.
            self.check_access("write")
            after = self._count_by_serial()
            self._log(after - before, before - after)
        serials.invalidate_recordset(["serial_image"])
        return result

    def unlink(self):
        removed = self._count_by_serial()
        result = super().unlink()
        self._log(Counter(), removed)
        return result

    @api.model
    def _delete_with(self, owners):
        """Delete the photos of *owners*, which are deleted, too; PostgreSQL would leave the
        pictures behind."""
        [name] = [name for name in OWNERS if self._fields[name].comodel_name == owners._name]
        # Who may delete a record may delete what hangs on it.
        photos = self.sudo().search([(name, "in", owners.ids)])
        photos.with_context(**{SILENCE: SILENT}).unlink()

    def _hand_over(self):
        """Move these photos from the lines of a transfer to the serial numbers that the lines have
        now. The number of queries doesn't grow with them."""
        for photo in self.with_context(**{SILENCE: SILENT}):
            photo.write({"lot_id": photo.move_line_id.lot_id.id, "move_line_id": False})
        self._log(self._count_by_serial(), Counter())

    def _log(self, added, removed):
        """Note in the chatters of serial numbers how many photos were added and removed.

        :param added: Counter of serial numbers
        :param removed: the same
        """
        serials = self.env["stock.lot"].union(*added, *removed)
        if self.env.context.get(SILENCE) is not SILENT:
            serials._log_photos(added, removed)

    def _count_by_serial(self):
        return Counter(photo.lot_id for photo in self if photo.lot_id)

    # ------------------------------------------------------------------------------- rights

    def _check_access(self, operation):
        if denied := super()._check_access(operation):
            return denied
        needed = "read" if operation == "read" else "write"
        # Whoever has nothing to do with serial numbers has nothing to do with photos on a transfer:
        # employees may read its lines, and purchase users write them.
        if denied := self.env["stock.lot"]._check_access(needed):
            return self, denied[1]
        forbidden, explain = self.browse(), None
        for name in OWNERS if any(self._ids) else ():
            # With all rights, to ask whether the user may know the owner at all.
            by_owner = self.sudo().grouped(name)
            owners = self.env[self._fields[name].comodel_name].union(*by_owner).with_env(self.env)
            if owners and (denied := owners._check_access(needed)):
                refused, explain = denied
                # The same.
                forbidden = forbidden.union(*(by_owner[owner] for owner in refused.sudo()))
        return (forbidden.with_env(self.env), explain) if forbidden else None

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & self._get_readable_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    @api.model
    def _get_readable_domain(self):
        """Return the domain of the photos that the user may read: those of what the user finds."""
        return Domain.OR(
            Domain(name, "any", Domain.TRUE)
            for name in OWNERS
            if self.env[self._fields[name].comodel_name].has_access("read")
        )

    @api.model
    def _check_pictures(self, contents):
        """:raise ValidationError: unless each of *contents*, in base64, is a picture"""
        for content in contents:
            try:
                found = is_picture(base64.b64decode(content or b""))
            except (binascii.Error, TypeError, ValueError):
                found = False
            if not found:
                raise ValidationError(
                    self.env._(
                        "This file is not a picture, or it is damaged. Photos are JPEG, PNG, GIF or "
                        "WebP files."
                    )
                )
