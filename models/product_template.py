from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..fields.number_texts import FORMATS
from ..fields.serial_answers import SerialAnswers
from ..tools.answer_check import fits
from .many_units import count_lines, group_by_reason
from .readable import filter_readable, name_readable
from .stored_names import clean_stored_names


class ProductTemplate(models.Model):
    """A part, with all its variants: whether its units have serial numbers, and the answers that
    these start with."""

    _name = "product.template"
    _inherit = [
        "product.template",
        "serialized_parts.own.fields",
        "serialized_parts.answer.fields",
        "serialized_parts.part.serials",
    ]

    _own_fields = {"part_type_id", "serials_started"}

    uses_serial_numbers = fields.Boolean(
        "Uses Serial #s",
        compute="_compute_uses_serial_numbers",
        inverse="_inverse_uses_serial_numbers",
        search="_search_uses_serial_numbers",
        help="Each unit gets its own serial number, bin and history. Can't be undone once a "
        "serial number has been assigned.",
    )
    serials_started = fields.Boolean(
        readonly=True,
        copy=False,
        help="A serial number has been assigned: the part uses serial numbers for good.",
    )
    serial_format = fields.Selection(
        FORMATS,
        "Serial Number Format",
        help="New serial numbers are checked where they are entered: their length, their characters "
        "and their check digit. One that is wrong has to be confirmed.",
    )
    serial_ids = fields.One2many("stock.lot", "product_tmpl_id", "Serial Numbers")
    serial_edits = fields.Json(
        "Edited Serial Numbers",
        store=False,
        copy=False,
        exportable=False,
        inverse="_inverse_serial_edits",
        help="Edits of the part's serial numbers, saved with the part.",
    )
    serial_count = fields.Integer("Serials On Hand", compute="_compute_serial_quantities")
    unserialized_quantity = fields.Float(
        "Units Without Serial Number",
        compute="_compute_serial_quantities",
        search="_search_unserialized_quantity",
        digits="Product Unit",
        help="Units on hand that have no serial number, in the part's unit of measure.",
    )
    missing_quantity = fields.Float(
        "Negative Stock",
        compute="_compute_serial_quantities",
        digits="Product Unit",
        help="Units that left before they came in: negative stock, without serial numbers.",
    )

    part_type_id = fields.Many2one(
        "product.category",
        compute="_compute_part_type_id",
        store=True,
        index=True,
        help="Decides which custom fields the serial numbers of this part answer.",
    )
    default_serial_answers = SerialAnswers(
        "Default Serial Q&A",
        definition="part_type_id.serial_question_definition",
        copy=True,
        help="New serial numbers start with these answers; existing ones are never changed by "
        "them.",
    )

    @api.depends("categ_id")
    def _compute_part_type_id(self):
        uncategorized = self.env["product.category"]._get_uncategorized()
        for part in self:
            part.part_type_id = part.categ_id or uncategorized

    @api.depends("tracking")
    def _compute_uses_serial_numbers(self):
        for part in self:
            part.uses_serial_numbers = part.tracking == "serial"

    def _inverse_uses_serial_numbers(self):
        changed = self.filtered(
            lambda part: part.uses_serial_numbers != (part.tracking == "serial")
        )
        is_manager = self.env.su or self.env.user.has_group("stock.group_stock_manager")
        if changed and not is_manager:
            raise AccessError(self.env._("Only an inventory manager may change 'Uses Serial #s'."))
        for part in changed:
            part.write(part._prepare_serial_use(part.uses_serial_numbers))

    @api.onchange("uses_serial_numbers")
    def _onchange_uses_serial_numbers(self):
        for part in self:
            if part.uses_serial_numbers != (part.tracking == "serial"):
                part.update(part._prepare_serial_use(part.uses_serial_numbers))

    def _search_uses_serial_numbers(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("tracking", "=" if True in value else "!=", "serial")]

    @api.depends(
        "product_variant_ids.serial_count",
        "product_variant_ids.unserialized_quantity",
        "product_variant_ids.missing_quantity",
    )
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_serial_quantities(self):
        for part in self:
            variants = part.product_variant_ids
            part.serial_count = sum(variants.mapped("serial_count"))
            part.unserialized_quantity = sum(variants.mapped("unserialized_quantity"))
            part.missing_quantity = sum(variants.mapped("missing_quantity"))

    @api.model
    def _search_unserialized_quantity(self, operator, value):
        # Units of archived variants count only where archived variants are shown.
        shown = Domain.TRUE
        if self.env.context.get("active_test", True):
            shown = Domain("product_id.active", "=", True)
        return self.env["product.product"]._find_by_unserialized_quantity(
            "product_id.product_tmpl_id", shown, operator, value
        )

    def _inverse_serial_edits(self):
        """Write the edits of these parts' serial numbers, see ``stock.lot._apply_edits``."""
        for part in self.with_context(active_test=False):
            self.env["stock.lot"]._apply_edits(part.product_variant_ids, part.serial_edits)
        self.invalidate_recordset(["serial_edits"], flush=False)

    @api.constrains("tracking", "is_storable", "type", "serials_started")
    def _check_serials_started(self):
        for part in self.filtered("serials_started"):
            if part.tracking != "serial" or not part.is_storable:
                raise ValidationError(
                    self.env._(
                        "'Uses Serial #s' can't be undone on %(part)s: serial numbers have been assigned. "
                        "For units without serial numbers, archive this part and create another one.",
                        part=part.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # Answers are checked against the part type, which is computed once the part exists.
        answers = [vals.pop("default_serial_answers", None) for vals in vals_list]
        parts = super().create(vals_list)
        for part, given in zip(parts, answers, strict=True):
            if given:
                part.default_serial_answers = given
        return parts

    def write(self, vals):
        if not vals.get("serials_started", True) and any(self.mapped("serials_started")):
            raise ValidationError(
                self.env._("Serial numbers have been assigned: this can't be undone.")
            )
        if not {"tracking", "is_storable", "type"} & vals.keys():
            return super().write(vals)
        was_tracked = self._filter_serialized()
        result = super().write(vals)
        is_tracked = self._filter_serialized()
        (is_tracked - was_tracked)._adopt_lots()
        (was_tracked - is_tracked)._drop_serialize_transfers()
        (was_tracked - is_tracked)._refresh_checkup()
        return result

    def _prepare_serial_answers(self, given_list):
        """Return the answers that new serial numbers of this part start with, a dict for each:
        the part's defaults, overridden by the given answers.

        :param list given_list: the answers given for each serial number, or None
        """
        self.ensure_one()
        field = self.env["stock.lot"]._fields["serial_answers"]
        definition = self.part_type_id._get_questions()
        # Whoever creates a serial number may know its default answers, even without access to the
        # part.
        stored = self.sudo().default_serial_answers._values
        defaults = {
            question["name"]: stored[question["name"]]
            for question in definition
            if question["name"] in stored and fits(question, stored[question["name"]])
        }
        return [
            field.merge(defaults, field.check(self.env, definition, given)) for given in given_list
        ]

    def _prepare_serial_use(self, uses_serial_numbers):
        """Return the values of Odoo's own fields that turn serial numbers on or off."""
        self.ensure_one()
        if not uses_serial_numbers:
            return {"tracking": "none"}
        if self.type != "consu":
            raise ValidationError(
                self.env._(
                    "%(part)s can't be kept in stock. Set its Product Type to Goods first, then tick "
                    "'Uses Serial #s'.",
                    part=self.display_name,
                )
            )
        return {"is_storable": True, "tracking": "serial"}

    def _start_serials(self):
        """Record that a serial number was assigned: now *Uses Serial #s* can't be undone."""
        # Warehouse users may not write parts, yet they assign the first serial number.
        parts = self.sudo()._filter_serialized()
        parts.filtered(lambda part: not part.serials_started).serials_started = True

    def _filter_serialized(self):
        """Return those of these parts whose units in stock have serial numbers. Odoo allows serial
        numbers of parts that are not stocked, too: these are left out."""
        return self.filtered(lambda part: part.tracking == "serial" and part.is_storable)

    def _adopt_lots(self):
        """Make the lots of parts that started using serial numbers into serial numbers; *Uses
        Serial #s* of those that have lots can't be undone then.

        :raise ValidationError: where a lot on hand is not exactly one unit in one position, or
            where two lots would have the same name as serial numbers
        """
        # sudo: lots of all companies count.
        lots = self.env["stock.lot"].sudo().search([("product_id.product_tmpl_id", "in", self.ids)])
        self._check_lots_are_units(lots)
        self._clean_lot_names()
        lots.product_id.product_tmpl_id._start_serials()
        lots._update_documents()

    def _check_lots_are_units(self, lots):
        """:raise ValidationError: where one of *lots*, if it is on hand, is not exactly one unit in
        one position"""
        # sudo: units of all companies count. The message names only locations the user may see.
        Quant = self.env["stock.quant"].sudo()
        units = Quant.search(
            Quant._get_on_hand_domain()
            & Domain("lot_id", "in", lots.ids)
            & Domain("quantity", "!=", 0)
        )._sum_by_position()
        odd = [
            (
                name_readable(lot, self.env._("a lot of another company")),
                self.env._(
                    "%(quantity)g in %(locations)s",
                    quantity=sum(map(units.get, quants)),
                    locations=quants._describe_locations(),
                ),
            )
            for lot, quants in Quant.concat(*units).grouped("lot_id").items()
            if [units[quant] for quant in quants] != [1]
        ]
        if odd:
            raise ValidationError(
                self.env._(
                    "A serial number is one unit in one bin, but these lots are not. Move or correct "
                    "them first:\n%(lots)s",
                    lots=group_by_reason(self.env, odd),
                )
            )

    def _clean_lot_names(self):
        """Clean the names of these parts' lots, and the names typed on transfers, by the rules for
        serial numbers.

        :raise ValidationError: where two lots would have the same name
        """
        self.env.flush_all()
        left = clean_stored_names(self.env.cr, self.ids)
        self.env["stock.lot"].invalidate_model(["name"])
        self.env["stock.move.line"].invalidate_model(["lot_name"])
        if left:
            readable = filter_readable(self.env["stock.lot"].browse(left))
            names = [f'"{left[lot.id]}"' for lot in readable]
            if len(names) < len(left):
                names.append(self.env._("lots of another company"))
            raise ValidationError(
                self.env._(
                    "The names of these lots are blank, or differ from other lots of the part only in "
                    "invisible characters. Rename them first:\n%(lots)s",
                    lots=count_lines(self.env, names),
                )
            )

    def _refresh_checkup(self):
        """Bring the check-up's activities of these parts up to date, as a finding may have been
        put right."""
        if self:
            self.env["serial.checkup"]._refresh_activities(self)

    def _drop_serialize_transfers(self):
        """Cancel the open Serialize moves of parts that no longer use serial numbers.

        :raise ValidationError: when serial numbers are typed on an open transfer
        """
        # sudo: the part is shared by all companies. The message names only transfers the user may
        # see.
        lines = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("product_id.product_tmpl_id", "in", self.ids),
                    ("state", "not in", ("done", "cancel")),
                ]
            )
        )
        typed = lines.filtered(lambda line: line.lot_name or line.lot_id)
        if typed:
            raise ValidationError(
                self.env._(
                    "Serial numbers of %(parts)s have been entered on %(transfers)s. Validate or cancel "
                    "it first, or clear them there.",
                    parts=", ".join(typed.product_id.mapped("display_name")),
                    transfers=name_readable(
                        typed.picking_id, self.env._("a transfer you don't have access to")
                    ),
                )
            )
        lines.move_id.filtered("is_serialize")._action_cancel()

    def action_assign_serials(self):
        """Open the transfer on which this part's units get their serial numbers.

        An open *Serialize* transfer is reused, or one is created; it is brought up to date with
        what is in stock.

        :return: a window action on ``stock.picking``: with ``res_id``, on the prompt; or,
            where several warehouses or variants need one each, on their list
        :raise UserError: when there is nothing to serialize
        """
        return self.product_variant_ids.action_assign_serials()
