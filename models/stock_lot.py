from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools.answers import (
    Kept,
    LotAnswers,
    describe_answer,
    describe_misfit,
    fits,
    list_missing,
)
from ..tools.documents import (
    DocumentName,
    index_names,
    prepare_documents,
    read_history_ends,
    read_unit_companies,
)
from ..tools.look_alikes import ALIKE_INDEX, UNCLEAN_INDEX
from ..tools.plain_text import is_id
from ..tools.serial_names import clean_name
from ..tools.twin_guard import TwinGuard

#: Context key: the serial numbers are those of a transfer that is about to be validated.
VALIDATING = "serialized_parts_validating"
#: The fields that the check-up reads, beside those of the stock.
CHECKED = {"active", "company_id", "name", "product_id", "serial_answers"}
#: The fields whose changes are in the chatter whatever made them.
TRACED = {"active", "name", "serial_answers"}
#: Context key: a list for what an import could be done again for.
MET = "serialized_parts_import_met"


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "serial.correctable", "serial.named", "serialized_parts.own.fields"]

    _own_fields = {"corrected_from_id", "part_type_id", "source", "unit_company_id", "used_on"}

    # Odoo leaves no trace of another name.
    name = fields.Char(tracking=True)
    active = fields.Boolean(
        default=True,
        tracking=True,
        help="An archived serial number keeps its name and its history. It is back as soon as "
        "a transfer uses it.",
    )
    part_tracking = fields.Selection(related="product_id.tracking")
    product_tmpl_id = fields.Many2one(
        "product.template",
        "Part",
        compute="_compute_product_tmpl_id",
        search="_search_product_tmpl_id",
    )
    # What one company did with a serial number is nothing to another one's users, so each
    # company has its own Source and Used On; a serial number itself may belong to all.
    source = DocumentName(
        readonly=True,
        copy=False,
        company_dependent=True,
        index=False,
        help="The document this serial number was created on.",
    )
    used_on = DocumentName(
        readonly=True,
        copy=False,
        company_dependent=True,
        index=False,
        help="The latest document that used this serial number after it was created.",
    )

    is_on_hand = fields.Boolean(
        compute="_compute_is_on_hand",
        search="_search_is_on_hand",
        help="A unit with this number is in stock.",
    )

    part_type_id = fields.Many2one(related="product_id.part_type_id", store=True, index=True)
    serial_answers = LotAnswers(
        "Custom Fields",
        definition="part_type_id.serial_question_definition",
        tracking=True,
    )
    answers_missing = fields.Char(
        compute="_compute_answers_missing",
        search="_search_answers_missing",
        help="The required custom fields that have no answer.",
    )

    answers_misfit = fields.Char(
        compute="_compute_answers_misfit",
        help="The answers that don't fit their custom field, or have none.",
    )

    # A page of all serial numbers, and of those of a part, without sorting the others.
    _serial_name_index = models.Index("(name, id)")
    _serial_part_index = models.Index("(product_id, name, id)")
    _serial_alike_index = models.Index(ALIKE_INDEX)
    _serial_unclean_index = models.Index(UNCLEAN_INDEX)
    _serial_source_index = models.Index(index_names("source"))
    _serial_used_on_index = models.Index(index_names("used_on"))

    _serialized_parts_unique = TwinGuard(
        lambda env, _diagnostics: env._(
            "Somebody else created one of these serial numbers in this moment. Try again."
        )
    )

    @api.depends("product_id")
    def _compute_name(self):
        result = super()._compute_name()
        for lot in self:
            # What the part's sequence puts before its numbers is typed, too.
            if lot.name and lot.product_id.tracking == "serial":
                lot.name = clean_name(lot.name)
        return result

    @api.depends("product_id")
    def _compute_product_tmpl_id(self):
        for lot in self:
            lot.product_tmpl_id = lot.product_id.product_tmpl_id

    @api.model
    def _search_product_tmpl_id(self, operator, value):
        domain = Domain("product_tmpl_id", operator, value)
        if operator == "in":
            # By the ids of the variants, PostgreSQL finds a page of them without sorting all.
            variants = self.env["product.product"].sudo().with_context(active_test=False)
            return Domain("product_id", "in", variants.search(domain).ids)
        return Domain("product_id", "any!", domain)

    @api.depends("serial_answers", "part_type_id.serial_question_definition")
    def _compute_answers_missing(self):
        for lot in self:
            lot.answers_missing = lot.product_id.tracking == "serial" and list_missing(
                lot.part_type_id._get_questions(), lot.serial_answers
            )

    @api.model
    def _search_answers_missing(self, operator, value):
        if operator not in ("in", "not in") or list(value) != [False]:
            return NotImplemented
        # Which custom fields are required is needed to search, not shown.
        types = (
            self.env["product.category"]
            .sudo()
            .search([("serial_question_definition", "!=", False)])
        )
        by_keys = types.grouped(
            lambda part_type: tuple(
                question["name"]
                for question in part_type.serial_question_definition
                if question.get("required")
            )
        )
        field = self._fields["serial_answers"]
        missing = Domain("product_id.tracking", "=", "serial") & Domain.OR(
            Domain("part_type_id", "in", part_types.ids) & ~field.get_domain(keys)
            for keys, part_types in by_keys.items()
            if keys
        )
        return missing if operator == "not in" else ~missing

    @api.depends("serial_answers", "part_type_id.serial_question_definition")
    def _compute_answers_misfit(self):
        for lot in self:
            misfits = lot._find_misfits()
            lot.answers_misfit = ", ".join(misfits.values())

    def _find_misfits(self):
        """Return the answers of this serial number that don't fit their custom field, as its part
        type has it, or that have none: ``{key: the answer, as people read it}``."""
        self.ensure_one()
        asked = {question["name"]: question for question in self.part_type_id._get_questions()}
        known = self.env["serial.question"]._get_translated()
        answers = self.serial_answers._values
        return {
            key: describe_misfit(asked.get(key), answers[key])
            for key in sorted(answers, key=[*asked, *answers].index)
            if not (fits(asked[key], answers[key]) if key in asked else key in known)
        }

    def action_take_back_misfits(self):
        """Take back the answers that don't fit their custom field, or have none. They are in the
        chatter then.

        :raise AccessError: for who may not answer custom fields
        """
        self.check_access("write")
        for lot in self:
            if misfits := lot._find_misfits():
                lot._message_log(
                    body=self.env._(
                        "Taken back, for it did not fit: %(answers)s",
                        answers=", ".join(misfits.values()),
                    )
                )
                lot.serial_answers = Kept(dict.fromkeys(misfits))

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
                if not product.lot_properties_definition:
                    # Odoo would make a record in memory for each, to compute its properties.
                    vals.setdefault("lot_properties", False)
        for part, serial_vals_list in by_part.items():
            given = [vals.get("serial_answers") for vals in serial_vals_list]
            answers = part._prepare_serial_answers(given)
            for vals, its_answers in zip(serial_vals_list, answers, strict=True):
                vals["serial_answers"] = its_answers
        lots = super().create(vals_list)
        serials = lots.filtered(lambda lot: lot.product_id.tracking == "serial")
        serials.product_id.product_tmpl_id._start_serials()
        # Odoo asks for it lot by lot, to write the cost of each.
        lots.filtered(lambda lot: not lot.lot_valuated).sudo().mapped("company_currency_id")
        self._serialized_parts_unique.check(self)
        return lots

    def write(self, vals):
        serials, cleaned = self._clean_vals(vals)
        if serials:
            return (self - serials).write(vals) and serials.write(cleaned)
        hidden = {"tracking_disable", "mail_notrack"} & self.env.context.keys()
        if vals.keys() & TRACED and hidden:
            # Odoo's import keeps no track of what it changes, unless it is told to.
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

    @api.model
    def _get_guarded_columns(self, paths):
        """Return the positions of all columns but those of ids and of several records."""
        columns = set()
        for position, path in enumerate(paths):
            field = self._fields.get(path[0]) if path else None
            is_list = field is not None and field.type == "one2many"
            if path and path[-1] not in ("id", ".id") and not is_list:
                columns.add(position)
        return columns

    @api.model
    def load(self, fields, data):
        # Odoo's import makes a message of every error; two imports that meet are done again.
        met = []
        result = super(StockLot, self.with_context(**{MET: met})).load(fields, data)
        if met:
            raise met[0]
        return result

    def _load_records(self, data_list, update=False):
        try:
            records = super()._load_records(data_list, update=update)
            # Odoo does it next, where nobody could tell what was met.
            self.env.cr.flush()
        except (ConcurrencyError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY) as error:
            self.env.context.get(MET, []).append(error)
            raise
        return records

    @api.constrains("name", "product_id", "company_id")
    def _check_unique_lot(self):
        # A twin counts where the user can't see it, too, and an archived one keeps its name.
        serials = self.sudo().with_context(active_test=False)
        try:
            return super(StockLot, serials)._check_unique_lot()
        except ValidationError as error:
            # Odoo may have asked within: the error has the places already.
            lines = [*str(error).split("\n"), *serials._describe_twins()]
            raise ValidationError("\n".join(dict.fromkeys(lines))) from error

    @api.constrains("name")
    def _check_no_formula(self):
        formulas = self.filtered(lambda lot: lot.name and lot.name.startswith("="))
        serials = formulas.filtered(lambda lot: lot.product_id.tracking == "serial")
        if serials:
            raise ValidationError(
                self.env._(
                    "%(serials)s: a serial number can't begin with =, as formulas do.",
                    serials=", ".join(serials.mapped("name")),
                )
            )

    def _describe_twins(self):
        """Return, as texts, where the other serial numbers are that have a name of *self*, with
        all rights: on hand, archived, or another company's, as the user may know it."""
        twins = self.search(
            [
                ("id", "not in", self.ids),
                ("product_id", "in", self.product_id.ids),
                ("name", "in", self.mapped("name")),
            ]
        )
        readable = twins._filter_readable()
        return [
            *(twin._explain_other_company() for twin in twins - readable),
            *(
                self.env._(
                    "%(serial)s is in %(location)s.",
                    serial=twin.name,
                    location=twin._get_serial_quants()._describe_locations(),
                )
                for twin in readable
                if twin._get_serial_quants()
            ),
            *(
                self.env._(
                    "%(serial)s is archived. Unarchive it, or give it another name first (Lots / "
                    "Serial Numbers, filter Archived).",
                    serial=twin.name,
                )
                for twin in readable
                if not twin.active
            ),
        ]

    @api.model
    def _guard_against_twins(self):
        """Let the database refuse two serial numbers of one part with one name, unless there
        are some: then they are logged.

        :return: whether it refuses them
        """
        return self._serialized_parts_unique.arm(self)

    @api.constrains("active")
    def _check_archived_on_hand(self):
        archived = self.filtered(lambda lot: not lot.active)
        # Units of all companies count; places are named to who may see them.
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
        quants = self.env["stock.quant"].sudo()  # the same
        used = [
            *lines._read_group([("lot_id", "in", serials.ids), ("state", "=", "done")], ["lot_id"]),
            *quants._read_group([("lot_id", "in", serials.ids)], ["lot_id"]),
        ]
        if used:
            names = dict.fromkeys(serial.name for [serial] in used)
            raise UserError(
                self.env._(
                    "%(serials)s can't be deleted: your stock's history needs it. Archive it "
                    "instead. Where the number is wrong, an inventory manager puts it right "
                    "with 'Correct Serial Number'.",
                    serials=", ".join(names),
                )
            )

    @api.onchange("product_id")
    def _onchange_product_id_answers(self):
        if self.product_id.tracking == "serial" and not self._origin:
            [self.serial_answers] = self.product_id.product_tmpl_id._prepare_serial_answers([None])

    def _mail_track(self, tracked_fields, initial_values):
        # Odoo tracks properties only when their definition is another one.
        others = {name: info for name, info in tracked_fields.items() if name != "serial_answers"}
        updated, commands = super()._mail_track(others, initial_values)
        before = {
            answer["name"]: answer.get("value")
            for answer in initial_values.get("serial_answers") or []
        }
        if "serial_answers" not in initial_values:
            return updated, commands
        for answer in self._fields["serial_answers"].convert_to_read(self.serial_answers, self):
            old = describe_answer(self.env, answer, before.get(answer["name"]))
            new = describe_answer(self.env, answer, answer.get("value"))
            if old != new:
                updated.add("serial_answers")
                commands.append([0, 0, self._prepare_answer_tracking(answer["string"], old, new)])
        return updated, commands

    def _prepare_answer_tracking(self, label, old, new):
        """Return the values of the chatter's line that one answer changed from *old* to *new*,
        as text."""
        values = self.env["mail.tracking.value"]._create_tracking_values(
            old, new, "serial_answers", {"type": "char"}, self
        )
        return {**values, "field_info": {"desc": label, "name": "serial_answers", "type": "char"}}

    @api.model
    def _get_visible_domain(self):
        """Return the domain of the serial numbers that are not in another company's place,
        as in Odoo's own list of lots."""
        companies = [*self.env.companies.ids, False]
        return ["|", ("location_id", "=", False), ("location_id.company_id", "in", companies)]

    @api.model
    def _apply_edits(self, products, edits):
        """Write what was edited of these products' serial numbers, as the user.

        :param products: the ``product.product`` whose serial numbers they are
        :param dict edits: ``{serial id: {"location_id": id, "serial_answers": {key: answer}}}``,
            the ids as text, as JSON has them, or as numbers; one of the two keys may be left
            out, and so may answers, which then stay. A false value changes nothing.
        :raise UserError: for a serial number of another product, or one that the user does not
            see, and for anything but these two keys. Nothing is written then.
        """
        if not edits:
            return
        edits = self._read_edits(edits)
        serials = self.search([("id", "in", list(edits)), ("product_id", "in", products.ids)])
        if set(serials.ids) != edits.keys():
            raise UserError(
                self.env._(
                    "A serial number that you edited is not one of this part, or is not there "
                    "any more. Nothing was saved: discard your changes and try again."
                )
            )
        for serial in serials:
            serial.write(edits[serial.id])

    @api.model
    def _read_edits(self, edits):
        """Return *edits*, see :meth:`_apply_edits`, by the id of the serial number."""
        try:
            by_id = {int(serial): dict(values) for serial, values in edits.items()}
            places = [
                values["location_id"] for values in by_id.values() if values.get("location_id")
            ]
            if not all(is_id(id_) for id_ in (*by_id, *places)):
                raise ValueError
        except (AttributeError, OverflowError, TypeError, ValueError):
            raise UserError(self.env._("The edits of serial numbers can't be read.")) from None
        for values in by_id.values():
            if values.keys() - {"location_id", "serial_answers"}:
                raise UserError(
                    self.env._("Only the location and the custom fields can be edited here.")
                )
            if not values.get("location_id", True):
                raise UserError(
                    self.env._("Choose the location of each serial number: it can't be empty.")
                )
        return by_id

    @api.depends("quant_ids", "quant_ids.quantity")
    def _compute_single_location(self):
        result = super()._compute_single_location()
        # A serial that was sold and bought back still has its unit at the customer in Odoo's
        # books; people look for it where it is on hand.
        for lot in self.filtered(lambda lot: len(lot.quant_ids) > 1):
            booked_out = any(
                quant.quantity < 0 and quant.location_id == lot.location_id
                for quant in lot.quant_ids
            )
            if booked_out or not lot.location_id:
                places = lot._get_serial_quants().location_id
                lot.location_id = len(places) == 1 and places
        return result

    def _set_single_location(self):
        if archived := self.filtered(lambda lot: not lot.active):
            # Its unit is gone: it would be in stock once more.
            raise UserError(
                self.env._(
                    "%(serials)s is archived, so it can't be moved. Unarchive it first.",
                    serials=", ".join(archived.mapped("name")),
                )
            )
        bought_back = self.filtered(
            lambda lot: (
                len(lot._get_serial_quants()) == 1
                and len(lot.quant_ids.filtered(lambda quant: quant.quantity > 0)) > 1
            )
        )
        for lot in bought_back:
            lot._get_serial_quants().move_quants(
                location_dest_id=lot.location_id, message=self.env._("Serial Number Relocated")
            )
        return super(StockLot, self - bought_back)._set_single_location()

    def _get_serial_quants(self):
        """Return where this serial number is on hand; nothing for a lot."""
        self.ensure_one()
        if self.product_id.tracking != "serial":
            return self.env["stock.quant"]
        on_hand = self.env["stock.quant"]._get_on_hand_domain()
        return self.quant_ids.filtered_domain(on_hand)._filter_present()

    def _get_outgoing_domain(self):
        # Odoo would read the moves of all deliveries, to find those of one serial number.
        return Domain(super()._get_outgoing_domain()).map_conditions(
            lambda condition: (
                self._get_delivered_domain()
                if [*condition] == [("move_id.picking_code", "=", "outgoing")]
                else condition
            )
        )

    @api.model
    def _get_delivered_domain(self):
        """Return the domain of the move lines whose move belongs to a delivery, which
        PostgreSQL asks of one line after the other."""
        picking = self.env["stock.move"]._fields["picking_id"]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """
                EXISTS (SELECT FROM stock_move move
                          JOIN stock_picking picking ON picking.id = %s
                          JOIN stock_picking_type kind ON kind.id = picking.picking_type_id
                         WHERE move.id = %s AND kind.code = 'outgoing')
                """,
                SQL.identifier("move", "picking_id", to_flush=picking),
                SQL.identifier(alias, "move_id", to_flush=model._fields["move_id"]),
            )
        )

    def _read_history_ends(self):
        """Return the first and the last done moves, see ``read_history_ends``: those that its
        unit made under another part, too."""
        return read_history_ends(self, self._get_records_of_units())

    def _update_documents(self):
        """Bring Source and Used On, and whose unit it is, up to date with the done moves of these
        serials.

        Two queries read, one statement writes, however many serials there are. A lot that
        is no serial number is left alone.
        """
        serials = self.filtered(lambda lot: lot.product_id.tracking == "serial")
        if not serials:
            return
        serials.flush_recordset(["source", "used_on", "unit_company_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_lot lot
                   SET source = new.source::jsonb,
                       used_on = new.used_on::jsonb,
                       unit_company_id = new.unit_company_id
                  FROM unnest(%s, %s::varchar[], %s::varchar[], %s::int[])
                       AS new(id, source, used_on, unit_company_id)
                 WHERE lot.id = new.id
                """,
                *prepare_documents(
                    serials,
                    serials._read_history_ends(),
                    lambda move: move._get_serial_document_name(),
                ),
                read_unit_companies(serials),
            )
        )
        serials.invalidate_recordset(["source", "used_on", "unit_company_id"], flush=False)
        self._serialized_parts_unique.check_later(self)

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

    @api.readonly
    def action_open_source(self):
        """Open the document this serial number was created on, see :meth:`_open_document`."""
        return self._open_document(0)

    @api.readonly
    def action_open_used_on(self):
        """Open the latest document that used this serial number, see :meth:`_open_document`."""
        return self._open_document(-1)

    def _open_document(self, end):
        """Return the window action of the document at one *end* of the history (0 or -1).

        Who may not see an order opens the transfer that belongs to it.

        :return: an action; a notification with the name for who may open neither
        """
        self.ensure_one()
        self.check_access("read")
        ends = self._read_history_ends().get((self.id, self.env.company.id))
        move = ends[end] if ends else self.env["stock.move"]
        documents = (move._get_serial_document(), move.picking_id) if move else ()
        for document in documents:
            if self._can_open(document.with_env(self.env)):
                return {
                    "type": "ir.actions.act_window",
                    "res_model": document._name,
                    "res_id": document.id,
                    "views": [(False, "form")],
                }
        name = (self.source, self.used_on)[end]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._("%(document)s can't be opened by you.", document=name)
                if name
                else self.env._("There is no document yet."),
            },
        }

    @api.model
    def _can_open(self, document):
        """Whether this user may open the form of *document*.

        Reading the record is not enough: a warehouse user may read an order, but not the
        invoices that its form lists.
        """
        if not document or not document.has_access("read"):
            return False
        shown = document.get_view(view_type="form")["models"][document._name]
        lists = document.fields_get(shown, ["type", "relation"]).values()
        return all(
            self.env[field["relation"]].has_access("read")
            for field in lists
            if field["type"] in ("one2many", "many2many")
        )
