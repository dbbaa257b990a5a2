"""Opening whatever was scanned outside of a transfer."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ..tools.position import INTERNAL_USAGES
from .assignment.code_messages import explain_code
from .serial_prompt import OPEN_STATES

#: How many bins, transfers, parts or packages of one name are offered.
MOST_CHOICES = 20


class SerialScan(models.AbstractModel):
    """What a scanned text means: a serial number, a bin, a transfer, a part or a package.

    Where it may mean several things, people choose. What a user may not read is not found.
    """

    _name = "serial.scan"
    _description = "Opening What Was Scanned"

    @api.model
    @api.readonly
    def open_scanned(self, text):
        """Return the action that opens what a scanned text means.

        - a serial number: its form, archived or not; the list, if several parts have it
        - a bin, by its barcode, name or full name, or a package: what is in it
        - a transfer, by its name or that of the order it is for: its form; the client action
          ``serialized_parts_open_prompt`` (``form``, ``picking_id``), where units await their
          serial number or are scanned
        - a part, by its barcode: its form
        - several of these: the client action ``serialized_parts_choose`` (``text``, ``choices``:
          ``[{"kind", "name", "detail", "action"}]``)
        - none: the list of similar serial numbers; if there are none, a notification

        Names are found in any letter case; where one has the letter case of *text*, only that.

        :param str text: a name, or a code of one of our labels, of GS1 or ISO/IEC 15434
        :raise AccessError: for users who may not read serial numbers
        :raise UserError: if it isn't a text
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only your own employees can open serial numbers."))
        text = self.env["stock.picking"]._check_text(text).strip()
        code = self.env["stock.lot"]._read_scanned(text)
        found = self._find(text, code)
        if len(found) == 1:
            return self._open(found[0])
        if found:
            return self._choose(text, found)
        if similar := self.env["stock.lot"]._find_scanned_similar(code):
            return similar._action_view_found()
        return self.env["stock.lot"]._action_warn(self._explain_unknown(text, code))

    @api.model
    def _explain_unknown(self, text, code):
        """Return why nothing was found for *text*, read as *code*, and what to do."""
        if code.error:
            return self.env._(
                "%(code)s: %(problem)s", code=text, problem=explain_code(self.env, code)
            )
        return self.env._(
            "Nothing here is called %(code)s. Scan a serial number, a bin, a transfer, a part or a "
            "package.",
            code=text,
        )

    # -------------------------------------------------------------------------------- finding

    @api.model
    def _find(self, text, code):
        """Return what *text*, read as *code*, means: a list of records. The serial numbers are one
        element."""
        serials = self.env["stock.lot"]._find_scanned(code)
        found = [serials] if serials else []
        for records in (
            self._find_bins(text),
            self._find_transfers(text),
            self._find_parts(text, code),
            self._find_packages(text, code),
        ):
            found += records
        return found

    @api.model
    def _find_bins(self, text):
        in_use = Domain("usage", "in", INTERNAL_USAGES)
        return self._find_called(
            "stock.location", ("barcode", "name", "complete_name"), text, in_use
        )

    @api.model
    def _find_transfers(self, text):
        """Return the transfers called *text*; else those for the document of that name, which may
        be on paper at the dock: the open ones, if there are any."""
        transfers = self._find_called("stock.picking", ("name",), text)
        is_open = Domain("state", "in", OPEN_STATES)
        return (
            transfers
            or self._find_called("stock.picking", ("origin",), text, is_open)
            or self._find_called("stock.picking", ("origin",), text)
        )

    @api.model
    def _find_parts(self, text, code):
        """Return the parts that a barcode or a code without serial number names."""
        barcodes = {text}
        if not (code.serial or code.offered):
            barcodes.update(code.barcodes)
        domain = Domain("barcode", "in", [barcode for barcode in barcodes if barcode])
        if code.part_numbers and not (code.serial or code.offered):
            domain |= Domain("default_code", "in", code.part_numbers)
        return self.env["product.product"].search(domain, limit=MOST_CHOICES)

    @api.model
    def _find_packages(self, text, code):
        name = code.sscc if code.sscc and not code.serial else text
        return self._find_called("stock.package", ("name",), name)

    @api.model
    def _find_called(self, model, fields, text, domain=Domain.TRUE):
        """Return the records of *model* that *text* names by the first of *fields* that has it, in
        any letter case; only those in the same, if there are any.

        :param domain: which records count
        """
        records = self.env[model]
        if not text or not records.has_access("read"):
            return records
        for field in fields:
            # Transfers and packages have an index for it.
            called = Domain(field, "=ilike", escape_psql(text))
            if found := records.search(domain & called, limit=MOST_CHOICES):
                return found.filtered(lambda record, field=field: record[field] == text) or found
        return records

    # -------------------------------------------------------------------------------- opening

    @api.model
    def _open(self, found):
        """Return the action that opens *found*, serial numbers or one other record."""
        quants = self.env["stock.quant"]
        match found._name:
            case "stock.lot" if len(found) > 1:
                return found._action_view_found()
            case "stock.location":
                return quants._action_view_contents(found, "location_id")
            case "stock.package":
                return quants._action_view_contents(found, "package_id")
            case "stock.picking":
                return self._open_transfer(found)
            case _form:
                return found.get_formview_action()

    @api.model
    def _open_transfer(self, picking):
        """Return the action that opens the form of *picking*, with its prompt if it has one."""
        form = picking.get_formview_action()
        may_enter = self.env.user.has_group("stock.group_stock_user")
        is_open = picking.state in OPEN_STATES and picking.serial_unit_count
        if not (may_enter and is_open and picking.has_access("write")):
            return form
        return {
            "type": "ir.actions.client",
            "tag": "serialized_parts_open_prompt",
            "params": {"form": form, "picking_id": picking.id},
        }

    @api.model
    def _choose(self, text, found):
        """Return the client action that lets people choose what they mean by *text*."""
        return {
            "type": "ir.actions.client",
            "tag": "serialized_parts_choose",
            "params": {"text": text, "choices": [self._prepare_choice(one) for one in found]},
        }

    @api.model
    def _prepare_choice(self, found):
        """Return how people see *found*, serial numbers or one other record, and what opens it."""
        details = []
        match found._name:
            case "stock.lot":
                kind = self.env._("Serial Number")
                details = found.product_id.mapped("display_name")
            case "stock.location":
                kind = self.env._("Bin")
            case "stock.package":
                kind = self.env._("Package")
            case "stock.picking":
                kind = self.env._("Transfer")
                states = dict(found._fields["state"]._description_selection(self.env))
                details = [found.picking_type_id.name, states[found.state]]
            case _part:
                kind = self.env._("Part")
        if len(self.env.companies) > 1:
            details += found.company_id.mapped("display_name")
        return {
            "kind": kind,
            "name": found[:1].name if found._name == "stock.lot" else found.display_name,
            "detail": ", ".join(details),
            "action": self._open(found),
        }
