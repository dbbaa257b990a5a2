"""The documents of a serial number: Source, the one it came in on, and Used On, the latest one."""

from odoo import api, models
from odoo.tools import SQL

from ..fields.document_name import DocumentName, index_names
from .serial_history import prepare_documents, read_history_ends, read_unit_companies


class StockLot(models.Model):
    _inherit = "stock.lot"

    # Users may not know what another company did with a serial number, so each company has its
    # own Source and Used On; the serial number itself may belong to all.
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

    _serial_source_index = models.Index(index_names("source"))
    _serial_used_on_index = models.Index(index_names("used_on"))

    def _read_history_ends(self):
        """Return the first and the last done moves, see ``read_history_ends``, including those
        that its unit made under another part."""
        return read_history_ends(self, self._get_records_of_units())

    def _update_documents(self):
        """Update Source, Used On and whose unit it is from the done moves of these serial numbers.

        Two queries read and one statement writes, however many there are. Lots that are not serial
        numbers are left alone.
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

        A user who may not see an order gets its transfer instead.

        :return: an action; a notification with the name if the user may open neither
        """
        self.ensure_one()
        self.check_access("read")
        ends = self._read_history_ends().get((self.id, self.env.company.id))
        move = ends[end] if ends else self.env["stock.move"]
        documents = (move._get_serial_document(), move.picking_id) if move else ()
        return self._open_first(documents, (self.source, self.used_on)[end])

    @api.model
    def _open_first(self, documents, name):
        """Return the window action of the first of *documents* that the user may open; a
        notification with the *name* if there is none."""
        for document in documents:
            if self._can_open(document.with_env(self.env)):
                return {
                    "type": "ir.actions.act_window",
                    "res_model": document._name,
                    "res_id": document.id,
                    "views": [(False, "form")],
                }
        return self._action_warn(
            self.env._("You don't have access to %(document)s.", document=name)
            if name
            else self.env._("There is no document yet.")
        )

    @api.model
    def _can_open(self, document):
        """Return whether this user may open the form of *document*.

        Reading the record is not enough: a warehouse user may read an order, but not the
        invoices that its form lists.
        """
        return bool(
            document and document.has_access("read") and self._can_open_form(document._name)
        )

    @api.model
    def _can_open_form(self, model):
        """Return whether this user may read all that the form of *model* lists."""
        records = self.env[model]
        shown = records.get_view(view_type="form")["models"][model]
        lists = records.fields_get(shown, ["type", "relation"]).values()
        return all(
            self.env[field["relation"]].has_access("read")
            for field in lists
            if field["type"] in ("one2many", "many2many")
        )
