from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.entry_grammar import MAX_UNITS
from ..tools.plain_text import is_id, quote
from ..tools.serial_entries import count_entries, parse, read_step
from .assignment.entry_assignment import EntryAssignment
from .assignment.serial_assignment import ASSIGNED_STATUSES

#: The statuses of :meth:`enter_serials` that leave nothing to do.
SETTLED_STATUSES = (*ASSIGNED_STATUSES, "location", "package", "product")
#: How many refused entries a preview describes.
MOST_PROBLEMS = 5


class SerialPrompt(models.AbstractModel):
    """Entering serial numbers: what the prompt's entry box, and RPC clients, call.

    What is typed is stored, so closing the prompt loses nothing and somebody else can go on.
    """

    _inherit = "serial.prompt"

    _warehouse_fields = {
        *("serial_entry", "serial_entry_location_id", "serial_entry_package"),
        "serial_entry_product_id",
    }

    serial_entry = fields.Text(
        "Type or Scan Serial Numbers", copy=False, help="Entered and not yet assigned."
    )
    serial_entry_product_id = fields.Many2one("product.product", "Part", copy=False)
    serial_entry_location_id = fields.Many2one("stock.location", "Bin", copy=False)
    serial_entry_package = fields.Char(
        "Package",
        copy=False,
        help="The SSCC or name of the package that the next units go into. A new one is created with "
        "its first unit. It ends with the next bin.",
    )

    def enter_serials(self, text, product_id=False, location_id=False, as_new=False, columns=None):
        """Assign the serial numbers in *text* to the units of this transfer that have none.

        :param str text: entries as ``tools.serial_entries`` reads them; or a table
        :param int product_id: the part they are for; by default the first part of this
            transfer that has a unit without a serial number
        :param int location_id: the bin they go into (on a Serialize transfer: are in); by
            default the bin that each line has
        :param bool as_new: whether a serial number that most likely means another, such as one of
            the part that looks the same, or that lacks the part's format, is meant as it is; if
            not, it is refused, and the user is asked
        :param dict columns: which column of a table is which, counted from 0, like ``{"serial": 0,
            "location": 2, "product": 1, <key of a custom field>: 3}``, and ``header_row`` (see
            :meth:`read_table`) if it isn't the line that was found; empty for a text that is no
            table. By default what the header says, or what people chose for the vendor's last list
            with this header; where that isn't sure, nothing is assigned, and the whole text is one
            ``invalid`` entry
        :return: ``{"product_id", "location_id", "package", "missing", "entries"}``: the part (False
            if it has to be chosen), the bin and the name of the package (False if there is none)
            that the text ended on, the number of units on this transfer still without a serial
            number, and for each entry, or each serial number of a range or count, ``{"text",
            "serial", "status", "message", "line_id"}``. A package's SSCC in the text is for the
            units behind it, up to the next bin.
            ``status`` is ``assigned``, ``known`` (assigned; the part had this serial number before),
            ``picked`` (a reserved unit that is now scanned), ``duplicate`` (on this transfer
            already), ``in_stock``, ``surplus`` (no unit left), ``invalid``, ``location``,
            ``package`` or ``product``. One that the user is asked about is ``invalid`` and has what
            it most likely means as ``similar`` (empty if nobody knows): enter that, or the same
            again with *as_new*. One that is reserved for another document is ``invalid``; it has
            ``take`` if :meth:`take_reserved` can take it all the same. One whose unit was sold has
            the delivery that it most likely comes back from as ``return_id``, see
            :meth:`action_return_serials`.
        :raise AccessError: if the user may not change this transfer
        :raise UserError: if the transfer is done or cancelled, the part or bin is not on it,
            *text* is not a text, or *columns* are not columns
        """
        self.ensure_one()
        self._check_serial_access()
        return self._enter_text(text, product_id, location_id, as_new, columns)

    def _enter_text(
        self, text, product_id, location_id, as_new, columns=None, package="", takes=False
    ):
        """Assign the serial numbers in *text* to units, see :meth:`enter_serials`.

        :param str package: the name of the package to start with
        :param bool takes: whether to take units that other documents have reserved
        """
        text = self._check_text(text)
        entries = parse(
            text, headers=self._get_headers(), columns=self._choose_columns(text, columns)
        )
        outcome = self._enter_entries(entries, product_id, location_id, as_new, package, takes)
        if columns:
            self._remember_columns(text, columns)
        return outcome

    def _enter_entries(self, entries, product_id, location_id, as_new, package="", takes=False):
        """Assign the serial numbers of *entries* to units, see :meth:`_enter_text`."""
        pickings = self._get_prompted()
        pickings._prepare_serial_lines()
        target, how = (product_id, location_id, package), {"as_new": as_new, "takes": takes}
        explained = pickings._add_scanned_units(entries, target, how)
        assignment = self._start_assignment(*target)
        rows = assignment.assign(entries, **how)
        for row in rows:
            row["message"] = row["message"] or explained.get(row["line_id"], "")
        return {
            **assignment.get_target(),
            "missing": len(pickings.serial_line_ids._awaits_serial()),
            "entries": rows,
        }

    def enter_in_prompt(
        self,
        text,
        product_id=False,
        location_id=False,
        limit=MAX_UNITS,
        single=False,
        as_new=False,
        columns=None,
    ):
        """Enter *text*, or its first step, like :meth:`enter_serials`, and keep on the transfer
        what the prompt shows: the part, the bin, the package and what was refused.

        *text*, *product_id*, *location_id*, *as_new* and *columns* are those of
        :meth:`enter_serials`, and so are the errors.

        :param int limit: how many units make a step; a range or a count is never split
        :param bool single: enter a single unit only; a text for several is previewed instead, as is
            a table whose columns people have to choose
        :return: what :meth:`enter_serials` returns, with ``rest``: the text to enter next (a table
            with its header; empty if all was read), and ``preview``: what :meth:`preview_serials`
            returns if nothing was entered, else False
        """
        self.ensure_one()
        self._check_serial_access()
        text, chosen = self._check_text(text), columns
        columns = self._choose_columns(text, chosen)
        entries, rest = self._read_step(text, limit, columns)
        if self._are_unsure(entries) or (single and self._are_several(entries, rest)):
            preview = self.preview_serials(text, product_id, location_id, limit, chosen)
            return self._show_first(text, product_id, location_id, preview)
        package = self._get_entry_package(location_id)
        outcome = self._enter_entries(entries, product_id, location_id, as_new, package)
        self.write(
            {
                "serial_entry_product_id": outcome["product_id"],
                "serial_entry_location_id": outcome["location_id"],
                "serial_entry_package": outcome["package"],
            }
        )
        self._keep_outcome(text, outcome, columns)
        if chosen:
            self._remember_columns(text, chosen)
        return {**outcome, "rest": rest, "preview": False}

    def _show_first(self, text, product_id, location_id, preview):
        """Return the outcome of a *text* of which nothing is entered before people saw *preview*."""
        return {
            "product_id": product_id,
            "location_id": location_id,
            "package": self._get_entry_package(location_id) or False,
            "missing": self.serial_missing_count,
            "entries": [],
            "rest": text,
            "preview": preview,
        }

    def _keep_outcome(self, text, outcome, columns=None):
        """Keep what was refused of *text*, and restore what was typed before for the units that
        got a serial number."""
        self._keep_refused(text, outcome["entries"], columns)
        assigned = filter(None, (row["line_id"] for row in outcome["entries"]))
        self.serial_line_ids.browse(assigned)._restore_typed()

    @api.readonly
    def preview_serials(
        self, text, product_id=False, location_id=False, limit=MAX_UNITS, columns=None
    ):
        """Return what entering *text*, or its first step, would do; nothing is written.

        *text*, *product_id*, *location_id* and *columns* are those of :meth:`enter_serials`, and so
        are the errors. Where it isn't sure which column is which, it shows what the guess would do.

        :param int limit: as for :meth:`enter_in_prompt`
        :return: ``{"message", "assigned", "refused", "problems", "several", "more", "table"}``: a
            sentence, how many units would get a serial number, how many entries would be refused,
            the first of these as ``{"text", "message"}``, whether the text is for more than one
            unit, how many entries are left for later steps, and for a table with several columns
            what :meth:`read_table` returns, else False
        """
        self.ensure_one()
        self._check_serial_access()
        text = self._check_text(text)
        columns = self._check_columns(columns)
        if columns is None:
            columns = self._find_columns(text)
        table = self._describe_table(text, columns)
        if columns is None and not table["sure"]:
            columns = {
                column["guess"]: index
                for index, column in enumerate(table["columns"])
                if column["guess"]
            } | {"header_row": table["header_row"]}
        if self._lack_serials(columns):
            return self._preview_nothing(table)
        entries, rest = self._read_step(text, limit, columns)
        preview = self._preview(entries, product_id, location_id)
        return {
            **preview,
            "several": self._are_several(entries, rest),
            "more": count_entries(rest, self._get_headers(), columns) if rest else 0,
            "table": table if len(table["columns"]) > 1 else False,
        }

    @api.model
    def _preview_nothing(self, table):
        """Return the preview of a *table* of which nobody knows which column has the serial
        numbers."""
        return {
            "message": self._ask_serials(),
            "assigned": 0,
            "refused": 0,
            "problems": [],
            "several": True,
            "more": 0,
            "table": table,
        }

    def _preview(self, entries, product_id, location_id):
        """Return what assigning *entries* would do, see :meth:`preview_serials`."""
        package = self._get_entry_package(location_id)
        assignment = self._start_assignment(product_id, location_id, package)
        rows = assignment.assign(entries, save=False)
        assigned = [row["serial"] for row in rows if row["status"] in ASSIGNED_STATUSES]
        parts = [self._describe_assigned(assigned)]
        labels = self._get_status_labels()
        for status, label in labels.items():
            if count := sum(self._get_label_key(row) == status for row in rows):
                parts.append(label % {"count": count})
        refused = [row for row in rows if row["status"] not in SETTLED_STATUSES]
        return {
            "message": "; ".join(parts),
            "assigned": len(assigned),
            "refused": len(refused),
            "problems": [
                {"text": row["text"], "message": row["message"]} for row in refused[:MOST_PROBLEMS]
            ],
        }

    @api.model
    def _are_several(self, entries, rest):
        """Return whether a text is anything but one entry for one unit."""
        return bool(rest) or len(entries) != 1 or len(entries[0].serials) > 1

    def _describe_assigned(self, serials):
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
        """Return how the preview counts the entries that are not simply assigned, by status."""
        return {
            "known": self.env._("%(count)s known from before"),
            "in_stock": self.env._("%(count)s already in stock"),
            "duplicate": self.env._("%(count)s twice"),
            "surplus": self.env._("%(count)s too many for the units"),
            "similar": self.env._("%(count)s to confirm"),
            "invalid": self.env._("%(count)s to correct"),
        }

    @api.model
    def _get_label_key(self, row):
        return "similar" if "similar" in row else row["status"]

    @api.onchange("serial_entry_location_id")
    def _onchange_serial_entry_location(self):
        # A package is in one bin, and so it ends with the next one.
        self.serial_entry_package = False

    def _get_entry_package(self, location_id):
        """Return the name of the prompt's package if *location_id* still is the prompt's bin."""
        is_there = (location_id or False) == self.serial_entry_location_id.id
        return ((is_there and self.serial_entry_package) or "").strip()

    def _start_assignment(self, product_id, location_id, package):
        """Return the :class:`EntryAssignment` of one call.

        :raise UserError: if the part or the bin is not on this transfer
        """
        return EntryAssignment(
            self._get_prompted(),
            self._browse_chosen("product.product", product_id),
            self._browse_chosen("stock.location", location_id),
            package,
        )

    @api.model
    def _browse_chosen(self, model, record_id):
        """Return the record of *model* with this id, or no record for a false one.

        :raise UserError: for what can't be an id
        """
        if not record_id:
            return self.env[model]
        if not is_id(record_id):
            raise UserError(self.env._("%(id)s is not the ID of a record.", id=quote(record_id)))
        return self.env[model].browse(record_id)

    # ------------------------------------------------------------------- reading the text

    def _read_step(self, text, limit, columns=None):
        """Return ``(entries, rest)`` of the first step of *text*, see ``read_step``.

        :raise UserError: if *limit* is not a number of units
        """
        if not is_id(limit):
            raise UserError(self.env._("%(limit)s is not a number of units.", limit=quote(limit)))
        return read_step(text, min(limit, MAX_UNITS), self._get_headers(), columns)

    @api.model
    def _are_unsure(self, entries):
        """Return whether *entries* are a table whose columns people have to choose."""
        return [entry.error for entry in entries] == ["table"]
