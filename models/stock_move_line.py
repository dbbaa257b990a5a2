from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.serial_names import clean_name
from .serial_history import HISTORY_INDEX
from .stock_move_line_typed import PLACED

#: Context key: the ids of the transfers that are being validated.
VALIDATED = "serialized_parts_validated"
#: The fields that, when edited on a done line, make it move other units than before.
MOVES_UNITS = {
    *("lot_id", "quant_id", "quantity", "product_uom_id", "location_id", "location_dest_id"),
    *("package_id", "result_package_id", "owner_id"),
}


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = [
        "stock.move.line",
        "serialized_parts.document",
        "serial.named",
        "serialized_parts.own.fields",
    ]

    _history_fields = {"date"}
    _serial_name = "lot_name"

    part_type_id = fields.Many2one(related="product_id.part_type_id")
    known_lot_id = fields.Many2one(
        "stock.lot",
        compute="_compute_known_lot_id",
        help="The serial number that has the number typed on this line, and its answers.",
    )

    # Without it, every look at the history of a serial number reads the whole table.
    _serial_lot_index = models.Index(HISTORY_INDEX)

    @api.depends("company_id", "lot_id", "lot_name", "product_id")
    def _compute_known_lot_id(self):
        self.known_lot_id = False
        typed = self.filtered(lambda line: not line.lot_id and line.product_id.tracking == "serial")
        for lines in typed.grouped("company_id").values():
            known = lines._find_known_serials()
            for line in lines:
                line.known_lot_id = known.get((line.product_id, line.lot_name))

    @api.model_create_multi
    def create(self, vals_list):
        self._check_known_lots(vals_list)
        vals_list = self._add_unpicked(vals_list)
        lines = super().create(vals_list)
        lines._clean_names()
        done = lines.filtered(lambda line: line.state == "done")
        done.lot_id._update_documents()
        done.product_id.product_tmpl_id._refresh_checkup()
        return lines

    @api.model
    def _clean_serial_name(self, name):
        # The unit may stay unserialized for now: its serial number will be asked for.
        return clean_name(name) or False

    @api.onchange("lot_name", "lot_id")
    def _onchange_serial_number(self):
        if self.lot_name and self.product_id.tracking == "serial":
            # Odoo checks it against the existing serial numbers.
            self.lot_name = self._clean_serial_name(self.lot_name)
        return super()._onchange_serial_number()

    def write(self, vals):
        serials, cleaned = self._clean_vals(vals)
        if serials:
            return (self - serials).write(vals) and serials.write(cleaned)
        self._clear_other_answers(vals)
        if not vals.keys() & MOVES_UNITS:
            return super().write(vals)
        self._check_known_lots([vals])
        done = self.filtered(lambda line: line.state == "done")
        if not done:
            return super().write(vals)
        before = done.lot_id
        result = super().write(vals)
        (before | done.lot_id)._update_documents()
        done.product_id.product_tmpl_id._refresh_checkup()
        return result

    @api.model
    def _get_lot(self, vals):
        """Return the lot that *vals* name, by id or, in calls by Odoo itself, as a record."""
        lot = vals.get("lot_id")
        return lot if isinstance(lot, models.BaseModel) else self.env["stock.lot"].browse(lot or [])

    @api.model
    def _check_known_lots(self, vals_list):
        """:raise AccessError: if these values name a serial number that the user may not know: the
        line would show it"""
        if not self.env.su:
            self.env["stock.lot"].union(*map(self._get_lot, vals_list))._check_known()

    def _get_history_serials(self, vals):
        # Lines being validated get their documents at the end; Odoo sets their date to the
        # transfer's a moment later.
        validated = self.env.context.get(VALIDATED, ())
        date = fields.Datetime.to_datetime(vals["date"])
        return self.filtered(
            lambda line: (
                line.state == "done" and line.date != date and line.picking_id.id not in validated
            )
        ).lot_id

    def _apply_putaway_strategy(self):
        placed = self.browse(self.env.context.get(PLACED, ()))
        return super(StockMoveLine, self - placed)._apply_putaway_strategy()

    def _bring_back_serials(self):
        """Unarchive the archived serial numbers on these lines, and assign those that another
        company had last to the lines' company, before Odoo looks for them by name.

        :return: the serial numbers that these lines use, with all rights
        """
        used = self.env["stock.lot"].sudo()  # The user may not see them yet.
        for company, lines in self.grouped("company_id").items():
            known = lines._find_known_serials()
            serials = used.union(lines.lot_id, *known.values())
            theirs = serials._filter_left_other_company(company)
            theirs._assign_company(company)
            ids = set(theirs.ids)
            for line in lines if theirs else ():
                serial = line.lot_id or known.get((line.product_id, line.lot_name))
                if serial and serial.id in ids:
                    line.lot_id = serial.with_env(self.env)
                    line._copy_answers_to(line.lot_id)
            archived = serials.filtered(lambda lot: not lot.active).with_env(self.env)
            archived._filtered_access("read").active = True
            used |= serials
        return used

    def _find_known_serials(self):
        """Return ``{(part, name): serial}`` of the existing serial numbers that are typed on these
        lines."""
        typed = self.filtered("lot_name")
        if not typed:
            return {}
        # A serial number without a company counts for every company.
        serials = (
            self.env["stock.lot"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("product_id", "in", typed.product_id.ids),
                    ("name", "in", typed.mapped("lot_name")),
                    ("company_id", "in", [False, *typed.company_id.ids]),
                ]
            )
        )
        return {(serial.product_id, serial.name): serial for serial in serials}

    def _filter_new_serials(self):
        """Return the lines on which a serial number is typed that doesn't exist yet."""
        typed = self.filtered(lambda line: line.lot_name and not line.lot_id)
        known = typed._find_known_serials()
        return typed.filtered(lambda line: (line.product_id, line.lot_name) not in known)

    def _awaits_serial(self):
        """Return the lines that stand for unserialized units."""
        return self.filtered(
            lambda line: (
                not (line.lot_name or line.lot_id)
                and line.product_id.tracking == "serial"
                and (line.quantity > 0 or line.move_id.is_serialize)
            )
        )

    def _split_into_units(self):
        """Split the lines that await several serial numbers into one line for each unit.

        :raise UserError: for a quantity that is not a whole number
        """
        vals_list = []
        for line in self._awaits_serial():
            unit = line.product_id.uom_id
            quantity = line.quantity_product_uom
            if unit.compare(quantity, 1) <= 0 and line.product_uom_id == unit:
                continue
            line._check_whole_units()
            line.write({"product_uom_id": unit.id, "quantity": 1})
            values = line.copy_data({"quantity": 1, "picked": line.picked})[0]
            vals_list += [dict(values) for _unit in range(round(quantity) - 1)]
        return self.create(vals_list)

    def _check_whole_units(self):
        """:raise UserError: if this line is not a whole number of units"""
        unit, quantity = self.product_id.uom_id, self.quantity_product_uom
        if unit.compare(quantity, round(quantity)):
            raise UserError(
                self.env._(
                    "%(part)s: %(quantity)s %(unit)s in %(location)s isn't a whole number of units, so "
                    "they can't each get a serial number. Correct the quantity first.",
                    part=self.product_id.display_name,
                    quantity=quantity,
                    unit=unit.name,
                    location=self.location_dest_id.display_name,
                )
            )

    def _explain_unit_left(self):
        """Return ``[(name, reason)]`` for the lines with a typed serial number: that its unit is no
        longer where it was, and the answers that were typed for it."""
        return [
            (line.lot_name, " ".join([line._explain_no_unit(), *line._describe_typed()]))
            for line in self.filtered("lot_name")
        ]
