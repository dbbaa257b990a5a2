from collections import Counter
from functools import cached_property

from odoo.tools.i18n import format_list

from ...fields.number_texts import explain_number
from ...tools.position import Position
from ..stock_lot import VALIDATING
from . import pick_messages
from .known_serials import KnownSerials
from .transfer_units import TransferUnits
from .unserialized_stock import UnserializedStock

#: The statuses of an entry whose serial number is assigned to a unit.
ASSIGNED_STATUSES = ("assigned", "known", "picked")


class SerialAssignment:
    """Checks serial numbers, and assigns them to the units of one transfer.

    :param picking: an open transfer with one line a unit
    :param to_check: lines with a typed serial number that is checked and assigned now: it claims
        no unserialized unit before that
    """

    def __init__(self, picking, to_check=None):
        self.picking = picking
        self.env = picking.env
        self.known = KnownSerials(picking)
        self.units = TransferUnits(picking)
        self.are_in_stock = picking._are_units_in_stock()
        self.is_from_stock = picking._is_from_stock()
        self.is_serialize = self.are_in_stock and not self.is_from_stock
        self._to_check = to_check or self.env["stock.move.line"]
        self._claimed = {}

    # ----------------------------------------------------------------------------- checking

    def check(self, product, serial, location=None):
        """Check whether *serial* may name a unit of *product* on this transfer; ``known`` must have
        read it.

        :param location: the bin that a unit in stock is in, by default any
        :return: ``(status, message)``: assigned, known, in_stock or invalid
        """
        lot = self.known.find(product, serial)
        if not lot:
            return self._check_new(product, location)
        if not self.known.get_quants(lot):
            return self._check_absent(product, lot, location)
        if self.is_from_stock and self.known.get_quants_at_source(lot):
            return "assigned", ""
        return "in_stock", self._explain_elsewhere(self.known.get_visible_locations(lot))

    def _explain_elsewhere(self, locations):
        """Return that a serial number is in stock, in *locations*, as far as the user may see them."""
        if not locations:
            return self.env._("is already in stock, in a bin you don't have access to.")
        where = ", ".join(locations.mapped("display_name"))
        if self.is_from_stock:
            return pick_messages.explain_elsewhere(self.picking.location_id, where)
        return self.env._("is already in stock, in %(location)s.", location=where)

    def may_assign(self, product, serial):
        """Return whether *serial* may name a unit of *product* on this transfer, see check()."""
        return self.check(product, serial)[0] in ASSIGNED_STATUSES

    def explain_format(self, product, serial):
        """Return what is wrong with *serial* as a new serial number of *product*, whose numbers have
        a format; an empty text if nothing is, or if it exists already."""
        if self.known.find(product, serial):
            return ""
        return explain_number(self.env, product.serial_format, serial)

    def _check_absent(self, product, lot, location):
        """Check a serial number that exists, but is not in stock."""
        if not self.known.is_readable(lot) and not self.known.has_left_other_company(lot):
            return "invalid", self.env._("belongs to another company that shares this part.")
        if self._lacks_unserialized(product, location):
            return "invalid", self._explain_left(lot)
        if name := lot.used_on or lot.source:
            return "known", self.env._("was here before, last on %(name)s.", name=name)
        return "known", self.env._("was here before.")

    def _explain_left(self, lot):
        """Return where the unit of *lot*, which is not in stock, went."""
        unit = lot.with_env(self.env)
        if self.known.is_readable(lot) and unit.unit_state != "none":
            return pick_messages.explain_left(self.env, unit.unit_status)
        return pick_messages.explain_absent(self.env)

    def _check_new(self, product, location):
        """Check a serial number that doesn't exist yet."""
        operation_type = self.picking.picking_type_id
        if product and self._lacks_unserialized(product, location):
            where = location or self.picking.location_id
            return "invalid", pick_messages.explain_unknown(product, where)
        if self.are_in_stock or operation_type.use_create_lots:
            return "assigned", ""
        return "invalid", self.env._(
            "is not known, and %(operation)s accepts known serial numbers only.",
            operation=operation_type.name,
        )

    @cached_property
    def _unserialized(self):
        return UnserializedStock(self.picking, self.units.serialized - self._to_check)

    def _lacks_unserialized(self, product, location=None):
        """Return whether *product* has no unserialized unit left here: a serial number that is not
        in stock would then make the stock negative."""
        return self.is_from_stock and not self._unserialized.find(product, location or None)

    # ---------------------------------------------------------------------------- assigning

    def claim(self, line, serial, location=None):
        """Claim an unserialized unit for *serial* if it is not in stock, preferably one in the
        position of *line*. check() must have allowed it.

        :param location: the bin that the unit must be in, by default any
        :return: what people should know about it; empty if the unit is in stock or comes in
        """
        lot = self.known.find(line.product_id, serial)
        if not self.is_from_stock or self.known.get_quants(lot):
            return ""
        position = self._unserialized.find(line.product_id, location or None, line)
        self._unserialized.claim(line.product_id, position)
        self._claimed[line] = position
        if lot:
            return ""
        return self.env._(
            "is new: assigned to a unit in %(location)s that had no serial number.",
            location=self.env["stock.location"].browse(position.location_id).display_name,
        )

    def write_serial(self, line, serial, is_validating=False):
        """Write *serial* to *line*, as a record or as a name; claim() comes first.

        A known serial number is written as a record, with its bin, package and owner if it is in
        stock; a new one is created when the transfer is validated. Until then, a known one is also
        written as a name if it names an unserialized unit, because the unit is what is reserved,
        or if another company had it last, because nobody here may see it yet.

        :param is_validating: whether the transfer is being validated
        """
        if position := self._claimed.get(line):
            self._move_to_position(line, position)
        lot = self.known.find(line.product_id, serial)
        if not lot or self._has_to_wait(line, lot, is_validating):
            if line.lot_name != serial:
                line.lot_name = serial
            return
        values = {"lot_id": lot.id, "lot_name": False}
        quant = self.known.get_quants_at_source(lot)[:1]
        if self.is_from_stock and quant:
            values |= Position.of(quant)._asdict()
        line.write(values)

    def _has_to_wait(self, line, lot, is_validating):
        """Return whether *line* keeps only the name of *lot* until its transfer is validated."""
        creates = self.picking.picking_type_id.use_create_lots
        if line in self._claimed and (creates or not is_validating):
            return True
        return not self.known.is_readable(lot) or (creates and not self.is_from_stock)

    def _move_to_position(self, line, position):
        """Make *line* use the unit in *position*."""
        if Position.of(line) != position:
            line.write(position._asdict())

    # --------------------------------------------------------- when a transfer is validated

    def assign_typed(self, lines, transfers):
        """Check the serial numbers typed on *lines*, in whatever way, and assign the valid ones.

        :param transfers: ``{(part, name): transfers}`` that are validated together
        :return: ``[(name, reason)]`` of those that can't be used
        """
        problems = []
        counts = Counter((line.product_id, line.lot_name) for line in lines)
        self.known.read_names(lines.mapped("lot_name"))
        for line in lines:
            key = line.product_id, line.lot_name
            problem = self._explain_typed(key, counts[key], transfers[key])
            if problem := problem or self._explain_typed_format(line):
                problems.append((line.lot_name, problem))
            else:
                self.claim(line, line.lot_name)
                self.write_serial(line, line.lot_name, is_validating=True)
        self._write_answers(lines)
        return problems

    def _explain_typed(self, key, count, transfers):
        """Return why a typed serial number can't be used; an empty text if nothing is wrong.

        :param key: its part and name
        :param count: how many lines of this transfer have it
        :param transfers: the transfers validated together that have it
        """
        if count > 1:
            return self.env._("it is on this transfer twice.")
        if len(transfers) > 1:
            return self.env._(
                "it is on %(transfers)s; clear it on all but one of them.",
                transfers=format_list(self.env, transfers.mapped("name")),
            )
        status, message = self.check(*key)
        return "" if status in ASSIGNED_STATUSES else message

    def _explain_typed_format(self, line):
        """Return what is wrong with the serial number typed on *line*, see :meth:`explain_format`,
        unless somebody confirmed it in the prompt."""
        if line.confirmed_name == line.lot_name:
            return ""
        problem = self.explain_format(line.product_id, line.lot_name)
        return problem and self.env._(
            "%(problem)s If the unit has this number, clear it here and scan or type it into the "
            "entry box of the serial numbers, where it can be confirmed.",
            problem=problem,
        )

    def _write_answers(self, lines):
        """Write the answers on *lines* to their serial numbers that already exist."""
        for line in lines.filtered(lambda line: not line.lot_id):
            lot = self.known.find(line.product_id, line.lot_name)
            # One that another company had last gets them once it is this company's.
            if lot and self.known.is_readable(lot):
                # The part's check-up is refreshed once the transfer is validated.
                serial = lot.with_env(self.env).with_context(**{VALIDATING: True})
                line._copy_answers_to(serial)
