from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.plain_text import is_id
from ..tools.position import INTERNAL_USAGES

#: The kinds of findings, and the model of the record that a row stands for. Their order is part of
#: the rows' ids: add at the end. For each kind, one of the files serial_checkup_*.py has:
#:
#: - ``_select_<kind>()``: the SQL of its rows, see :meth:`SerialCheckup._get_branches`
#: - ``_describe_<kind>()``: what to do about each of these rows, a list of texts
#: - ``_summarize_<kind>(count)``: the text that *count* of it were found
#: - ``_open_<kind>(record)``: the action that opens what puts it right
KINDS = {
    "unserialized": "stock.quant",
    "below_zero": "stock.quant",
    "several_positions": "stock.quant",
    "odd_quantity": "stock.quant",
    "duplicate": "stock.lot",
    "answers_missing": "stock.lot",
    "stuck_transfer": "stock.picking",
    "similar": "stock.lot",
    "elsewhere": "stock.quant",
    "invalid_answers": "stock.lot",
}
#: The kinds that somebody has to go and look at in a warehouse; the others are put right at a
#: computer.
KINDS_ON_SITE = [
    "unserialized",
    "below_zero",
    "several_positions",
    "odd_quantity",
    "stuck_transfer",
]
#: A row's id is the id of its record times this, plus the position of its kind.
ID_STEP = 16

# Where a serial number has its position: these locations, of any company.
INTERNAL = SQL("location.usage IN %s", INTERNAL_USAGES)
# The locations of stock.quant._get_on_hand_domain.
ON_HAND = SQL(
    "(location.usage = 'internal' OR location.usage = 'transit' AND location.company_id IS NOT NULL)"
)


class SerialCheckup(models.Model):
    """What is wrong with serial numbers: one row a finding, read from the stock as it is now. A row
    disappears once its cause is gone.

    Its columns are those of :meth:`_get_branches`. Read-only, for warehouse users.
    """

    _name = "serial.checkup"
    _description = "Serial Check-up"
    _auto = False
    _order = "kind, id"
    _rec_name = "description"
    _depends = {
        "product.category": ["serial_question_definition"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["tracking"],
        "serial.question": ["key"],
        "stock.location": ["usage", "company_id", "warehouse_id"],
        "stock.lot": [
            "active",
            "company_id",
            "location_id",
            "name",
            "part_type_id",
            "product_id",
            "serial_answers",
            "unit_company_id",
        ],
        "stock.move": ["picking_id", "product_id", "product_qty", "state"],
        "stock.picking": ["company_id", "location_id", "picking_type_id", "state"],
        "stock.quant": [
            "company_id",
            "location_id",
            "lot_id",
            "owner_id",
            "package_id",
            "product_id",
            "quantity",
        ],
        "stock.warehouse": ["serialize_type_id"],
    }

    kind = fields.Selection(
        [
            ("unserialized", "Units Without Serial Number"),
            ("below_zero", "Negative Stock"),
            ("several_positions", "Serial Number in Several Places"),
            ("odd_quantity", "Quantity Is Not 1"),
            ("duplicate", "Duplicate Serial Number"),
            ("answers_missing", "Answers Missing"),
            ("stuck_transfer", "Serialize Transfer Stuck"),
            ("similar", "Similar Serial Numbers"),
            ("elsewhere", "In Stock and Still at a Customer"),
            ("invalid_answers", "Answers That Don't Fit"),
        ],
        "Finding",
        readonly=True,
    )
    product_id = fields.Many2one("product.product", "Part", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Serial Number", readonly=True)
    location_id = fields.Many2one("stock.location", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    quantity = fields.Float("Found", digits="Product Unit", aggregator=None, readonly=True)
    expected = fields.Float(digits="Product Unit", aggregator=None, readonly=True)
    description = fields.Text("What to Do", compute="_compute_description")

    # ------------------------------------------------------------------------------- the rows

    @property
    def _table_query(self):
        # The kind is a constant in each branch, so a search for one kind runs that branch only.
        branches = self._get_branches()
        rows = SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT record_id::bigint * %(step)s + %(position)s AS id, %(kind)s::varchar AS kind,
                       product_id, lot_id, location_id, warehouse_id, picking_id, company_id,
                       quantity::numeric, expected::numeric
                  FROM (%(branch)s) AS %(alias)s
                """,
                step=ID_STEP,
                position=position,
                kind=kind,
                branch=branches[kind],
                alias=SQL.identifier(kind),
            )
            for position, kind in enumerate(KINDS)
        )
        return SQL("%s %s", self._get_common_tables(), rows)

    @api.model
    def _get_common_tables(self):
        """Return the ``WITH`` clause of what several branches read. PostgreSQL runs it only if one
        of these runs, and only once."""
        return SQL("WITH serial_position AS (%s)", self._select_serial_positions())

    @api.model
    def _get_branches(self):
        """Return ``{kind: the SQL of its rows}``.

        The columns: ``record_id`` (of the model in ``KINDS``), ``product_id``, ``lot_id``,
        ``location_id``, ``warehouse_id``, ``picking_id``, ``company_id`` (NULL: all companies'),
        ``quantity`` that was found and ``expected``.
        """
        return {kind: getattr(self, f"_select_{kind}")() for kind in KINDS}

    # ------------------------------------------------------------------------------- in words

    @api.depends("kind", "quantity", "expected", "lot_id", "location_id", "picking_id")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_description(self):
        for kind, rows in self.grouped("kind").items():
            texts = getattr(rows, f"_describe_{kind}")()
            for row, text in zip(rows, texts, strict=True):
                row.description = text

    def _describe_own_positions(self):
        """Return the bins of the quants that these rows stand for, with package and owner, as a
        list of texts."""
        quants = self.env["stock.quant"].browse(row.id // ID_STEP for row in self)
        return [quant._describe_position() for quant in quants]

    # ----------------------------------------------------------------------------- the remedy

    def action_open_remedy(self):
        """Open what puts this finding right: the prompt, a count, serial numbers or a transfer.

        :return: a window action; a notification if the finding is gone by now
        :raise AccessError: when the user may not read the record it is about
        :raise UserError: when its units have their serial numbers by now, or its id can't be that
            of a finding
        """
        self.ensure_one()
        self.browse().check_access("read")
        kind, record = self._read_id()
        record.check_access("read")
        if not record:
            return self._notify_settled()
        return getattr(self, f"_open_{kind}")(record)

    def _read_id(self):
        """Return the kind of this finding and its record, empty if it is gone. Both are in the id,
        so the stock isn't searched again.

        :raise UserError: when the id can't be that of a finding
        """
        record_id, position = divmod(self.id, ID_STEP) if type(self.id) is int else (0, 0)
        if not is_id(record_id) or position >= len(KINDS):
            raise UserError(
                self.env._("This finding no longer exists. Open the Serial Check-up again.")
            )
        kind, model = list(KINDS.items())[position]
        return kind, self.env[model].browse(record_id).exists()

    @api.model
    def _open_serials(self, domain):
        serials = self.env["stock.lot"]
        return {**serials._action_view_serials(serials), "domain": domain}

    @api.model
    def _notify_settled(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("This is already settled."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
