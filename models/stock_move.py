from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.documents import get_document
from ..tools.serial_names import clean_name
from .stock_move_line import CREATED


class StockMove(models.Model):
    _inherit = "stock.move"

    is_serialize = fields.Boolean(
        compute="_compute_is_serialize",
        compute_sudo=True,
        help="Gives units already in stock their serial number; they stay where they are.",
    )
    is_serial_correction = fields.Boolean(
        readonly=True,
        copy=False,
        help="Corrects a serial number: no document that a unit came in or was used on.",
    )

    @api.depends("picking_type_id.warehouse_id.serialize_type_id")
    def _compute_is_serialize(self):
        for move in self:
            move.is_serialize = move.picking_type_id._is_serialize()

    def _should_bypass_reservation(self, forced_location=False):
        # The units stay where they are: nothing is reserved, so that a sale still can be.
        return self.is_serialize or super()._should_bypass_reservation(forced_location)

    def _compute_forecast_information(self):
        result = super()._compute_forecast_information()
        for move in self.filtered("is_serialize"):
            # Its units are in stock, though none is reserved.
            move.forecast_availability = move.product_qty
            move.forecast_expected_date = False
        return result

    def _action_assign(self, force_qty=False):
        # Their lines are made from the units without a serial number, see
        # stock.picking._sync_serialize_lines; reservation would pick other units.
        return super(StockMove, self.filtered(lambda move: not move.is_serialize))._action_assign(
            force_qty=force_qty
        )

    def _recompute_state(self):
        serialize = self.filtered(
            lambda move: move.is_serialize and move.state not in ("draft", "done", "cancel")
        )
        # What is to be serialized is in stock by definition.
        serialize.filtered(lambda move: move.state != "assigned").state = "assigned"
        return super(StockMove, self - serialize)._recompute_state()

    def _skip_push(self):
        return self.is_serialize or super()._skip_push()

    def _action_done(self, cancel_backorder=False):
        created = set()
        moves = self.with_context(**{CREATED: created})
        done = super(StockMove, moves)._action_done(cancel_backorder=cancel_backorder)
        done = done.with_env(self.env)
        serials = done.move_line_ids.lot_id
        (serials - serials.browse(created))._update_documents()
        done.move_line_ids._check_one_place()
        return done

    def _create_lot_ids_from_move_line_vals(self, vals_list, product_id, company_id=False):
        # Odoo looks for the serial numbers by what is typed.
        if self.env["product.product"].browse(product_id).tracking == "serial":
            for vals in vals_list:
                vals["lot_name"] = clean_name(vals.get("lot_name") or "") or False
        return super()._create_lot_ids_from_move_line_vals(vals_list, product_id, company_id)

    def _check_quantity(self):
        # Odoo reads the serial numbers from the database, for which all lines would be written
        # that are written once more in a moment.
        with self.env.protecting([self._fields["lot_ids"]], self):
            for move in self:
                move.lot_ids = move.move_line_ids.filtered("quantity").lot_id
        return super()._check_quantity()

    def _get_serial_document(self):
        """Return the document that people know this move by, see ``get_document``."""
        return get_document(self)

    def _get_serial_document_name(self):
        """Return the name of that document, or the reason of the inventory adjustment."""
        return self._get_serial_document().name or self.reference

    def _count_unserialized_units(self):
        """Count the units without a serial number that this Serialize move can name.

        :return: Counter of places (bin, package, owner)
        :raise UserError: for a quantity in stock that is no whole number
        """
        self.ensure_one()
        units = Counter()
        for quant in self.product_id._get_unserialized_quants():
            if quant._get_serialize_type() != self.picking_type_id:
                continue
            if quant.product_uom_id.compare(quant.quantity, round(quant.quantity)):
                raise UserError(
                    self.env._(
                        "%(part)s: there are %(quantity)s %(unit)s in %(location)s, which is "
                        "no whole number. Correct it by an inventory adjustment, then assign "
                        "serial numbers.",
                        part=quant.product_id.display_name,
                        quantity=quant.quantity,
                        unit=quant.product_uom_id.name,
                        location=quant.location_id.display_name,
                    )
                )
            units[quant._get_unit_place()] += round(quant.quantity)
        return units

    def _match_units(self):
        """Hold the lines of this Serialize move against the units in stock; a line that has
        its serial number goes first.

        :return: ``(lines, units)``: the lines whose unit left, and a Counter of the places
            (bin, package, owner) of units that have no line
        """
        units, left = self._count_unserialized_units(), self.env["stock.move.line"]
        for line in self.move_line_ids.sorted(lambda line: (not line.lot_name, line.id)):
            place = line._get_unit_place()
            if units[place] > 0:
                units[place] -= 1
            else:
                left |= line
        return left, units

    def _prepare_serialize_line(self, place):
        """Return the values of the line of one unit in *place* (bin, package, owner)."""
        self.ensure_one()
        location, package, owner = place
        return {
            "move_id": self.id,
            "picking_id": self.picking_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "quantity": 0,
            "location_id": location.id,
            "location_dest_id": location.id,
            "package_id": package.id,
            "result_package_id": package.id,
            "owner_id": owner.id,
        }
