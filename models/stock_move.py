from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.position import Position
from ..tools.serial_names import clean_name
from ..tools.validation import VALIDATION, Validation
from .readable import filter_readable
from .serial_history import get_document
from .stock_move_line_typed import FORGET, PLACED
from .stock_quant import CORRECTING, CORRECTION


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "serialized_parts.document", "serialized_parts.own.fields"]

    _own_fields = {"is_serial_correction", "serial_count_id", "unit_value"}
    _history_fields = {
        *("consume_unbuild_id", "inventory_name", "is_serial_correction", "picking_id"),
        *("production_id", "purchase_line_id", "raw_material_production_id", "repair_id"),
        *("sale_line_id", "scrap_id", "serial_count_id", "state", "unbuild_id"),
    }

    is_serialize = fields.Boolean(
        compute="_compute_is_serialize",
        compute_sudo=True,
        help="Gives units already in stock their serial numbers; they stay where they are.",
    )
    is_serial_correction = fields.Boolean(
        readonly=True,
        copy=False,
        help="Corrects a serial number; not a document that a unit came in or was used on.",
    )

    @api.depends("picking_type_id.warehouse_id.serialize_type_id")
    def _compute_is_serialize(self):
        for move in self:
            move.is_serialize = move.picking_type_id._is_serialize()

    def _compute_lot_ids(self):
        # What went on to another company is left out, or the company's own transfer could not be
        # opened. Its line still names it. Odoo refuses to set what the user can't read.
        moves = self.sudo()
        result = super(StockMove, moves)._compute_lot_ids()
        readable = moves.lot_ids.with_env(self.env)._filtered_access("read").with_env(moves.env)
        for move in moves:
            if left := move.lot_ids - readable:
                move.lot_ids -= left
        return result

    def _should_bypass_reservation(self, forced_location=False):
        # The units stay where they are. Nothing is reserved, so that sales can still reserve them.
        return self.is_serialize or super()._should_bypass_reservation(forced_location)

    def _compute_forecast_information(self):
        result = super()._compute_forecast_information()
        for move in self.filtered("is_serialize"):
            # Its units are in stock, though none is reserved.
            move.forecast_availability = move.product_qty
            move.forecast_expected_date = False
        return result

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        if self.env.context.get(CORRECTION) is CORRECTING:
            # Only the addon itself writes it.
            moves.sudo().is_serial_correction = True
        return moves

    def write(self, vals):
        if "product_uom_qty" in vals and self.env.context.get("do_not_unreserve") is None:
            self._filter_lowered(vals["product_uom_qty"])._trim_typed(vals["product_uom_qty"])
        if "location_id" in vals:
            self._get_typed_elsewhere(vals["location_id"])._keep_typed()
        # Lines may be edited one by one: what counts is where units end up.
        with self.env["stock.lot"]._watch_positions():
            return super().write(vals)

    def _action_assign(self, force_qty=False):
        # Serialize moves get their lines from the unserialized units, see
        # stock.picking._sync_serialize_lines; reservation would pick other units.
        moves = self.filtered(lambda move: not move.is_serialize)
        if typed := moves.filtered("quantity")._get_typed_lines():
            moves = moves.with_context(**{PLACED: typed.ids})
        result = super(StockMove, moves)._action_assign(force_qty=force_qty)
        self._restore_typed()
        return result

    def _do_unreserve(self):
        if self.env.context.get(FORGET):
            return super()._do_unreserve()
        # Serialize transfers reserve nothing.
        moves = self.filtered(lambda move: not move.is_serialize)
        unpicked = moves.filtered(lambda move: not move.picked)
        unpicked._get_typed_lines().filtered(lambda line: not line.picked)._keep_typed()
        return super(StockMove, moves)._do_unreserve()

    def _action_cancel(self):
        result = super(StockMove, self.with_context(**{FORGET: True}))._action_cancel()
        self.filtered("is_serialize").product_id.product_tmpl_id._refresh_checkup()
        return result

    def _set_quantity(self):
        for move in self:
            move._trim_typed(move.quantity)
        return super()._set_quantity()

    def _set_quantity_done(self, qty):
        self._trim_typed(qty)
        result = super()._set_quantity_done(qty)
        self._restore_typed()
        return result

    def _filter_lowered(self, quantity):
        """Return the moves that Odoo unreserves when their demand drops to *quantity*."""
        return self.filtered(
            lambda move: (
                move.state not in ("draft", "done", "cancel")
                and not move.picked
                and move.product_uom.compare(move.quantity, quantity) > 0
            )
        )

    def _get_typed_lines(self):
        """Return the open lines of these moves on which somebody typed."""
        # What the warehouse typed is kept even if a buyer changes an order.
        return self.sudo().move_line_ids._filter_typed()

    def _get_typed_elsewhere(self, location_id):
        """Return the typed lines that can't stay if these moves start in this location."""
        source = self.env["stock.location"].browse(location_id)
        return self._get_typed_lines().filtered(lambda line: not line.location_id._child_of(source))

    def _get_typed_in_packages(self, package_ids):
        """Return the typed lines that move units out of these packages, or packages in them."""
        packages = self.env["stock.package"].search([("id", "child_of", package_ids)])
        return self._get_typed_lines().filtered(lambda line: line.package_id in packages)

    def _trim_typed(self, quantity):
        """Cut the lines of these moves, if somebody typed on them, down to *quantity* before Odoo
        does: it would start with the latest line, or delete them all."""
        for move in self._get_typed_lines().move_id:
            excess = move._quantity_sml() - quantity
            lines = move.move_line_ids
            if self.env.context.get("unreserve_unpicked_only"):
                lines = lines.filtered(lambda line: not line.picked)
            lines._trim(move.product_uom._compute_quantity(excess, move.product_id.uom_id))

    def _restore_typed(self):
        """Restore what was typed, and lost its unit, to free units of these moves."""
        # What the warehouse typed is restored even if a buyer changes an order.
        moves = self.sudo()
        if any(moves.picking_id.mapped("serial_entry_refused")):
            moves.move_line_ids._restore_typed()

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
        self._check_scanned()
        # Odoo deletes what is not picked, and makes it again on the backorder.
        unpicked = self.filtered("picked").move_line_ids.filtered(lambda line: not line.picked)
        unpicked._filter_typed()._keep_typed()
        validation = Validation()
        moves = self.with_context(**{VALIDATION: validation})
        with self.env["stock.lot"]._watch_positions() as watch:
            lines = moves.move_line_ids
            lines._lock_units()
            watch.remember(lines.lot_id)
            validation.costs = lines._find_unserialized_costs()
            done = super(StockMove, moves)._action_done(cancel_backorder=cancel_backorder)
            done = done.with_env(self.env)
            serials = done.move_line_ids.lot_id
            watch.add(serials)
            watch.moves.update(done.ids)
        (serials - serials.browse(validation.documented))._update_documents()
        done.move_line_ids._hand_over_photos()
        done.product_id.product_tmpl_id._filter_serialized()._refresh_checkup()
        done.move_line_ids._book_unserialized_costs(validation.costs)
        return done

    def _create_lot_ids_from_move_line_vals(self, vals_list, product_id, company_id=False):
        # Odoo looks for the serial numbers by the text that was typed.
        if self.env["product.product"].browse(product_id).tracking == "serial":
            for vals in vals_list:
                vals["lot_name"] = clean_name(vals.get("lot_name") or "") or False
        return super()._create_lot_ids_from_move_line_vals(vals_list, product_id, company_id)

    def _get_history_serials(self, vals):
        return self.filtered(lambda move: move.state == "done").move_line_ids.lot_id

    def _get_serial_document(self):
        """Return the document that people know this move by, see ``get_document``."""
        return get_document(self)

    def _get_serial_document_name(self):
        """Return the name of that document, or the reason of the inventory adjustment; None if
        there is neither, for example for a move that another addon made."""
        return self._get_serial_document().name or self.reference or None

    def _name_serial_documents(self):
        """Return the names of the documents of the moves that the user may read; if there are none,
        a text that they are hidden."""
        # A user who may read a move may know the name of its order, as in Source and Used On.
        moves = filter_readable(self).sudo()
        unknown = self.env._("a move without a document")
        names = dict.fromkeys(move._get_serial_document_name() or unknown for move in moves)
        return list(names) or [self.env._("a document you don't have access to")]

    def _count_unserialized_units(self):
        """Count the unserialized units that this Serialize move can give their serial number.

        :return: Counter of positions
        :raise UserError: for a quantity in stock that is not a whole number
        """
        self.ensure_one()
        units = Counter()
        for quant, there in self.product_id._get_unserialized_units().items():
            if quant._get_serialize_type() != self.picking_type_id:
                continue
            if quant.product_uom_id.compare(there, round(there)):
                raise UserError(
                    self.env._(
                        "%(part)s: there are %(quantity)s %(unit)s in %(location)s, which isn't a whole "
                        "number. Correct it by an inventory adjustment, then assign serial numbers.",
                        part=quant.product_id.display_name,
                        quantity=there,
                        unit=quant.product_uom_id.name,
                        location=quant.location_id.display_name,
                    )
                )
            units[Position.of(quant)] += round(there)
        return units

    def _match_units(self):
        """Match the lines of this Serialize move with the unserialized units in stock; lines that
        have a serial number go first.

        :return: ``(lines, units)``: the lines whose unit left, and a Counter of the
            positions of units that have no line
        """
        units, left = self._count_unserialized_units(), self.env["stock.move.line"]
        for line in self.move_line_ids.sorted(lambda line: (not line.lot_name, line.id)):
            position = Position.of(line)
            if units[position] > 0:
                units[position] -= 1
            else:
                left |= line
        return left, units

    def _prepare_serialize_line(self, position):
        """Return the values of the line for one unit in *position*."""
        self.ensure_one()
        return {
            "move_id": self.id,
            "picking_id": self.picking_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "quantity": 0,
            **position._asdict(),
            "location_dest_id": position.location_id,
            "result_package_id": position.package_id,
        }
