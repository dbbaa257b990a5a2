from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.plain_text import is_id
from .serial_count_line import STATUSES


class SerialCount(models.Model):
    """A count by scan: bins, and what people found in each of them. Nothing in stock changes before
    it is applied.

    Several people may count at once, each in a bin of their own: where they are, and what is in
    their scan box, is kept for each of them (``serial.count.person``).
    """

    _name = "serial.count"
    _description = "Count of Serial Numbers"
    _inherit = ["mail.thread", "serialized_parts.own.fields", "serialized_parts.lists"]
    _order = "id DESC"

    _own_fields = {"name", "date", "state"}

    name = fields.Char("Reference", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    location_ids = fields.Many2many(
        "stock.location",
        string="Bins",
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="The bins to count, each with the bins inside it. Empty: any bin that is scanned.",
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Parts",
        check_company=True,
        domain="[('is_storable', '=', True)]",
        help="The parts to count. Empty: every part.",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, tracking=True
    )
    date = fields.Datetime("Applied On", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Counting"), ("done", "Applied"), ("cancel", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    is_blind = fields.Boolean(
        "Blind", help="What is expected in a bin is not shown until the bin is closed."
    )
    bin_ids = fields.One2many("serial.count.bin", "count_id", "Counted Bins", readonly=True)
    line_ids = fields.One2many("serial.count.line", "count_id", "Scans", readonly=True)
    person_ids = fields.One2many("serial.count.person", "count_id", readonly=True)
    current_bin_id = fields.Many2one(
        "serial.count.bin",
        compute="_compute_person",
        inverse="_inverse_current_bin_id",
        help="The bin in which you are counting.",
    )
    scan_text = fields.Text(
        "Scan",
        compute="_compute_person",
        inverse="_inverse_scan_text",
    )
    here_count = fields.Integer("Here", compute="_compute_status_counts")
    misplaced_count = fields.Integer("Misplaced", compute="_compute_status_counts")
    gone_count = fields.Integer("Gone", compute="_compute_status_counts")
    unknown_count = fields.Integer("Unknown", compute="_compute_status_counts")
    missing_count = fields.Integer("Missing", compute="_compute_status_counts")

    @api.depends("person_ids.bin_id", "person_ids.text")
    @api.depends_context("uid")
    def _compute_person(self):
        people = self.env["serial.count.person"].search(self._get_person_domain())
        by_count = people.grouped("count_id")
        for count in self:
            person = by_count.get(count._origin, people.browse())
            count.current_bin_id = person.bin_id
            count.scan_text = person.text

    def _inverse_current_bin_id(self):
        for count in self:
            if count.current_bin_id:
                count.current_bin_id._check_open(count)
            count._get_person().bin_id = count.current_bin_id

    def _inverse_scan_text(self):
        for count in self:
            count._get_person().text = count.scan_text

    def _get_person_domain(self):
        return Domain("count_id", "in", self.ids) & Domain("user_id", "=", self.env.uid)

    def _get_person(self):
        """Return what is kept for the user on this count; it is created if there is nothing yet."""
        self.ensure_one()
        person = self.env["serial.count.person"].search(self._get_person_domain())
        return person or person.create({"count_id": self.id})

    @api.depends("line_ids.status")
    def _compute_status_counts(self):
        rows = self.env["serial.count.line"]._read_group(
            [("count_id", "in", self.ids)], ["count_id", "status"], ["__count"]
        )
        numbers = {(count.id, status): number for count, status, number in rows}
        for count in self:
            for status, _label in STATUSES:
                count[f"{status}_count"] = numbers.get((count._origin.id, status), 0)

    @api.model_create_multi
    def create(self, vals_list):
        counts = super().create(vals_list)
        for count in counts:
            sequence = self.env["ir.sequence"].with_company(count.company_id)
            # Only the addon itself writes it.
            count.sudo().name = sequence.next_by_code("serial.count")
        return counts

    @api.constrains("company_id")
    def _check_company_of_bins(self):
        for count in self:
            if count.bin_ids.location_id.company_id - count.company_id:
                raise ValidationError(
                    self.env._(
                        "%(count)s has bins of another company: start a new count there.",
                        count=count.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if done := self.filtered(lambda count: count.state == "done"):
            raise UserError(
                self.env._(
                    "%(counts)s can't be deleted: units were moved by it.",
                    counts=", ".join(done.mapped("name")),
                )
            )

    def write(self, vals):
        if vals.keys() & {"company_id", "location_ids", "product_ids", "is_blind"}:
            self._check_counting()
        return super().write(vals)

    # ------------------------------------------------------------------------------ what it has

    def _check_counting(self):
        """:raise UserError: if one of these counts is applied or cancelled"""
        for count in self:
            if count.state != "draft":
                state = dict(self._fields["state"]._description_selection(self.env))[count.state]
                raise UserError(
                    self.env._(
                        "%(count)s is %(state)s: start a new count.", count=count.name, state=state
                    )
                )

    def _has_location(self, location):
        """Return whether *location* is a bin that this count may count."""
        self.ensure_one()
        return (
            location.usage == "internal"
            and not location.is_serial_missing
            and location.company_id == self.company_id
            and (
                not self.location_ids
                or any(location._child_of(parent) for parent in self.location_ids)
            )
        )

    def _has_part(self, product):
        """Return whether this count counts *product*: lots are left to Odoo."""
        self.ensure_one()
        is_countable = product.is_storable and product.tracking in ("none", "serial")
        return is_countable and (not self.product_ids or product in self.product_ids)

    # ---------------------------------------------------------------------------------- buttons

    def action_close_bin(self, bin_id=False):
        """Close a bin of this count, see ``serial.count.bin.action_close``.

        :param int bin_id: the bin; by default the one in which the user is counting
        :raise UserError: if there is none, or it is closed already
        """
        self.ensure_one()
        self.check_access("write")
        chosen = self.env["serial.count.bin"].browse(bin_id if is_id(bin_id) else [])
        counted_bin = chosen & self.bin_ids or self.current_bin_id
        if not counted_bin:
            raise UserError(self.env._("Scan the bin first."))
        return counted_bin.action_close()

    def action_cancel(self):
        """Cancel these counts: nothing in stock changes, and what was scanned stays on them.

        :raise UserError: if one of them is applied
        """
        self.check_access("write")
        self.filtered(lambda count: count.state == "done")._check_counting()
        # Only the addon itself writes it.
        self.sudo().state = "cancel"

    # ------------------------------------------------------------------------------------ lists

    def action_view_lines(self):
        """Return the window action that lists what was scanned, and missed, in this count."""
        return self._action_view_lines({})

    def action_view_missing(self):
        """Return the window action that lists what is missing."""
        return self._action_view_lines({"search_default_missing": 1})

    def action_view_misplaced(self):
        """Return the window action that lists what is misplaced, or gone and found again."""
        return self._action_view_lines({"search_default_misplaced": 1, "search_default_gone": 1})

    def _action_view_lines(self, context):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serialized_parts.serial_count_line_action"
        )
        return {
            **action,
            "name": self.name,
            "domain": [("count_id", "=", self.id)],
            "context": {**context, "create": False},
        }
