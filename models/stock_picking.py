from odoo import fields, models

from .stock_move_line import VALIDATED


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "serialized_parts.document", "serial.prompt"]

    _own_fields = {"serial_entry_refused", "serial_from_scans", "serial_returns_kept"}

    serial_line_ids = fields.One2many(
        "stock.move.line",
        "picking_id",
        "Serial Numbers",
        domain=[("product_id.tracking", "=", "serial")],
        copy=False,
        help="The units of this transfer that have, or need, a serial number.",
    )

    def write(self, vals):
        # Done lines may be edited one by one: what counts is where units end up.
        with self.env["stock.lot"]._watch_positions():
            return super().write(vals)

    # --------------------------------------------------------------------------- validation

    def _sanity_check(self, separate_pickings=True):
        # The prompt asks for what is missing, and Serialize transfers have their own rules.
        others = self - self._get_pickings_to_prompt() - self.filtered("is_serialize")
        return super(StockPicking, others)._sanity_check(separate_pickings=separate_pickings)

    def _pre_action_done_hook(self):
        if to_prompt := self._get_pickings_to_prompt():
            pickings = to_prompt.with_context(button_validate_picking_ids=self.ids)
            return pickings.action_open_serial_prompt()
        self._assign_typed_serials()
        self._pick_serialized_units()
        return super()._pre_action_done_hook()

    def _pick_serialized_units(self):
        """Pick the units that have their serial number.

        :raise UserError: if no unit of a Serialize transfer has one
        """
        serialized = self.serial_line_ids.filtered(lambda line: line.lot_id or line.lot_name)
        for picking in self.filtered("is_serialize") - serialized.picking_id:
            picking._raise_no_serial()
        units_in_stock = serialized.filtered("move_id.is_serialize")
        units_in_stock.write({"quantity": 1, "picked": True})
        # Somebody may have left the backorder question and typed the others since. Units that are
        # only reserved wait for their scan.
        typed = serialized.filtered(
            lambda line: line.lot_name or not line.picking_id._is_from_stock()
        )
        typed.filtered(lambda line: line.move_id.picked and not line.picked).picked = True
        self._pick_beside_scanned()

    def _action_done(self):
        serialize = self.filtered("is_serialize")
        validated = frozenset(self.env.context.get(VALIDATED, ())).union(self.ids)
        result = super(StockPicking, self.with_context(**{VALIDATED: validated}))._action_done()
        serialize.move_line_ids._pass_on_reservations()
        serialize.backorder_ids._sync_serialize_lines()
        return result

    def _create_backorder(self, backorder_moves=None):
        backorders = super()._create_backorder(backorder_moves=backorder_moves)
        for backorder in backorders:
            backorder.backorder_id._move_refused_to(backorder)
        return backorders

    def action_add_entire_packs(self, package_ids):
        # Odoo deletes the lines of single units in these packages.
        self._get_open_moves()._get_typed_in_packages(package_ids)._keep_typed()
        result = super().action_add_entire_packs(package_ids)
        self.move_ids._restore_typed()
        return result
