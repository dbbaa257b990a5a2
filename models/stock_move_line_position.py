"""Whatever moves a serial number keeps it one unit in one position, see stock_lot_position.py."""

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.position import INTERNAL_USAGES
from ..tools.validation import Validation
from .readable import name_readable
from .stock_move_line import MOVES_UNITS


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["stock.lot"]._watch_positions() as watch:
            self._watch_new_lines(vals_list, watch)
            lines = super().create(vals_list)
            done = lines.filtered(lambda line: line.state == "done")
            done._check_not_serialize()
            watch.moves.update(done.move_id.ids)
            watch.add(done.lot_id)
        return lines

    def write(self, vals):
        done = self.browse()
        if vals.keys() & MOVES_UNITS:
            done = self.filtered(lambda line: line.state == "done")
        if not done:
            return super().write(vals)
        done._check_done_edits(vals)
        with self.env["stock.lot"]._watch_positions() as watch:
            lots = done.lot_id | self._get_lot(vals)
            watch.edit(lots)
            watch.moves.update(done.move_id.ids)
            result = super().write(vals)
            # What was written may have been a quant, which names the serial number.
            lots |= done.lot_id
            watch.add(lots)
            watch.edited.update(lots.ids)
        return result

    def _action_done(self):
        used = self._bring_back_serials()
        with self.env["stock.lot"]._watch_positions() as watch:
            watch.remember(used)
            self.filtered("move_id.is_serialize")._drop_empty_quants(used)
            result = super()._action_done()
            self._remove_known_units_elsewhere()
        return result

    def _lock_units(self):
        """Lock the stock of the units that these lines move, before anything is moved: if two
        documents want the same units, one waits for the other."""
        from_stock = self.filtered(
            lambda line: (
                line.product_id.tracking == "serial" and line.location_id.usage in INTERNAL_USAGES
            )
        )
        if from_stock:
            # Odoo writes quants with all rights, too.
            quants = self.env["stock.quant"].sudo()
            quants.search(
                Domain("product_id", "in", from_stock.product_id.ids)
                & Domain("location_id", "in", from_stock.location_id.ids)
                & Domain("lot_id", "in", [False, *from_stock.lot_id.ids])
            )._wait_for_units()

    def _restore_owners(self):
        """Give lines that come from a customer the owner that their unit has there, like Odoo's
        Return: so the unit moves from where it is."""
        lines = self.filtered(
            lambda line: line.location_id.usage == "customer" and (line.lot_id or line.lot_name)
        )
        if not lines:
            return
        known = lines._find_known_serials()
        serials = {
            line: line.lot_id or known.get((line.product_id, line.lot_name)) for line in lines
        }
        quants = self.env["stock.quant"].search(
            Domain("lot_id", "in", [serial.id for serial in serials.values() if serial])
            & Domain("location_id.usage", "=", "customer")
            & Domain("quantity", ">", 0)
        )
        owners = {quant.lot_id: quant.owner_id for quant in quants}
        for line, serial in serials.items():
            if line.owner_id != owners.get(serial, line.owner_id):
                line.owner_id = owners[serial]

    def _drop_empty_quants(self, serials):
        """Delete the quants with 0 units that *serials* left behind where these lines bring them
        back: if there is one, Odoo moves no unit that is reserved for them."""
        if not serials or not self:
            return
        quants = self.env["stock.quant"].sudo()  # Odoo deletes quants with all rights, too.
        quants.search(
            Domain("lot_id", "in", serials.ids)
            & Domain("location_id", "in", self.location_id.ids)
            & Domain("quantity", "=", 0)
            & Domain("reserved_quantity", "=", 0)
        ).unlink()

    def _remove_known_units_elsewhere(self):
        """Remove from the books the units elsewhere of the serial numbers on these done lines that
        were known before: Odoo then checks that they are one unit."""
        validation = Validation.of(self.env)
        documented = validation.documented if validation else ()
        moved = self.exists().filtered(lambda line: not line.move_id.is_serial_correction)
        lines = moved.filtered(lambda line: line.lot_id.id not in documented)
        known = lines.lot_id
        stay = moved.filtered(lambda line: line.location_dest_id.usage in INTERNAL_USAGES)
        arrived = stay.filtered(
            lambda line: (
                line.quantity
                and line.product_id.is_storable
                and line.product_id.tracking == "serial"
            )
        )
        gone = (lines - stay).lot_id - stay.lot_id
        with self.env["stock.lot"]._watch_positions() as watch:
            watch.end(known, gone, arrived.lot_id)
            known._remove_units_elsewhere(
                {line.lot_id.id: line.location_dest_id.id for line in lines}
            )

    @api.model
    def _watch_new_lines(self, vals_list, watch):
        """Before lines are created with these values, note which serial numbers they move if they
        are done at once."""
        done = [
            vals["lot_id"]
            for vals in vals_list
            if vals.get("lot_id")
            and "done"
            in (
                self.env["stock.move"].browse(vals.get("move_id") or []).state,
                self.env["stock.picking"].browse(vals.get("picking_id") or []).state,
            )
        ]
        watch.remember(self.env["stock.lot"].browse(done))

    def _check_done_edits(self, vals):
        """Refuse edits that these done lines can't have.

        :raise UserError: if a unit would lose its serial number, or get another one that its
            transfer didn't move
        """
        serials = self.filtered(
            lambda line: line.lot_id.product_id.tracking == "serial" and line._is_edited_by(vals)
        )
        serials._check_not_reserved()
        fixed = serials.filtered(lambda line: line._is_fixed())
        if not vals.get("lot_id", True):
            fixed |= serials
        if fixed:
            raise UserError(
                self.env._(
                    "%(serials)s can't be changed on %(documents)s any more. If the number is wrong, or "
                    "the unit should have none, an inventory manager opens the serial number and presses "
                    "'Correct Serial Number'.",
                    serials=", ".join(fixed.lot_id.mapped("name")),
                    documents=", ".join(filter(None, dict.fromkeys(fixed.mapped("reference"))))
                    or fixed.move_id._name_serial_documents()[0],
                )
            )

    @api.constrains("move_id", "product_id", *(MOVES_UNITS - {"lot_id", "quant_id", "owner_id"}))
    def _check_serialize_lines(self):
        """Check that a line of a Serialize transfer is one unit of its part that stays where it is.

        :raise ValidationError: naming the transfer
        """
        for line in self.filtered("move_id.is_serialize"):
            if (
                line.product_id != line.move_id.product_id
                or line.location_id != line.location_dest_id
                or line.package_id != line.result_package_id
                or line.quantity_product_uom not in (0, 1)
            ):
                raise ValidationError(
                    self.env._(
                        "%(transfer)s gives units in stock their serial numbers and doesn't move them. Use "
                        "another transfer, or a count, for that.",
                        transfer=name_readable(
                            line.picking_id, self.env._("a transfer you don't have access to")
                        ),
                    )
                )

    def _check_not_serialize(self):
        """:raise UserError: if one of these new lines, done at once, is on a Serialize transfer: it
        would name no unit"""
        for line in self.filtered("move_id.is_serialize"):
            raise UserError(
                self.env._(
                    "%(transfer)s is done. For more units, open the part and press 'Assign Serial "
                    "Numbers'.",
                    transfer=name_readable(
                        line.picking_id, self.env._("a transfer you don't have access to")
                    ),
                )
            )

    def _check_not_reserved(self):
        """:raise UserError: if an open document that these lines don't lead to has reserved one of
        these serial numbers"""
        # A reservation counts whoever made it.
        reserving = self.sudo().search(
            Domain("lot_id", "in", self.lot_id.ids)
            & Domain("state", "not in", ("draft", "done", "cancel"))
            & Domain("quantity", ">", 0)
            & Domain("move_id", "not in", self.move_id.move_dest_ids.ids)
        )
        if reserving:
            raise UserError(
                self.env._(
                    "%(serials)s is reserved by %(documents)s. Unreserve it there first.",
                    serials=", ".join(lot._name_own() for lot in reserving.lot_id),
                    documents=", ".join(reserving.move_id._name_serial_documents()),
                )
            )

    def _is_fixed(self):
        """Return whether this line, once done, can't be edited: it gave a unit its serial number or
        corrected one, and moved nothing else."""
        return self.move_id.is_serialize or self.move_id.is_serial_correction

    def _is_edited_by(self, vals):
        """Return whether *vals* change which units this line moves."""
        vals = {name: value for name, value in vals.items() if name in MOVES_UNITS}
        written = self.new(vals)
        return any(written[name] != self[name] for name in vals)
