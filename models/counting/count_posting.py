from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.position import INTERNAL_USAGES
from ..stock_move_count import COUNT
from . import posting_messages as messages


class CountPosting:
    """Posts what the lines of a count say, each kind by one call of Odoo's: relocations, and
    inventory adjustments. What can't be posted is skipped, and the rest is posted all the same.

    :param count: a count whose bins are closed
    :ivar done: the lines that were posted
    :ivar skipped: ``{line: why it wasn't}``
    """

    def __init__(self, count):
        self.env = count.env
        self._count = count
        lines = count.line_ids
        self._units = lines.filtered(lambda line: line.lot_id and line.resolution != "none")
        self._parts = lines.filtered(lambda line: not line.lot_id and line._has_difference())
        self._quants, self._part_quants = self._read_units(), self._read_parts()
        self._last_moves = self._units.lot_id._read_last_moves()
        self._reserving = self._find_reserving()
        # Their lines are deleted once the units move.
        self._transfers = {lot: lines.picking_id for lot, lines in self._reserving.items()}
        self.done = lines.browse()
        self.skipped = {}

    # ----------------------------------------------------------------------- where things are now

    def _read_units(self):
        """Return ``{serial number: quants}`` of the units, on hand or on their way."""
        # Where a unit is decides, not who looks; messages name only what the user may read.
        quants = self.env["stock.quant"].sudo()
        quants = quants.search(
            Domain("lot_id", "in", self._units.lot_id.ids)
            & Domain("location_id.usage", "in", INTERNAL_USAGES)
        )
        return quants._filter_present().with_env(self.env).grouped("lot_id")

    def _read_parts(self):
        """Return ``{(bin, part): quants}`` of the parts without serial numbers."""
        quants = self.env["stock.quant"].search(
            Domain("product_id", "in", self._parts.product_id.ids)
            & Domain("location_id", "in", self._parts.bin_id.location_id.ids)
            & Domain("quantity", "!=", 0)
        )
        return quants.grouped(lambda quant: (quant.location_id, quant.product_id))

    def _find_reserving(self):
        """Return ``{serial number: lines}`` of the open documents that reserve these units."""
        lines = self.env["stock.move.line"].search(
            Domain("lot_id", "in", self._units.lot_id.ids)
            & Domain("state", "not in", ("draft", "done", "cancel"))
            & Domain("quantity", ">", 0)
            & Domain("location_id.usage", "=", "internal")
        )
        return lines.grouped("lot_id")

    def _get_reserving(self, line):
        return self._reserving.get(line.lot_id, self.env["stock.move.line"])

    def _get_quant(self, line):
        return self._quants.get(line.lot_id, self.env["stock.quant"])

    # -------------------------------------------------------------------------------------- posting

    def post(self):
        """Post all lines."""
        units = self._units.filtered(self._is_possible)
        by_resolution = units.grouped("resolution")
        found = by_resolution.get("move_here", units.browse())
        gone = found.filtered(lambda line: line.status == "gone")
        self._post(found - gone, self._move_here)
        self._post(gone, self._bring_back)
        self._post(by_resolution.get("to_missing", units.browse()), self._move_to_missing)
        self._post(by_resolution.get("write_off", units.browse()), self._write_off)
        self._post(self._parts.filtered(self._is_quantity_possible), self._adjust)
        self._log_on_transfers()

    def _post(self, lines, post):
        """Post *lines* together; if that is refused, one by one."""
        if not lines:
            return
        try:
            with self.env.cr.savepoint():
                post(lines)
        except UserError as error:
            if len(lines) == 1:
                self.skipped[lines] = str(error)
                return
            for line in lines:
                self._post(line, post)
        else:
            self.done |= lines

    def _is_possible(self, line):
        """Return whether the unit of *line* can be moved; if not, note why."""
        quant = self._get_quant(line)
        if line.resolution == "move_here" and quant.location_id == line.bin_id.location_id:
            self.skipped[line] = messages.explain_already_here(self.env)
        elif quant.location_id != line.expected_location_id or self._has_moved(line):
            self.skipped[line] = messages.explain_moved(line.lot_id, quant.location_id)
        elif picked := self._get_reserving(line).filtered("picked"):
            self.skipped[line] = messages.explain_picked(picked)
        return line not in self.skipped

    def _has_moved(self, line):
        """Return whether a document moved the unit of *line* after it was scanned."""
        _location, _move, date = self._last_moves.get(line.lot_id.id, (False, False, False))
        return bool(date and date > line.date)

    def _is_quantity_possible(self, line):
        """Return whether the quantity of *line* can be posted; if not, note why."""
        quants = self._part_quants.get((line.bin_id.location_id, line.product_id), ())
        quantity = sum(quant.quantity for quant in quants)
        if line.product_id.uom_id.compare(quantity, line.expected_quantity):
            self.skipped[line] = messages.explain_quantity_changed(line, quantity)
        elif len(quants) > 1:
            self.skipped[line] = messages.explain_several(self.env)
        return line not in self.skipped

    # ------------------------------------------------------------------------------- Odoo's own moves

    def _prepare(self, records, reference):
        """Return *records* so that their moves are the count's, with this *reference*."""
        return records.with_company(self._count.company_id).with_context(
            **{"inventory_mode": True, "inventory_name": reference, COUNT: self._count}
        )

    def _move_here(self, lines):
        for location, its_lines in lines.grouped(lambda line: line.bin_id.location_id).items():
            self._relocate(its_lines, location, messages.name_relocation(self._count))

    def _move_to_missing(self, lines):
        for location, its_lines in lines.grouped(self._find_missing_location).items():
            self._relocate(its_lines, location, messages.name_missing(self._count))

    def _find_missing_location(self, line):
        warehouse = line.bin_id.location_id.warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", self._count.company_id.id)], limit=1
        )
        return warehouse._get_missing_location()

    def _relocate(self, lines, location, reference):
        """Move the units of *lines* to *location*; a package goes with them if all of it does."""
        quants = self._prepare(
            self.env["stock.quant"].union(*map(self._get_quant, lines)), reference
        )
        whole = quants.filtered(
            lambda quant: quant.package_id and quant.package_id.quant_ids <= quants
        )
        for some_quants, unpack in ((whole, False), (quants - whole, True)):
            if some_quants:
                some_quants.move_quants(location, message=reference, unpack=unpack)

    def _bring_back(self, lines):
        quants = self._prepare(self.env["stock.quant"], messages.name_found(self._count)).create(
            [
                {
                    "product_id": line.product_id.id,
                    "location_id": line.bin_id.location_id.id,
                    "lot_id": line.lot_id.id,
                    "inventory_quantity": 1,
                }
                for line in lines
            ]
        )
        self._prepare(quants, messages.name_found(self._count))._apply_inventory()

    def _write_off(self, lines):
        quants = self.env["stock.quant"].union(*map(self._get_quant, lines))
        quants = self._prepare(quants, messages.name_write_off(self._count))
        quants.inventory_quantity = 0
        quants._apply_inventory()

    def _adjust(self, lines):
        """Make the quantities of parts without serial numbers what was counted."""
        reference = messages.name_quantities(self._count)
        adjusted = self.env["stock.quant"]
        for line in lines:
            quant = self._part_quants.get((line.bin_id.location_id, line.product_id))
            if quant:
                self._prepare(quant, reference).inventory_quantity = line.quantity
            else:
                quant = self._prepare(adjusted, reference).create(
                    {
                        "product_id": line.product_id.id,
                        "location_id": line.bin_id.location_id.id,
                        "inventory_quantity": line.quantity,
                    }
                )
            adjusted |= quant
        self._prepare(adjusted, reference)._apply_inventory()

    # ------------------------------------------------------------------------------------- reservations

    def _log_on_transfers(self):
        """Log on the transfers that had reserved one of the moved units what happened to it."""
        for line in self.done:
            for picking in self._transfers.get(line.lot_id, ()):
                picking._message_log(body=messages.describe_freed(line))

    def find_freed(self):
        """Return the lines posted whose unit a document had reserved."""
        return self.done.filtered(lambda line: line.lot_id in self._reserving)
