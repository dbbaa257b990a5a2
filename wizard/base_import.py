from odoo import models

from ..models.stock_lot_import import RENAME


class BaseImport(models.TransientModel):
    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        # The sidebar's option reaches stock.lot.load by the context, like Odoo's own.
        importer = self.with_context(**{RENAME: options[RENAME]}) if RENAME in options else self
        return super(BaseImport, importer).execute_import(fields, columns, options, dryrun=dryrun)
