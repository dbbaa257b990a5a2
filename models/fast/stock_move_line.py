import logging

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.validation import Validation
from .quant_batch import QuantBatch, QuantKey, get_batch

_logger = logging.getLogger(__name__)

#: Modules whose ``write`` does nothing else when a line that isn't done gets its serial number.
KNOWN_WRITES = {"base", "mrp", "mrp_subcontracting", "serialized_parts", "stock", "stock_account"}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _register_hook(self):
        super()._register_hook()
        if unknown := self._find_unknown_writes():
            _logger.info(
                "New serial numbers are written line by line: %s extends stock.move.line.write",
                ", ".join(sorted(unknown)),
            )

    def write(self, vals):
        validation = Validation.of(self.env)
        if validation and validation.assigned is not None and vals.keys() == {"lot_id"}:
            validation.assigned.update(dict.fromkeys(self.ids, vals["lot_id"]))
            return True
        return super().write(vals)

    def _action_done(self):
        validation = Validation.of(self.env)
        if not validation:
            return super()._action_done()
        self._flush_batch()
        outer, validation.batch = validation.batch, QuantBatch()
        result = super()._action_done()
        self._flush_batch()
        validation.batch = outer
        return result

    def _remove_known_units_elsewhere(self):
        # It reads quants.
        self._flush_batch()
        return super()._remove_known_units_elsewhere()

    def _free_reservation(
        self,
        product_id,
        location_id,
        quantity,
        lot_id=None,
        package_id=None,
        owner_id=None,
        ml_ids_to_ignore=None,
    ):
        if not self.move_id._should_bypass_reservation(location_id):
            # Others' units are reserved anew, and searched for in the database.
            self._flush_batch()
        return super()._free_reservation(
            product_id,
            location_id,
            quantity,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            ml_ids_to_ignore=ml_ids_to_ignore,
        )

    def _find_own_quants(self, location):
        # Odoo has read them already, where it validates.
        cache = self.env.context.get("quants_cache") or {}
        return cache.get(self._get_quant_key(location)) or super()._find_own_quants(location)

    def _get_quant_key(self, location, **quants_value):
        """Return the :class:`QuantKey` of this line's quant in *location*; what
        ``_synchronize_quant`` is given goes first."""
        return QuantKey(
            self.product_id.id,
            location.id,
            quants_value.get("lot", self.lot_id).id,
            quants_value.get("package", self.package_id).id,
            quants_value.get("owner", self.owner_id).id,
        )

    def _flush_batch(self):
        """Write the quants that this validation still has to write."""
        if batch := get_batch(self.env):
            batch.flush()

    def _synchronize_quant(
        self, quantity, location, action="available", in_date=False, **quants_value
    ):
        batch = get_batch(self.env)
        if batch and action == "available":
            key = self._get_quant_key(location, **quants_value)
            if kept := batch.keep(self.env["stock.quant"], key, quantity, in_date):
                return kept
        elif batch and not self.move_id._should_bypass_reservation(location):
            batch.write_used()
        return super()._synchronize_quant(
            quantity, location, action=action, in_date=in_date, **quants_value
        )

    # ------------------------------------------------------- new serial numbers written together

    def _create_and_assign_production_lot(self):
        if not self._can_assign_together():
            return super()._create_and_assign_production_lot()
        validation = Validation.of(self.env)
        validation.assigned = {}
        result = super()._create_and_assign_production_lot()
        assigned, validation.assigned = validation.assigned, None
        self.browse(assigned)._assign_together(assigned, validation)
        return result

    def _can_assign_together(self):
        """Return whether writing these lines' new serial numbers does nothing else: they are about
        to be done, nothing is reserved for them, and no other app extends ``write``."""
        return (
            get_batch(self.env)
            and not self._find_unknown_writes()
            and all(
                line.state not in ("done", "cancel")
                and line.move_id._should_bypass_reservation(line.location_id)
                and not (line.lot_id or line.is_entire_pack)
                and not ("is_subcontract" in line.move_id and line.move_id.is_subcontract)
                for line in self
            )
        )

    @api.model
    def _find_unknown_writes(self):
        """Return the names of the modules whose ``write`` we don't know: other apps."""
        modules = {
            vars(cls).get("_module", "a patch")  # the registry's own class has none
            for cls in type(self).mro()
            if "write" in vars(cls) and cls is not models.BaseModel
        }
        return modules - KNOWN_WRITES

    def _assign_together(self, serials, validation):
        """Give each of these lines its new serial number, with the effects of Odoo's ``write``.

        :param serials: ``{line id: serial id}``
        :param validation: the :class:`Validation` that is under way
        """
        self.check_access("write")
        with self.env.protecting([self._fields["lot_id"]], self):
            for line in self:
                line.lot_id = serials[line.id]
        self.modified(["lot_id"])
        self._validate_fields(["lot_id"])
        if "transit" not in self.location_dest_id.mapped("usage"):
            self._write_source(validation)

    def _write_source(self, validation):
        """Write the Source of these lines' new serial numbers: this is the first and only document
        of each."""
        new = self.filtered(lambda line: line.product_id.tracking == "serial")
        for move, lines in new.grouped("move_id").items():
            if name := move._get_serial_document_name():
                # Users who assign serial numbers may not have the right to change one.
                lots = lines.lot_id.sudo().with_company(move.company_id)
                lots.write({"source": name, "unit_company_id": move.company_id.id})
                validation.documented.update(lots.ids)

    # -------------------------------------------------------------------------- checks by sample

    def _check_company(self, fnames=None):
        if fnames is not None or len(self) < 2:
            return super()._check_company(fnames)
        # Odoo also checks what the user may not read.
        by_company = self.sudo().grouped("company_id")
        try:
            for name, field in self._fields.items():
                if field.relational and field.check_company:
                    samples = self.browse(self._pick_samples(name, by_company))
                    super(StockMoveLine, samples)._check_company([name])
        except UserError:
            # For Odoo's message, which names the first of all these lines.
            return super()._check_company(fnames)
        return None

    def _pick_samples(self, name, by_company):
        """Yield the id of one line for each company and value of the field *name*: the lines of a
        document have only a few. Of their many serial numbers, only the company counts."""
        for lines in by_company.values():
            by_value = {line[name]: line.id for line in lines}
            if name == "lot_id":
                by_value = {lot.company_id: line for lot, line in by_value.items() if lot}
            yield from by_value.values()
