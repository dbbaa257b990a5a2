"""What happened to a unit, as one timeline."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.history_key import CHATTER, MOVE, HistoryKey

#: The most entries of one page.
MAX_ENTRIES = 1000


class StockLot(models.Model):
    """The history of a serial number, read from its moves and its chatter; nothing is stored."""

    _inherit = "stock.lot"

    @api.readonly
    def get_serial_history(self, limit=80, before=None):
        """Return what happened to this unit, the latest first.

        Under another part, before a correction, it is the same unit. Its moves are those that the
        user may read, its messages those of the chatter. What else the user may not read, such as
        an order or a customer, isn't named: "Delivered to a customer". A lot, whose part isn't
        tracked by serial number, has its history, too.

        The number of queries doesn't depend on the number of entries.

        :param int limit: how many entries, at most and by default 1000 and 80
        :param str before: the ``key`` of the last entry of the page before, or a date and time in
            UTC; None for the first page. A page with fewer than *limit* entries is the last.
        :return: a list of ``{"key", "date", "kind", "text", "document", "user"}``:

            - *date*: text, in UTC, like all dates over RPC
            - *kind*: of a move, ``received``, ``serialized``, ``moved``, ``counted``, ``reserved``
              (not done yet), ``expected`` (coming in, not done yet), ``delivered``, ``returned``
              (by a customer, or to a vendor), ``repaired``, ``consumed`` (built into another
              unit), ``removed`` (taken out of another unit), ``produced``, ``unbuilt`` (taken
              apart), ``scrapped`` or ``corrected``; of the chatter, ``created``, ``answered``,
              ``renamed``, ``archived``, ``unarchived``, ``changed`` (another field),
              ``corrected``, ``photo`` or ``note``
            - *text*: in the user's language
            - *document*: ``{"model", "id", "name"}`` of the document that the user may open, or
              False
            - *user*: the name of who did it, or False. Of a move that is the user who wrote it
              last.
        :raise AccessError: if the user may not read this serial number
        :raise UserError: if *limit* is not a positive number, or *before* is no key
        """
        self.ensure_one()
        self.check_access("read")
        limit, before = self._check_history_page(limit, before)
        records = self._get_history_records()
        lines = self._search_history_lines(records, limit, before)
        messages = self._search_history_messages(records, limit, before)
        keys = [HistoryKey(line.date, MOVE, line.id) for line in lines]
        keys += [HistoryKey(message.date, CHATTER, message.id) for message in messages]
        keys = sorted(keys, reverse=True)[:limit]
        entries = {}
        for source, found in ((MOVE, lines), (CHATTER, messages)):
            shown = found.browse(key.id for key in keys if key.source == source)
            entries[source] = shown._prepare_serial_history()
        return [
            {
                "key": str(key),
                "date": fields.Datetime.to_string(key.date),
                **entries[key.source][key.id],
            }
            for key in keys
        ]

    @api.model
    def _check_history_page(self, limit, before):
        """Return the number of entries, and the key of the entry before them, of a page."""
        if type(limit) is not int or limit < 1:
            raise UserError(
                self.env._(
                    "%(limit)s entries can't be shown: give a whole number above 0.", limit=limit
                )
            )
        try:
            key = HistoryKey.parse(before) if before not in (None, False) else None
        except ValueError:
            message = self.env._(
                "%(key)s is no entry of a history: give the key of an entry that was shown.",
                key=before,
            )
            raise UserError(message) from None
        return min(limit, MAX_ENTRIES), key

    def _get_history_records(self):
        """Return the records that this unit had, the latest first: itself, and those under other
        parts. What is found by them is what the user may read."""
        return self.browse(record for _lot, record in self._get_records_of_units())

    @api.model
    def _get_history_domain(self, source, before):
        """Return the domain of the entries of a *source* that come after the key *before*."""
        if not before:
            return Domain.TRUE
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "(%s, %s, %s) < (%s, %s, %s)",
                SQL.identifier(alias, "date", to_flush=model._fields["date"]),
                source,
                SQL.identifier(alias, "id"),
                *before,
            )
        )

    @api.model
    def _search_history_lines(self, records, limit, before):
        """Return the move lines that *records* were moved with, or are reserved on. Those of a
        correction are left out: the chatter has it."""
        is_correction = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """
                EXISTS (SELECT FROM stock_move move
                          JOIN stock_location source ON source.id = move.location_id
                         WHERE move.id = %s AND %s
                               AND source.usage IN ('internal', 'transit', 'inventory'))
                """,
                SQL.identifier(alias, "move_id", to_flush=model._fields["move_id"]),
                SQL.identifier(
                    "move",
                    "is_serial_correction",
                    to_flush=self.env["stock.move"]._fields["is_serial_correction"],
                ),
            )
        )
        return self.env["stock.move.line"].search_fetch(
            Domain("lot_id", "in", records.ids)
            & Domain("state", "not in", ("draft", "cancel"))
            & Domain("quantity_product_uom", ">", 0)
            & ~is_correction
            & self._get_history_domain(MOVE, before),
            ["date"],
            limit=limit,
            order="date desc, id desc",
        )

    @api.model
    def _search_history_messages(self, records, limit, before):
        """Return the messages in the chatter of *records* that the user may read."""
        # The user's own notifications about a message are no part of the record's history.
        return self.env["mail.message"].search_fetch(
            Domain("model", "=", self._name)
            & Domain.OR(records._list_chatter_domains())
            & Domain("message_type", "!=", "user_notification")
            & Domain("date", "!=", False)
            & self._get_history_domain(CHATTER, before),
            ["date"],
            limit=limit,
            order="date desc, id desc",
        )

    def _list_chatter_domains(self):
        """Return, for each of these records of one unit, the domain of the messages that count. A
        correction is in the chatter of both the old and the new record: the new one's counts."""
        first = self._read_first_messages() if len(self) > 1 else {}
        domains, end = [], None
        for record in self:
            domain = Domain("res_id", "=", record.id)
            if record != self[-1] and record.id in first:
                # The unit was there before: it was not created.
                domain &= Domain("id", ">", first[record.id])
            domains.append(domain & Domain("id", "<", end) if end else domain)
            end = first.get(record.id)
        return domains

    def _read_first_messages(self):
        """Return ``{id: the ID of the first message in its chatter}`` of these records."""
        self.env["mail.message"].flush_model(["model", "res_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT res_id, min(id) FROM mail_message
                     WHERE model = %s AND res_id = ANY(%s) GROUP BY res_id
                    """,
                    self._name,
                    self.ids,
                )
            )
        )

    def _log_in_history(self, kind, bodies):
        """Log in the chatter of these serial numbers, as entries of this *kind* in their history, see
        :meth:`get_serial_history`.

        :param dict bodies: the text for each, by its ID
        """
        event = Markup('<span class="o_serial_event_%s">%s</span>')
        self._message_log_batch({lot: event % (kind, body) for lot, body in bodies.items()})
