"""A serial number is one unit in one position: checked after every call that moves units."""

from collections import defaultdict
from contextlib import contextmanager

from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.position import INTERNAL_USAGES, Position
from .many_units import group_by_reason
from .readable import filter_readable, name_readable

#: Key of a transaction's data: the :class:`PositionWatch` of the call that is under way.
WATCH = "serialized_parts_position_watch"
#: How many documents a message names.
MOST_NAMES = 3


class PositionWatch:
    """The serial numbers that one call moves, and where their units were before it.

    Records are kept as ids: the call may change its user, company or context on the way.
    """

    def __init__(self):
        #: ``{lot id: {position: units}}``
        self.before = {}
        #: The lots whose done lines are edited, rather than moved by a document now.
        self.edited = set()
        #: The moves that are done in this call.
        self.moves = set()
        #: The lots that they moved to a location that is not internal.
        self.left = set()
        #: The lots that they brought into, or gave to a unit in, an internal location.
        self.arrived = set()
        #: The lots that, before the call, were where their last document had brought them.
        self.followed = set()

    def remember(self, lots):
        """Note where the units of *lots* are, before they are moved."""
        lots = lots.filtered(lambda lot: lot.id not in self.before)
        self.add(lots)
        self.before.update(lots._read_positions())

    def edit(self, lots):
        """Note that done lines of *lots* are about to be edited."""
        lots = lots.filtered(lambda lot: lot.product_id.tracking == "serial")
        self.remember(lots)
        self.followed.update(lots._find_followed(self.before))
        self.edited.update(lots.ids)

    def end(self, known, gone, arrived):
        """Note where documents have moved lots.

        :param known: the lots that existed before
        :param gone: those of them that left for a location that is not internal
        :param arrived: the lots, new ones too, that came into an internal location
        """
        # Odoo found some of them by name, and had already moved them.
        self.add(known)
        self.left.difference_update(known.ids)
        self.left.update(gone.ids)
        self.arrived.difference_update(gone.ids)
        self.arrived.update(arrived.ids)

    def add(self, lots):
        """Note that *lots*, which were nowhere before, are moved."""
        for lot in lots:
            self.before.setdefault(lot.id, {})


class StockLot(models.Model):
    _inherit = "stock.lot"

    @contextmanager
    def _watch_positions(self):
        """Check that each serial number moved inside ends up as one unit in one position.

        Only the outermost of these checks, once all is done, so that two serial numbers can be
        exchanged line by line.

        :return: the :class:`PositionWatch` of the call
        :raise ValidationError: naming the serial numbers and where they would be
        """
        data = self.env.cr.precommit.data
        if WATCH in data:
            yield data[WATCH]
            return
        watch = data[WATCH] = PositionWatch()
        try:
            yield watch
            lots = self.browse(watch.before)
            self.browse(watch.edited)._remove_units_elsewhere()
            lots._check_one_position(watch)
        finally:
            data.pop(WATCH, None)

    # ------------------------------------------------------------------------ where units are

    def _read_positions(self):
        """Return ``{lot id: {position: units}}``: where these serial numbers have units on hand or
        on their way, without positions that have 0."""
        serials = self.filtered(lambda lot: lot.product_id.tracking == "serial")
        if not serials:
            return {}
        self.env["stock.quant"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT quant.lot_id, quant.location_id, quant.package_id, quant.owner_id,
                       round(sum(quant.quantity)::numeric, 6)
                  FROM stock_quant quant
                  JOIN stock_location location ON location.id = quant.location_id
                 WHERE quant.lot_id = ANY(%s) AND location.usage IN %s
              GROUP BY quant.lot_id, quant.location_id, quant.package_id, quant.owner_id
                HAVING round(sum(quant.quantity)::numeric, 6) != 0
                """,
                serials.ids,
                INTERNAL_USAGES,
            )
        )
        positions = defaultdict(dict)
        for lot, location, package, owner, units in rows:
            position = Position(location, package or False, owner or False)
            positions[lot][position] = float(units)
        return positions

    def _find_misplaced(self, left=(), arrived=(), followed=()):
        """Return ``{serial: {position: units}}`` of the serial numbers that are neither in no
        position nor one unit in one position, on hand or on its way.

        :param left: the ids of those that left, which must be in no position
        :param arrived: the ids of those that came in, which must be in one
        :param followed: the ids of those that must be where their last document brought them
        """
        positions = self._read_positions()
        lost = set(followed) - self.browse(followed)._find_followed(positions)
        lost.update(set(arrived) - positions.keys())
        return {
            self.browse(lot): positions.get(lot, {})
            for lot in dict.fromkeys([*positions, *lost])
            if lot in lost or lot in left or [*positions[lot].values()] != [1]
        }

    def _find_followed(self, positions):
        """Return the ids of the serial numbers that are where their last document brought them:
        nowhere, if that is not on hand. Those without a document may be anywhere.

        :param positions: what :meth:`_read_positions` returns
        """
        last = self._read_last_locations()
        locations = self.env["stock.location"].sudo()  # A unit may be in any company's location.
        on_hand = set(
            locations.browse(set(last.values()))
            .filtered(lambda location: location.usage in INTERNAL_USAGES)
            .ids
        )
        return {
            lot
            for lot in self.ids
            if lot not in last
            or {
                position.location_id
                for position, units in positions.get(lot, {}).items()
                if units > 0
            }
            == on_hand & {last[lot]}
        }

    # ------------------------------------------------------------------------ what is allowed

    def _check_one_position(self, watch):
        """Check these serial numbers against the books, after a call.

        What was wrong before may become less wrong, so that people can put it right step by step.

        :param watch: the :class:`PositionWatch` of that call
        :raise ValidationError: naming the serial numbers, where they would be, and the documents
            that moved them since
        """
        misplaced = self._find_misplaced(watch.left, watch.arrived, watch.followed)
        if not misplaced:
            return
        leaving = self._find_leaving(watch.moves)
        wrong = {
            lot: positions
            for lot, positions in misplaced.items()
            if not (
                _is_owed(watch.before[lot.id], positions, lot.id in leaving - watch.edited)
                or _is_mended(watch.before[lot.id], positions)
            )
        }
        if wrong:
            raise ValidationError(
                self.env._(
                    "A serial number is one unit in one bin. This would break that:\n%(serials)s\n\nCorrect "
                    "the serial number or the bin on these lines.",
                    serials=group_by_reason(self.env, self._describe_wrong(wrong, watch)),
                )
            )

    def _find_leaving(self, moves):
        """Return the ids of the serial numbers that left stock before they ever came in, and that
        only *moves*, ids, still owe: Odoo lets a unit be sold, then received. Lines count in the
        order they were created, because people edit their dates."""
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot_id
                  FROM (SELECT line.id, line.lot_id, line.move_id,
                               line.quantity_product_uom AS units,
                               line.location_id != line.location_dest_id
                                   AND target.usage != 'inventory' AS leaves,
                               source.usage IN %s AS from_stock,
                               target.usage IN %s AS into_stock
                          FROM stock_move_line line
                          JOIN stock_location source ON source.id = line.location_id
                          JOIN stock_location target ON target.id = line.location_dest_id
                         WHERE line.lot_id = ANY(%s) AND line.state = 'done'
                               AND line.quantity_product_uom > 0) AS line
              GROUP BY lot_id
                HAVING (array_agg(leaves AND from_stock ORDER BY id))[1]
                   AND sum(CASE WHEN move_id = ANY(%s) THEN 0
                                ELSE units * (into_stock::int - from_stock::int) END) = 0
                """,
                INTERNAL_USAGES,
                INTERNAL_USAGES,
                self.ids,
                list(moves),
            )
        )
        return {lot for [lot] in rows}

    # --------------------------------------------------------------------------- explaining

    def _describe_wrong(self, wrong, watch):
        """Yield ``(name, reason)`` for each serial number of *wrong*: where it would be, and which
        documents moved it after the edited ones."""
        edited = self.browse(lot.id for lot in wrong if lot.id in watch.edited)
        since = edited._find_documents_since(self.env["stock.move"].browse(watch.moves))
        for lot, positions in wrong.items():
            where = lot._describe_misplaced(positions)
            if lot in since:
                where = self.env._(
                    "%(place)s. It was moved again by %(documents)s: undo that first.",
                    place=where,
                    documents=", ".join(since[lot]),
                )
            yield lot._name_own(), where

    def _describe_misplaced(self, positions):
        """Return where this serial number's units are, see :meth:`_read_positions`, as text."""
        self.ensure_one()
        units_in_positions = [
            self.env._("%(units)g in %(place)s", units=units, place=self._describe_position(where))
            for where, units in positions.items()
        ]
        return ", ".join(units_in_positions) or self.env._("nowhere")

    def _describe_position(self, position):
        location = self.env["stock.location"].browse(position.location_id)
        package = self.env["stock.package"].browse(position.package_id)
        owner = self.env["res.partner"].browse(position.owner_id)
        return " ".join(
            [
                name_readable(location, self.env._("a bin you don't have access to")),
                *filter_readable(package).mapped("name"),
                *filter_readable(owner).mapped("name"),
            ]
        )

    def _find_documents_since(self, moves):
        """Return ``{serial: names}`` of the latest other documents that moved these serial numbers
        after *moves*."""
        if not self:
            return {}
        lines = self.env["stock.move.line"].sudo()  # All companies' lines count; not all are shown.
        lines = lines.search(
            Domain("lot_id", "in", self.ids)
            & Domain("state", "=", "done")
            & Domain("quantity", ">", 0)
            & Domain("move_id", "not in", moves.ids)
            # Nobody can undo a correction, or what was removed from the books.
            & Domain("move_id.is_serial_correction", "=", False)
            & Domain("date", ">=", min(moves.sudo().mapped("date"))),
            order="date DESC, id DESC",
        )
        return {
            self.browse(lot.id): its_lines.move_id._name_serial_documents()[:MOST_NAMES]
            for lot, its_lines in lines.grouped("lot_id").items()
        }

    def _read_last_locations(self):
        """Return ``{lot id: location id}``: where the last document brought each serial number."""
        last = self._read_last_moves()
        return {lot: location for lot, (location, _move, _date) in last.items()}

    def _read_last_moves(self):
        """Return ``{lot id: (location id, move id, date)}``: where the last document brought each
        serial number, by which move, and when."""
        if not self:
            return {}
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (line.lot_id)
                       line.lot_id, line.location_dest_id, line.move_id, line.date
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                 WHERE line.lot_id = ANY(%s) AND line.state = 'done'
                       AND line.quantity_product_uom > 0
                       AND move.is_serial_correction IS NOT TRUE
              ORDER BY line.lot_id, line.date DESC, line.id DESC
                """,
                self.ids,
            )
        )
        return {lot: (location, move, date) for lot, location, move, date in rows}


def _is_owed(before, positions, may_start):
    """Return whether a unit left stock before it came in, and is still to be received.

    Until it is received, one position has -1 unit. The unit may move on in the meantime, to be
    packed for example, and so be in another position.

    :param before: ``{position: units}`` before this call
    :param positions: the same after it
    :param may_start: whether the unit may have left in this call
    """
    below = {position: units for position, units in positions.items() if units < 0}
    above = [units for units in positions.values() if units > 0]
    if [*below.values()] != [-1]:
        return False
    if above and (above != [1] or sum(before.values()) != 0):
        return False
    return may_start or all(before.get(position, 0) < 0 for position in below)


def _is_mended(before, positions):
    """Return whether *positions*, after a call, are less wrong than *before*, and changed by whole
    units only."""
    changed = {units for position, units in positions.items() if units != before.get(position, 0)}
    whole = all(units.is_integer() for units in changed)
    return whole and _measure_error(positions) < _measure_error(before)


def _measure_error(positions):
    """Return by how many units *positions* differ from nothing, or from one unit in one
    position."""
    total = sum(map(abs, positions.values()))
    return min([total, *(total - abs(units) + abs(units - 1) for units in positions.values())])
