from odoo import api, fields, models
from odoo.tools import split_every

from ...tools.validation import Validation
from .quant_batch import MOST_QUANTS, get_batch


class StockQuantBelow(models.AbstractModel):
    """Sits below Odoo's ``stock.quant``, whose ``create`` calls this one once for each record."""

    _name = "serialized_parts.quant.batch"
    _description = "Quants Created Together"

    @api.model_create_multi
    def create(self, vals_list):
        batch = get_batch(self.env)
        if batch and batch.is_creating:
            return batch.create_next(super().create)
        return super().create(vals_list)


class StockQuant(models.Model):
    _name = "stock.quant"
    _inherit = ["stock.quant", "serialized_parts.quant.batch"]

    # They aren't stored: Odoo would make a record in memory for each new quant to compute them.
    lot_properties = fields.Properties(precompute=False)

    @api.model_create_multi
    def create(self, vals_list):
        batch = get_batch(self.env)
        if batch and not batch.is_creating:
            # Quants with the same date are reserved in the order they were created.
            batch.flush()
        return super().create(vals_list)

    @api.model
    def _get_quants_by_products_locations(self, product_ids, location_ids, extra_domain=False):
        found = super()._get_quants_by_products_locations(
            product_ids, location_ids, extra_domain=extra_domain
        )
        # Read them together here, not one by one later. Odoo reads all fields of at most this
        # many records.
        ids = [id_ for quants in found.values() for id_ in quants.ids]
        for some_quants in split_every(MOST_QUANTS, ids, self.browse):
            some_quants.mapped("quantity")
        return found

    def _wait_for_units(self):
        validation = Validation.of(self.env)
        if not validation:
            return super()._wait_for_units()
        # What a call has locked stays locked until it ends.
        if not validation.locked.issuperset(self._ids):
            wanted = self.browse({*self._ids, *self._get_cached_ids()} - validation.locked)
            super(StockQuant, wanted)._wait_for_units()
            validation.locked.update(wanted._ids)
        return self

    @api.model
    def _get_cached_ids(self):
        """Return the ids of the serial numbers' quants that Odoo has read for the lines being done:
        they are most likely locked next."""
        cache = self.env.context.get("quants_cache") or {}
        return [id_ for key, quants in cache.items() if key[2] for id_ in quants._ids]
