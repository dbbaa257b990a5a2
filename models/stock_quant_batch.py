from collections import Counter, deque

from odoo import api, fields, models

#: Context key: the :class:`QuantBatch` of the move lines that are being done.
BATCH = "serialized_parts_quant_batch"
#: Context key: False makes Odoo create each quant by itself.
USE_BATCH = "serialized_parts_use_quant_batch"
#: Context key: the :class:`CreatedAhead` of the quants that are being created.
AHEAD = "serialized_parts_quants_ahead"
#: How many quants are created, or read, at once: Odoo's own loops over them are quadratic.
MOST_QUANTS = 1000


class QuantBatch:
    """The quants of serial numbers that one validation has still to create, and what they take
    from the quants without a serial number.

    Odoo looks for the quant that a serial number has in a place, and creates it where there
    is none: one by one. Where Odoo's own cache of this validation knows of none, the values
    that Odoo would write are kept here, and are written together.
    """

    def __init__(self):
        self._pending = {}
        self._taken = Counter()
        self._quants = None
        self._by_place = {}
        self._counts = {}
        self._locked = None

    def take(self, quants, place, quantity, in_date):
        """Keep what a serial number, that has no quant in a place, changes there.

        :param quants: ``stock.quant``, in the environment that Odoo would create it in
        :param place: ``(product, location, lot, package, owner)``
        :return: what ``_synchronize_quant`` returns; None where this is Odoo's to do
        """
        key = tuple(record.id for record in place)
        kept = None
        if key in self._pending:
            self.flush()
        elif self._is_simple(quants, place, key, quantity):
            nameless = self._find_nameless(quants, key) if quantity < 0 else None
            if not nameless:
                kept = self._keep(quants, place, quantity, in_date)
            elif not in_date:
                kept = self._keep_nameless(nameless, place[1])
        if not kept:
            self.write_nameless()
        return kept

    def _is_simple(self, quants, place, key, quantity):
        """Whether this is one unit of a serial number that has no quant in this place."""
        product, location, lot, package, _owner = place
        cache = quants.env.context.get("quants_cache")
        if cache is None or package or not lot or abs(quantity) != 1:
            return False
        return not (self._searches(quants, product, location) or cache.get(key))

    def _searches(self, quants, product, location):
        """Whether Odoo reads the database for this part and location rather than its cache."""
        key = product.id, location.id
        if key not in self._by_place:
            strategy = quants._get_removal_strategy(product, location)
            serial = product.is_storable and product.tracking == "serial"
            self._by_place[key] = not serial or strategy == "least_packages"
        return self._by_place[key]

    def _find_nameless(self, quants, key):
        """Return the quants of units without a serial number in this place: a unit that leaves
        is one of them, where there are some."""
        found = quants.env.context["quants_cache"].get((*key[:2], False, *key[3:]))
        # Odoo writes quants with all rights, and creates them so.
        return found and found.sudo().filtered(
            lambda quant: quant.product_uom_id.compare(quant.quantity, 0) > 0
        )

    def _keep(self, quants, place, quantity, in_date):
        in_date = in_date or fields.Datetime.now()
        key = tuple(record.id for record in place)
        names = ("product_id", "location_id", "lot_id", "package_id", "owner_id")
        self._quants = quants
        self._pending[key] = {
            **dict(zip(names, key, strict=True)),
            **self._count_values(place[1]),
            "in_date": in_date,
            "quantity": quantity,
        }
        if len(self._pending) >= MOST_QUANTS:
            self.flush()
        return quantity, in_date

    def _count_values(self, location):
        """Return what Odoo computes for a new quant that nobody counted, and writes to each
        after it was created."""
        if location not in self._counts:
            self._counts[location] = {
                "company_id": location.company_id.id,
                "inventory_quantity_set": False,
                "inventory_diff_quantity": 0,
                "inventory_date": location._get_next_inventory_date(),
            }
        return self._counts[location]

    def _keep_nameless(self, nameless, location):
        """Take a unit without a serial number, of a whole number of them in one quant."""
        quant = nameless[0]
        if (
            len(nameless) > 1
            or not quant.in_date
            or not quant.quantity.is_integer()
            or quant.quantity <= self._taken[quant]
            or location.should_bypass_reservation()
            or not self.lock(quant)
        ):
            return None
        self._taken[quant] += 1
        return 0.0, quant.in_date

    def flush(self):
        """Write what waits; quants are created in the order in which Odoo would have."""
        self.write_nameless()
        vals_list, self._pending = list(self._pending.values()), {}
        if vals_list:
            # As Odoo creates them.
            self._quants.sudo().with_context(**{AHEAD: CreatedAhead(vals_list)}).create(vals_list)

    def write_nameless(self):
        """Write what was taken from the quants without a serial number."""
        taken, self._taken = self._taken, Counter()
        for quant, units in taken.items():
            quant.quantity -= units

    def lock(self, quants):
        """Lock the first of *quants* that can be locked, once in a transaction, and with it
        those of the other serial numbers on these lines.

        :return: that quant; nothing where none can be locked
        """
        if self._locked is None:
            cache = quants.env.context.get("quants_cache") or {}
            serials = quants.browse(
                id_ for key, found in cache.items() if key[2] for id_ in found.ids
            )
            self._locked = set(serials._lock_for_batch()._ids)
        if not set(quants[:1]._ids) <= self._locked:
            quants = quants._lock_for_batch(limit=1)
            self._locked.update(quants._ids)
        return quants[:1]


class CreatedAhead:
    """Quants that are created together, to be handed out one by one."""

    def __init__(self, vals_list):
        self.vals_list = vals_list
        self.quants = None

    def hand_out(self, create):
        """Return the next quant; the first call creates all of them."""
        if self.quants is None:
            self.quants = deque(create(self.vals_list))
        return self.quants.popleft()


class StockQuantBatch(models.AbstractModel):
    """Lies below Odoo's ``stock.quant``, whose ``create`` calls it once for each record."""

    _name = "serialized_parts.quant.batch"
    _description = "Quants Created Together"

    @api.model_create_multi
    def create(self, vals_list):
        ahead = self.env.context.get(AHEAD)
        if not ahead:
            return super().create(vals_list)
        without = super(StockQuantBatch, self.with_context(**{AHEAD: None}))
        return ahead.hand_out(without.create)
