from odoo import models
from odoo.exceptions import UserError

from odoo.addons.serialized_parts.models.many_units import group_by_reason, name_some

from .unbuilt_units import UnbuiltUnits


class MrpUnbuild(models.Model):
    """An unbuild order: units with serial numbers are taken apart one by one, each by an order of its
    own, and their components come back with the serial numbers that they had."""

    _name = "mrp.unbuild"
    _inherit = ["mrp.unbuild", "serialized_parts.document"]

    def action_validate(self):
        """Take apart the units that were scanned; further ones get orders of their own.

        :return: the dialog of their components, if required answers are missing; the list of the
            orders, if there are several; else what Odoo returns
        :raise UserError: naming each unit that can't be taken apart, and the reason
        """
        self.ensure_one()
        if self.state != "draft" or not self._get_units():
            return super().action_validate()
        self._check_units()
        if prompt := self._ask_answers():
            return prompt
        orders = self._split_units()
        for order in orders:
            order.action_unbuild()
        return orders._action_view() if len(orders) > 1 else True

    def _get_units(self):
        """Return the units with serial numbers that this order is for."""
        return (self.lot_id | self.further_unit_ids).filtered(
            lambda unit: unit.product_id.tracking == "serial"
        )

    def _check_units(self):
        """:raise UserError: naming each unit that can't be taken apart, and the reason"""
        if refused := self.serial_refused:
            raise UserError(
                self.env._(
                    "Correct or forget what was not found first: %(entries)s",
                    entries=name_some(self.env, [row["name"] for row in refused]),
                )
            )
        if problems := UnbuiltUnits(self).explain(self._get_units()):
            raise UserError(
                self.env._(
                    "These units can't be taken apart:\n\n%(problems)s",
                    problems=group_by_reason(self.env, problems),
                )
            )

    def _split_units(self):
        """Give each unit an order of its own: the first one this order, the others new ones. Return
        the orders."""
        units = self._get_units()
        values = self._prepare_units(units)
        self.write({"further_unit_ids": False, **values[0]})
        kept = {"company_id": self.company_id.id, "location_dest_id": self.location_dest_id.id}
        return self | self.create([{**kept, **others} for others in values[1:]])

    def _prepare_units(self, units):
        """Return the values of an unbuild order for each of *units*, which are in stock."""
        built = self._find_productions(units)
        return [
            {
                "lot_id": unit.id,
                "mo_id": built[unit].id if unit in built else False,
                "product_id": unit.product_id.id,
                "product_uom_id": unit.product_id.uom_id.id,
                "product_qty": 1,
                "bom_id": (
                    built[unit].bom_id if unit in built else self._find_bom(unit.product_id)
                ).id,
                "location_id": unit._get_serial_quants().location_id.id,
            }
            for unit in units
        ]

    def _find_productions(self, units):
        """Return ``{unit: manufacturing order}`` of those of *units* that were built here: the latest
        order that did, but for this order's own unit the one that people chose."""
        productions = self.env["mrp.production"].search(
            [
                ("lot_producing_ids", "in", units.ids),
                ("state", "=", "done"),
                ("company_id", "=", self.company_id.id),
            ],
            order="date_finished, id",
        )
        chosen = self.mo_id._origin
        return {
            **{
                unit: production
                for production in productions
                for unit in production.lot_producing_ids & units
            },
            **dict.fromkeys(chosen.lot_producing_ids & units & self.lot_id._origin, chosen),
        }

    def _find_bom(self, product):
        boms = self.env["mrp.bom"]._bom_find(product, company_id=self.company_id.id)
        return boms[product]

    def _action_view(self):
        """Return the window action that lists these orders."""
        return {
            "name": self.env._("Unbuild Orders"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.ids)],
        }

    def _prepare_finished_move_line_vals(self, finished_move):
        # Odoo takes the unit from its bin; it may also be in a package, or somebody else's.
        values = super()._prepare_finished_move_line_vals(finished_move)
        for quant in self.lot_id and self.lot_id._get_serial_quants():
            values |= {"package_id": quant.package_id.id, "owner_id": quant.owner_id.id}
        return values

    def _get_history_serials(self, vals):
        moves = self.consume_line_ids | self.produce_line_ids
        return moves._get_history_serials(vals)
