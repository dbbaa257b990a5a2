from collections import defaultdict

from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.serial_names import fold_name
from ..similar_names import get_folded_domain


class KnownSerials:
    """The existing serial numbers of a transfer's parts that one call names.

    They are read at once: the number of queries does not grow with the number of entries.

    :param picking: the transfer
    :ivar products: the parts whose serial numbers are read: those of the transfer, and on one that
        takes any unit, those that have one of the names
    """

    def __init__(self, picking):
        self._picking = picking
        self.products = picking._get_serial_parts()
        # With all rights, like the quants that read_names() finds.
        self._no_quants = picking.env["stock.quant"].sudo()
        self._lots = {}
        self._products_by_name = {}
        self._readable_by_folded = {}
        self._readable = self._left_other_company = frozenset()
        self._quants = {}
        self._visible_locations = picking.env["stock.location"]

    def read_names(self, names):
        """Read which of *names*, or similar ones, are serial numbers, and where they are on hand."""
        if self._picking._takes_any_unit():
            self.products |= self._search_parts(names)
        lots = self._search_lots(names)
        self._lots = {(lot.product_id, lot.name): lot for lot in lots}
        self._products_by_name = defaultdict(self.products.browse)
        for lot in lots:
            self._products_by_name[lot.name] |= lot.product_id
        env = self._picking.env
        # Filtered with the user's rights, then with all rights again, to compare.
        readable = lots.with_env(env)._filtered_access("read").sudo()
        self._readable = set(readable)
        self._readable_by_folded = {(lot.product_id, fold_name(lot.name)): lot for lot in readable}
        self._left_other_company = set(lots._filter_left_other_company(self._picking.company_id))
        self._quants = self._search_quants(lots).grouped("lot_id")
        locations = self._no_quants.union(*self._quants.values()).location_id
        # Filtered with the user's rights, then with all rights again, to compare.
        self._visible_locations = locations.with_env(env)._filtered_access("read").sudo()

    def _search_parts(self, names):
        """Return the parts that have one of *names*; where none has it, those with a similar one."""
        serials = self._picking.env["stock.lot"].with_context(active_test=False)
        used = Domain("product_id.tracking", "=", "serial")
        used &= Domain("company_id", "in", [False, self._picking.company_id.id])
        found = serials.search(used & Domain("name", "in", list(names)))
        if left := {*names} - {*found.mapped("name")}:
            found |= serials.search(used & get_folded_domain(left))
        return found.product_id

    def _search_lots(self, names):
        # A serial number without a company counts for every company, even if its unit is where
        # this user can't see it; no message names such a location.
        lots = self._picking.env["stock.lot"].sudo().with_context(active_test=False)
        company = self._picking.company_id
        return lots.with_company(company).search(
            get_folded_domain(names)
            & Domain("product_id", "in", self.products.ids)
            & Domain("company_id", "in", [False, company.id])
        )

    def _search_quants(self, lots):
        locations = self._no_quants._get_on_hand_domain()
        if self._picking._is_from_stock():
            # Units on their way between companies are not on hand, but may be what is moved.
            locations |= Domain("location_id", "child_of", self._picking.location_id.ids)
        quants = self._no_quants.search(locations & Domain("lot_id", "in", lots.ids))
        return quants._filter_present()

    def find_ends(self, ends):
        """Return the set of ``(part id, text, is_head)`` for those of *ends* that a serial number of
        a part begins or ends with.

        :param ends: set of at least one ``(text, is_head)``, where ``is_head`` is whether to look at the beginning
        """
        lots = self._picking.env["stock.lot"]
        lots.flush_model(["name", "product_id", "company_id"])
        texts, are_heads = zip(*ends, strict=True)
        query = SQL(
            """
            SELECT part.id, ends.text, ends.is_head
              FROM unnest(%s::int[]) AS part(id), unnest(%s::varchar[], %s::bool[]) AS ends(text, is_head)
             WHERE EXISTS (
                   SELECT FROM stock_lot
                    WHERE product_id = part.id AND (company_id IS NULL OR company_id = %s)
                      AND CASE WHEN ends.is_head THEN starts_with(name, ends.text)
                               ELSE right(name, length(ends.text)) = ends.text END)
            """,
            self.products.ids,
            list(texts),
            list(are_heads),
            self._picking.company_id.id,
        )
        return {*self._picking.env.execute_query(query)}

    def find(self, product, name):
        """Return the serial number *name* of *product*, with all rights, or None."""
        return self._lots.get((product, name))

    def find_products(self, name):
        """Return the parts that have the serial number *name*."""
        return self._products_by_name.get(name, self.products.browse())

    def find_named(self, name):
        """Return the parts that have the serial number *name*, or else a similar one."""
        return self.find_products(name) or self.products.filtered(
            lambda product: self.find_similar(product, name)
        )

    def find_similar(self, product, name):
        """Return a serial number of *product* that is similar to *name*, see ``fold_name``, or None
        if the user can read none."""
        return self._readable_by_folded.get((product, fold_name(name)))

    def is_readable(self, lot):
        """Return whether the user may read *lot*."""
        return lot in self._readable

    def has_left_other_company(self, lot):
        """Return whether another company had *lot* last, and no longer has it."""
        return lot in self._left_other_company

    def get_quants(self, lot):
        """Return the quants of *lot* on hand, with all rights; empty for None."""
        return self._quants.get(lot, self._no_quants)

    def get_quants_at_source(self, lot):
        """Return the quants of *lot* where the transfer starts."""
        sources = self._picking.location_id
        return self.get_quants(lot).filtered(
            lambda quant: any(quant.location_id._child_of(source) for source in sources)
        )

    def list_reserved(self):
        """Return the serial numbers that were read and are reserved, as a list."""
        return [
            lot for lot, quants in self._quants.items() if any(quants.mapped("reserved_quantity"))
        ]

    def get_visible_locations(self, lot):
        """Return the locations of *lot* that the user may read."""
        return self.get_quants(lot).location_id & self._visible_locations
