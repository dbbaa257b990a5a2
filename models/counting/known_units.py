from collections import defaultdict

from odoo.fields import Domain

from ...tools.serial_names import fold_name
from ..similar_names import get_folded_domain


class KnownUnits:
    """The existing serial numbers that one call of a count names, and where the books have their
    units. All are read at once.

    :param count: the count
    :ivar lots: those with exactly one of the names that the user may read
    """

    def __init__(self, count):
        self._count = count
        self._env = count.env
        self.lots = count.env["stock.lot"]
        self._lots = defaultdict(count.env["stock.lot"].browse)
        self._similar = {}
        self._others = set()
        self._quants, self._reserved, self._gone = {}, {}, {}
        self._visible, self._texts = set(), {}

    def read_names(self, names):
        """Read which of *names* are serial numbers, or similar to one."""
        lots = self._search(Domain("name", "in", [*names]))
        readable = lots.with_env(self._env)._filtered_access("read")
        self._others = set((lots - readable.with_env(lots.env)).mapped("name"))
        self.lots = readable
        for lot in readable:
            self._lots[lot.name] |= lot
        if unknown := set(names) - self._lots.keys():
            similar = self._search(get_folded_domain(unknown)).with_env(self._env)
            for lot in similar._filtered_access("read"):
                self._similar.setdefault(fold_name(lot.name), lot)
        self._read_state(readable.union(*self._similar.values()))

    def _search(self, domain):
        # A serial number of another company isn't unknown; no message says more than that.
        lots = self._env["stock.lot"].sudo().with_context(active_test=False)
        return lots.search(
            domain
            & Domain("product_id.tracking", "=", "serial")
            & Domain("company_id", "in", [False, self._count.company_id.id])
        )

    def _read_state(self, lots):
        # Where the books have a unit decides, not who looks; only visible bins are named.
        quants = self._env["stock.quant"].sudo()
        quants = quants.search(
            Domain("lot_id", "in", lots.ids) & Domain("location_id.usage", "=", "internal")
        )._filter_present()
        self._quants = {quant.lot_id.id: quant for quant in quants}
        in_stock = lots.filtered(lambda lot: lot.id in self._quants)
        self._reserved = in_stock._find_reserving()
        self._gone = (lots - in_stock)._read_unit_states()
        locations = quants.location_id.with_env(self._env)
        self._visible = set(locations._filtered_access("read").ids)

    def find(self, name, parts=None):
        """Return the serial numbers *name* that the user may read, by default of every part."""
        lots = self._lots.get(name, self._env["stock.lot"])
        return lots if parts is None else lots.filtered(lambda lot: lot.product_id in parts)

    def find_similar(self, name):
        """Return a serial number that is similar to *name*, see ``fold_name``, or None."""
        return self._similar.get(fold_name(name))

    def is_of_other_company(self, name):
        """Return whether a serial number *name* is one that the user may not read."""
        return name in self._others

    def get_location(self, lot):
        """Return the bin in which the books have the unit of *lot*, with all rights; empty if it is
        not in stock."""
        quant = self._quants.get(lot.id)
        return quant.location_id if quant else self._env["stock.location"]

    def is_visible(self, location):
        """Return whether the user may read *location*, one of :meth:`get_location`."""
        return location.id in self._visible

    def describe_reserved(self, lot):
        """Return which document reserves *lot*; an empty text if none does."""
        state = self._reserved.get(lot)
        return self._describe(lot, state) if state else ""

    def describe_gone(self, lot):
        """Return ``(text, date)``: what became of *lot*, which is not in stock, and since when;
        an empty text if it was never moved."""
        state = self._gone.get(lot)
        return (self._describe(lot, state), state.since) if state else ("", False)

    def _describe(self, lot, state):
        key = state.name, state.document, state.partner
        if key not in self._texts:
            self._texts[key] = lot._describe_unit_state(state)
        return self._texts[key]
