from odoo import api, fields, models
from odoo.tools import SQL


class StockLot(models.Model):
    _inherit = "stock.lot"

    product_tmpl_id = fields.Many2one(related="product_id.product_tmpl_id")
    source = fields.Char(
        readonly=True, copy=False, help="The document this serial number was created on."
    )
    used_on = fields.Char(
        readonly=True,
        copy=False,
        help="The latest document that used this serial number after it was created.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lots = super().create(vals_list)
        serials = lots.filtered(lambda lot: lot.product_id.tracking == "serial")
        serials.product_id.product_tmpl_id._start_serials()
        return lots

    def _read_history_ends(self):
        """Return ``{lot id: (first move, last move)}`` of the done moves of these lots.

        The last move is empty where the lot was moved only once.
        """
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot_id,
                       (array_agg(move_id ORDER BY date, id))[1],
                       CASE WHEN count(*) > 1
                            THEN (array_agg(move_id ORDER BY date DESC, id DESC))[1] END
                  FROM stock_move_line
                 WHERE lot_id IN %s AND state = 'done' AND quantity_product_uom > 0
              GROUP BY lot_id
                """,
                tuple(self.ids),
            )
        )
        Move = self.env["stock.move"].sudo()
        moves = Move.browse({move for _lot, *ends in rows for move in ends if move})
        by_id = dict(zip(moves.ids, moves, strict=True))
        nothing = Move.browse()
        return {
            lot: (by_id.get(first, nothing), by_id.get(last, nothing)) for lot, first, last in rows
        }

    def _update_documents(self):
        """Bring Source and Used On up to date with the done moves of these serials.

        One query reads, one statement writes, however many serials there are. A lot that
        is no serial number is left alone.
        """
        serials = self.filtered(lambda lot: lot.product_id.tracking == "serial")
        if not serials:
            return
        ends = serials._read_history_ends()
        nothing = self.env["stock.move"].sudo().browse()
        names = {
            move: move._get_serial_document_name()
            for move in set().union(*ends.values()) | {nothing}
        }
        documents = [ends.get(serial, (nothing, nothing)) for serial in serials.ids]
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_lot lot
                   SET source = new.source, used_on = new.used_on
                  FROM unnest(%s, %s::varchar[], %s::varchar[]) AS new(id, source, used_on)
                 WHERE lot.id = new.id
                """,
                serials.ids,
                [names[first] for first, _last in documents],
                [names[last] for _first, last in documents],
            )
        )
        serials.invalidate_recordset(["source", "used_on"], flush=False)

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

    def action_open_source(self):
        """Open the document this serial number was created on, see :meth:`_open_document`."""
        return self._open_document(0)

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
        move = self._read_history_ends().get(self.id, [self.env["stock.move"]] * 2)[end]
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
