import base64
import csv
import io

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.plain_text import is_id, make_possible, quote
from ..tools.serial_desk import GIVEN, SerialDesk
from ..tools.serial_entries import HEADERS, MAX_UNITS, Table, count_entries, parse, read_step
from ..tools.serial_file import MAX_FILE, read_file
from ..tools.serial_names import clean_name
from ..tools.spreadsheet import UnreadableFile

#: The statuses of :meth:`enter_serials` that leave nothing to be done.
SETTLED = (*GIVEN, "location", "product")


class SerialPrompt(models.AbstractModel):
    """What the prompt keeps on its transfer, and what its entry box calls.

    All of it is stored, so that closing the prompt loses nothing and somebody else can go on.
    """

    _name = "serial.prompt"
    _description = "Prompt for Serial Numbers"

    serial_entry = fields.Text(
        "Type or Scan Serial Numbers", copy=False, help="What was typed and not yet assigned."
    )
    serial_entry_product_id = fields.Many2one("product.product", "Part", copy=False)
    serial_entry_product_ids = fields.Many2many(
        "product.product", compute="_compute_serial_entry_product_ids"
    )
    serial_several_parts = fields.Boolean(compute="_compute_serial_entry_product_ids")
    serial_entry_location_id = fields.Many2one("stock.location", "Bin", copy=False)
    serial_entry_refused = fields.Json(
        "Not Assigned",
        copy=False,
        help="What could not be assigned: a list of {text, name, status, message, lot_id, typed}.",
    )
    serial_validate_label = fields.Char(compute="_compute_serial_validate_label")

    @api.depends("serial_line_ids.product_id")
    def _compute_serial_entry_product_ids(self):
        for picking in self:
            picking.serial_entry_product_ids = picking.serial_line_ids.product_id
            picking.serial_several_parts = len(picking.serial_entry_product_ids) > 1

    @api.depends("serial_done_count", "serial_missing_count", "picking_type_code", "is_serialize")
    def _compute_serial_validate_label(self):
        for picking in self:
            picking.serial_validate_label = picking._get_validate_label()

    def _get_validate_label(self):
        """Return what validating will do, as the button says it."""
        done, left = self.serial_done_count, self.serial_missing_count
        kind = "serialize" if self.is_serialize else self.picking_type_code
        match kind, bool(left):
            case "serialize", False:
                return self.env._("Serialize %(done)s", done=done)
            case "serialize", True:
                return self.env._(
                    "Serialize %(done)s, leave %(left)s for later", done=done, left=left
                )
            case "incoming", False:
                return self.env._("Receive %(done)s", done=done)
            case "incoming", True:
                return self.env._(
                    "Receive %(done)s, leave %(left)s for later", done=done, left=left
                )
            case "outgoing", False:
                return self.env._("Deliver %(done)s", done=done)
            case "outgoing", True:
                return self.env._(
                    "Deliver %(done)s, leave %(left)s for later", done=done, left=left
                )
            case _kind, False:
                return self.env._("Move %(done)s", done=done)
            case _kind, _left:
                return self.env._("Move %(done)s, leave %(left)s for later", done=done, left=left)

    # --------------------------------------------------------------------------- entry box

    def enter_in_prompt(
        self,
        text,
        product_id=False,
        location_id=False,
        limit=MAX_UNITS,
        single=False,
        as_new=False,
    ):
        """Enter *text*, or what of it makes one step, as :meth:`enter_serials` does, and keep on
        the transfer what the prompt shows: the part, the bin and what was refused.

        :param int limit: how many units make a step; a range or a count is never divided
        :param bool single: enter a single unit only; a text for several is previewed instead
        :return: what :meth:`enter_serials` returns, with ``rest``, the text to be entered next, a
            table with its header, empty when all was read; and ``preview``: False, or what
            :meth:`preview_serials` returns where nothing was entered
        """
        self.ensure_one()
        self._check_serial_access()
        entries, rest = self._read_step(text, limit)
        if single and self._are_several(entries, rest):
            return {
                "product_id": product_id,
                "location_id": location_id,
                "missing": self.serial_missing_count,
                "entries": [],
                "rest": text,
                "preview": self._preview(entries, rest, product_id, location_id),
            }
        outcome = self._enter_entries(entries, product_id, location_id, as_new)
        self.write(
            {
                "serial_entry_product_id": outcome["product_id"],
                "serial_entry_location_id": outcome["location_id"],
            }
        )
        self._keep(text, outcome)
        return {**outcome, "rest": rest, "preview": False}

    def _keep(self, text, outcome):
        """Keep what was refused of *text*, and give back what was typed before to the units that
        it named."""
        self._keep_refused(text, outcome["entries"])
        given = filter(None, (row["line_id"] for row in outcome["entries"]))
        self.serial_line_ids.browse(given)._take_up_typed()

    def answer_similar(self, text, is_new=False):
        """Enter what was asked about, because it differs from another serial number by letter
        case only. The part and the bin that the prompt is at stay.

        :param str text: the text of the refused entry, as it is kept
        :param bool is_new: whether it is a new serial number; else it is the other one
        :return: what :meth:`enter_serials` returns
        :raise UserError: when nothing is asked about it any more
        """
        self.ensure_one()
        self._check_serial_access()
        refused = self.serial_entry_refused or []
        asked = [row for row in refused if row["text"] == text and row.get("similar")]
        if not asked:
            raise UserError(self.env._("This was answered already."))
        [row] = asked
        self._set_refused([other for other in refused if other != row])
        text = row["text"] if is_new else row["similar_text"]
        outcome = self.enter_serials(
            text, product_id=row["product_id"], location_id=row["location_id"], as_new=is_new
        )
        self._keep(text, outcome)
        return outcome

    @api.readonly
    def preview_serials(self, text, product_id=False, location_id=False, limit=MAX_UNITS):
        """Say what entering *text*, or its first step, would do; nothing is written.

        :param int limit: as for :meth:`enter_in_prompt`
        :return: ``{"message", "assigned", "refused", "several", "more"}``: a sentence, how many
            units it would name and how many entries it would refuse, whether the text is for
            more than a single unit, and how many entries are left for later steps
        """
        self.ensure_one()
        self._check_serial_access()
        return self._preview(*self._read_step(text, limit), product_id, location_id)

    def _preview(self, entries, rest, product_id, location_id):
        rows = self._open_desk(product_id, location_id).take(entries, save=False)
        given = [row["serial"] for row in rows if row["status"] in GIVEN]
        parts = [self._describe_given(given)]
        labels = self._get_status_labels()
        for status, label in labels.items():
            if count := sum(self._get_label_key(row) == status for row in rows):
                parts.append(label % {"count": count})
        refused = sum(row["status"] not in SETTLED for row in rows)
        return {
            "message": "; ".join(parts),
            "assigned": len(given),
            "refused": refused,
            "several": self._are_several(entries, rest),
            "more": count_entries(rest, self._get_entry_headers()),
        }

    @api.model
    def _are_several(self, entries, rest):
        """Tell whether what was read of a text is anything but one entry for one unit."""
        return bool(rest) or len(entries) != 1 or len(entries[0].serials) > 1

    def _describe_given(self, serials):
        if not serials:
            return self.env._("No serial number to assign")
        if len(serials) == 1:
            return self.env._("1 serial number, %(serial)s", serial=serials[0])
        return self.env._(
            "%(count)s serial numbers, %(first)s to %(last)s",
            count=len(serials),
            first=serials[0],
            last=serials[-1],
        )

    @api.model
    def _get_status_labels(self):
        """Return what the preview says of the entries that are not simply assigned."""
        return {
            "known": self.env._("%(count)s of them were here before"),
            "in_stock": self.env._("%(count)s already in stock"),
            "duplicate": self.env._("%(count)s twice"),
            "surplus": self.env._("%(count)s more than there are units"),
            "similar": self.env._("%(count)s to confirm: known in another letter case"),
            "invalid": self.env._("%(count)s not readable"),
        }

    @api.model
    def _get_label_key(self, row):
        return "similar" if row.get("similar") else row["status"]

    def _open_desk(self, product_id, location_id):
        return SerialDesk(
            self,
            self._choose("product.product", product_id),
            self._choose("stock.location", location_id),
        )

    @api.model
    def _choose(self, model, record_id):
        """Return the record of *model* with this id, none for a false one.

        :raise UserError: for what can't be an id
        """
        if not record_id:
            return self.env[model]
        if not is_id(record_id):
            raise UserError(self.env._("%(id)s is no id of a record.", id=quote(record_id)))
        return self.env[model].browse(record_id)

    @api.model
    def _parse_entry(self, text):
        return parse(self._read_entry(text), headers=self._get_entry_headers())

    @api.model
    def _read_step(self, text, limit):
        """Return ``(entries, rest)`` of the first step of *text*, see ``read_step``.

        :raise UserError: when it is no text, or *limit* is no number of units
        """
        if not is_id(limit):
            raise UserError(self.env._("%(limit)s is not a number of units.", limit=quote(limit)))
        limit = min(limit, MAX_UNITS)
        return read_step(self._read_entry(text), limit, self._get_entry_headers())

    @api.model
    def _read_entry(self, text):
        """Return the *text* of an entry as it can be stored.

        :raise UserError: when it is no text
        """
        if text and not isinstance(text, str):
            raise UserError(
                self.env._("Serial numbers are entered as text, not %(text)s.", text=quote(text))
            )
        return make_possible(text or "")

    @api.model
    def _get_entry_headers(self):
        """Return what the columns of a pasted table may be headed by, in the user's language
        too."""
        return {
            "serial": HEADERS["serial"] | {self.env._("Serial").casefold()},
            "location": HEADERS["location"]
            | {self.env._("Location").casefold(), self.env._("Bin").casefold()},
        }

    # ------------------------------------------------------------------------------- refused

    def _keep_refused(self, text, entries):
        """Keep what of *entries*, the rows of *text*, was refused."""
        refused = [row for row in entries if row["status"] not in SETTLED]
        if not refused:
            return
        table = Table.find(self._read_entry(text), self._get_entry_headers())
        # A count that is refused has one row for each of its serial numbers.
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
        """Keep *rows* as what could not be assigned."""
        self.sudo().serial_entry_refused = rows  # Only the addon itself writes it.

    def forget_refused(self, text):
        """Forget what could not be assigned.

        :param str text: the text of the refused entry, as it is kept
        :raise AccessError: for who may not change this transfer
        """
        self.ensure_one()
        self._check_serial_access()
        rows = self.serial_entry_refused or []
        self._set_refused([row for row in rows if row["text"] != text])

    def _prepare_refused(self, row, entry, table=None):
        """Return what is kept of a refused *row* of :meth:`enter_serials`: its text can be
        entered again as it is.

        :param entry: what the row's text was read into
        :param table: the table that it is a row of
        """
        text = self._get_text_left(row, entry, table)
        serial = self.env["stock.lot"]
        if row["status"] == "in_stock":
            domain = [
                ("name", "=", row["serial"]),
                ("product_id", "in", self.serial_line_ids.product_id.ids),
            ]
            serial = serial.search(domain, limit=1)
        return {
            "text": f"{table.header}\n{text}" if table else text,
            "name": row["serial"] or row["text"],
            "status": row["status"],
            "message": row["message"],
            "lot_id": serial.id,
            **self._prepare_similar(row, table),
        }

    @api.model
    def _prepare_similar(self, row, table=None):
        """Return what is kept of a *row* that is asked about, see :meth:`answer_similar`."""
        if not row.get("similar"):
            return {}
        text = row["similar"]
        if table:
            text = f"{table.header}\n{table.name(row['text'], text)}"
        return {
            "similar": row["similar"],
            "similar_text": text,
            "product_id": row["product_id"],
            "location_id": row["location_id"],
        }

    @api.model
    def _get_text_left(self, row, entry, table=None):
        """Return what of a refused *row* is left: of a range or a count, this serial alone."""
        if not row["serial"] or len(entry.serials) == 1:
            return row["text"]
        if table:
            return table.name(row["text"], row["serial"])
        return f"{row['serial']}@{entry.location}" if entry.location else row["serial"]

    def _hand_over_typed(self, other):
        """Give *other*, the backorder, what was typed here and has no unit."""
        rows = self.serial_entry_refused or []
        typed = [row for row in rows if row.get("typed")]
        if typed:
            other._refuse(typed)
            self._set_refused([row for row in rows if row not in typed])

    # ------------------------------------------------------------------- generating, files

    def generate_serials(self, product_id=False):
        """Name the units of a part that await it by the part's own sequence, as many as one call
        takes. A number is used up only here, and one that exists already is passed over.

        :param int product_id: the part; by default the first that awaits a serial number
        :return: what :meth:`enter_serials` returns
        :raise UserError: when the part has no sequence, or no unit awaits a serial number
        """
        self.ensure_one()
        self._check_serial_access()
        waiting = self.serial_line_ids._awaits_serial()
        product = self._choose("product.product", product_id) or waiting[:1].product_id
        count = len(waiting.filtered(lambda line: line.product_id == product)[:MAX_UNITS])
        if not count:
            raise UserError(self.env._("Every unit has its serial number."))
        if not product.lot_sequence_id:
            raise UserError(
                self.env._(
                    "%(part)s has no sequence for serial numbers. Type the first number and a "
                    "count, like SN001*5.",
                    part=product.display_name,
                )
            )
        names = self._take_numbers(product, count)
        return self.enter_in_prompt("\n".join(names), product.id, self.serial_entry_location_id.id)

    def _take_numbers(self, product, count):
        """Return *count* new numbers of the sequence of *product*."""
        names = []
        while len(names) < count:
            fresh = [
                clean_name(product.lot_sequence_id.next_by_id())
                for _number in range(count - len(names))
            ]
            # Numbers of all companies count.
            Serial = self.env["stock.lot"].sudo().with_context(active_test=False)
            taken = Serial.search([("name", "in", fresh)]).mapped("name")
            names += [name for name in fresh if name not in taken]
        return names

    @api.model
    @api.readonly
    def read_serial_file(self, name, content):
        """Return the text that a file of serial numbers stands for; nothing is written.

        :param str name: the file's name
        :param str content: a CSV, text or XLSX file, in base64
        :raise UserError: when it can't be read
        """
        self._check_serial_access()
        file = quote(name)
        try:
            return read_file(str(name), self._decode_file(content))
        except UnreadableFile as problem:
            reasons = {
                "large": self.env._(
                    "%(file)s is too large: a file has at most %(limit)s MB.",
                    file=file,
                    limit=MAX_FILE // 1024**2,
                ),
                "much": self.env._(
                    "%(file)s is too large once it is unpacked. Save the sheet with the serial "
                    "numbers alone, or as CSV.",
                    file=file,
                ),
                "long": self.env._(
                    "%(file)s has more than %(limit)s rows. Split it.", file=file, limit=MAX_UNITS
                ),
                "kind": self.env._("%(file)s can't be read. Save it as CSV or XLSX.", file=file),
            }
            raise UserError(reasons[str(problem)]) from None

    @api.model
    def _decode_file(self, content):
        try:
            return base64.b64decode(content or b"")
        except (TypeError, ValueError):
            raise UnreadableFile("kind") from None

    @api.readonly
    def get_serial_template(self, product_id=False):
        """Return a CSV text to fill in: the columns that a table of serial numbers may have for
        a part, by default the first of this transfer."""
        self.ensure_one()
        self._check_serial_access()
        product = self._choose("product.product", product_id) or self.serial_line_ids.product_id
        definition = product[:1].part_type_id._get_questions()
        labels = [question["string"] for question in definition]
        text = io.StringIO()
        csv.writer(text).writerow([self.env._("Serial"), self.env._("Location"), *labels])
        return text.getvalue()

    def copy_serial_answers(self, line_id, below=False):
        """Give the answers of one line to the others of its part that have a new serial number.

        :param int line_id: the line whose answers are copied
        :param bool below: only to the lines below it; else to those that nobody answered yet
        :return: the number of lines that were answered
        """
        self.ensure_one()
        self._check_serial_access()
        lines = self.serial_line_ids.filtered(lambda line: not line.lot_id)
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
