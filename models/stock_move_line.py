from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.answers import Kept, LineAnswers, describe_answer, fits, list_missing
from ..tools.documents import HISTORY_INDEX
from ..tools.position import Position
from ..tools.serial_names import clean_name
from .document import CREATED
from .open_line import KEEP, PLACED
from .stock_quant_batch import BATCH, USE_BATCH, QuantBatch

#: Context key: ``{line id: serial id}`` of the lines that get their new serial number together.
ASSIGNED = "serialized_parts_assigned"
#: Context key: the ids of the transfers that are being validated.
VALIDATED = "serialized_parts_validated"
#: Whose ``write`` has nothing to say when a line that is not done gets its new serial number.
KNOWN_WRITES = {
    *(None, "base", "mrp", "mrp_subcontracting", "serialized_parts", "stock", "stock_account")
}
#: The fields by which a line that is done, when they are edited, moves other units than before.
MOVES_UNITS = {
    *("lot_id", "quant_id", "quantity", "product_uom_id", "location_id", "location_dest_id"),
    *("package_id", "result_package_id", "owner_id"),
}


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = [
        "stock.move.line",
        "serialized_parts.document",
        "serialized_parts.open.line",
        "serial.named",
        "serialized_parts.own.fields",
    ]

    _warehouse_fields = {"serial_answers"}
    _history_fields = {"date"}
    _serial_name = "lot_name"

    part_type_id = fields.Many2one(related="product_id.part_type_id")
    serial_answers = LineAnswers(
        "Custom Fields",
        definition="part_type_id.serial_question_definition",
        help="Answers of the serial number on this line, from before it exists.",
    )
    known_lot_id = fields.Many2one(
        "stock.lot",
        compute="_compute_known_lot_id",
        help="The serial number that has the number typed on this line, and its answers.",
    )
    answers_missing = fields.Char(
        compute="_compute_answers_missing",
        help="The required custom fields that have no answer.",
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

    @api.depends("serial_answers", "lot_id", "lot_name", "part_type_id.serial_question_definition")
    def _compute_answers_missing(self):
        for part_type, lines in self.grouped("part_type_id").items():
            required = part_type._get_required()
            for line in lines:
                named = bool(required) and line.lot_name and not line.lot_id
                line.answers_missing = named and list_missing(required, line.serial_answers)

    @api.model_create_multi
    def create(self, vals_list):
        # Answers are checked against the part type, which is known once the line is there.
        answers = [vals.pop("serial_answers", None) for vals in vals_list]
        self._check_known_lots(vals_list)
        lines = super().create(vals_list)
        lines._clean_names()
        for line, given in zip(lines, answers, strict=True):
            if given:
                line.serial_answers = given
        done = lines.filtered(lambda line: line.state == "done")
        done.lot_id._update_documents()
        done.product_id.product_tmpl_id._refresh_checkup()
        return lines

    @api.model
    def _clean_serial_name(self, name):
        # A unit may be without a serial number: it will be asked for.
        return clean_name(name) or False

    @api.onchange("lot_name", "lot_id")
    def _onchange_serial_number(self):
        if self.lot_name and self.product_id.tracking == "serial":
            # Odoo holds it against the serial numbers that are there.
            self.lot_name = self._clean_serial_name(self.lot_name)
        return super()._onchange_serial_number()

    def write(self, vals):
        serials, cleaned = self._clean_vals(vals)
        if serials:
            return (self - serials).write(vals) and serials.write(cleaned)
        if "serial_answers" not in vals:
            if "lot_name" in vals:
                self._forget_answers(vals["lot_name"])
            if "lot_id" in vals:
                self._forget_answers_of_others(self._get_lot(vals))
        if not vals.keys() & MOVES_UNITS:
            return super().write(vals)
        assigned = self.env.context.get(ASSIGNED)
        if assigned is not None and vals.keys() == {"lot_id"}:
            assigned.update(dict.fromkeys(self.ids, vals["lot_id"]))
            return True
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
        """Return the lot that *vals* name, by its id or, as Odoo does, as a record."""
        lot = vals.get("lot_id")
        return lot if isinstance(lot, models.BaseModel) else self.env["stock.lot"].browse(lot or [])

    @api.model
    def _check_known_lots(self, vals_list):
        """:raise AccessError: where these values name a serial number that is not the user's to
        know: on a line it would be named to him"""
        if not self.env.su:
            self.env["stock.lot"].union(*map(self._get_lot, vals_list))._check_known()

    def _get_history_serials(self, vals):
        # What is being validated gets its documents at the end; Odoo gives the lines the date
        # of their transfer a moment later.
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

    def _check_company(self, fnames=None):
        if fnames is not None or len(self) < 2:
            return super()._check_company(fnames)
        # Odoo checks what the user may not read, too.
        by_company = self.sudo().grouped("company_id")
        try:
            for name, field in self._fields.items():
                if field.relational and field.check_company:
                    samples = self.browse(self._pick_samples(name, by_company))
                    super(StockMoveLine, samples)._check_company([name])
        except UserError:
            # Odoo's message, which names the first of all these lines.
            return super()._check_company(fnames)
        return None

    def _pick_samples(self, name, by_company):
        """Return the id of one line for each value of the field *name* and company, those of one
        document have but a few. Of its many serial numbers, only the company counts."""
        for lines in by_company.values():
            by_value = {line[name]: line.id for line in lines}
            if name == "lot_id":
                by_value = {lot.company_id: line for lot, line in by_value.items() if lot}
            yield from by_value.values()

    def _action_done(self):
        if not self.env.context.get(USE_BATCH, True):
            return super()._action_done()
        self._create_batched_quants()
        lines = self.with_context(**{BATCH: QuantBatch()})
        result = super(StockMoveLine, lines)._action_done()
        lines._create_batched_quants()
        return result

    def _create_and_assign_production_lot(self):
        if not self._can_assign_together():
            return super()._create_and_assign_production_lot()
        assigned = {}
        lines = self.with_context(**{ASSIGNED: assigned})
        result = super(StockMoveLine, lines)._create_and_assign_production_lot()
        self.browse(assigned)._assign_together(assigned)
        return result

    def _can_assign_together(self):
        """Whether writing the new serial number of each of these lines is nothing but that: they
        are about to be done, nothing is reserved for them, and no other app has its say."""
        return (
            self.env.context.get(BATCH)
            and KNOWN_WRITES.issuperset(
                cls._module for cls in type(self).mro() if "write" in vars(cls)
            )
            and all(
                line.state not in ("done", "cancel")
                and line.move_id._should_bypass_reservation(line.location_id)
                and not (line.lot_id or line.is_entire_pack)
                and not ("is_subcontract" in line.move_id and line.move_id.is_subcontract)
                for line in self
            )
        )

    def _assign_together(self, serials):
        """Give each of these lines its new serial number, as Odoo's ``write`` does for one.

        :param serials: ``{line id: serial id}``
        """
        self.check_access("write")
        with self.env.protecting([self._fields["lot_id"]], self):
            for line in self:
                line.lot_id = serials[line.id]
        self.modified(["lot_id"])
        self._validate_fields(["lot_id"])
        created = self.env.context.get(CREATED)
        if created is None or "transit" in self.location_dest_id.mapped("usage"):
            return
        serials = self.filtered(lambda line: line.product_id.tracking == "serial")
        for move, lines in serials.grouped("move_id").items():
            name = move._get_serial_document_name()
            if name:
                # This is the first document of a serial number, and the only one. Who names a unit
                # may not have the right to change serial numbers.
                lots = lines.lot_id.sudo().with_company(move.company_id)
                lots.write({"source": name, "unit_company_id": move.company_id.id})
                created.update(lots.ids)

    def _synchronize_quant(self, quantity, location, action="available", in_date=False, **kwargs):
        batch = self.env.context.get(BATCH)
        if action == "available" and quantity < 0 and self._has_own_unit(location):
            if batch:
                batch.write_nameless()
            # Where others reserved it, too, Odoo takes it for missing, and names another unit.
            return self.env["stock.quant"]._update_available_quantity(
                self.product_id,
                location,
                quantity,
                lot_id=self.lot_id,
                package_id=self.package_id,
                owner_id=self.owner_id,
                in_date=in_date,
            )
        if batch and action == "available":
            lot, package = kwargs.get("lot", self.lot_id), kwargs.get("package", self.package_id)
            place = (self.product_id, location, lot, package, kwargs.get("owner", self.owner_id))
            if kept := batch.take(self.env["stock.quant"], place, quantity, in_date):
                return kept
        elif batch and not self.move_id._should_bypass_reservation(location):
            batch.write_nameless()
        return super()._synchronize_quant(
            quantity, location, action=action, in_date=in_date, **kwargs
        )

    def _has_own_unit(self, location):
        """Whether the unit of the serial number on this line is where the line takes it from, a
        place where units are reserved."""
        if (
            self.product_id.tracking != "serial"
            or not self.lot_id
            or location != self.location_id
            or location.should_bypass_reservation()
        ):
            return False
        quants = self.env["stock.quant"]._gather(
            self.product_id,
            location,
            lot_id=self.lot_id,
            package_id=self.package_id,
            owner_id=self.owner_id,
            strict=True,
        )
        return any(quant.lot_id and quant.quantity >= 1 for quant in quants)

    def _bring_back_serials(self):
        """Bring back the serial numbers on these lines that are archived, and let those that
        another company had last be the lines' company's, before Odoo looks for them by name.

        :return: the serial numbers that these lines use, with all rights
        """
        used = self.env["stock.lot"].sudo()  # The user may not see them yet.
        for company, lines in self.grouped("company_id").items():
            known = lines._find_known_serials()
            serials = used.union(lines.lot_id, *known.values())
            theirs = serials._filter_left_other_company(company)
            theirs._take_over(company)
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

    def _free_reservation(self, product_id, location_id, quantity, **kwargs):
        if not self.move_id._should_bypass_reservation(location_id):
            # Others' units are reserved anew, and searched for in the database.
            self._create_batched_quants()
        lines = super(StockMoveLine, self.with_context(**{KEEP: True}))
        return lines._free_reservation(product_id, location_id, quantity, **kwargs)

    def unlink(self):
        if self.env.context.get(KEEP):
            self._filter_typed()._keep_typed()
        return super().unlink()

    def _create_batched_quants(self):
        """Create the quants that this validation has still to create."""
        if batch := self.env.context.get(BATCH):
            batch.flush()

    def _forget_answers(self, serial):
        """Take back the answers of lines that become *serial*, where they are another one's: a
        cleared line takes its answers with it, a corrected one keeps what was typed for it."""
        answered = self.filtered(
            lambda line: line.lot_name and line.lot_name != serial and line.serial_answers.given
        )
        if serial:
            known = answered._find_known_serials()
            answered = answered.filtered(lambda line: (line.product_id, line.lot_name) in known)
        answered.serial_answers = False

    def _copy_answers_to(self, serial):
        """Give what was answered on this line to *serial*, which its unit has."""
        if self.serial_answers.given:
            serial.serial_answers = Kept(self.serial_answers.given)

    def _forget_answers_of_others(self, serial):
        """Take back the answers of lines that get *serial* for another one that was chosen: they
        are that one's."""
        answered = self.filtered(
            lambda line: (
                line.lot_id
                and line.lot_id != serial
                and line.state != "done"
                and line.serial_answers.given
            )
        )
        answered.serial_answers = False

    def _find_known_serials(self):
        """Return ``{(part, name): serial}`` of the serial numbers named on these lines that
        exist."""
        named = self.filtered("lot_name")
        if not named:
            return {}
        # A serial number without a company counts for all of them.
        serials = (
            self.env["stock.lot"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("product_id", "in", named.product_id.ids),
                    ("name", "in", named.mapped("lot_name")),
                    ("company_id", "in", [False, *named.company_id.ids]),
                ]
            )
        )
        return {(serial.product_id, serial.name): serial for serial in serials}

    def _filter_new_serials(self):
        """Return those of these lines on which a serial number is typed that does not exist."""
        typed = self.filtered(lambda line: line.lot_name and not line.lot_id)
        known = typed._find_known_serials()
        return typed.filtered(lambda line: (line.product_id, line.lot_name) not in known)

    def _explain_answers_missing(self):
        """Return, as text, which required custom fields each of these serials leaves open."""
        return "\n".join(f"{line.lot_name}: {line.answers_missing}" for line in self)

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        if given := self.serial_answers.given:
            vals["serial_answers"] = Kept(given)
        return vals

    def action_correct_serial(self):
        """Open the question to which part the serial number typed on this line belongs.

        :return: window action on ``serial.correction``
        :raise AccessError: for who is no inventory manager, or may not change it
        """
        self.ensure_one()
        self.env["serial.correction"]._check_manager()
        self.check_access("write")
        return self.env["serial.correction"]._action_open({"default_move_line_id": self.id})

    def _move_serial_to_part(self, product, reason):
        """Give the serial number typed on this line, its bin and answers to a unit of another
        part on the same transfer.

        :raise UserError: when the transfer has no free unit of that part, or the part can't
            have this serial number
        """
        self.ensure_one()
        name, answers, old_part = self.lot_name, self.serial_answers.given, self.product_id
        if problem := old_part._explain_other_part(product):
            raise UserError(problem)
        target = self._find_free_unit(product)
        self.picking_id._check_serial_fits(product, name)
        if not self.picking_id.serial_units_in_stock:
            target.location_dest_id = self.location_dest_id
        self.write({"lot_name": False, "serial_answers": False})
        target.write({"lot_name": name, "serial_answers": Kept(answers)})
        body = self.env._(
            "Serial number %(serial)s moved from %(old)s to %(new)s. Reason: %(reason)s",
            serial=name,
            old=old_part._get_html_link(),
            new=product._get_html_link(),
            reason=reason,
        )
        self.env["stock.lot"]._tell(body, self)

    def _find_free_unit(self, product):
        """Return a unit of *product* on the same transfer that awaits its serial number.

        :raise UserError: when there is none
        """
        self.ensure_one()
        lines = self.picking_id.serial_line_ids.filtered(
            lambda line: line.product_id == product and line.state not in ("done", "cancel")
        )
        lines |= lines._split_into_units()
        free = lines._awaits_serial()[:1]
        if not free:
            raise UserError(
                self.env._(
                    "No unit of %(part)s on %(transfer)s is left without a serial number.",
                    part=product.display_name,
                    transfer=self.move_id._name_serial_documents()[0],
                )
            )
        return free

    def _awaits_serial(self):
        """Return the lines that are a unit, or units, without a serial number yet."""
        return self.filtered(
            lambda line: (
                not (line.lot_name or line.lot_id)
                and line.product_id.tracking == "serial"
                and (line.quantity > 0 or line.move_id.is_serialize)
            )
        )

    def _split_into_units(self):
        """Make one line a unit of the lines that await serials for several.

        :raise UserError: for a quantity that is no whole number
        """
        vals_list = []
        for line in self._awaits_serial():
            unit = line.product_id.uom_id
            quantity = line.quantity_product_uom
            if unit.compare(quantity, 1) <= 0 and line.product_uom_id == unit:
                continue
            if unit.compare(quantity, round(quantity)):
                raise UserError(
                    self.env._(
                        "%(part)s: %(quantity)s %(unit)s in %(location)s is no whole number "
                        "of units, so they can't have a serial number each. Correct the "
                        "quantity first.",
                        part=line.product_id.display_name,
                        quantity=quantity,
                        unit=unit.name,
                        location=line.location_dest_id.display_name,
                    )
                )
            line.write({"product_uom_id": unit.id, "quantity": 1})
            values = line.copy_data({"quantity": 1, "picked": line.picked})[0]
            vals_list += [dict(values) for _unit in range(round(quantity) - 1)]
        return self.create(vals_list)

    def _explain_unit_left(self):
        """Return, for each named line, that its unit is no longer where it was named, with the
        answers that were typed for it."""
        return [
            " ".join([f"{line.lot_name}: {line._explain_no_unit()}", *line._describe_answers()])
            for line in self.filtered("lot_name")
        ]

    def _describe_answers(self):
        """Return each answer that was typed on this line, as "Mileage: 120000."."""
        self.ensure_one()
        given = self.serial_answers.given
        return [
            f"{question['string']}: {describe_answer(self.env, question, given[question['name']])}."
            for question in self.part_type_id._get_questions()
            if given.get(question["name"]) is not None
        ]

    def _get_answers_to_copy(self):
        """Return what was answered on this line, or says the serial number that it names, for
        other units of its part."""
        shown, given = self.serial_answers._values, self.serial_answers.given
        return {
            question["name"]: shown.get(question["name"])
            for question in self.part_type_id._get_questions()
            if (self.known_lot_id or question["name"] in given)
            and fits(question, shown.get(question["name"]))
        }

    def _pass_on_reservations(self):
        """Hand the reservations of units that got their serial number to these serials.

        What a sale, a manufacturing order or a transfer had reserved without a serial number
        stays reserved: where fewer such units are left than were reserved, the serials of
        the same bin, package and owner take their place.
        """
        if not self:
            return
        quants = (
            self.env["stock.quant"]
            .search(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("location_id", "in", self.location_id.ids),
                    ("lot_id", "=", False),
                ]
            )
            .grouped(lambda quant: (quant.product_id, Position.of(quant)))
        )
        for key, lines in self.grouped(
            lambda line: (line.product_id, Position.of(line))
        ).items():
            there = quants.get(key, self.env["stock.quant"])
            excess = sum(there.mapped("reserved_quantity")) - max(0, sum(there.mapped("quantity")))
            if excess > 0:
                reserving = there[0]._find_reserving_lines()
                reserving._reserve_serials(lines.lot_id[: round(excess)])

    def _reserve_serials(self, serials):
        """Let these lines, which reserve units without a serial number, reserve *serials*."""
        left = list(serials)
        vals_list = []
        # Where somebody typed a serial number, this is another one.
        for line in self.sorted(lambda line: (bool(line.lot_name), line.id)):
            unit = line.product_id.uom_id
            count = min(len(left), round(line.quantity_product_uom))
            if not count:
                continue
            values = {"product_uom_id": unit.id, "quantity": 1, "picked": line.picked}
            mine, left = left[:count], left[count:]
            vals_list += [line.copy_data({**values, "lot_id": lot.id})[0] for lot in mine]
            # In units: seven twelfths of a dozen can't be written.
            rest = line.quantity_product_uom - count
            line.write({"product_uom_id": unit.id, "quantity": rest})
        self.filtered(lambda line: not line.quantity).unlink()
        self.create(vals_list)
