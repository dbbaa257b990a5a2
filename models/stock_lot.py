from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

#: Context key: the serial numbers are those of a transfer that is about to be validated.
VALIDATING = "serialized_parts_validating"
#: The fields that the check-up reads, besides those of the stock.
CHECKED = {"active", "company_id", "name", "product_id", "serial_answers"}
#: The fields whose changes are always in the chatter, whatever made them.
TRACED = {"active", "name", "serial_answers"}


class StockLot(models.Model):
    """A serial number if its part uses them; otherwise a lot, which works as in Odoo."""

    _name = "stock.lot"
    _inherit = ["stock.lot", "serial.named", "serialized_parts.own.fields"]

    _own_fields = {"corrected_from_id", "part_type_id", "source", "unit_company_id", "used_on"}

    active = fields.Boolean(
        default=True,
        tracking=True,
        help="An archived serial number keeps its name and history. It is unarchived as soon as a "
        "transfer uses it.",
    )
    part_tracking = fields.Selection(related="product_id.tracking")
    product_tmpl_id = fields.Many2one(
        "product.template",
        "Part",
        compute="_compute_product_tmpl_id",
        search="_search_product_tmpl_id",
    )
    is_on_hand = fields.Boolean(
        compute="_compute_is_on_hand",
        search="_search_is_on_hand",
        help="A unit with this number is in stock.",
    )
    part_type_id = fields.Many2one(related="product_id.part_type_id", store=True, index=True)

    _serial_part_index = models.Index("(product_id, name, id)")

    @api.depends("product_id")
    def _compute_product_tmpl_id(self):
        for lot in self:
            lot.product_tmpl_id = lot.product_id.product_tmpl_id

    @api.model
    def _search_product_tmpl_id(self, operator, value):
        domain = Domain("product_tmpl_id", operator, value)
        if operator == "in":
            # With the ids of the variants, PostgreSQL finds a page without sorting all of them.
            variants = self.env["product.product"].sudo().with_context(active_test=False)
            return Domain("product_id", "in", variants.search(domain).ids)
        return Domain("product_id", "any!", domain)

    @api.depends("quant_ids.quantity", "quant_ids.location_id")
    def _compute_is_on_hand(self):
        on_hand = self.search([("id", "in", self.ids), ("is_on_hand", "=", True)])
        for lot in self:
            lot.is_on_hand = lot._origin in on_hand

    @api.model
    def _search_is_on_hand(self, operator, value):
        if operator != "in":
            return NotImplemented
        quants = self.env["stock.quant"]
        on_hand = Domain(
            "quant_ids", "any", quants._get_on_hand_domain() & quants._get_present_domain()
        )
        return on_hand if True in value else ~on_hand

    @api.model_create_multi
    def create(self, vals_list):
        self._prepare_serials(vals_list)
        lots = super().create(vals_list)
        serials = lots.filtered(lambda lot: lot.product_id.tracking == "serial")
        serials.product_id.product_tmpl_id._start_serials()
        self._serialized_parts_unique.check(self)
        return lots

    @api.model
    def _prepare_serials(self, vals_list):
        """Complete the values of the new lots that are serial numbers: a clean name, and the
        answers that they start with."""
        by_part = defaultdict(list)
        for vals in vals_list:
            product = self.env["product.product"].browse(
                vals.get("product_id") or self.env.context.get("default_product_id")
            )
            if product.tracking == "serial":
                by_part[product.product_tmpl_id].append(vals)
                name = vals.get("name", self.env.context.get("default_name"))
                if isinstance(name, str):
                    vals["name"] = self._clean_serial_name(name)
        for part, serial_vals_list in by_part.items():
            given = [vals.get("serial_answers") for vals in serial_vals_list]
            answers = part._prepare_serial_answers(given)
            for vals, its_answers in zip(serial_vals_list, answers, strict=True):
                vals["serial_answers"] = its_answers

    def write(self, vals):
        serials, cleaned = self._clean_vals(vals)
        if serials:
            return (self - serials).write(vals) and serials.write(cleaned)
        hidden = {"tracking_disable", "mail_notrack"} & self.env.context.keys()
        if vals.keys() & TRACED and hidden:
            # Odoo's import doesn't track its changes unless the context asks for it.
            traced = self.with_context(**dict.fromkeys(hidden, False))
            result = super(StockLot, traced).write(vals)
        else:
            result = super().write(vals)
        if vals.keys() & {"name", "product_id", "company_id"}:
            self.flush_recordset(["name", "product_id", "company_id"])
            self._serialized_parts_unique.check(self)
        if "product_id" in vals and "name" not in vals:
            self._clean_names()
        if vals.keys() & CHECKED and not self.env.context.get(VALIDATING):
            self.product_id.product_tmpl_id._refresh_checkup()
        return result

    def unlink(self):
        parts = self.product_id.product_tmpl_id
        result = super().unlink()
        parts._refresh_checkup()
        return result

    @api.constrains("active")
    def _check_archived_on_hand(self):
        archived = self.filtered(lambda lot: not lot.active)
        # Units of all companies count; only locations that the user may see are named.
        Quant = self.env["stock.quant"].sudo()
        quants = Quant.browse()
        if archived:
            quants = Quant.search(
                Quant._get_on_hand_domain()
                & Domain("lot_id", "in", archived.ids)
                & Domain("quantity", "!=", 0)
            )
            quants = Quant.concat(*quants._sum_by_position())
        for lot, its_quants in quants.grouped("lot_id").items():
            raise ValidationError(
                self.env._(
                    "%(serial)s can't be archived: its unit is in stock, in %(location)s. Deliver, "
                    "scrap or correct it first.",
                    serial=lot.name,
                    location=its_quants._describe_locations(),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        serials = self.filtered(lambda lot: lot.product_id.tracking == "serial")
        # The history of all companies counts.
        lines = self.env["stock.move.line"].sudo()
        quants = self.env["stock.quant"].sudo()  # The history of all companies counts.
        used = [
            *lines._read_group([("lot_id", "in", serials.ids), ("state", "=", "done")], ["lot_id"]),
            *quants._read_group([("lot_id", "in", serials.ids)], ["lot_id"]),
        ]
        if used:
            names = dict.fromkeys(serial.name for [serial] in used)
            raise UserError(
                self.env._(
                    "%(serials)s can't be deleted: it is part of your stock's history. Archive it "
                    "instead. If the number is wrong, an inventory manager corrects it with 'Correct "
                    "Serial Number'.",
                    serials=", ".join(names),
                )
            )

    def _get_serial_quants(self):
        """Return the quants of this serial number on hand; none for a lot."""
        self.ensure_one()
        if self.product_id.tracking != "serial":
            return self.env["stock.quant"]
        on_hand = self.env["stock.quant"]._get_on_hand_domain()
        return self.quant_ids.filtered_domain(on_hand)._filter_present()

    @api.model
    def _action_view_serials(self, serials):
        """Return the window action that lists *serials*."""
        return {
            "name": self.env._("Serial Numbers"),
            "type": "ir.actions.act_window",
            "res_model": "stock.lot",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", serials.ids)],
            "context": {"display_complete": True, "create": False},
        }

    @api.model
    def _action_warn(self, message):
        """Return the client action that shows *message* as a warning."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "warning", "message": message},
        }
