from collections import deque

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
    """The quants of serial numbers that one validation has still to create.

    Odoo looks for the quant that a serial number has in a place, and creates it where there
    is none: one by one. Where Odoo's own cache of this validation knows of none, the values
    that Odoo would write are kept here, and are created together.
    """

    def __init__(self):
        self._pending = {}
        self._quants = None
        self._by_place = {}
        self._locked = None

    def take(self, quants, place, quantity, in_date):
        """Keep the quant of a serial number in a place where it has none.

        :param quants: ``stock.quant``, in the environment that Odoo would create it in
        :param place: ``(product, location, lot, package, owner)``
        :return: what ``_update_available_quantity`` returns; None where this is Odoo's to do
        """
        key = tuple(record.id for record in place)
        if key in self._pending:
            self.flush()
            return None
        if not self._is_simple(quants, place, key, quantity):
            return None
        in_date = in_date or fields.Datetime.now()
        names = ("product_id", "location_id", "lot_id", "package_id", "owner_id")
        self._quants = quants
        self._pending[key] = {
            **dict(zip(names, key, strict=True)),
            "in_date": in_date,
            "quantity": quantity,
        }
        if len(self._pending) >= MOST_QUANTS:
            self.flush()
        return quantity, in_date

    def _is_simple(self, quants, place, key, quantity):
        """Whether Odoo would create a quant for this serial number, and touch no other."""
        product, location, lot, package, _owner = place
        cache = quants.env.context.get("quants_cache")
        if cache is None or package or not lot or abs(quantity) != 1:
            return False
        if self._searches(quants, product, location) or cache.get(key):
            return False
        if quantity > 0:
            return True
        # A unit that leaves is one of those without a serial number, where there are some.
        nameless = cache.get((*key[:2], False, *key[3:]), ())
        return all(product.uom_id.compare(quant.quantity, 0) <= 0 for quant in nameless)

    def _searches(self, quants, product, location):
        """Whether Odoo reads the database for this part and location rather than its cache."""
        key = product.id, location.id
        if key not in self._by_place:
            strategy = quants._get_removal_strategy(product, location)
            self._by_place[key] = product.tracking != "serial" or strategy == "least_packages"
        return self._by_place[key]

    def flush(self):
        """Create the quants that wait, in the order in which Odoo would have."""
        vals_list, self._pending = list(self._pending.values()), {}
        if vals_list:
            self._quants.with_context(**{AHEAD: CreatedAhead(vals_list)}).create(vals_list)

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
        # As Odoo does it where nobody counted.
        self.vals_list = [{**vals, "inventory_quantity_set": False} for vals in vals_list]
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
