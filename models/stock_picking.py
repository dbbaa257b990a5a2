from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..tools.position import INTERNAL_USAGES
from ..tools.serial_desk import GIVEN, SerialDesk
from .stock_lot import VALIDATING
from .stock_move_line import VALIDATED

OPEN_STATES = ("draft", "waiting", "confirmed", "partially_available", "assigned")


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = [
        "stock.picking",
        "serial.prompt",
        "serialized_parts.document",
        "serialized_parts.own.fields",
    ]

    _own_fields = {"serial_entry_refused"}
    _warehouse_fields = {"serial_entry", "serial_entry_location_id", "serial_entry_product_id"}

    is_serialize = fields.Boolean(
        compute="_compute_is_serialize",
        compute_sudo=True,
        help="Gives units already in stock their serial number; they stay where they are.",
    )
    serial_line_ids = fields.One2many(
        "stock.move.line",
        "picking_id",
        "Serial Numbers",
        domain=[("product_id.tracking", "=", "serial")],
        copy=False,
        help="The units of this transfer that have, or need, a serial number.",
    )
    serial_units_in_stock = fields.Boolean(
        compute="_compute_serial_units_in_stock",
        compute_sudo=True,
        help="The units have their place already, while they get their serial number.",
    )
    serial_unit_count = fields.Integer("Serialized Units", compute="_compute_serial_counts")
    serial_done_count = fields.Integer("Units With Serial", compute="_compute_serial_counts")
    serial_missing_count = fields.Integer("Units Without Serial", compute="_compute_serial_counts")
    serial_answers_missing = fields.Text(
        "Answers Missing",
        compute="_compute_serial_answers_missing",
        help="The new serial numbers on this transfer that leave a required custom field open.",
    )

    @api.depends("picking_type_id.warehouse_id.serialize_type_id")
    def _compute_is_serialize(self):
        for picking in self:
            picking.is_serialize = picking.picking_type_id._is_serialize()

    @api.depends("serial_line_ids.lot_id", "serial_line_ids.lot_name", "serial_line_ids.quantity")
    def _compute_serial_counts(self):
        for picking in self:
            lines = picking.serial_line_ids
            missing = lines._awaits_serial()
            picking.serial_done_count = len(
                lines.filtered(lambda line: line.lot_id or line.lot_name)
            )
            # Until the prompt opens, one line can stand for several units.
            picking.serial_missing_count = sum(
                max(1, round(line.quantity_product_uom)) for line in missing
            )
            picking.serial_unit_count = picking.serial_done_count + picking.serial_missing_count

    @api.depends("serial_line_ids.answers_missing")
    def _compute_serial_answers_missing(self):
        for picking in self:
            picking.serial_answers_missing = (
                picking._get_lines_to_answer()._explain_answers_missing()
            )

    @api.depends("location_id.usage")
    def _compute_serial_units_in_stock(self):
        for picking in self:
            picking.serial_units_in_stock = picking.location_id.usage in INTERNAL_USAGES

    def _compute_show_check_availability(self):
        result = super()._compute_show_check_availability()
        self.filtered("is_serialize").show_check_availability = False
        return result

    # ------------------------------------------------------------------ Serialize transfers

    @api.model
    def _action_serialize(self, products):
        """Open the Serialize transfers of *products*, made where there is none.

        :param products: product.product records that use serial numbers
        :return: window action: the prompt of the only transfer, or a list of several
        :raise UserError: when no unit of them is without a serial number
        """
        self._check_serial_access()
        transfers = self._get_serialize_transfers(products)
        if not transfers:
            raise UserError(
                self.env._(
                    "%(parts)s: every unit in stock has its serial number.",
                    parts=", ".join(products.mapped("display_name")),
                )
            )
        if len(transfers) == 1:
            return transfers.action_open_serial_prompt()
        return {
            "name": self.env._("Assign Serial Numbers"),
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", transfers.ids)],
        }

    @api.model
    def _get_serialize_transfers(self, products):
        """Return one open Serialize transfer for each part and warehouse that has units
        without a serial number, up to date with them."""
        needed = Counter()
        for quant, units in products._get_unserialized_units().items():
            needed[quant.product_id, quant._get_serialize_type()] += units
        open_moves = self.env["stock.move"].search(
            [
                ("product_id", "in", products.ids),
                ("picking_type_id", "in", [kind.id for _product, kind in needed]),
                ("state", "in", OPEN_STATES),
            ]
        )
        found = open_moves.grouped(lambda move: (move.product_id, move.picking_type_id))
        made = self.create(
            [
                self._prepare_serialize_transfer(*key, quantity)
                for key, quantity in needed.items()
                if key not in found
            ]
        )
        made.action_confirm()
        transfers = open_moves.picking_id | made
        transfers._sync_serialize_lines()
        return transfers

    @api.model
    def _prepare_serialize_transfer(self, product, operation_type, quantity):
        """Return the values of a new Serialize transfer for *quantity* of *product*."""
        place = operation_type.default_location_src_id
        if not place.active:
            place = operation_type.warehouse_id.lot_stock_id
        places = {"location_id": place.id, "location_dest_id": place.id}
        move = {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            **places,
        }
        return {
            "picking_type_id": operation_type.id,
            "company_id": operation_type.company_id.id,
            "move_ids": [Command.create(move)],
            **places,
        }

    def _sync_serialize_lines(self):
        """Bring open Serialize transfers up to date with the units in stock.

        Each unit without a serial number has one line, from its bin to the same bin. Lines
        of units that left go; the serial numbers typed on them are kept among the refused.

        Lines have quantity 0 until they are validated: an open transfer reserves nothing, so
        that units can be sold while they wait for their serial number.
        """
        vals_list, superfluous = [], self.env["stock.move.line"]
        moves = self._get_open_moves()
        for move in moves:
            left, units = move._match_units()
            superfluous |= left
            vals_list += [move._prepare_serialize_line(position) for position in units.elements()]
        superfluous._filter_typed()._keep_typed()
        superfluous.unlink()
        self.env["stock.move.line"].create(vals_list)._take_up_typed()
        changed = moves.filtered(lambda move: move.product_uom_qty != len(move.move_line_ids))
        for move in changed:
            move.product_uom_qty = len(move.move_line_ids)
        moves._recompute_state()
        changed.product_id.product_tmpl_id._refresh_checkup()

    def _get_open_moves(self):
        """Return the moves of these transfers that are neither done nor cancelled."""
        return self.move_ids.filtered(lambda move: move.state in OPEN_STATES)

    def write(self, vals):
        # Done lines may be edited one by one: what counts is where they end.
        with self.env["stock.lot"]._watch_positions():
            return super().write(vals)

    # --------------------------------------------------------------------------- validation

    def _sanity_check(self, separate_pickings=True):
        # The prompt asks for what these lack, and Serialize transfers have rules of their own.
        others = self - self._get_pickings_to_prompt() - self.filtered("is_serialize")
        return super(StockPicking, others)._sanity_check(separate_pickings=separate_pickings)

    def _pre_action_done_hook(self):
        if to_prompt := self._get_pickings_to_prompt():
            return (
                to_prompt[0]
                .with_context(button_validate_picking_ids=self.ids)
                .action_open_serial_prompt()
            )
        self._settle_serials()
        self._pick_named_units()
        return super()._pre_action_done_hook()

    def _get_pickings_to_prompt(self):
        """Return the transfers that can't be validated before people name their units, or
        answer what is required of them."""
        if self.env.context.get("skip_serial_prompt"):
            return self.browse()
        return self.filtered(
            lambda picking: picking._get_lines_to_prompt() or picking._get_lines_to_answer()
        )

    def _get_lines_to_prompt(self):
        """Return the lines of this transfer that would be validated without a serial number."""
        operation_type = self.picking_type_id
        # Where it uses neither, Odoo takes units without a serial number.
        uses_serials = operation_type.use_create_lots or operation_type.use_existing_lots
        if not uses_serials or self.state in ("done", "cancel"):
            return self.env["stock.move.line"]
        return self._get_lines_to_validate()._awaits_serial()

    def _get_lines_to_answer(self):
        """Return the lines of new serial numbers that would be validated with a required custom
        field open. Units on their way from stock are not held up."""
        comes_in = self.picking_type_id.use_create_lots and not self.serial_units_in_stock
        if not (comes_in or self.is_serialize):
            return self.env["stock.move.line"]
        lines = self._get_lines_to_validate()
        if not any(kind._get_required() for kind in lines.product_id.part_type_id):
            return lines.browse()
        lines = lines.filtered("answers_missing")
        if not lines:
            return lines
        return lines._filter_new_serials()

    def _get_lines_to_validate(self):
        """Return the lines of this transfer that validating it takes. Where people picked some
        parts and left others, the others are not validated now."""
        picked = self.move_ids.filtered("picked")
        return (picked or self.move_ids).move_line_ids

    def _settle_serials(self):
        """Check the serial numbers about to be validated, whichever way they were typed, and
        name their units.

        :raise UserError: naming each serial number that can't be used, and the reason
        """
        problems = self.serial_line_ids._filter_renamed()._explain_unit_left()
        self.serial_line_ids._restore_owners()
        typed = self.serial_line_ids.filtered(lambda line: line.lot_name and not line.lot_id)
        by_name = typed.grouped(lambda line: (line.product_id, line.lot_name))
        transfers = {key: lines.picking_id for key, lines in by_name.items()}
        for picking, lines in typed.grouped("picking_id").items():
            problems += SerialDesk(picking.with_context(**{VALIDATING: True})).settle(
                lines, transfers
            )
            for move in picking._get_open_moves().filtered("is_serialize"):
                problems += move._match_units()[0]._explain_unit_left()
            if not problems and not picking.picking_type_id.use_create_lots:
                lines._filter_new_serials()._create_and_assign_production_lot()
        if problems:
            raise UserError(
                self.env._(
                    "These serial numbers can't be used. Correct or clear them, then "
                    "validate again.\n\n%(problems)s",
                    problems="\n".join(dict.fromkeys(problems)),
                )
            )
        for picking in self:
            picking._check_answers()
        chosen = self.serial_line_ids.filtered("lot_id")
        # The others get them once they are this company's.
        readable = set(chosen.lot_id._filtered_access("read").ids)
        for line in chosen.filtered(lambda line: line.lot_id.id in readable):
            line._copy_answers_to(line.lot_id)

    def _check_answers(self):
        """:raise UserError: naming the new serial numbers and what they leave open"""
        if lines := self._get_lines_to_answer():
            raise UserError(
                self.env._(
                    "Answer these custom fields first:\n\n%(problems)s",
                    problems=lines._explain_answers_missing(),
                )
            )

    def _pick_named_units(self):
        """Take the units that have their serial number.

        :raise UserError: when nothing is named on a Serialize transfer
        """
        named = self.serial_line_ids.filtered(lambda line: line.lot_id or line.lot_name)
        for picking in self.filtered("is_serialize") - named.picking_id:
            picking._raise_nothing_named()
        units_in_stock = named.filtered("move_id.is_serialize")
        units_in_stock.write({"quantity": 1, "picked": True})
        # Somebody may have left at the backorder question and named the others since.
        named.filtered(lambda line: line.move_id.picked and not line.picked).picked = True

    def _raise_nothing_named(self):
        raise UserError(
            self.env._("%(transfer)s: type or scan at least one serial number.", transfer=self.name)
        )

    def action_validate_serials(self):
        """Validate the units that have their serial number, leave the others for later.

        What still stands in the entry box is taken first, and shown before it is validated.

        :return: the prompt again, or what ``button_validate`` returns: Odoo's backorder
            question, or True
        :raise AccessError: for who may not change this transfer
        """
        self.ensure_one()
        self._check_serial_access()
        if self.serial_entry:
            outcome = self.enter_in_prompt(
                self.serial_entry,
                self.serial_entry_product_id.id,
                self.serial_entry_location_id.id,
            )
            self.serial_entry = outcome["rest"] or False
            return self.action_open_serial_prompt()
        pickings = self.browse(self.env.context.get("button_validate_picking_ids", self.ids))
        for picking in pickings:
            missing, lines = picking._get_lines_to_prompt(), picking._get_lines_to_validate()
            lines.filtered("quantity").picked = True
            missing.picked = False
            if missing and not picking.is_serialize and not any(lines.move_id.mapped("picked")):
                picking._raise_nothing_named()
        return pickings.with_context(skip_serial_prompt=True).button_validate()

    def _action_done(self):
        serialize = self.filtered("is_serialize")
        validated = {*self.env.context.get(VALIDATED, ()), *self.ids}
        result = super(StockPicking, self.with_context(**{VALIDATED: validated}))._action_done()
        serialize.move_line_ids._pass_on_reservations()
        serialize.backorder_ids._sync_serialize_lines()
        return result

    def _create_backorder(self, backorder_moves=None):
        backorders = super()._create_backorder(backorder_moves=backorder_moves)
        for backorder in backorders:
            backorder.backorder_id._hand_over_typed(backorder)
        return backorders

    def action_add_entire_packs(self, package_ids):
        # Odoo deletes the lines that take units out of these packages.
        self._get_open_moves()._get_typed_in_packages(package_ids)._keep_typed()
        result = super().action_add_entire_packs(package_ids)
        self.move_ids._restore_typed()
        return result

    # --------------------------------------------------------------------------- the prompt

    def action_open_serial_prompt(self):
        """Open the prompt for the serial numbers of this transfer.

        :return: window action on this transfer, in a dialog
        """
        self.ensure_one()
        self._check_serial_access()
        self._prepare_serial_lines()
        to_validate = self.env.context.get("button_validate_picking_ids") or self.ids
        return {
            "name": self.env._("Serial Numbers of %(transfer)s", transfer=self.name),
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "res_id": self.id,
            "views": [
                (self.env.ref("serialized_parts.stock_picking_view_form_serials").id, "form")
            ],
            "target": "new",
            "context": {"button_validate_picking_ids": to_validate},
        }

    def _prepare_serial_lines(self):
        """Give each unit of this transfer a line of its own to type its serial number on."""
        if self.state == "draft":
            self.action_confirm()
        if self.state in ("done", "cancel"):
            raise UserError(
                self.env._(
                    "%(transfer)s is done or cancelled: no serial numbers can be entered.",
                    transfer=self.name,
                )
            )
        if self.is_serialize:
            self._sync_serialize_lines()
        else:
            self.serial_line_ids._keep_renamed()
            self.serial_line_ids._split_into_units()

    @api.readonly
    def action_view_serials(self):
        """Open the serial numbers of this transfer."""
        self.ensure_one()
        return self.env["stock.lot"]._action_view_serials(self.serial_line_ids.lot_id)

    # ------------------------------------------------------------------------ enter_serials

    def enter_serials(self, text, product_id=False, location_id=False, as_new=False):
        """Give the serial numbers in *text* to the units of this transfer that have none.

        :param str text: entries as ``tools.serial_entries`` reads them; or a table whose
            header names the serial number, and questions by their label
        :param int product_id: the part they are for; by default the first part of this
            transfer that has a unit without a serial number
        :param int location_id: the bin they go into (on a Serialize transfer: stand in);
            by default the bin that each line has
        :param bool as_new: whether a serial number that differs from another one of the part by
            letter case only is a new one; else it is refused, and asked about
        :return: ``{"product_id", "location_id", "missing", "entries"}``: the part (False where
            it has to be chosen) and the bin that the text ended on, the number of units on this
            transfer still without
            a serial number, and for each entry, or each serial number of a range or count,
            ``{"text", "serial", "status", "message", "line_id"}``. ``status`` is
            ``assigned``, ``known`` (assigned; the part had this serial number before),
            ``duplicate`` (on this transfer already), ``in_stock``, ``surplus`` (no unit
            left), ``invalid``, ``location`` or ``product``. One that is asked about is
            ``invalid``; its key ``similar`` has the other name: enter that, or the same again
            with *as_new*.
        :raise AccessError: for who may not change this transfer
        :raise UserError: when the transfer is done or cancelled, the part or bin is not one
            of its own, or *text* is no text
        """
        self.ensure_one()
        self._check_serial_access()
        return self._enter_entries(self._parse_entry(text), product_id, location_id, as_new)

    def _enter_entries(self, entries, product_id, location_id, as_new):
        """Give the serial numbers of *entries* to units, see :meth:`enter_serials`."""
        self._prepare_serial_lines()
        desk = self._open_desk(product_id, location_id)
        rows = desk.take(entries, as_new=as_new)
        return {
            "product_id": False if desk.is_part_open else desk.product.id,
            "location_id": desk.location.id,
            "missing": len(self.serial_line_ids._awaits_serial()),
            "entries": rows,
        }

    def _check_serial_fits(self, product, serial):
        """:raise UserError: when *serial* can't name a unit of *product* on this transfer"""
        desk = SerialDesk(self, product)
        desk.learn_serials({serial})
        status, message = desk.judge(product, serial)
        if status not in GIVEN:
            raise UserError(self.env._("%(serial)s: %(problem)s", serial=serial, problem=message))

    def _check_serial_access(self):
        """:raise AccessError: for who is no warehouse user, or may not change these"""
        self._check_warehouse_user()
        self.check_access("write")

    @api.model
    def _check_warehouse_user(self):
        """:raise AccessError: for who is no warehouse user: Odoo lets purchase users write
        transfers, but naming units is the warehouse's"""
        if not (self.env.su or self.env.user.has_group("stock.group_stock_user")):
            raise AccessError(self.env._("Only warehouse users may enter serial numbers."))

    def _get_serial_location_domain(self):
        """Return the domain of the bins that can be named on this transfer."""
        self.ensure_one()
        return [("id", "child_of", self._get_serial_root().ids), ("usage", "!=", "view")]

    def _get_serial_root(self):
        """Return the location whose bins matter: where units in stock stand, or where the
        others go."""
        return self.location_id if self.serial_units_in_stock else self.location_dest_id
