"""Transfers from scans alone: units are scanned, then the bins that they go into."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    serial_from_scans = fields.Boolean(
        "From Scans Alone",
        copy=False,
        readonly=True,
        help="Started with Move Serials: units are added to it as they are scanned.",
    )
    serial_without_bin = fields.Char(
        compute="_compute_serial_without_bin",
        help="How many units were scanned without the bin that they go into.",
    )

    @api.depends("serial_line_ids.scan_state", "serial_line_ids.location_dest_id")
    def _compute_serial_without_bin(self):
        for picking in self:
            count = len(picking._get_lines_without_bin())
            picking.serial_without_bin = count > 0 and picking._explain_without_bin(count)

    def _takes_any_unit(self):
        return any(self.mapped("serial_from_scans"))

    # ------------------------------------------------------------------------------ starting

    @api.model
    def action_move_serials(self):
        """Open the prompt of an internal transfer from scans alone, in the warehouse of the user.

        :return: window action: the prompt, or the question which warehouse it is
        :raise AccessError: if the user is not a warehouse user
        :raise UserError: if there is no warehouse
        """
        self._check_warehouse_user()
        warehouse = self._find_own_warehouse()
        if warehouse:
            return warehouse.int_type_id.action_move_serials()
        return {
            "name": self.env._("Move Serials"),
            "type": "ir.actions.act_window",
            "res_model": "serial.move.start",
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _find_own_warehouse(self):
        """Return the warehouse of the user: that of their preferences, or the only one; otherwise
        none.

        :raise UserError: if there is none at all
        """
        warehouses = self.env["stock.warehouse"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        if not warehouses:
            raise UserError(self.env._("There is no warehouse: ask an inventory manager."))
        user = self.env.user
        if len(warehouses) > 1 and "property_warehouse_id" in user._fields:
            # A field of sales.
            return warehouses & user.property_warehouse_id
        return warehouses if len(warehouses) == 1 else warehouses.browse()

    @api.model
    def _prepare_from_scans(self, operation_type):
        """Return the values of a transfer from scans alone: from and to the warehouse's stock."""
        stock = operation_type.warehouse_id.lot_stock_id
        return {
            "picking_type_id": operation_type.id,
            "location_id": stock.id,
            "location_dest_id": stock.id,
            "company_id": operation_type.company_id.id,
        }

    @api.model
    def _get_empty_from_scans(self, operation_type):
        """Return an empty transfer from scans alone: the one that the user left, or a new one."""
        left = self.search(
            [
                ("serial_from_scans", "=", True),
                ("create_uid", "=", self.env.uid),
                ("picking_type_id", "=", operation_type.id),
                ("state", "=", "draft"),
                ("move_ids", "=", False),
            ],
            limit=1,
        )
        return left or self._create_from_scans(operation_type)

    @api.model
    def _create_from_scans(self, operation_type):
        """Return a new transfer from scans alone."""
        picking = self.create(self._prepare_from_scans(operation_type))
        picking.sudo().serial_from_scans = True  # A field of our own.
        return picking

    def _get_prompt_view(self):
        if self._takes_any_unit():
            return "serialized_parts.stock_picking_view_form_scan_alone"
        return super()._get_prompt_view()

    # ------------------------------------------------------------------- the bins units go into

    def _get_lines_without_bin(self):
        """Return the lines of scanned units that go where the whole transfer goes, because nobody
        scanned their bin."""
        if not self._takes_any_unit():
            return self.env["stock.move.line"]
        return self.serial_line_ids.filtered(
            lambda line: (
                line.scan_state == "unplaced"
                and line.location_dest_id == line.picking_id.location_dest_id
            )
        )

    def _explain_without_bin(self, count):
        if count == 1:
            return self.env._("1 unit has no bin yet: scan the bin it goes into.")
        return self.env._(
            "%(count)s units have no bin yet: scan the bin they go into.", count=count
        )

    def action_leave_without_bin(self):
        """Let the units whose bin nobody scanned go into no bin, but where the transfer goes.

        :return: the prompt again
        :raise AccessError: if the user may not change this transfer
        """
        self.ensure_one()
        self._check_serial_access()
        self._get_lines_without_bin().sudo().bin_user_id = False  # A field of our own.
        return self._get_prompted().action_open_serial_prompt()

    def _get_pickings_to_prompt(self):
        to_prompt = super()._get_pickings_to_prompt()
        if self.env.context.get("skip_serial_prompt"):
            return to_prompt
        return to_prompt | self.filtered(lambda picking: picking._get_lines_without_bin())

    def _pick_for_validation(self):
        if self._takes_any_unit():
            self._check_bins()
        return super()._pick_for_validation()

    def _check_bins(self):
        """Place the units that move without being scanned into the bin of the prompt.

        :raise UserError: if units have no bin
        """
        expected = self.serial_line_ids._filter_expected()
        if not self.serial_scanned_count and self.serial_entry_location_id:
            expected.location_dest_id = self.serial_entry_location_id
        elif not self.serial_scanned_count and self._has_bins_to_choose():
            raise UserError(
                self.env._("Choose the bin that they go into under To, or scan units and bins.")
            )
        if lines := self._get_lines_without_bin():
            raise UserError(
                self.env._(
                    "%(problem)s\n\nIf they go into no bin, press “They go into %(location)s”.",
                    problem=self._explain_without_bin(len(lines)),
                    location=self.location_dest_id.display_name,
                )
            )

    def _has_bins_to_choose(self):
        return bool(self.location_dest_id.child_ids)

    # ------------------------------------------------------------------- moves of what is scanned

    def _find_moves_for_units(self, counts):
        moves = super()._find_moves_for_units(counts)
        if not self._takes_any_unit():
            return moves
        lacking = {part: count - len(moves[part]) for part, count in counts.items()}
        lacking = {part: count for part, count in lacking.items() if count > 0}
        for move in self._raise_demand(lacking):
            moves[move.product_id] += [move] * lacking[move.product_id]
        return moves

    def _raise_demand(self, counts):
        """Ask for as many more units of each part as *counts*, a dictionary, says; return a move of
        each part."""
        moves = self._get_open_moves().grouped("product_id")
        there = [moves[part][0] for part in counts if part in moves]
        for move in there:
            move._add_demand(counts[move.product_id])
        new = [(part, count) for part, count in counts.items() if part not in moves]
        made = self.env["stock.move"].create(
            [self._prepare_scanned_move(part, count) for part, count in new]
        )
        return made.union(*there)

    def _prepare_scanned_move(self, product, count):
        """Return the values of a move of *count* scanned units of *product*."""
        return {
            "picking_id": self.id,
            "picking_type_id": self.picking_type_id.id,
            "company_id": self.company_id.id,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": count,
            "location_id": self.location_id.id,
            "location_dest_id": self.location_dest_id.id,
        }


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    def action_move_serials(self):
        """Open the prompt of an internal transfer from scans alone: an empty one that the user left,
        or a new one.

        :return: window action on the transfer, in a dialog
        :raise AccessError: if the user is not a warehouse user
        :raise UserError: if these are no internal transfers
        """
        self.ensure_one()
        Picking = self.env["stock.picking"]
        Picking._check_warehouse_user()
        if self.code != "internal" or self._is_serialize():
            raise UserError(
                self.env._("%(operation)s are no internal transfers.", operation=self.display_name)
            )
        return Picking._get_empty_from_scans(self).action_open_serial_prompt()
