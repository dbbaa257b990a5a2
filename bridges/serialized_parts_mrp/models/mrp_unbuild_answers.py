from odoo import api, fields, models

from odoo.addons.serialized_parts.models.serial_prompt_answers import LINE_TO_ANSWER


class MrpUnbuild(models.Model):
    """The components that come back from units that are taken apart, and their answers."""

    _inherit = "mrp.unbuild"

    component_ids = fields.One2many(
        "stock.lot",
        string="Components",
        compute="_compute_component_ids",
        readonly=False,
        help="The serial numbers that come back once the units are taken apart.",
    )

    @api.depends("lot_id", "further_unit_ids", "state")
    def _compute_component_ids(self):
        for order in self:
            order.component_ids = order.state == "draft" and order._find_components()

    def _find_components(self):
        """Return the serial numbers in the units of this order, as Odoo will find them."""
        units = self._get_units()._origin
        productions = self._find_productions(units)
        lines = self.env["stock.move.line"].search(
            [
                ("produce_line_ids.lot_id", "in", units.ids),
                (
                    "move_id.raw_material_production_id",
                    "in",
                    [mo.id for mo in productions.values()],
                ),
                ("lot_id.product_id.tracking", "=", "serial"),
                ("state", "=", "done"),
            ]
        )
        # What came back before is not in them any more.
        before = lines.move_id.raw_material_production_id.unbuild_ids.produce_line_ids.lot_ids
        return lines.lot_id - before

    def _ask_answers(self):
        """Return the dialog of the components of this order, on the first that lacks a required
        answer; None if nothing is missing."""
        open_ones = self.component_ids.filtered("answers_missing")
        if not open_ones:
            return None
        view = self.env.ref("serialized_parts_mrp.mrp_unbuild_view_form_components")
        return {
            "name": self.env._("Components That Come Back"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {LINE_TO_ANSWER: open_ones[0].id},
        }
