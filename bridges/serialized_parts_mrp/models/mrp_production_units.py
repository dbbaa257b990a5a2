from odoo import api, fields, models


class MrpProductionUnits(models.Model):
    """The units that a manufacturing order consumes, or those that it produces."""

    _name = "mrp.production.units"
    _description = "Units of a Manufacturing Order"
    _inherit = "serial.prompt.units"

    _document_field = "production_id"
    _own_fields = {"kind", "production_id", "serial_entry_refused"}

    production_id = fields.Many2one(
        "mrp.production", "Manufacturing Order", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection_add=[("consumed", "Components"), ("produced", "Products")],
        ondelete={"consumed": "cascade", "produced": "cascade"},
    )
    name = fields.Char(related="production_id.name")
    state = fields.Selection(related="production_id.state")
    company_id = fields.Many2one(related="production_id.company_id")
    picking_type_id = fields.Many2one(related="production_id.picking_type_id")
    picking_type_code = fields.Selection(related="production_id.picking_type_id.code")

    _one_of_each_kind = models.Constraint(
        "UNIQUE(production_id, kind)", "An order has one record for each kind of units."
    )

    @api.depends("kind", "production_id.location_src_id", "production_id.location_dest_id")
    def _compute_locations(self):
        for units in self:
            order = units.production_id
            inside = order.production_location_id
            is_consumed = units.kind == "consumed"
            units.location_id = order.location_src_id if is_consumed else inside
            units.location_dest_id = inside if is_consumed else order.location_dest_id

    @api.depends(
        "production_id.move_raw_ids.move_line_ids.product_id.tracking",
        "production_id.move_finished_ids.move_line_ids.product_id.tracking",
    )
    def _compute_moves(self):
        return super()._compute_moves()

    def _get_document_moves(self):
        order = self.production_id
        return order.move_raw_ids if self.kind == "consumed" else order.move_finished_ids

    @api.model
    def _get_move_documents(self, moves):
        return {
            "consumed": moves.raw_material_production_id,
            "produced": moves.production_id,
        }

    # ------------------------------------------------------------------------------ the prompt

    def _confirm_drafts(self):
        self.production_id.action_confirm()

    def _get_prompt_view(self):
        return f"serialized_parts_mrp.mrp_production_units_view_form_{self[:1].kind}"

    def _get_prompt_title(self):
        what = self._describe_units()
        if self[:1].kind == "consumed":
            return self.env._("Consume %(what)s", what=what)
        return self.env._("Produce %(what)s", what=what)

    def _get_validate_label(self):
        done, left = self._count_to_validate()
        match self.kind, bool(left):
            case "produced", False:
                return self.env._("Produce %(done)s", done=done)
            case "produced", True:
                return self.env._(
                    "Produce %(done)s, leave %(left)s for later", done=done, left=left
                )
            case _consumed, False:
                return self.env._("Consume %(done)s", done=done)
            case _consumed, _left:
                return self.env._("Consume %(done)s, leave out %(left)s", done=done, left=left)

    def _count_to_validate(self):
        return self.serial_done_count, self.serial_missing_count

    def _add_unit_lines(self):
        result = super()._add_unit_lines()
        for units in self.filtered(lambda units: units.kind == "produced"):
            units._add_produced_lines()
        return result

    def _add_produced_lines(self):
        """Give each unit that is still to be produced a line, and the serial numbers that were
        chosen on the order itself their lines."""
        vals_list = []
        for move in self.move_ids.filtered(lambda move: move.product_id.tracking == "serial"):
            unit = {"quantity": 1, "product_uom_id": move.product_id.uom_id.id}
            values = {**move._prepare_move_line_vals(), **unit}
            left = round(move.product_qty) - len(move.move_line_ids)
            vals_list += [dict(values) for _unit in range(left)]
        self.env["stock.move.line"].create(vals_list)
        self._add_chosen()

    def _add_chosen(self):
        """Write the serial numbers that were chosen on the order itself to lines."""
        lines = self._get_product_lines()
        chosen = self.production_id.lot_producing_ids - lines.lot_id
        names = set(lines.mapped("lot_name"))
        chosen = chosen.filtered(lambda lot: lot.name not in names)
        for line, lot in zip(lines._awaits_serial(), chosen, strict=False):
            line.lot_id = lot

    def _get_product_lines(self):
        """Return the lines of what the order is for, without its by-products."""
        product = self.production_id.product_id
        return self.serial_line_ids.filtered(lambda line: line.product_id == product)

    # ------------------------------------------------------------------------------ validation

    def _get_lines_to_prompt(self):
        missing = super()._get_lines_to_prompt()
        named = self._get_product_lines() - missing
        producing = self.production_id.qty_producing
        # Whoever has entered the quantity leaves the others for later.
        if self.kind == "produced" and producing and len(named) >= producing:
            missing -= self._get_product_lines()
        return missing

    def _pick_for_validation(self):
        lines = self.serial_line_ids
        missing = lines._awaits_serial()
        if missing == lines:
            self._raise_no_serial()
        missing.unlink()

    def _apply_serials(self):
        """Make the serial numbers on the lines of these units those that their orders use.

        :raise UserError: naming each serial number that can't be used, and the reason
        """
        self._assign_typed_serials()
        for units in self:
            named = units.serial_line_ids.filtered(lambda line: line.lot_name and not line.lot_id)
            named._bring_back_serials()
            known = named._find_known_serials()
            for line in named.filtered(lambda line: not line.lot_id):
                if serial := known.get((line.product_id, line.lot_name)):
                    line.lot_id = serial.with_env(self.env)
            named.filtered(lambda line: not line.lot_id)._create_and_assign_production_lot()
            if units.kind == "produced":
                units._apply_produced()
            else:
                units.serial_line_ids.filtered("lot_id").picked = True

    def _apply_produced(self):
        """Tell the order how many units it produces, and their serial numbers."""
        self.serial_line_ids._awaits_serial().unlink()
        order, serials = self.production_id, self._get_product_lines().lot_id
        if serials and (serials != order.lot_producing_ids or len(serials) != order.qty_producing):
            order.write({"lot_producing_ids": serials.ids, "qty_producing": len(serials)})
            order.set_qty_producing()
