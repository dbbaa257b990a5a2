from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.entry_grammar import MAX_UNITS
from ..tools.serial_names import clean_name
from .assignment.serial_assignment import ASSIGNED_STATUSES, SerialAssignment
from .serial_prompt import PROMPTED, SETTLED


class SerialPrompt(models.AbstractModel):
    """The prompt, in which the units of a transfer get their serial numbers."""

    _inherit = "serial.prompt"

    #: Context key: the ids of all transfers that are validated once the prompts are done.
    _to_validate_key = "serial_validate_ids"

    serial_entry_product_ids = fields.Many2many(
        "product.product", compute="_compute_serial_entry_product_ids"
    )
    serial_several_parts = fields.Boolean(compute="_compute_serial_entry_product_ids")
    serial_validate_label = fields.Char(compute="_compute_serial_validate_label")

    @api.depends("serial_line_ids.product_id")
    @api.depends_context(PROMPTED)
    def _compute_serial_entry_product_ids(self):
        for picking in self:
            lines = picking._get_prompted().serial_line_ids
            picking.serial_entry_product_ids = lines.product_id
            picking.serial_several_parts = len(picking.serial_entry_product_ids) > 1

    @api.depends(
        *("is_serialize", "picking_type_code", "serial_done_count", "serial_missing_count"),
        "serial_scanned_count",
    )
    @api.depends_context(PROMPTED)
    def _compute_serial_validate_label(self):
        for picking in self:
            picking.serial_validate_label = picking._get_validate_label()

    def _get_validate_label(self):
        """Return what validating will do, as the text of the button."""
        raise NotImplementedError

    def _count_to_validate(self):
        """Return how many units validating in the prompt moves, and how many it leaves for later."""
        scanned = self._is_from_stock() and self.serial_scanned_count
        if scanned:
            return scanned, self.serial_unit_count - scanned
        return self.serial_done_count, self.serial_missing_count

    def action_open_serial_prompt(self):
        """Open the prompt for the serial numbers of these transfers: of several, for those that are
        of one kind with the first.

        :return: window action on the first transfer, in a dialog
        :raise AccessError: if the user may not change these transfers
        :raise UserError: if one is done or cancelled, or a quantity is not a whole number
        """
        self._check_serial_access()
        pickings = self._filter_same_kind()
        pickings._prepare_serial_lines()
        to_validate = self.env.context.get(self._to_validate_key) or pickings.ids
        return {
            "name": pickings._get_prompt_title(),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": pickings[:1].id,
            "views": [(self.env.ref(pickings._get_prompt_view()).id, "form")],
            "target": "new",
            "context": {
                self._to_validate_key: to_validate,
                PROMPTED: pickings.ids,
                SETTLED: self.env.context.get(SETTLED, []),
            },
        }

    def _prepare_serial_lines(self):
        """Give each unit of these transfers a line of its own to type its serial number on."""
        self._check_open()
        self._add_unit_lines()

    def _add_unit_lines(self):
        """Give each unit of these open transfers its line; return the lines that were created."""
        lines = self.serial_line_ids
        lines._keep_renamed()
        return lines._split_into_units()

    def _check_open(self):
        """Confirm those of these transfers that are drafts.

        :raise UserError: if one is done or cancelled
        """
        self.filtered(lambda picking: picking.state == "draft")._confirm_drafts()
        if closed := self.filtered(lambda picking: picking.state in ("done", "cancel")):
            raise UserError(
                self.env._(
                    "%(transfer)s is done or cancelled: no serial numbers can be entered.",
                    transfer=closed._get_names(),
                )
            )

    def _confirm_drafts(self):
        """Confirm these drafts."""
        self.action_confirm()

    @api.readonly
    def action_view_serials(self):
        """Open the serial numbers of this transfer.

        :return: window action on ``stock.lot``
        """
        self.ensure_one()
        return self.env["stock.lot"]._action_view_serials(self.serial_line_ids.lot_id)

    def action_validate_serials(self):
        """Validate the units that have their serial number, and leave the others for later.

        What is still in the entry box is entered first, and shown before it is validated.

        :return: the prompt again, or what ``button_validate`` returns: Odoo's backorder
            question, what can follow, or True
        :raise AccessError: if the user may not change this transfer
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
            return self._get_prompted().action_open_serial_prompt()
        pickings = self.browse(self.env.context.get(self._to_validate_key, self.ids))
        settled = self._get_prompted().union(self.browse(self.env.context.get(SETTLED, ())))
        if prompt := (settled & pickings)._ask_answers():
            return prompt
        for picking in settled & pickings:
            picking._pick_for_validation()
        if others := (pickings - settled)._get_pickings_to_prompt():
            return others.with_context(**{SETTLED: settled.ids}).action_open_serial_prompt()
        for picking in pickings - settled:
            picking._pick_for_validation()
        return pickings.with_context(skip_serial_prompt=True)._validate_prompted()

    def _validate_prompted(self):
        """Validate these transfers, whose prompt is done.

        :return: what the transfer's own button returns: an action, or True
        """
        raise NotImplementedError

    def _get_prompt_view(self):
        """Return the XML ID of the form that shows the prompt of these transfers."""
        raise NotImplementedError

    def _get_prompt_title(self):
        """Return what is at hand, as the title of the prompt of these transfers."""
        raise NotImplementedError

    def _describe_units(self):
        """Return how many units of which part these transfers have that need a serial number."""
        # Each by itself: in a prompt that they share, each has the count of all.
        pickings = self.with_context(**{PROMPTED: ()})
        count = sum(pickings.mapped("serial_unit_count"))
        products = self.serial_line_ids.product_id.with_context(display_default_code=False)
        if len(products) == 1:
            return self.env._("%(count)s × %(part)s", count=count, part=products.display_name)
        return self.env._("%(count)s units of %(parts)s parts", count=count, parts=len(products))

    def _pick_for_validation(self):
        """Pick what the prompt validates: the units that have their serial number or, once people
        scan, were scanned, and the parts that have none.

        :raise UserError: if that is nothing
        """
        lines = self._get_lines_to_validate()
        left = self._get_lines_to_prompt() | self._get_lines_left_unscanned()
        (lines - left).filtered("quantity").picked = True
        left.picked = False
        if left and not self.is_serialize and not any(lines.move_id.mapped("picked")):
            self._raise_no_serial()

    # ---------------------------------------------------------- who may enter, and which bins

    def _check_serial_fits(self, product, serial):
        """:raise UserError: if *serial* can't name a unit of *product* on this transfer"""
        assignment = SerialAssignment(self)
        assignment.known.read_names({serial})
        status, message = assignment.check(product, serial)
        if status not in ASSIGNED_STATUSES:
            raise UserError(self.env._("%(serial)s: %(problem)s", serial=serial, problem=message))

    def _check_serial_access(self):
        """:raise AccessError: unless the user is a warehouse user who may change these"""
        self._check_warehouse_user()
        self._get_prompted().check_access("write")

    @api.model
    def _check_warehouse_user(self):
        """:raise AccessError: unless the user is a warehouse user: Odoo lets purchase users write
        transfers, but serial numbers are for the warehouse"""
        if not (self.env.su or self.env.user.has_group("stock.group_stock_user")):
            raise AccessError(self.env._("Only warehouse users may enter serial numbers."))

    def _get_serial_location_domain(self):
        """Return the domain of the bins that can be named on this transfer."""
        roots = self._get_serial_root()
        if self._puts_away():
            roots |= self.location_dest_id
        return [("id", "child_of", roots.ids), ("usage", "!=", "view")]

    def _get_serial_root(self):
        """Return the locations whose bins matter: where units in stock are, or where the others
        go."""
        return self.location_id if self._are_units_in_stock() else self.location_dest_id

    def _puts_away(self):
        """Return whether the units of these transfers, which are of one kind, go from bins to bins:
        their bins can be scanned with them."""
        return self._is_from_stock() and {*self.mapped("picking_type_code")} == {"internal"}

    def _is_in_root(self, location):
        """Return whether *location* is one of the bins that matter."""
        return any(location._child_of(root) for root in self._get_serial_root())

    def _get_names(self):
        """Return the names of these transfers, as text."""
        return ", ".join(self.mapped("name"))

    # ------------------------------------------------------------------- what it offers

    def generate_serials(self, product_id=False):
        """Assign numbers from a part's own sequence to its units that await one, up to the limit of
        one call. Numbers are used up only here; those that already exist are skipped.

        :param int product_id: the part; by default the first that awaits a serial number
        :return: what :meth:`enter_serials` returns
        :raise AccessError: if the user may not change this transfer
        :raise UserError: if the part has no sequence, or no unit awaits a serial number
        """
        self.ensure_one()
        self._check_serial_access()
        waiting = self._get_prompted().serial_line_ids._awaits_serial()
        product = self._browse_chosen("product.product", product_id) or waiting[:1].product_id
        count = len(waiting.filtered(lambda line: line.product_id == product)[:MAX_UNITS])
        if not count:
            raise UserError(self.env._("Every unit has a serial number."))
        if not product.lot_sequence_id:
            raise UserError(
                self.env._(
                    "%(part)s has no sequence for serial numbers. Type the first one and a count, like "
                    "SN001*5.",
                    part=product.display_name,
                )
            )
        names = self._draw_numbers(product, count)
        return self.enter_in_prompt("\n".join(names), product.id, self.serial_entry_location_id.id)

    def _draw_numbers(self, product, count):
        """Return *count* new numbers from the sequence of *product*."""
        names = []
        while len(names) < count:
            fresh = [
                clean_name(product.lot_sequence_id.next_by_id())
                for _number in range(count - len(names))
            ]
            # The numbers of all companies count, even those that the user can't see.
            Serial = self.env["stock.lot"].sudo().with_context(active_test=False)
            used = Serial.search([("name", "in", fresh)]).mapped("name")
            names += [name for name in fresh if name not in used]
        return names

    def copy_serial_answers(self, line_id, below=False):
        """Copy the answers of one line to the others of its part that have a new serial number.

        :param int line_id: the line whose answers are copied
        :param bool below: only to the lines below it; if not, to those that nobody answered yet
        :return: the number of lines that were answered
        :raise AccessError: if the user may not change this transfer
        """
        self.ensure_one()
        self._check_serial_access()
        lines = self._get_prompted().serial_line_ids.filtered(lambda line: not line.lot_id)
        source = lines.filtered(lambda line: line.id == line_id)
        others = lines.filtered(lambda line: line.product_id == source.product_id) - source
        if below:
            # The prompt shows the latest serial number first, under those that have none.
            others = others.filtered(
                lambda line: line.lot_name and line.lot_name < (source.lot_name or "")
            )
        else:
            others = others.filtered(
                lambda line: not line.serial_answers.given and not line.known_lot_id
            )
        answers = source._get_answers_to_copy()
        for line in others:
            line.serial_answers = answers
        return len(others)
