from odoo.exceptions import UserError
from odoo.fields import Domain

from . import code_messages, pick_messages
from . import entry_messages as messages
from .added_units import AddedUnits
from .code_answers import CodeAnswers
from .entry_doubts import EntryDoubts
from .entry_packages import EntryPackages
from .entry_part import EntryPart
from .entry_words import EntryWords
from .list_answers import ListAnswers
from .picked_units import PickedUnits
from .put_away import PutAway
from .serial_assignment import ASSIGNED_STATUSES, SerialAssignment


class EntryAssignment:
    """Assigns the entries of one call to the units of a transfer.

    The database is read once, before the first serial number is checked: the number of queries
    does not grow with the number of entries.

    :param picking: an open transfer with one line a unit
    :param product: the part to start with; by default the first that awaits a serial number
    :param location: the bin to start with; by default the one that each line has
    :param package: the name of the package to start with; by default units go into none
    :ivar added: the units that are not on the transfer yet, see :class:`~.added_units.AddedUnits`
    :raise UserError: if the part or the bin is not on this transfer
    """

    def __init__(self, picking, product=None, location=None, package=""):
        self.picking = picking
        self.env = picking.env
        self._assignment = SerialAssignment(picking)
        self._comes_in = not self._assignment.are_in_stock
        self._known = self._assignment.known
        self._units = self._assignment.units
        self._part = EntryPart(self._assignment, product)
        self._location = location or self.env["stock.location"]
        self._packages = EntryPackages(self._assignment, package)
        self._picks = PickedUnits(self._assignment)
        self.added = AddedUnits(self._assignment, self._picks)
        self._put_away = PutAway(self._assignment)
        self._list_answers = ListAnswers(picking)
        self._code_answers = CodeAnswers(picking, self._known)
        self._words = self._doubts = None
        self._as_new = self._takes = False
        self._check_start()
        # By line: its new serial number, the answers for it, and its bin.
        self._serials = {}
        self._answers = {}
        self._locations = {}

    def _check_start(self):
        name = self.picking._get_names()
        if self._part.product and not self.added.filter_parts(self._part.product):
            raise UserError(
                self.env._("The chosen part has no unit on %(transfer)s.", transfer=name)
            )
        bins = self.env["stock.location"].search_count(
            Domain(self.picking._get_serial_location_domain())
            & Domain("id", "in", self._location.ids)
        )
        if bins != len(self._location):
            raise UserError(self.env._("The chosen bin isn't part of %(transfer)s.", transfer=name))

    def get_target(self):
        """Return the part (False if it has to be chosen), the bin and the package that the entries
        ended on, as ``{"product_id", "location_id", "package"}``."""
        return {
            "product_id": False if self._part.is_open else self._part.product.id,
            "location_id": self._location.id,
            "package": self._packages.name or False,
        }

    def assign(self, entries, save=True, as_new=False, takes=False):
        """Assign the serial numbers of *entries* to units.

        :param entries: list of :class:`~odoo.addons.serialized_parts.tools.entry_grammar.Entry`
        :param save: whether to write them; if not, the rows only show what would happen
        :param as_new: whether one that most likely means another, or hasn't the format of its part,
            is meant as it is; if not, the row asks about it
        :param takes: whether to take units that other documents have reserved
        :return: the rows that ``stock.picking.enter_serials`` describes
        """
        self._as_new, self._takes = as_new, takes
        self._words = EntryWords(self.picking, entries)
        self._doubts = EntryDoubts(self._assignment, self._words)
        self._known.read_names(self._words.serials)
        self._picks.read_reservations()
        self._packages.read_names({entry.code.sscc for entry in self._words.entries if entry.code})
        rows = [row for entry in self._words.entries for row in self._assign_entry(entry)]
        if save:
            self._save()
        return rows

    # ---------------------------------------------------------------------------- one entry

    def _assign_entry(self, entry):
        """Return the rows of *entry*, one for each of its serial numbers."""
        if entry.error and not self._as_new and (doubt := self._doubts.find_error(entry)):
            return [self._ask(entry, doubt, self._part.product, "", self._location)]
        if entry.error:
            return [self._refuse(entry, messages.explain_error(self.env, entry))]
        if row := self._switch_by_code(entry) if entry.code else self._switch(entry):
            return [row]
        location = self._location
        if name := entry.location:
            location = self._words.find_locations(name)
            if len(location) != 1:
                problem = messages.explain_location(self.picking, name, location)
                return [self._refuse(entry, problem)]
        if problem := self._packages.explain(location):
            return [self._refuse(entry, problem)]
        if entry.product and (row := self._choose_part(entry)):
            return [row]
        answers, problems = self._list_answers.read_row(entry, self._part.product)
        if problems:
            return [self._refuse(entry, " ".join(problems))]
        if doubt := self._doubts.find_offered(entry, self._part.product, self._as_new):
            return [self._ask(entry, doubt, self._part.product, "".join(entry.serials), location)]
        return [self._assign_serial(entry, serial, location, answers) for serial in entry.serials]

    def _switch_by_code(self, entry):
        """Switch to the part and the package that the code *entry* names. Return its row, or None if
        a serial number is left to assign."""
        row = self._switch_to_part_of(entry) if entry.code.names_part else None
        if row and row["status"] != "product":
            return row
        if entry.code.sscc:
            row = self._switch_package(entry)
            if row["status"] != "package":
                return row
        has_serial = bool(entry.serials or entry.code.offered)
        return None if has_serial else row

    def _switch_to_part_of(self, entry):
        """Switch to the part that the code *entry* names and return its row."""
        code = entry.code
        if code.product_id:
            return self._switch_to_part_of_unit(entry)
        products = self._words.find_products(code.barcodes)
        if not products and code.part_numbers:
            products = self._words.find_numbered(code.part_numbers)
            if len(products) != 1 and not code.barcodes:
                problem = code_messages.explain_numbers(self.env, code.part_numbers, products)
                return self._refuse(entry, problem)
        return self._switch_product(entry, products)

    def _switch_to_part_of_unit(self, entry):
        """Switch to the part of the unit whose address *entry* is, and return its row. Another
        Odoo's addresses look the same: the part has to have that serial number."""
        product = self._known.products.filtered(lambda part: part.id == entry.code.product_id)
        if not product or not self._known.find(product, *entry.serials):
            return self._refuse(entry, code_messages.explain_address(self.env, product))
        return self._switch_product(entry, product)

    def _switch_package(self, entry):
        """Make the package of the code *entry* the current one and return its row."""
        if problem := self._packages.switch(entry.code.sscc, self._location):
            return self._refuse(entry, problem)
        if self._assignment.is_serialize:
            self._location = self._packages.find_bin()
        return self._row(entry, "package", self._packages.describe())

    def _switch(self, entry):
        """Switch to the bin or part that *entry* names, unless it is a serial number of the current
        part. Return its row, or None if it names neither."""
        if not entry.is_plain or self._known.find(self._part.product, *entry.serials):
            return None
        for word in entry.words:
            if locations := self._words.find_locations(word):
                return self._switch_location(entry, word, locations)
            if products := self._words.find_products([word]):
                return self._switch_product(entry, products)
        return None

    def _switch_location(self, entry, word, locations):
        if len(locations) != 1:
            return self._refuse(entry, messages.explain_location(self.picking, word, locations))
        if self._put_away.is_target(locations) and (waiting := self._put_away.take_waiting()):
            self._location = locations.browse()
            self._locations.update(dict.fromkeys(waiting, locations))
            message = pick_messages.explain_placed(self.env, locations, len(waiting))
            return self._row(entry, "location", message)
        self._location = locations
        message = self.env._("Bin: %(location)s.", location=locations.display_name)
        message = f"{message} {self._packages.end()}".strip()
        return self._row(entry, "location", message)

    def _switch_product(self, entry, products):
        product = self.added.filter_parts(products)
        if len(product) != 1:
            return self._refuse(entry, self.added.explain_part(products))
        self._part.choose(product)
        message = self.env._("Part: %(part)s.", part=product.display_name)
        return self._row(entry, "product", message)

    def _choose_part(self, entry):
        """Make the part in a column of *entry* the current one; return its row if that can't be."""
        found = self._words.find_products([entry.product])
        product = self.added.filter_parts(found)
        if len(product) != 1:
            problem = messages.explain_part(self.picking, entry.product, product)
            return self._refuse(entry, problem)
        if entry.code and entry.code.names_part and product != self._part.product:
            problem = code_messages.explain_other_part(self._part.product, product)
            return self._refuse(entry, problem)
        self._part.choose(product)
        return None

    # ---------------------------------------------------------------------------- one serial

    def _assign_serial(self, entry, serial, location, answers):
        """Assign *serial* to the next unit and return its row."""
        usable = self._part.find_usable(serial)
        if lines := self._part.find_lines(serial, usable):
            return self._scan_again(entry, lines, serial, location)
        product = self._part.product if answers else self._part.find_meant(serial, usable)
        self._part.is_open = len(product) > 1
        if self._part.is_open:
            return self._refuse(entry, messages.ask_part(product), serial)
        doubt = None if self._as_new else self._doubts.find(entry, product, serial)
        if doubt:
            return self._ask(entry, doubt, product, serial, location)
        source = None if self._comes_in or self._put_away.is_target(location) else location
        status, message = self._assignment.check(product, serial, source)
        if status not in ASSIGNED_STATUSES:
            return self._row(entry, status, message, serial)
        lot = self._known.find(product, serial)
        reserved, can_take = self._picks.explain_reserved(lot)
        if reserved and not (self._takes and can_take):
            return self._refuse_reserved(entry, reserved, can_take, product, serial, location)
        line = self._find_unit(product, serial, source)
        line = line or self.added.find_line(product, lot)
        line = line or self._picks.find_replaced(product, lot)
        if not line:
            return self._row(
                entry, "surplus", self._explain_surplus(product, serial, location), serial
            )
        found, problem = {}, ""
        if entry.code:
            found, problem = self._code_answers.find(entry.code, line, serial)
        message = self._picks.explain_assigned(line, lot) or message
        self._picks.take(line, lot)
        self._assign_line(line, serial, found | answers, location)
        message = self._assignment.claim(line, serial, source) or message
        if product != self._part.product and not message:
            message = self.env._("is a serial number of %(part)s.", part=product.display_name)
        quantity = entry.quantity and messages.explain_quantity(self.env, entry.quantity)
        message = " ".join(filter(None, [message, problem, quantity]))
        return self._row(entry, status, message, serial, line)

    def _scan_again(self, entry, lines, serial, location):
        """Return the row of a serial number that is on the transfer already, on *lines* of different
        parts: it is scanned now if it is only reserved."""
        expected = lines.filtered(self._picks.is_expected)
        if len(expected) > 1:
            return self._refuse(entry, messages.ask_part(expected.product_id), serial)
        if not expected and (others := self._part.find_others(lines, serial)):
            return self._refuse(entry, messages.ask_part(others), serial)
        if not expected:
            return self._row(entry, "duplicate", self._explain_duplicate(lines), serial)
        self._scan(expected, serial, location)
        return self._row(entry, "picked", "", serial, expected)

    def _refuse_reserved(self, entry, problem, can_take, product, serial, location):
        """Return the row of a unit that another document has reserved, with what is needed to take it
        all the same if that is possible."""
        row = self._refuse(entry, problem, serial)
        if can_take:
            row |= {"take": True, "product_id": product.id, "location_id": location.id}
        return row

    def _ask(self, entry, doubt, product, serial, location):
        """Return the row that asks about *doubt*, with what is needed to enter the answer.

        :param doubt: ``(meant, question)``, see :class:`~.entry_doubts.EntryDoubts`
        """
        meant, question = doubt
        return {
            **self._refuse(entry, question, serial),
            "similar": meant,
            "product_id": product.id,
            "location_id": location.id,
            "package": self._packages.name,
        }

    def _find_unit(self, product, serial, source):
        """Return the line of the next unit that waits for a serial number, or None.

        Units in stock already have a position: given the bin *source*, only its units count.
        """
        line = None
        if not self._comes_in:
            # A serial number in stock most likely means a unit in its own bin.
            lot = self._known.find(product, serial)
            bins = self._known.get_quants_at_source(lot).location_id
            line = self._units.find_waiting(product, bins)
            line = line or self._packages.find_unit(product, source)
        return line or self._units.find_waiting(product, source or None)

    def _assign_line(self, line, serial, answers, location):
        """Note what :meth:`_save` has to write to *line*."""
        self._units.assign(line, serial)
        self._serials[line] = serial
        self._answers[line] = answers
        if self._assignment.is_from_stock:
            self._scan(line, serial, location)
        if not self._comes_in:
            return
        if location := location or self._packages.find_bin():
            self._locations[line] = location
        self._packages.put(line, location or line.location_dest_id)

    def _scan(self, line, serial, location):
        """Note that the unit of *line*, reserved or just assigned, was scanned."""
        self._picks.scan(line, serial)
        if self._put_away.is_target(location):
            self._locations[line] = location
            self._put_away.settle(line)
        else:
            self._put_away.add(line)

    def _save(self):
        """Write what was assigned: one statement for each bin, and one for the rest."""
        self._picks.exchange()
        placed = self.env["stock.move.line"].concat(*self._locations)
        moved = placed.filtered(lambda line: line.location_dest_id != self._locations[line])
        for location, lines in moved.grouped(self._locations.get).items():
            lines.location_dest_id = location
        lines = self.env["stock.move.line"].concat(*self._serials)
        lines.check_access("write")
        # Access was checked for all at once: checking each line takes as long as writing it.
        for line in lines.sudo():
            serial, answers = self._serials[line], self._answers[line]
            if self._as_new and self._assignment.explain_format(line.product_id, serial):
                line.confirmed_name = serial
            if answers and not self._known.find(line.product_id, serial):
                line.write({"lot_name": serial, "serial_answers": answers})
                continue
            self._assignment.write_serial(line, serial)
            if answers:
                line.serial_answers = answers
        lines._restore_owners()
        self._packages.save()
        self._picks.save()
        self._put_away.save()
        self._code_answers.save()

    # --------------------------------------------------------------------------------- rows

    def _row(self, entry, status, message, serial="", line=None):
        return {
            "text": entry.text,
            "serial": serial,
            "status": status,
            "message": message,
            "line_id": line.id if line else False,
        }

    def _refuse(self, entry, message, serial=""):
        return self._row(entry, "invalid", message, serial)

    def _explain_duplicate(self, lines):
        if self._assignment.is_from_stock:
            return pick_messages.explain_scanned(self.env)
        units = [(self._get_location(line), line.product_id) for line in lines]
        return messages.explain_duplicate(self.env, units, len(self._units.products) == 1)

    def _get_location(self, line):
        """Return the bin to name for the unit on *line*."""
        if not self._comes_in:
            return line.location_id
        return self._locations.get(line, line.location_dest_id)

    def _explain_surplus(self, product, serial, location):
        if not product:
            return self.env._("Every unit on this transfer already has a serial number.")
        if self._units.has_waiting(product):
            return self.env._(
                "Every unit of %(part)s in %(location)s already has a serial number.",
                part=product.display_name,
                location=location.display_name,
            )
        if self._assignment.is_from_stock and self._known.find(product, serial):
            count = len(self._units.get_names(product))
            return pick_messages.explain_all_scanned(product, count)
        others = self._units.products.filtered(self._units.has_waiting)
        return messages.explain_no_unit(product, others)
