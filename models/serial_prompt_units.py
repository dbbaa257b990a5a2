from odoo import api, fields, models
from odoo.fields import Domain

#: Context key: the kinds of units whose prompt is done while their document is being validated.
PROMPTED_KINDS = "serial_prompted_kinds"


class SerialPromptUnits(models.AbstractModel):
    """The units of one kind of a document that has several, such as what a manufacturing order
    consumes and what it produces: each kind has a prompt of its own, see ``serial.prompt``.

    A bridge adds the selection of :attr:`kind`, a required many2one to the document, see
    ``serialized_parts.document.with.units``, and these fields of ``serial.prompt``: ``name``,
    ``state``, ``company_id``, ``picking_type_id`` and ``picking_type_code``.
    """

    _name = "serial.prompt.units"
    _description = "Units of One Kind of a Document"
    _inherit = "serial.prompt"

    #: The name of the many2one to the document.
    _document_field = None

    kind = fields.Selection([], required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", compute="_compute_partner_id")
    location_id = fields.Many2one("stock.location", compute="_compute_locations")
    location_dest_id = fields.Many2one("stock.location", compute="_compute_locations")
    move_ids = fields.Many2many("stock.move", compute="_compute_moves")
    move_line_ids = fields.Many2many("stock.move.line", compute="_compute_moves")
    serial_line_ids = fields.Many2many(
        "stock.move.line", compute="_compute_moves", search="_search_serial_line_ids"
    )

    def _compute_partner_id(self):
        self.partner_id = False

    def _compute_locations(self):
        """A bridge sets where the units of each kind come from, and where they go."""
        raise NotImplementedError

    @api.depends("kind")
    def _compute_moves(self):
        """A bridge adds what the moves of its documents depend on."""
        for units in self:
            # What was done before, in parts of the document, needs nothing any more.
            units.move_ids = units._get_document_moves().filtered(
                lambda move: move.state not in ("done", "cancel")
            )
            units.move_line_ids = units.move_ids.move_line_ids
            units.serial_line_ids = units.move_line_ids.filtered(
                lambda line: line.product_id.tracking == "serial"
            )

    def _get_document_moves(self):
        """Return the moves of the units of this kind of the document."""
        raise NotImplementedError

    def _search_serial_line_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        moves = self.env["stock.move.line"].browse(value).move_id
        return Domain.OR(
            Domain("kind", "=", kind) & Domain(self._document_field, "in", documents.ids)
            for kind, documents in self._get_move_documents(moves).items()
            if documents
        )

    @api.model
    def _get_move_documents(self, moves):
        """Return ``{kind: the documents that have moves of this kind among *moves*}``."""
        raise NotImplementedError

    def _get_documents(self):
        return self[self._document_field]

    # ------------------------------------------------------------------------------ the prompt

    def action_open_serial_prompt(self):
        action = super().action_open_serial_prompt()
        kinds = self.env.context.get(PROMPTED_KINDS, [])
        return {**action, "context": {**action["context"], PROMPTED_KINDS: kinds}}

    def _filter_same_kind(self):
        same = super()._filter_same_kind()
        return same.filtered(lambda units: units.kind == same[:1].kind)

    # ------------------------------------------------------------------------------ validation

    def _get_pickings_to_prompt(self):
        kinds = self.env.context.get(PROMPTED_KINDS, ())
        return super(
            SerialPromptUnits, self.filtered(lambda units: units.kind not in kinds)
        )._get_pickings_to_prompt()

    def _validate_prompted(self):
        kinds = [*self.env.context.get(PROMPTED_KINDS, ()), self[:1].kind]
        documents = self._get_documents().with_context(**{PROMPTED_KINDS: kinds})
        return documents.with_context(skip_serial_prompt=False)._validate_units()

    # -------------------------------------------------------------------------------- photos

    def _keep_photos(self, photos):
        """Post *photos*, of units that the document no longer has, in its chatter."""
        if photos:
            self._get_documents().message_post(
                body=self.env._("Photos of a unit that is no longer on this order."),
                attachments=[(f"{photo.id}.jpg", photo.image_1920.decode()) for photo in photos],
            )

    def _get_waiting_photos(self, ids):
        return self.env["serial.photo"]

    def _move_photos_to(self, backorder):
        return
