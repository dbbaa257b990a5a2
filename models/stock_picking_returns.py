from odoo import api, fields, models
from odoo.exceptions import UserError

from .assignment.return_proposals import Entered, ReturnProposals, ask_return
from .many_units import name_some
from .serial_prompt import OPEN_STATES, PROMPTED, SETTLED
from .stock_lot_returns import RETURNED

#: The statuses of entries that may name a unit that was sold.
MAYBE_SOLD = ("known", "surplus", "invalid")


class StockPicking(models.Model):
    """Sold units that are entered on a receipt: their return is proposed.

    The proposals are read from what is on the receipt; ignoring them changes nothing.
    """

    _inherit = "stock.picking"

    serial_returns = fields.Json(
        "Possible Returns",
        compute="_compute_serial_returns",
        help="The deliveries that units on this receipt most likely come back from: a list of "
        "{return_id, message, several, assigned}.",
    )
    serial_returns_kept = fields.Json(
        "No Returns", copy=False, help="The ids of serial numbers that people keep on this receipt."
    )

    @api.depends(
        "serial_entry_refused",
        "serial_line_ids.lot_id",
        "serial_line_ids.lot_name",
        "serial_returns_kept",
        "state",
    )
    @api.depends_context("uid", "lang", "allowed_company_ids", PROMPTED)
    def _compute_serial_returns(self):
        for picking in self:
            picking.serial_returns = [
                self._prepare_proposal(delivery, units)
                for delivery, units in picking._find_sold_units().items()
            ]

    @api.model
    def _prepare_proposal(self, delivery, units):
        """Return the row of ``serial_returns`` for *units*, which *delivery* took to a customer."""
        serials = self._get_serials(units)
        return {
            "return_id": delivery.id,
            "message": ask_return(delivery, serials),
            "several": len(serials) > 1,
            "assigned": any(unit.line for unit in units),
        }

    def _filter_may_propose_returns(self):
        """Return those of these transfers whose units come in and may be returns of a delivery."""
        return self.filtered(
            lambda picking: (
                picking.picking_type_code == "incoming"
                and not picking.serial_units_in_stock
                and not picking.return_id
                and picking.state in OPEN_STATES
            )
        )

    @api.model
    def _get_serials(self, units):
        """Return the serial numbers of *units*, a list of :class:`SoldUnit`."""
        return self.env["stock.lot"].union(*(unit.serial for unit in units))

    def _find_sold_units(self):
        """Return the :class:`SoldUnit` of each unit that most likely comes back, a list for each
        delivery."""
        pickings = self._get_prompted()._filter_may_propose_returns()
        lines = pickings.serial_line_ids.filtered(lambda line: line.lot_id or line.lot_name)
        entries = [Entered(line.lot_id.name or line.lot_name, "", line) for line in lines]
        entries += [
            Entered(row["name"], row["text"], lines.browse())
            for row in (self & pickings).serial_entry_refused or ()
            if row["status"] in MAYBE_SOLD and "similar" not in row
        ]
        by_delivery, kept = {}, set(self.serial_returns_kept or ())
        for unit in filter(None, ReturnProposals(self, entries).find() if entries else ()):
            if unit.serial.id not in kept:
                by_delivery.setdefault(unit.delivery, []).append(unit)
        return by_delivery

    def _enter_entries(self, entries, product_id, location_id, as_new, package="", takes=False):
        """Also name the deliveries that units most likely come back from, see
        :meth:`enter_serials`."""
        outcome = super()._enter_entries(entries, product_id, location_id, as_new, package, takes)
        lines = self._get_prompted()._filter_may_propose_returns().serial_line_ids
        rows = [
            row
            for row in outcome["entries"]
            if row["status"] in MAYBE_SOLD
            and "similar" not in row
            and (row["line_id"] in lines.ids if row["line_id"] else lines)
        ]
        entered = [
            Entered(
                row["serial"] or row["text"],
                "" if row["line_id"] else row["text"],
                lines.browse(row["line_id"] or ()),
            )
            for row in rows
        ]
        found = ReturnProposals(self, entered).find() if rows else ()
        for row, unit in zip(rows, found, strict=True):
            if unit:
                row["return_id"] = unit.delivery.id
        return outcome

    # ------------------------------------------------------------------------------- answering

    def keep_serials_here(self, return_id):
        """Propose no longer to return the units on this receipt that a delivery took to a customer.

        :param int return_id: the delivery
        :raise AccessError: if the user may not change this transfer
        :raise UserError: if that is no longer proposed
        """
        units = self._get_proposed(return_id)
        kept = [*(self.serial_returns_kept or ()), *self._get_serials(units).ids]
        self.sudo().serial_returns_kept = kept  # Only the addon itself writes it.

    def action_return_serials(self, return_id):
        """Take the units off this receipt that most likely come back from a delivery, and enter them
        on its return: an open one with such units, else a new one. Answers, photos and bins go with
        them.

        :param int return_id: the delivery
        :return: the prompt of the return
        :raise AccessError: if the user may not change this transfer
        :raise UserError: if that is no longer proposed
        """
        units = self._get_proposed(return_id)
        back = units[0].delivery._return_serials(self._get_serials(units))
        for unit in units:
            if unit.line:
                unit.line._move_typed_to(back.serial_line_ids, unit.serial)
        texts = {unit.text for unit in units if not unit.line}
        rows = self.serial_entry_refused or []
        self._set_refused([row for row in rows if row["text"] not in texts])
        # The return is validated by itself.
        alone = {"button_validate_picking_ids": [], PROMPTED: [], SETTLED: []}
        return back[-1:].with_context(**alone).action_open_serial_prompt()

    def _get_proposed(self, return_id):
        """Return the units whose return of a delivery is proposed, a list of :class:`SoldUnit`."""
        self.ensure_one()
        self._check_serial_access()
        delivery = self._browse_chosen("stock.picking", return_id)
        units = self._find_sold_units().get(delivery)
        if not units:
            raise UserError(self.env._("This has already been answered."))
        return units

    # ------------------------------------------------------------- on the delivery, on the return

    def _prepare_return_context(self, serials):
        """Return the context of Odoo's dialog that returns *serials* of this delivery."""
        return {
            "active_model": "stock.picking",
            "active_id": self.id,
            "active_ids": self.ids,
            RETURNED: serials.ids,
        }

    def _return_serials(self, serials):
        """Enter *serials*, which this delivery took to a customer, on its open returns, or on a new
        one; return these."""
        returns = self.browse()
        for back in self.return_ids.filtered(lambda back: back.state in OPEN_STATES):
            back._prepare_serial_lines()
            entered = back._enter_returned(serials, back.serial_line_ids._awaits_serial())
            if entered:
                returns |= back
                serials -= entered
        if serials:
            wizard = self.env["stock.return.picking"]
            wizard = wizard.with_context(**self._prepare_return_context(serials)).create({})
            back = self.browse(wizard._create_return().id)
            if missing := serials - back.serial_line_ids.lot_id:
                raise UserError(
                    self.env._(
                        "%(delivery)s has no unit left to return for %(serials)s. Keep it here, and "
                        "look at the returns of %(delivery)s.",
                        delivery=self.name,
                        serials=name_some(self.env, missing.mapped("name")),
                    )
                )
            returns |= back
        return returns

    def _enter_returned(self, serials, lines):
        """Enter those of *serials* on this return that a unit of *lines* can have; return these, and
        those that are on it already."""
        there = self.serial_line_ids.lot_id & serials
        free = lines.filtered(lambda line: line.lot_id not in there)
        for serial in serials - there:
            delivered = free.filtered(
                lambda line, serial=serial: (
                    serial in line.move_id.origin_returned_move_id.lot_ids
                    and line.product_id == serial.product_id
                )
            )
            if line := delivered[:1]:
                line.write({"lot_id": serial.id, "lot_name": False})
                free -= line
                there |= serial
        return there
