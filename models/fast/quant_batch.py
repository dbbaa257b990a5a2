from collections import Counter, deque
from typing import NamedTuple

from odoo import fields

from ...tools.validation import Validation

#: How many quants are created, or read, at once: Odoo's own loops over them are quadratic.
MOST_QUANTS = 1000


def get_batch(env):
    """Return the :class:`QuantBatch` of the lines that are being done in *env*, else None."""
    validation = Validation.of(env)
    return validation and validation.batch


class QuantKey(NamedTuple):
    """What distinguishes quants, like the keys of Odoo's ``quants_cache``: ids, False for none."""

    product_id: int
    location_id: int
    lot_id: int | bool
    package_id: int | bool
    owner_id: int | bool


class QuantBatch:
    """The quants of serial numbers that one validation still has to create, and the units that
    leave its quants of unserialized units.

    Odoo looks for each serial number's quant in a position, and creates the missing ones one by
    one. If Odoo's own cache for this validation has none, the values that Odoo would write are
    kept here and written together.
    """

    def __init__(self):
        self._pending = {}
        self._used = Counter()
        self._quants = None
        self._searched = {}
        self._counts = {}
        #: The values of the quants that the next call creates, and the quants that it created.
        self._ahead = []
        self._created = deque()

    def keep(self, quants, key, quantity, in_date):
        """Keep the change of a serial number in a position where it has no quant.

        :param quants: ``stock.quant``, in the environment that Odoo would create it in
        :param key: the :class:`QuantKey` of its quant
        :return: what ``_synchronize_quant`` returns; None if Odoo has to do this
        """
        kept = None
        if key in self._pending:
            self.flush()
        elif self._is_simple(quants, key, quantity):
            unserialized = self._find_unserialized(quants, key) if quantity < 0 else None
            if not unserialized:
                kept = self._keep_new(quants, key, quantity, in_date)
            elif not in_date:
                kept = self._keep_used(unserialized)
        if not kept:
            self.write_used()
        return kept

    def _is_simple(self, quants, key, quantity):
        """Return whether this is one unit of a serial number that has no quant in this position."""
        cache = quants.env.context.get("quants_cache")
        if cache is None or key.package_id or not key.lot_id or abs(quantity) != 1:
            return False
        return not (self._searches(quants, key) or cache.get(key))

    def _searches(self, quants, key):
        """Return whether Odoo reads the database for this part and location, not its cache."""
        pair = key.product_id, key.location_id
        if pair not in self._searched:
            product = quants.env["product.product"].browse(key.product_id)
            location = quants.env["stock.location"].browse(key.location_id)
            strategy = quants._get_removal_strategy(product, location)
            serial = product.is_storable and product.tracking == "serial"
            self._searched[pair] = not serial or strategy == "least_packages"
        return self._searched[pair]

    def _find_unserialized(self, quants, key):
        """Return the quants of unserialized units in this position: if there are any, a unit that
        leaves is one of them."""
        found = quants.env.context["quants_cache"].get(key._replace(lot_id=False))
        # Odoo creates and writes quants with all rights.
        return found and found.sudo().filtered(
            lambda quant: quant.product_uom_id.compare(quant.quantity, 0) > 0
        )

    def _keep_new(self, quants, key, quantity, in_date):
        in_date = in_date or fields.Datetime.now()
        self._quants = quants
        self._pending[key] = {
            **key._asdict(),
            **self._prepare_count(quants.env["stock.location"].browse(key.location_id)),
            "in_date": in_date,
            "quantity": quantity,
        }
        if len(self._pending) >= MOST_QUANTS:
            self.flush()
        return quantity, in_date

    def _prepare_count(self, location):
        """Return what Odoo computes for a new quant that nobody counted, and would write to each
        one after creating it."""
        if location not in self._counts:
            self._counts[location] = {
                "company_id": location.company_id.id,
                "inventory_quantity_set": False,
                "inventory_diff_quantity": 0,
                "inventory_date": location._get_next_inventory_date(),
            }
        return self._counts[location]

    def _keep_used(self, unserialized):
        """Keep that one of these units leaves, if they are a whole number in one quant."""
        quant = unserialized[0]
        if (
            len(unserialized) > 1
            or not quant.in_date
            or not quant.quantity.is_integer()
            or quant.quantity <= self._used[quant]
            or quant.location_id.should_bypass_reservation()
        ):
            return None
        quant._wait_for_units()
        self._used[quant] += 1
        return 0.0, quant.in_date

    def flush(self):
        """Write what was kept; quants are created in the same order as by Odoo."""
        self.write_used()
        vals_list, self._pending = list(self._pending.values()), {}
        if vals_list:
            self._ahead = vals_list
            # Odoo creates them with all rights, too.
            self._quants.sudo().create(vals_list)
            self._ahead, self._created = [], deque()

    def write_used(self):
        """Write how many units left the quants of unserialized units."""
        used, self._used = self._used, Counter()
        for quant, units in used.items():
            quant.quantity -= units

    @property
    def is_creating(self):
        """Whether the quants being created are those of :meth:`flush`."""
        return bool(self._ahead or self._created)

    def create_next(self, create):
        """Return the next quant of :meth:`flush`, which Odoo creates one by one; the first call
        creates all of them.

        :param create: creates quants from a list of values
        """
        if self._ahead:
            vals_list, self._ahead = self._ahead, []
            self._created = deque(create(vals_list))
        return self._created.popleft()
