"""What a unit is doing now, in one word and in one sentence, and what people can do next with it."""

from datetime import datetime
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .readable import filter_readable

STATES = [
    ("in_stock", "In Stock"),
    ("missing", "Missing"),
    ("reserved", "Reserved"),
    ("repair", "In Repair"),
    ("transit", "On Its Way"),
    ("delivered", "Delivered"),
    ("returned", "Returned to Vendor"),
    ("consumed", "Consumed"),
    ("scrapped", "Scrapped"),
    ("removed", "Counted Out"),
    ("none", "Not in Stock"),
]
#: The states of units that left, by the usage of the location where their last document took them.
LEFT = {
    "customer": "delivered",
    "supplier": "returned",
    "production": "consumed",
    "inventory": "removed",
    "transit": "transit",
}
#: The states of repair orders that a unit is in the workshop for.
REPAIRING = ("confirmed", "under_repair")


class UnitState(NamedTuple):
    """What a unit is doing.

    :ivar name: one of :data:`STATES`
    :ivar document: the document that keeps or moved it, with all rights; else False
    :ivar partner: to whom it went, with all rights; else False
    :ivar since: when it last moved; else False
    """

    name: str = "none"
    document: Any = False
    partner: Any = False
    since: datetime | bool = False


class StockLot(models.Model):
    _inherit = "stock.lot"

    unit_state = fields.Selection(STATES, "State", compute="_compute_unit_state")
    unit_status = fields.Char(
        "Status",
        compute="_compute_unit_state",
        help="Where this unit is, and which document keeps or moved it.",
    )
    unit_document = fields.Char("Document", compute="_compute_unit_state")
    unit_since = fields.Datetime("Since", compute="_compute_unit_state")

    @api.depends("quant_ids.location_id", "quant_ids.quantity", "quant_ids.reserved_quantity")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_unit_state(self):
        states = self._origin._read_unit_states()
        for lot in self:
            state = states.get(lot._origin, UnitState())
            lot.unit_state = state.name
            lot.unit_since = state.since
            lot.unit_document = state.document and state.document.display_name
            lot.unit_status = lot._describe_unit_state(state)

    def _read_unit_states(self):
        """Return ``{serial number: UnitState}`` of those that were ever moved.

        The number of queries does not grow with the number of serial numbers.
        """
        serials = self.filtered(lambda lot: lot.product_id.tracking == "serial")
        last = serials._read_last_moves()
        moves = self.env["stock.move"].sudo()  # Names of documents, as for Source.
        moves = moves.browse({move for _location, move, _date in last.values()})
        by_id = {move.id: move for move in moves}
        in_stock = serials._filter_in_stock()
        kept = {
            **serials._find_missing(),
            **serials._find_reserving(),
            **serials._find_repairing(),
        }
        states = {}
        for lot in serials:
            _location, move, since = last.get(lot.id, (False, False, False))
            if lot in in_stock:
                states[lot] = kept.get(lot, UnitState("in_stock"))._replace(since=since)
            elif move:
                states[lot] = self._read_left_state(by_id[move])._replace(since=since)
        return states

    @api.model
    def _read_left_state(self, move):
        """Return the :class:`UnitState` of a unit that *move* took out of stock."""
        name = LEFT.get(move.location_dest_id.usage, "none")
        if name == "removed" and move.scrap_id:
            name = "scrapped"
        partner = move.picking_id.partner_id or move.partner_id
        return UnitState(name, move._get_serial_document(), partner)

    def _filter_in_stock(self):
        """Return the serial numbers that have a unit in a bin, whichever company's."""
        quants = self.env["stock.quant"].sudo()  # Its place in the books decides, not who looks.
        groups = quants._read_group(
            Domain("lot_id", "in", self.ids)
            & Domain("location_id.usage", "=", "internal")
            & Domain("quantity", ">", 0),
            ["lot_id"],
        )
        return self.browse(lot.id for [lot] in groups)

    def _find_reserving(self):
        """Return ``{serial number: UnitState}`` of those that an open document reserves; the first
        one, if there are several."""
        lines = self.env["stock.move.line"].sudo()  # Names of documents, as for Source.
        lines = lines.search(
            Domain("lot_id", "in", self.ids)
            & Domain("state", "in", ("assigned", "partially_available", "confirmed", "waiting"))
            & Domain("quantity", ">", 0)
            & Domain("location_id.usage", "=", "internal"),
            order="date DESC, id DESC",
        )
        return {
            self.browse(line.lot_id.id): UnitState("reserved", line.move_id._get_serial_document())
            for line in lines
        }

    def _find_repairing(self):
        """Return ``{serial number: UnitState}`` of those that are being repaired."""
        if "repair.order" not in self.env:
            return {}
        orders = self.env["repair.order"].sudo()  # Names of documents, as for Source.
        orders = orders.search(
            Domain("lot_id", "in", self.ids) & Domain("state", "in", REPAIRING), order="id DESC"
        )
        return {self.browse(order.lot_id.id): UnitState("repair", order) for order in orders}

    def _describe_unit_state(self, state):
        """Return *state* as a sentence, with its document, and its partner if the user may read it;
        empty for a unit that was never moved."""
        document = (state.document and state.document.display_name) or ""
        partner = state.partner and filter_readable(state.partner).display_name
        match state.name:
            case "reserved":
                text = self.env._("Reserved for %(document)s", document=document)
            case "repair":
                text = self.env._("In repair: %(document)s", document=document)
            case "transit":
                text = self.env._("On its way: %(document)s", document=document)
            case "delivered" if partner:
                text = self.env._("Delivered to %(customer)s", customer=partner)
            case "returned" if partner:
                text = self.env._("Returned to %(vendor)s", vendor=partner)
            case "consumed" if document:
                text = self.env._("Consumed in %(document)s", document=document)
            case "scrapped" if document:
                text = self.env._("Scrapped: %(document)s", document=document)
            case _:
                selection = self._fields["unit_state"]._description_selection(self.env)
                text = dict(selection)[state.name]
        return text

    @api.readonly
    def action_open_unit_document(self):
        """Return the window action of the document that the state names; a notification if the user
        may not open it."""
        self.ensure_one()
        self.check_access("read")
        document = self._read_unit_states().get(self, UnitState()).document
        return self._open_first([document] if document else [], self.unit_document)

    # ------------------------------------------------------------------- what people can do next

    def action_move_unit(self):
        """Return Odoo's dialog that moves this unit to another bin.

        :raise UserError: if it isn't in stock
        """
        self.ensure_one()
        return self._get_unit_in_stock().action_stock_quant_relocate()

    def action_scrap_unit(self):
        """Return Odoo's dialog that scraps this unit.

        :raise UserError: if it isn't in stock
        """
        self.ensure_one()
        quant = self._get_unit_in_stock()
        return {
            "name": self.env._("Scrap"),
            "type": "ir.actions.act_window",
            "res_model": "stock.scrap",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_product_id": self.product_id.id,
                "default_lot_id": self.id,
                "default_location_id": quant.location_id.id,
                "default_package_id": quant.package_id.id,
                "default_owner_id": quant.owner_id.id,
                "default_company_id": quant.company_id.id,
            },
        }

    def _get_unit_in_stock(self):
        """Return the quant of this unit.

        :raise AccessError: if the user doesn't work in a warehouse
        :raise UserError: if it isn't in stock
        """
        self.env["stock.picking"]._check_warehouse_user()
        quant = self._get_serial_quants().filtered(
            lambda quant: quant.location_id.usage == "internal" and quant.quantity > 0
        )
        if len(quant) != 1:
            raise UserError(self.env._("%(serial)s isn't in one bin in stock.", serial=self.name))
        return quant
