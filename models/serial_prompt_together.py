"""Several transfers that share one prompt, as when a batch is validated."""

from odoo import api, fields, models

from .serial_prompt import PROMPTED


class SerialPrompt(models.AbstractModel):
    _inherit = "serial.prompt"

    serial_prompt_line_ids = fields.One2many(
        "stock.move.line",
        string="Units in the Prompt",
        compute="_compute_serial_prompt_line_ids",
        readonly=False,
        help="The units of all transfers that share this prompt.",
    )
    serial_several_transfers = fields.Boolean(compute="_compute_serial_prompt_line_ids")

    @api.depends("serial_line_ids")
    @api.depends_context(PROMPTED)
    def _compute_serial_prompt_line_ids(self):
        for picking in self:
            pickings = picking._get_prompted()
            picking.serial_prompt_line_ids = pickings.serial_line_ids
            picking.serial_several_transfers = len(pickings) > 1

    def _get_prompted(self):
        """Return the transfers that share the prompt of this one: itself, and the others that were
        opened with it. Several are returned as they are."""
        ids = self.env.context.get(PROMPTED, ())
        if len(self) != 1 or len(ids) < 2 or self.id not in ids:
            return self
        pickings = self.browse(ids).exists()
        return self | (self | pickings)._filter_same_kind()

    def _filter_same_kind(self):
        """Return those of these transfers that can share a prompt with the first: of the same
        operation type and, like it, with units that are in stock or come in."""
        first = self[:1]
        return self.filtered(
            lambda picking: (
                picking == first
                or (
                    picking.picking_type_id == first.picking_type_id
                    and picking.serial_units_in_stock == first.serial_units_in_stock
                    and picking.state not in ("done", "cancel")
                )
            )
        )
