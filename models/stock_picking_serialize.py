from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .serial_prompt import OPEN_STATES


class StockPicking(models.Model):
    """The Serialize transfers, which give units in stock their serial number."""

    _inherit = "stock.picking"

    is_serialize = fields.Boolean(
        compute="_compute_is_serialize",
        compute_sudo=True,
        help="Gives units already in stock their serial numbers; they stay where they are.",
    )

    @api.depends("picking_type_id.warehouse_id.serialize_type_id")
    def _compute_is_serialize(self):
        for picking in self:
            picking.is_serialize = picking.picking_type_id._is_serialize()

    def _compute_show_check_availability(self):
        result = super()._compute_show_check_availability()
        self.filtered("is_serialize").show_check_availability = False
        return result

    @api.model
    def _action_serialize(self, products):
        """Open the Serialize transfers of *products*, and create those that are missing.

        :param products: product.product records that use serial numbers
        :return: window action: the prompt of the only transfer, or a list of several
        :raise UserError: if every unit of them has a serial number
        """
        self._check_serial_access()
        transfers = self._get_serialize_transfers(products)
        if not transfers:
            raise UserError(
                self.env._(
                    "%(parts)s: every unit in stock has a serial number.",
                    parts=", ".join(products.mapped("display_name")),
                )
            )
        if len(transfers) == 1:
            return transfers.action_open_serial_prompt()
        return {
            "name": self.env._("Assign Serial Numbers"),
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", transfers.ids)],
        }

    @api.model
    def _get_serialize_transfers(self, products):
        """Return one open Serialize transfer for each part and warehouse that has unserialized
        units, up to date with them."""
        needed = Counter()
        for quant, units in products._get_unserialized_units().items():
            needed[quant.product_id, quant._get_serialize_type()] += units
        open_moves = self.env["stock.move"].search(
            [
                ("product_id", "in", products.ids),
                ("picking_type_id", "in", [operation_type.id for _, operation_type in needed]),
                ("state", "in", OPEN_STATES),
            ]
        )
        found = open_moves.grouped(lambda move: (move.product_id, move.picking_type_id))
        made = self.create(
            [
                self._prepare_serialize_transfer(*key, quantity)
                for key, quantity in needed.items()
                if key not in found
            ]
        )
        made.action_confirm()
        transfers = open_moves.picking_id | made
        transfers._sync_serialize_lines()
        return transfers

    @api.model
    def _prepare_serialize_transfer(self, product, operation_type, quantity):
        """Return the values of a new Serialize transfer for *quantity* of *product*."""
        location = operation_type.default_location_src_id
        if not location.active:
            location = operation_type.warehouse_id.lot_stock_id
        ends = {"location_id": location.id, "location_dest_id": location.id}
        move = {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            **ends,
        }
        return {
            "picking_type_id": operation_type.id,
            "company_id": operation_type.company_id.id,
            "move_ids": [Command.create(move)],
            **ends,
        }

    def _sync_serialize_lines(self):
        """Bring open Serialize transfers up to date with the units in stock.

        Each unserialized unit has one line, from its bin to the same bin. Lines of units that left
        are deleted; what was typed on them is kept with what was refused.

        Lines have quantity 0 until they are validated: an open transfer reserves nothing, so that
        units can be sold while they wait for their serial number.
        """
        vals_list, superfluous = [], self.env["stock.move.line"]
        moves = self._get_open_moves()
        for move in moves:
            left, units = move._match_units()
            superfluous |= left
            vals_list += [move._prepare_serialize_line(position) for position in units.elements()]
        superfluous._filter_typed()._keep_typed()
        superfluous.unlink()
        self.env["stock.move.line"].create(vals_list)._restore_typed()
        changed = moves.filtered(lambda move: move.product_uom_qty != len(move.move_line_ids))
        for move in changed:
            move.product_uom_qty = len(move.move_line_ids)
        moves._recompute_state()
        changed.product_id.product_tmpl_id._refresh_checkup()
