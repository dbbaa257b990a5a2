"""A message in the chatter of a serial number as an entry in its history."""

import re
from collections import defaultdict

from odoo import models
from odoo.tools import format_date, format_datetime
from odoo.tools.mail import html_to_inner_content

from .readable import ReadableNames

#: The kind that stock.lot._log_in_history wrote.
EVENT = re.compile(r'^<span class="o_serial_event_(corrected|photo)">')
#: What the text of a correction describes already.
CORRECTED = {"active", "name", "product_id"}


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _prepare_serial_history(self):
        """Return ``{id: {"kind", "text", "document", "user"}}`` of these messages, which the user
        may read, see ``stock.lot.get_serial_history``."""
        # Whoever may read a message may read its parts; the names and fields are checked.
        messages = self.sudo()
        names = ReadableNames(message.author_id for message in messages)
        changes, created = self._read_changes(), messages._find_creations()
        entries = {}
        for message in messages:
            kind, text = message._describe_in_history(changes[message.id])
            if message in created:
                kind, text = "created", self.env._("Serial number created")
            author = message.author_id
            # Not its display name, which has the company's before it.
            user = (author in names and author.name) if author else message.email_from
            entries[message.id] = {
                "kind": kind,
                "text": text,
                "document": False,
                "user": user or False,
            }
        return entries

    def _find_creations(self):
        """Return those of these messages that Odoo wrote when it created the serial number."""
        lots = self.env["stock.lot"].browse({message.res_id for message in self})
        first, by_id = lots._read_first_messages(), {lot.id: lot for lot in lots}
        return self.filtered(
            lambda message: (
                message.id == first[message.res_id]
                and message.message_type == "notification"
                and not message.tracking_value_ids
                and message.create_date == by_id[message.res_id].create_date
            )
        )

    def _read_changes(self):
        """Return ``{message id: [(field, kind, text)]}`` of the changes that these messages show, of
        the fields that the user may read."""
        # Only administrators may read tracked values themselves.
        tracked = self.sudo().tracking_value_ids._filter_has_field_access(self.env)
        by_id = {value.id: value for value in tracked}
        changes = defaultdict(list)
        for shown in tracked._tracking_value_format():
            value = by_id[shown["id"]]
            field = value.field_id.name
            change = (field, *self._describe_change(field, shown))
            changes[value.mail_message_id.id].append(change)
        return changes

    def _describe_change(self, field, shown):
        """Return the kind and the text of the change of a *field*.

        :param dict shown: what ``mail.tracking.value._tracking_value_format`` returns for it
        """
        label, kind = shown["fieldInfo"]["changedField"], shown["fieldInfo"]["fieldType"]
        old, new = (self._format_value(kind, shown[end]) for end in ("oldValue", "newValue"))
        if field == "active":
            if shown["newValue"]:
                return "unarchived", self.env._("Unarchived")
            return "archived", self.env._("Archived")
        if field == "name":
            return "renamed", self.env._("Renamed from %(old)s to %(new)s", old=old, new=new)
        text = self.env._("%(label)s: %(old)s → %(new)s", label=label, old=old, new=new)
        if not new:
            text = self.env._("%(label)s: %(old)s removed", label=label, old=old)
        elif not old:
            text = self.env._("%(label)s: %(new)s", label=label, new=new)
        return "answered" if field == "serial_answers" else "changed", text

    def _format_value(self, kind, value):
        """Return a tracked value, of a field of this *kind*, as text; an empty text for none."""
        match kind:
            case "boolean":
                return self.env._("Yes") if value else self.env._("No")
            case "date" if value:
                return format_date(self.env, value)
            case "datetime" if value:
                return format_datetime(self.env, value.removesuffix("Z"))
            case "integer" | "float" | "monetary":
                return str(value)
        return str(value or "")

    def _describe_in_history(self, changes):
        """Return the kind and the text of this message's entry.

        :param changes: what :meth:`_read_changes` returns for it
        """
        body, kind = html_to_inner_content(self.body), changes[0][1] if changes else "note"
        if event := EVENT.match(self.body or ""):
            kind = event[1]
        elif body and any(field in CORRECTED for field, *_change in changes):
            kind = "corrected"
            changes = [change for change in changes if change[0] not in CORRECTED]
        # Whoever may read a message may read what it has attached.
        files = self.sudo().attachment_ids.mapped("name")
        parts = [body, *(text for *_change, text in changes), *files]
        return kind, "; ".join(filter(None, parts)) or self.env._("A note without text")
