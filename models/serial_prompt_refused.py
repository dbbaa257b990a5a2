from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.serial_entries import find_table, parse
from .serial_prompt_entry import SETTLED_STATUSES

#: What is kept of a row whose unit can be taken from another document, see ``take_reserved``.
TAKE_KEYS = ("take", "product_id", "location_id")


class SerialPrompt(models.AbstractModel):
    """What was refused, and waits under the entry box until people correct or forget it."""

    _inherit = "serial.prompt"

    _own_fields = {"serial_entry_refused"}

    serial_entry_refused = fields.Json(
        "Not Assigned",
        copy=False,
        help="What could not be assigned: a list of {text, name, status, message, lot_id, typed, take}.",
    )

    def _keep_refused(self, text, entries, columns=None):
        """Keep the refused ones of *entries*, the rows of *text*, a table with these *columns* if
        they are known."""
        settled = {*SETTLED_STATUSES}
        if self._is_from_stock():
            settled.add("duplicate")  # Scanning a unit twice does no harm while it is picked.
        refused = [row for row in entries if row["status"] not in settled]
        if not refused:
            return
        table = find_table(text, self._get_headers(), columns)
        # A refused count has one row for each of its serial numbers.
        read = {
            typed: table.read_row(typed) if table else parse(typed)[0]
            for typed in {row["text"] for row in refused}
        }
        self._refuse([self._prepare_refused(row, read[row["text"]], table) for row in refused])

    def _refuse(self, rows):
        """Keep *rows* among what could not be assigned; the same text is kept once, with all
        that was typed for it, see ``_prepare_typed_row``."""
        self.ensure_one()
        kept = {row["text"]: row for row in self.serial_entry_refused or []}
        for row in rows:
            typed = [*kept.get(row["text"], {}).get("typed", ()), *row.get("typed", ())]
            kept[row["text"]] = {**row, "typed": typed}
        self._set_refused([*kept.values()])

    def _set_refused(self, rows):
        """Keep *rows* as what could not be assigned. The photos of the others are deleted."""
        self._delete_photos_except(rows)
        self.sudo().serial_entry_refused = rows  # Only the addon itself writes it.

    def forget_refused(self, text):
        """Forget what could not be assigned.

        :param str text: the text of the refused entry, as it is kept
        :raise AccessError: if the user may not change this transfer
        """
        self.ensure_one()
        self._check_serial_access()
        rows = self.serial_entry_refused or []
        self._set_refused([row for row in rows if row["text"] != text])

    def _prepare_refused(self, row, entry, table=None):
        """Return what is kept of a refused *row* of :meth:`enter_serials`: its text can be
        entered again as it is.

        :param entry: what the row's text was read into
        :param table: the table that it is a row of, if any
        """
        serial = self.env["stock.lot"]
        if row["status"] == "in_stock":
            domain = [
                ("name", "=", row["serial"]),
                ("product_id", "in", self._get_prompted().serial_line_ids.product_id.ids),
            ]
            serial = serial.search(domain, limit=1)
        return {
            "text": self._get_text_left(row, entry, table),
            "name": row["serial"] or row["text"],
            "status": row["status"],
            "message": row["message"],
            "lot_id": serial.id,
            **self._prepare_similar(row, table),
            **{key: row[key] for key in TAKE_KEYS if "take" in row},
        }

    @api.model
    def _prepare_similar(self, row, table=None):
        """Return what is kept of a *row* that asks a question, see :meth:`answer_similar`."""
        if "similar" not in row:
            return {}
        name = row["similar"]
        return {
            "similar": name,
            "similar_text": table.write_unit(name, row["text"]) if table and name else name,
            "product_id": row["product_id"],
            "location_id": row["location_id"],
            "package": row["package"],
        }

    @api.model
    def _get_text_left(self, row, entry, table=None):
        """Return what is left of a refused *row*, as text that can be entered: of a range or a
        count, this serial number alone."""
        text, serial = row["text"], row["serial"]
        if not serial or len(entry.serials) < 2:
            return table.add_header(text) if table else text
        return table.write_unit(serial, text) if table else entry.write_unit(serial)

    def _move_refused_to(self, backorder):
        """Move what was typed here and has no unit to *backorder*."""
        rows = self.serial_entry_refused or []
        typed = [row for row in rows if row.get("typed")]
        if typed:
            backorder._refuse(typed)
            self._move_photos_to(backorder)
            self._set_refused([row for row in rows if row not in typed])

    def answer_similar(self, text, is_new=False):
        """Enter what the user was asked about, because it most likely means something else. The
        prompt keeps its part and bin, unless what is meant is one.

        :param str text: the text of the refused entry, as it is kept
        :param bool is_new: whether it is the serial number as it is; if not, it is the other one
        :return: what :meth:`enter_serials` returns
        :raise UserError: if it has already been answered
        """
        row = self._find_asked(text, "similar")
        if not is_new and not row["similar"]:
            raise UserError(
                self.env._("Correct %(serial)s, or keep it as it is.", serial=row["name"])
            )
        self._forget_row(row)
        text = row["text"] if is_new else row["similar_text"]
        # A row that was kept before there were packages has none.
        outcome = self._enter_text(
            text, row["product_id"], row["location_id"], is_new, package=row.get("package", "")
        )
        self._keep_outcome(text, outcome)
        self._keep_switched(outcome)
        return outcome

    def take_reserved(self, text):
        """Take a unit that another document has reserved: the two exchange their units, and the
        chatter of the other document names them.

        :param str text: the text of the refused entry, as it is kept
        :return: what :meth:`enter_serials` returns
        :raise AccessError: if the user may not change this transfer
        :raise UserError: if it can't be taken, or not any more
        """
        row = self._find_asked(text, "take")
        self._forget_row(row)
        outcome = self._enter_text(text, row["product_id"], row["location_id"], True, takes=True)
        self._keep_outcome(text, outcome)
        return outcome

    def _find_asked(self, text, key):
        """Return the refused row of *text* that has *key*, which asks something.

        :raise AccessError: if the user may not change this transfer
        :raise UserError: if it has already been answered
        """
        self.ensure_one()
        self._check_serial_access()
        for row in self.serial_entry_refused or ():
            if row["text"] == text and key in row:
                return row
        raise UserError(self.env._("This has already been answered."))

    def _forget_row(self, row):
        self._set_refused([other for other in self.serial_entry_refused if other != row])

    def _keep_switched(self, outcome):
        """Let the prompt go on with the bin or part that *outcome* switched to, if it did."""
        switched = {row["status"] for row in outcome["entries"]}
        if "location" in switched:
            self.serial_entry_location_id = outcome["location_id"]
        if "product" in switched:
            self.serial_entry_product_id = outcome["product_id"]
