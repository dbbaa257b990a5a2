"""The correction of a serial number that was assigned wrongly."""

import uuid

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.entry_grammar import MAX_LENGTH, is_serial
from ..tools.serial_names import clean_name
from .readable import filter_readable


class StockLot(models.Model):
    """How a serial number that was assigned wrongly is corrected.

    The chatter of the serial numbers, and of the open transfers that use them, shows what was
    changed, by whom, when and why. No history is lost. The dialog is ``serial.correction``.
    """

    _inherit = "stock.lot"

    corrected_from_id = fields.Many2one(
        "stock.lot",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The record of the same unit under the part it was wrongly assigned to. "
        "Its documents are this serial number's, too.",
    )

    def action_correct_serial(self):
        """Open the dialog that corrects this serial number.

        :return: window action on ``serial.correction``
        :raise AccessError: unless the user is an inventory manager who may change it
        :raise UserError: for several at once, or a lot that is not a serial number
        """
        self.env["serial.correction"]._check_manager()
        self.check_access("write")
        if len(self) != 1:
            raise UserError(self.env._("Select one serial number: they are corrected one by one."))
        if self.product_id.tracking != "serial":
            raise UserError(
                self.env._(
                    "%(lot)s is not a serial number: %(part)s doesn't use them.",
                    lot=self.name,
                    part=self.product_id.display_name,
                )
            )
        return self.env["serial.correction"]._action_open({"default_lot_id": self.id})

    def _correct_name(self, new_name, reason):
        """Rename this serial number.

        Lines of open transfers on which the old name is typed follow if only this serial number
        can be meant; the other transfers get a note.

        :raise UserError: if the new name is invalid or taken
        """
        self.ensure_one()
        old, typed = self.name, new_name or ""
        new_name = clean_name(typed)
        if new_name == old:
            raise UserError(self.env._("%(serial)s already has this number.", serial=old))
        self._check_name(self.product_id, typed)
        lines = self._find_open_lines(old, new_name)
        following = lines.filtered(lambda line: line.lot_name == old and line.lot_id == self)
        if not self.is_on_hand:
            # A line with the old name can only mean that it is about to come back.
            following |= lines.filtered(lambda line: line.lot_name == old and not line.lot_id)
        body = self.env._(
            "Serial number %(old)s corrected to %(serial)s. Reason: %(reason)s",
            old=old,
            serial=self._get_html_link(title=new_name),
            reason=reason,
        )
        self._track_set_log_message(body)
        self.name = new_name
        following.lot_name = new_name
        self._log_on_transfers(
            body, lines, unsure=(lines - following).filtered(lambda line: not line.lot_id)
        )

    def _swap_with(self, other, reason):
        """Exchange the names of this serial number and *other*, whose labels were exchanged.
        History, custom fields and positions stay with the units.

        :raise UserError: for serial numbers of different parts
        """
        self.ensure_one()
        pair = self | other
        if len(pair) != 2 or len(pair.product_id) != 1:
            raise UserError(
                self.env._("Choose another serial number of %(part)s.", part=self.product_id.name)
            )
        mine, theirs = self.name, other.name
        lines = self._find_open_lines(mine, theirs) | other._find_open_lines(mine, theirs)
        body = self.env._(
            "Labels exchanged: the unit that was %(first)s is now %(second)s, and the other way "
            "round. Reason: %(reason)s",
            first=other._get_html_link(title=mine),
            second=self._get_html_link(title=theirs),
            reason=reason,
        )
        pair._track_set_log_message(body)
        # Two serial numbers of a part can't have the same name, even for a moment.
        self.name = f"{mine} {uuid.uuid4()}"
        other.name = mine
        self.name = theirs
        for line in lines.filtered(lambda line: line.lot_id and line.lot_name):
            line.lot_name = line.lot_id.name
        self._log_on_transfers(body, lines, unsure=lines.filtered(lambda line: not line.lot_id))

    def _move_to_part(self, product, reason):
        """Move the unit to another part of the same part type, with this serial number.

        If the unit has not come in yet, the record itself changes its part. Otherwise inventory
        adjustments take the unit out of one part and into the other, each at its own cost; the
        new record continues the documents and answers, and the old one is archived.

        :return: the serial number of the other part
        :raise UserError: if the other part can't have it, or the unit is not free
        """
        self.ensure_one()
        self._check_other_part(product)
        self._check_name(product, self.name)
        if self._has_history():
            return self._move_unit_to_part(product, reason)
        old_part = self.product_id
        lines = self._find_open_lines()
        targets = [line._find_free_unit(product) for line in lines]
        body = self._describe_move(old_part, product, self, reason)
        self._track_set_log_message(body)
        lines.write({"lot_id": False, "lot_name": False})
        self.product_id = product
        for target in targets:
            target.lot_id = self
        self._log_on_transfers(body, lines)
        return self

    def _move_unit_to_part(self, product, reason):
        quant = self._get_free_unit()
        old_part, name = self.product_id, self.name
        # The old record frees its name: another unit of this part may get it one day.
        retired = self._get_retired_name()
        unit = self.with_company(quant.company_id).create(
            {**self.with_company(quant.company_id)._prepare_other_part(product), "name": name}
        )
        unit.sudo().corrected_from_id = self  # Only the addon itself writes it.
        unit.serial_answers = self.serial_answers
        self.photo_ids.lot_id = unit
        # The other unit comes in first: an empty package would lose its location.
        quant._adjust_for_correction(reason, unit)
        body = self._describe_move(old_part, product, unit, reason)
        self._retire(retired, body)
        old = self._get_html_link(title=self.name)
        continued = self.env._("%(body)s It continues the history of %(old)s.", body=body, old=old)
        unit._log_in_history("corrected", {unit.id: continued})
        return unit

    def _undo_serial(self, reason):
        """Undo the serial number of a unit: the unit is unserialized again, in the same position,
        until it gets the right one; this record is archived with its history.

        An inventory move from the bin to the same bin records this. It has no value, so the part's
        quantity and value stay the same, whatever its costing method. Two moves through inventory
        loss would take the unit out at one cost and in at another.

        :raise UserError: if the unit is not free, or its part can't give it the same cost
        """
        self.ensure_one()
        quant = self._get_free_unit()
        self.with_company(quant.company_id)._check_cost_can_be_restored()
        body = self.env._(
            "Serial number %(serial)s taken back: the unit in %(location)s has no serial number "
            "again. Reason: %(reason)s",
            serial=self._get_html_link(title=self.name),
            location=quant.location_id.display_name,
            reason=reason,
        )
        self.with_company(quant.company_id)._restore_cost(quant._remove_serial(reason))
        self._retire(self._get_retired_name(), body)

    # ------------------------------------------------------------------ checks and helpers

    def _get_records_of_units(self):
        """Return ``[(lot id, record id)]``: each of these with itself, and with the records that
        its unit had under other parts."""
        pairs = [(id_, id_) for id_ in self.ids]
        # A unit's whole history counts, even if the user sees only some of it.
        records = self.sudo().with_context(active_test=False)
        domain = [("id", "in", self.ids), ("corrected_from_id", "!=", False)]
        for lot in records.search(domain):
            record, found = lot.corrected_from_id, lot
            while record and record not in found:
                pairs.append((lot.id, record.id))
                found |= record
                record = record.corrected_from_id
        return pairs

    def _has_history(self):
        """Return whether its unit is or was here: any company has a done move or a quant of it."""
        self.ensure_one()
        # What another company did with it counts, too.
        lines = self.env["stock.move.line"].sudo()
        quants = self.env["stock.quant"].sudo()  # What another company did counts, too.
        return bool(
            lines.search_count([("lot_id", "=", self.id), ("state", "=", "done")], limit=1)
            or quants.search_count([("lot_id", "=", self.id)], limit=1)
        )

    def _check_name(self, product, name):
        """:raise UserError: if *name* can't be a serial number of *product*, or is taken"""
        if not is_serial(name):
            raise UserError(
                self.env._(
                    "A serial number has at least one and at most %(limit)s printable characters.",
                    limit=MAX_LENGTH,
                )
            )
        if duplicates := self._find_duplicates(product, clean_name(name)):
            raise UserError(duplicates[0]._explain_taken())

    def _find_duplicates(self, product, name):
        """Return the other serial numbers of *product* with this name, archived ones too, with
        all rights: a name is taken even if the user can't see it."""
        domain = Domain(
            [("product_id", "=", product.id), ("name", "=", name), ("id", "not in", self.ids)]
        )
        if self.company_id:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        # _explain_taken shows the user only what they may know.
        return self.sudo().with_context(active_test=False).search(domain)

    def _explain_taken(self):
        """Return that this name is taken, and where its unit is, as far as the user may know."""
        self.ensure_one()
        if not filter_readable(self):
            return self._explain_other_company()
        if not self.active:
            return self.env._(
                "%(serial)s is an archived serial number of %(part)s. Unarchive it, or give it "
                "another name first (Lots / Serial Numbers, filter Archived).",
                serial=self.name,
                part=self.product_id.display_name,
            )
        quants = self._get_serial_quants()
        where = self.env._("not in stock")
        if quants:
            where = self.env._("in stock, in %(location)s", location=quants._describe_locations())
        return self.env._(
            "%(serial)s is already another unit of %(part)s (%(where)s). If two labels were "
            "exchanged, choose that instead.",
            serial=self.name,
            part=self.product_id.display_name,
            where=where,
        )

    def _check_other_part(self, product):
        """:raise UserError: if a unit of this part can't become one of *product*"""
        problem = self.product_id._explain_other_part(product)
        if problem:
            raise UserError(problem)

    def _find_open_lines(self, *names):
        """Return the lines of open transfers that use this serial number, or on which one of
        *names* is typed for its part. Only lines of its own company: another company's users may
        not know of it."""
        domain = Domain("lot_id", "=", self.id)
        if names:
            typed = Domain("lot_id", "=", False) & Domain("lot_name", "in", names)
            domain |= typed & Domain("product_id", "=", self.product_id.id)
        # Users may not read whose unit it is.
        if company := self.sudo().unit_company_id:
            domain &= Domain("company_id", "=", company.id)
        return self.env["stock.move.line"].search(
            domain & Domain("state", "not in", ("done", "cancel"))
        )

    def _get_free_unit(self):
        """Return the quant of this serial number's unit.

        :raise UserError: unless it is on hand in exactly one internal position, and free
        """
        quants = self._get_serial_quants()
        if len(quants) != 1 or quants.quantity != 1 or quants.location_id.usage != "internal":
            raise UserError(
                self.env._(
                    "%(serial)s isn't in stock in exactly one bin, so only its number can be corrected.",
                    serial=self.name,
                )
            )
        lines = self._find_open_lines()
        if lines or quants.reserved_quantity > 0:
            raise UserError(
                self.env._(
                    "%(serial)s is reserved by %(documents)s. Unreserve it there first.",
                    serial=self.name,
                    documents=", ".join(filter(None, set(lines.mapped("reference"))))
                    or self.env._("a transfer you don't have access to"),
                )
            )
        return quants

    def _prepare_other_part(self, product):
        """Return the values of the same unit's record under *product*."""
        [vals] = self.copy_data({"product_id": product.id, "name": self.name})
        # These come from the part, the unit's location and the old record.
        for name in ("company_id", "location_id", "serial_answers"):
            vals.pop(name, None)
        if self._keeps_cost(product):
            vals["standard_price"] = self.standard_price
        return vals

    def _get_retired_name(self):
        """Return the name under which this record is archived once another record replaces it."""
        number, name = 1, self.env._("%(serial)s (corrected)", serial=self.name)
        while self._find_duplicates(self.product_id, name):
            number += 1
            name = self.env._("%(serial)s (corrected %(number)s)", serial=self.name, number=number)
        return name

    def _retire(self, name, body):
        """Archive this record under *name*; *body* gives the reason."""
        self._track_set_log_message(body)
        self.write({"name": name, "active": False})

    def _describe_move(self, old_part, product, unit, reason):
        return self.env._(
            "Serial number %(serial)s moved from %(old)s to %(new)s. Reason: %(reason)s",
            serial=unit._get_html_link(title=unit.name),
            old=old_part._get_html_link(),
            new=product._get_html_link(),
            reason=reason,
        )

    def _log_on_transfers(self, body, lines, unsure=None):
        """Log *body* on the open transfers of *lines*. It isn't logged on parts: employees and
        other companies, who can't see serial numbers, read their chatter.

        :param unsure: the lines whose typed serial number may mean another unit
        """
        by_transfer = unsure.grouped("picking_id") if unsure else {}
        for picking in lines.picking_id:
            note = body
            if picking in by_transfer:
                note = self.env._(
                    "%(body)s %(serials)s was left as typed here: check which unit it is.",
                    body=body,
                    serials=", ".join(by_transfer[picking].mapped("lot_name")),
                )
            picking._message_log(body=note)
