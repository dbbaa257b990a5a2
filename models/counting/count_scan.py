import re

from ...tools.additions import find_addition
from ...tools.doubtful import find_range
from ..assignment import code_messages, entry_messages
from . import count_messages as messages
from .count_codes import CountCodes
from .count_lines import CountLines
from .count_words import CountWords
from .known_units import KnownUnits

# A part without serial numbers, how many of it, and the bin behind that.
_QUANTITY = re.compile(r"(?P<part>[^@\t\n]+?)\s*\*\s*(?P<count>[0-9]{1,7})(?:\s*[@\t](?P<bin>.+))?")


class CountScan:
    """Counts the entries of one call. The database is read once before, and written once after.

    :param count: the count
    :param as_new: whether a serial number that most likely means another is meant as it is
    """

    def __init__(self, count, as_new=False):
        self.count = count
        self.env = count.env
        self._as_new = as_new
        self._person = count._get_person()
        self._location = self._person.bin_id.location_id
        self._part = self._person.product_id
        self._lines = CountLines(count)
        self._units = KnownUnits(count)
        self._codes = self._words = None

    def scan(self, entries):
        """Count *entries* and return the rows that ``serial.count.scan`` describes."""
        self._codes = CountCodes(self.count, entries)
        entries = self._codes.entries
        names = {serial for entry in entries for serial in entry.serials}
        names |= {rest for entry in entries if (rest := _cut_signs(entry))}
        self._read(entries, names)
        rows = [row for entry in entries for row in self._scan_entry(entry)]
        self._lines.save()
        self._person._go_to(self._lines.get_bin(self._location), self._part)
        return rows

    def _read(self, entries, names):
        words = {
            word for entry in entries for word in (*entry.words, entry.location, entry.product)
        }
        for entry in entries:
            if found := _QUANTITY.fullmatch(entry.text):
                words |= {found["part"], found["bin"]}
        codes = [entry.code for entry in entries if entry.code]
        barcodes = {barcode for code in codes for barcode in code.barcodes}
        self._words = CountWords(self.count, words | names, barcodes)
        self._units.read_names(names)
        self._lines.read_lines(self._units.lots, names, self._words.parts)

    # ---------------------------------------------------------------------------- one entry

    def _scan_entry(self, entry):
        """Return the rows of *entry*, one for each of its serial numbers."""
        if row := self._scan_quantity(entry):
            return [row]
        if entry.error:
            return [self._scan_error(entry)]
        parts = None
        if entry.code:
            parts, row = self._read_code(entry)
            if row:
                return [row]
        elif row := self._switch(entry):
            return [row]
        if entry.product:
            parts = self._words.find_parts(entry.product)
            if len(parts) != 1:
                return [self._refuse(entry, messages.explain_parts(self.env, entry.product, parts))]
        location, row = self._find_location(entry, entry.location)
        if row:
            return [row]
        return [self._scan_serial(entry, serial, parts, location) for serial in entry.serials]

    def _scan_error(self, entry):
        """Return the row of an *entry* that can't be read."""
        if entry.error == "range" and (meant := find_range(entry.text)):
            return self._ask(entry, meant, entry_messages.ask_range(self.env, meant))
        return self._refuse(entry, entry_messages.explain_error(self.env, entry))

    def _read_code(self, entry):
        """Return ``(parts, row)``: the part that the code *entry* names, None if it names none; and
        the row if there is no serial number in it, or nothing can be found."""
        code, parts = entry.code, None
        if code.product_id:
            parts = self.env["product.product"].browse(code.product_id).exists()
            if not self._units.find(entry.serials[0], parts):
                return None, self._refuse(entry, messages.explain_label(self.env))
        elif code.names_part:
            parts = self.env["product.product"].union(*map(self._words.find_parts, code.barcodes))
            parts = parts or self._codes.find_numbered(code.part_numbers)
            if len(parts) != 1:
                name = ", ".join([*code.part_numbers] or [*code.barcodes][:1])
                return None, self._refuse(entry, messages.explain_parts(self.env, name, parts))
        if code.offered:
            question = code_messages.ask_offered(self.env, code.offered)
            if not self._as_new and not self._units.find(code.offered, parts):
                return None, self._ask(entry, code.offered, question)
        if not entry.serials and parts:
            return parts, self._scan_part(entry, parts, 1, "")
        if not entry.serials:
            return None, self._refuse(entry, code_messages.explain_package(self.env, code.sscc))
        return parts, None

    def _switch(self, entry):
        """Return the row of an *entry* that names a bin or a part, None if it names neither. With a
        bin of its own, it can only name a part."""
        for word in entry.words or _get_single(entry):
            parts, lots = self._words.find_parts(word), self._units.find(word)
            bins = parts.env["stock.location"] if entry.location else self._words.find_bins(word)
            if (not bins and not parts) or (lots and self._as_new):
                continue
            if lots:
                return self._ask(entry, "", messages.ask_word(lots, bins, parts))
            if bins:
                return self._enter(entry, word, bins)
            return self._scan_part(entry, parts, _read_number(entry.quantity), entry.location)
        return None

    def _enter(self, entry, word, bins):
        """Go on in the bin that *entry* names, and return its row."""
        location, row = self._check_location(entry, word, bins)
        if row:
            return row
        self._location, self._part = location, self._part.browse()
        self._lines.enter(location)
        message = self.env._("Bin: %(location)s.", location=location.display_name)
        return self._row(entry, "location", message)

    def _find_location(self, entry, name):
        """Return ``(bin, row)``: the bin called *name*, by default the current one; the row says why
        there is none."""
        if name:
            return self._check_location(entry, name, self._words.find_bins(name))
        if not self._location:
            return None, self._refuse(entry, messages.explain_no_bin(self.env))
        return self._check_location(entry, "", self._location)

    def _check_location(self, entry, name, bins):
        if len(bins) != 1 or not self.count._has_location(bins):
            return None, self._refuse(entry, messages.explain_bins(self.count, name, bins))
        counted_bin = self._lines.get_bin(bins)
        if counted_bin.state == "closed":
            return None, self._refuse(entry, messages.explain_closed(counted_bin))
        return bins, None

    # --------------------------------------------------------- parts without serial numbers

    def _scan_quantity(self, entry):
        """Return the row of an *entry* such as ``BOLT-1*4``, None if it is none."""
        found = _QUANTITY.fullmatch(entry.text)
        parts = found and self._words.find_parts(found["part"])
        if not parts or self._units.find(found["part"]):
            return None
        number = int(found["count"])
        return self._scan_part(entry, parts, number, found["bin"], is_number=True)

    def _scan_part(self, entry, parts, number, bin_name, is_number=False):
        """Count *number* units of a part without serial numbers; or go on with the units of one that
        has them. Return the row.

        :param bin_name: the bin that *entry* names; empty for the current one
        :param is_number: whether *entry* has a number of units
        """
        if len(parts) != 1:
            return self._refuse(entry, messages.explain_parts(self.env, entry.text, parts))
        if not self.count._has_part(parts):
            return self._refuse(entry, messages.explain_not_counted(parts))
        if parts.tracking == "serial":
            if is_number:
                return self._refuse(entry, messages.explain_units(parts))
            self._part = parts
            message = self.env._("Part: %(part)s.", part=parts.display_name)
            return self._row(entry, "product", message)
        location, row = self._find_location(entry, bin_name)
        if row:
            return row
        if number is None:
            return self._refuse(entry, messages.explain_number(self.env, entry.quantity))
        return self._add_quantity(entry, parts, location, number)

    def _add_quantity(self, entry, part, location, number):
        key = ("part", location.id, part.id)
        known = self._lines.find(key)
        quantity = number + (known.values["quantity"] if known else 0)
        message = messages.describe_quantity(part, quantity)
        values = {
            "name": part.barcode or part.default_code,
            "product_id": part.id,
            "status": "here",
            "quantity": quantity,
            "message": message,
            "resolution": "none",
        }
        counted = self._lines.put(key, location, values)
        return self._row(entry, "here", message, counted=counted)

    # ---------------------------------------------------------------------------- one serial

    def _scan_serial(self, entry, serial, parts, location):
        """Count the unit *serial* in *location* and return its row.

        :param parts: the part that it is of, None if *entry* doesn't say it
        """
        lots = self._units.find(serial, parts)
        if len(lots) > 1:
            lots = lots.filtered(lambda lot: lot.product_id == self._part) or lots
        if len(lots) > 1:
            return self._refuse(entry, messages.ask_several(lots), serial)
        if not lots:
            return self._scan_unknown(entry, serial, parts, location)
        if not self.count._has_part(lots.product_id):
            return self._refuse(entry, messages.explain_not_counted(lots.product_id), serial)
        key = ("unit", lots.id)
        if row := self._find_counted(entry, key, serial, location):
            return row
        values = self._check_unit(lots, location)
        values |= {"name": serial, "lot_id": lots.id, "product_id": lots.product_id.id}
        counted = self._lines.put(key, location, values)
        return self._row(entry, values["status"], values["message"], serial, counted)

    def _find_counted(self, entry, key, serial, location):
        """Return the row that *serial* was counted before, None if it wasn't."""
        known = self._lines.find(key)
        if not known or known.status == "missing":
            return None
        # The names of those who count together are no secret.
        name = known.user.sudo().name
        message = messages.describe_counted(
            self.env, known.location, name, is_here=known.location == location
        )
        return self._row(entry, "counted", message, serial, known)

    def _check_unit(self, lot, location):
        """Return the values that a line gets from where the books have the unit of *lot*, which was
        found in *location*."""
        book, resolution = self._units.get_location(lot), "none"
        if not book:
            status = "gone"
            message = messages.describe_gone(self.env, *self._units.describe_gone(lot))
        elif book == location:
            status = "here"
            message = messages.describe_reserved(self._units.describe_reserved(lot))
        elif book.is_serial_missing:
            status, resolution = "misplaced", "move_here"
            message = messages.describe_missing_found(self.env)
        else:
            status = "misplaced"
            visible = book if self._units.is_visible(book) else book.browse()
            message = messages.describe_misplaced(self.env, visible)
            message += " " + messages.describe_reserved(self._units.describe_reserved(lot))
        return {
            "status": status,
            "message": message.strip(),
            "expected_location_id": book.id,
            "quantity": 1,
            "resolution": resolution,
        }

    def _scan_unknown(self, entry, serial, parts, location):
        """Return the row of a *serial* that no part has, or not the one in *parts*."""
        if not self._as_new and (doubt := self._find_doubt(entry, serial)):
            return self._ask(entry, *doubt, serial)
        part = parts or self.env["product.product"]
        key = ("unknown", part.id, serial)
        if row := self._find_counted(entry, key, serial, location):
            return row
        message = messages.describe_unknown(self.env)
        if self._units.is_of_other_company(serial):
            message = messages.describe_other_company(self.env)
        values = {"status": "unknown", "message": message, "name": serial, "product_id": part.id}
        counted = self._lines.put(key, location, values)
        return self._row(entry, "unknown", message, serial, counted)

    def _find_doubt(self, entry, serial):
        """Return ``(meant, question)`` where an unknown *serial* most likely means another, else
        None."""
        if similar := self._units.find_similar(serial):
            location = self._units.get_location(similar)
            where = location if self._units.is_visible(location) else location.browse()
            return similar.name, entry_messages.ask_similar(self.env, similar.name, where)
        if (rest := _cut_signs(entry)) and (self._units.find(rest) or self._words.find_bins(rest)):
            return rest, entry_messages.ask_addition(self.env, find_addition(serial))
        if meant := find_range(serial):
            return meant, entry_messages.ask_range(self.env, meant)
        return None

    # --------------------------------------------------------------------------------- rows

    def _row(self, entry, status, message, serial="", counted=None):
        row = {
            "text": entry.text,
            "serial": serial,
            "status": status,
            "message": message,
            "line_id": False,
        }
        if counted:
            counted.rows.append(row)
        return row

    def _refuse(self, entry, message, serial=""):
        return self._row(entry, "invalid", message, serial)

    def _ask(self, entry, meant, question, serial=""):
        return {**self._refuse(entry, question, serial), "similar": meant}


def _get_single(entry):
    """Return the one serial number of *entry*, as a tuple; an empty one for a code or several."""
    return entry.serials if len(entry.serials) == 1 and not entry.code else ()


def _cut_signs(entry):
    """Return a single serial number without the signs that a scanner may have added; else an empty
    text."""
    additions = map(find_addition, _get_single(entry))
    return "".join(addition.rest for addition in additions if addition)


def _read_number(text):
    """Return the number of units that the quantity column of a list has, 1 if it is empty, None if
    it isn't a whole number."""
    if not text:
        return 1
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 7 else None
