"""The desk where serial numbers are checked and given to the units of one transfer."""

from collections import Counter, defaultdict, deque
from functools import cached_property

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.i18n import format_list

from .answers import Misfit, explain_misfit, read_answer
from .gs1 import read_codes
from .look_alikes import get_alike_domain
from .meant_part import GIVEN, MeantPart
from .position import Position
from .similar_serials import SimilarSerials
from .unnamed_units import UnnamedUnits


class SerialDesk(MeantPart):
    """Gives serial numbers to the units of *picking* that have none.

    Everything that must be known of the database is read at once, before the first serial
    number is judged: the number of queries does not grow with the number of entries.

    :param picking: an open transfer with one line a unit
    :param product: the part to begin with; by default the first that awaits a serial number
    :param location: the bin to begin with; by default the one that each line has
    :raise UserError: when the part or the bin is not one of this transfer
    """

    def __init__(self, picking, product=None, location=None):
        self.picking = picking
        #: Units that have their place already: they move, or leave, while they are named.
        self._from_stock = picking.serial_units_in_stock and not picking.is_serialize
        self.env = picking.env
        lines = picking.serial_line_ids
        waiting = lines._awaits_serial()
        self.products = lines.product_id
        self.product = product or waiting[:1].product_id
        self._is_chosen = bool(product)
        #: Whether it has to be asked which part was meant last.
        self.is_part_open = False
        self.location = location or self.env["stock.location"]
        self._check_start()
        self._waiting = defaultdict(deque)
        for line in waiting:
            self._waiting[line.product_id].append(line)
            self._waiting[line.product_id, line.location_id].append(line)
        self._given = {}
        self._answers = {}
        self._places = {}
        self._on_transfer = {
            (line.product_id, line.lot_id.name or line.lot_name): line for line in lines - waiting
        }
        self._similar = SimilarSerials(self._on_transfer)
        self._as_new = False
        self._named = lines - waiting
        self._claimed = {}
        self._serials = {}
        self._known_parts = {}
        self._on_hand = {}
        self._nothing = self.env["stock.quant"].sudo()  # as those in _on_hand
        self._locations = {}
        self._barcodes = {}
        self._codes = {}

    def _check_start(self):
        name = self.picking.name
        if self.product and self.product not in self.products:
            raise UserError(
                self.env._("The chosen part has no unit on %(transfer)s.", transfer=name)
            )
        bins = self.env["stock.location"].search_count(
            Domain(self.picking._get_serial_location_domain())
            & Domain("id", "in", self.location.ids)
        )
        if bins != len(self.location):
            raise UserError(
                self.env._("The chosen bin is no place of %(transfer)s.", transfer=name)
            )

    # ------------------------------------------------------------------------ what is known

    def learn_serials(self, names):
        """Read which of *names*, in whatever letter case, are serial numbers of this transfer's
        parts, and where they are on hand."""
        # A serial number without a company counts for all of them, also where its unit is
        # in a place this user can't see; judge() does not name such a place.
        lots = (
            self.env["stock.lot"]
            .sudo()
            .with_context(active_test=False)
            .with_company(self.picking.company_id)
            .search(
                get_alike_domain(names)
                & Domain("product_id", "in", self.products.ids)
                & Domain("company_id", "in", [False, self.picking.company_id.id])
            )
        )
        self._serials = {(lot.product_id, lot.name): lot for lot in lots}
        self._known_parts = defaultdict(self.products.browse)
        for product, name in self._serials:
            self._known_parts[name] |= product
        # Seen with the user's rights, then in the environment of the others, to compare.
        ours = lots.with_env(self.env)._filtered_access("read").sudo()
        self._ours = set(ours)
        self._left = set(lots._filter_left_other_company(self.picking.company_id))
        self._similar.learn(ours)
        Quant = self.env["stock.quant"].sudo()  # as the lots
        places = Quant._get_on_hand_domain()
        if self._from_stock:
            # Its units may be on their way between companies, which is not on hand.
            places |= Domain("location_id", "child_of", self.picking.location_id.ids)
        quants = Quant.search(places & Domain("lot_id", "in", lots.ids))
        self._on_hand = quants._filter_present().grouped("lot_id")
        places = Quant.union(*self._on_hand.values()).location_id
        # As ours.
        self._visible = places.with_env(self.env)._filtered_access("read").sudo()

    def _learn_words(self, words):
        """Read which of *words* are bins of this transfer, and which are barcodes of parts."""
        named = self.env["stock.location"].search(
            Domain(self.picking._get_serial_location_domain())
            & Domain.OR(
                Domain(field, "in", list(words)) for field in ("barcode", "name", "complete_name")
            )
        )
        # A barcode is unique, a name need not be.
        for field in ("complete_name", "name", "barcode"):
            self._locations.update(named.filtered(field).grouped(field))
        parts = self.env["product.product"].search([("barcode", "in", list(words))])
        self._barcodes = parts.grouped("barcode")

    # --------------------------------------------------------------------------- the verdict

    def judge(self, product, serial, location=None):
        """Say whether *serial* may name a unit of *product* on this transfer.

        :param location: the bin that a unit in stock is in, by default any
        :return: ``(status, message)``: assigned, known, in_stock or invalid
        """
        lot = self._serials.get((product, serial))
        if not lot:
            return self._judge_new(product, location)
        quants = self._on_hand.get(lot)
        if not quants and lot not in self._ours and lot not in self._left:
            return "invalid", self.env._(
                "is a serial number of another company that shares this part."
            )
        if not quants and self._are_all_named(product, location):
            return "invalid", self.env._(
                "is not in stock, and every unit of %(part)s in %(location)s has its serial number.",
                part=product.display_name,
                location=(location or self.picking.location_id).display_name,
            )
        if not quants:
            if name := lot.used_on or lot.source:
                return "known", self.env._("was here before, last on %(name)s.", name=name)
            return "known", self.env._("was here before.")
        if self._from_stock and self._find_here(quants):
            return "assigned", ""
        if places := quants.location_id & self._visible:
            return "in_stock", self.env._(
                "is in stock already, in %(location)s.",
                location=", ".join(places.mapped("display_name")),
            )
        return "in_stock", self.env._("is in stock already, in a place you have no access to.")

    def _judge_new(self, product, location):
        operation_type = self.picking.picking_type_id
        if product and self._are_all_named(product, location):
            return "invalid", self.env._(
                "is not known, and every unit of %(part)s in %(location)s has its serial number.",
                part=product.display_name,
                location=(location or self.picking.location_id).display_name,
            )
        if self.picking.serial_units_in_stock or operation_type.use_create_lots:
            return "assigned", ""
        return "invalid", self.env._(
            "is not known, and %(operation)s takes known serial numbers only.",
            operation=operation_type.name,
        )

    @cached_property
    def _unnamed(self):
        return UnnamedUnits(self.picking, self._named)

    def _are_all_named(self, product, location=None):
        """Tell whether no unit of *product* is left here that a serial number which is not in
        stock could stand for, so that it would leave and the stock be below zero."""
        return self._from_stock and not self._unnamed.find(product, location or None)

    def _find_here(self, quants):
        """Return those of *quants* that this transfer can take from where it begins."""
        source = self.picking.location_id
        return quants.filtered(lambda quant: quant.location_id._child_of(source))

    # ----------------------------------------------------------------------------- the entry

    def take(self, entries, save=True, as_new=False):
        """Give the serial numbers of *entries* to units.

        :param entries: list of :class:`~.serial_entries.Entry`
        :param save: whether to write it; else the rows say what would happen
        :param as_new: whether one that differs from another by letter case only is a new one;
            else it is asked about
        :return: the rows that ``stock.picking.enter_serials`` describes
        """
        self._as_new = as_new
        self._codes = read_codes(self.env, {entry.text for entry in entries})
        self.learn_serials(
            {serial for entry in entries for serial in entry.serials}
            | {code.serial for code in self._codes.values()}
        )
        self._learn_words(
            {word for entry in entries for word in entry.words}
            | {entry.location for entry in entries if entry.location}
            | {barcode for code in self._codes.values() for barcode in code.barcodes}
        )
        rows = []
        for entry in entries:
            rows += self._take(entry)
        if save:
            self._save()
        return rows

    def _take(self, entry):
        if code := self._codes.get(entry.text):
            return [self._take_code(entry, code)]
        if entry.error:
            return [self._row(entry, "invalid", self._explain(entry))]
        if entry.is_plain and (self.product, *entry.serials) not in self._serials:
            for word in entry.words:
                if word in self._locations:
                    return [self._switch_location(entry, word)]
                if word in self._barcodes:
                    return [self._switch_product(entry, word)]
        location = self.location
        if entry.location:
            location = self._locations.get(entry.location, self.env["stock.location"])
            if len(location) != 1:
                return [self._row(entry, "invalid", self._explain_location(entry.location))]
        answers, problems = self._read_answers(entry)
        if problems:
            return [self._row(entry, "invalid", " ".join(problems))]
        return [self._give(entry, serial, location, answers) for serial in entry.serials]

    def _take_code(self, entry, code):
        """Take a GS1 code, which names the part, the serial number or both."""
        if code.barcodes:
            found = (self._barcodes.get(barcode) for barcode in code.barcodes)
            parts = self.env["product.product"].union(*filter(None, found))
            if row := self._refuse_part(entry, parts):
                return row
            self._choose_part(parts)
        if not code.serial:
            return self._say_product(entry)
        return self._give(entry, code.serial, self.location, {})

    def _read_answers(self, entry):
        """Return ``(answers, problems)``: what the columns of *entry* answer, and a message for
        each that can't be an answer."""
        questions = defaultdict(list)
        for question in self.product.part_type_id._get_questions():
            questions[question["string"].strip().casefold()].append(question)
        answers, problems = {}, []
        for label, text in entry.answers.items():
            found = questions[label.casefold()]
            if len(found) != 1:
                problems.append(self._explain_column(label, found))
                continue
            try:
                answers[found[0]["name"]] = read_answer(self.env, found[0], text)
            except Misfit:
                problems.append(explain_misfit(self.env, found[0], text))
        return answers, problems

    def _switch_location(self, entry, word):
        location = self._locations[word]
        if len(location) != 1:
            return self._row(entry, "invalid", self._explain_location(word))
        self.location = location
        message = self.env._("Bin: %(location)s.", location=location.display_name)
        return self._row(entry, "location", message)

    def _switch_product(self, entry, word):
        if row := self._refuse_part(entry, self._barcodes[word]):
            return row
        self._choose_part(self._barcodes[word])
        return self._say_product(entry)

    def _choose_part(self, parts):
        self.product = parts & self.products
        self._is_chosen, self.is_part_open = True, False

    def _refuse_part(self, entry, parts):
        """Return the row that refuses *parts*, unless one of them is on this transfer."""
        if len(parts & self.products) == 1:
            return None
        if not parts:
            return self._row(entry, "invalid", self.env._("No part has this barcode."))
        message = self.env._(
            "is the barcode of %(part)s, which has no unit on this transfer.",
            part=", ".join(parts.mapped("display_name")),
        )
        return self._row(entry, "invalid", message)

    def _say_product(self, entry):
        message = self.env._("Part: %(part)s.", part=self.product.display_name)
        return self._row(entry, "product", message)

    def _give(self, entry, serial, location, answers):
        """Give *serial* to the next unit and return its row."""
        usable = self._find_usable_parts(serial)
        if lines := self._find_lines(serial, usable):
            return self._row(entry, "duplicate", self._explain_duplicate(lines), serial)
        product = self._find_parts(usable) if not answers else self.product
        self.is_part_open = len(product) > 1
        if self.is_part_open:
            return self._row(entry, "invalid", self._ask_part(product), serial)
        if row := self._ask(entry, product, serial, location):
            return row
        bin_ = location if self.picking.serial_units_in_stock else None
        status, message = self.judge(product, serial, bin_)
        if status not in GIVEN:
            return self._row(entry, status, message, serial)
        line = self._next_unit(product, serial, location)
        if not line:
            message = self._explain_surplus(product, serial, location)
            return self._row(entry, "surplus", message, serial)
        self._given[line] = serial
        self._answers[line] = answers
        self._on_transfer[product, serial] = line
        self._similar.add(product, serial)
        if location and not self.picking.serial_units_in_stock:
            self._places[line] = location
        message = self._claim(line, serial, bin_) or message
        if product != self.product:
            message = message or self._explain_other_part(product)
        return self._row(entry, status, message, serial, line)

    def _ask(self, entry, product, serial, location):
        """Return the row that asks whether *serial* is one that differs from it by letter case
        only, with what the answer needs; None where there is nothing to ask."""
        if self._as_new or (product, serial) in self._serials:
            return None
        similar = self._similar.find(product, serial)
        if not similar:
            return None
        name, message = self._explain_similar(similar)
        return {
            **self._row(entry, "invalid", message, serial),
            "similar": name,
            "product_id": product.id,
            "location_id": location.id,
        }

    def _claim(self, line, serial, location=None):
        """Let *serial*, which is not in stock, stand for a unit without serial number: on the place
        of *line*, where one is left there.

        :return: what to say of it, nothing for what is in stock or comes in
        """
        lot = self._serials.get((line.product_id, serial))
        if not self._from_stock or self._on_hand.get(lot):
            return ""
        place = self._unnamed.find(line.product_id, location or None, line)
        self._unnamed.take(line.product_id, place)
        self._claimed[line] = place
        if lot:
            return ""
        return self.env._(
            "is new: it names a unit in %(location)s that had no serial number.",
            location=self.env["stock.location"].browse(place.location_id).display_name,
        )

    def _next_unit(self, product, serial, location):
        """Return the next unit that has no serial number, or None.

        Units in stock have their place: with a bin, only those in it can be meant.
        """
        queues = [self._waiting[product]]
        if self.picking.serial_units_in_stock:
            if location:
                queues = [self._waiting[product, location]]
            lot = self._serials.get((product, serial))
            # A serial number that is here most likely stands for a unit of its own bin.
            bins = self._find_here(self._on_hand.get(lot, self._nothing)).location_id
            queues = [self._waiting[product, place] for place in bins] + queues
        for queue in queues:
            while queue:
                line = queue.popleft()
                if line not in self._given:
                    return line
        return None

    def _save(self):
        """Write what was given: as few statements as there are bins, and one for the rest."""
        for location, lines in self._lines_by_place().items():
            lines.location_dest_id = location
        lines = self.env["stock.move.line"].concat(*self._given)
        lines.check_access("write")
        # That was asked once for all of them: to ask it for each takes as long as to write it.
        for line in lines.sudo():
            serial, answers = self._given[line], self._answers[line]
            if answers and (line.product_id, serial) not in self._serials:
                line.write({"lot_name": serial, "serial_answers": answers})
                continue
            self.name_unit(line, serial)
            if answers:
                line.serial_answers = answers
        lines._restore_owners()

    def name_unit(self, line, serial, now=False):
        """Give *serial* to the unit on *line*; judge() has allowed it.

        A serial number that is known is taken as it is, with its bin, package and owner
        where it stands in stock; another is made when the transfer is validated. One that is
        known, and names a unit in stock that has none, waits for that too: until then it is the
        unit that is reserved, not the serial number. So does one that another company had last,
        which is nobody's to see before.

        :param now: whether the transfer is being validated
        """
        lot = self._serials.get((line.product_id, serial))
        create = self.picking.picking_type_id.use_create_lots
        if place := self._claimed.get(line):
            self._move_to_place(line, place)
        waits = line in self._claimed and (create or not now)
        theirs = lot and lot not in self._ours
        if not lot or waits or theirs or (create and not self._from_stock):
            if line.lot_name != serial:
                line.lot_name = serial
            return
        values = {"lot_id": lot.id, "lot_name": False}
        quant = self._find_here(self._on_hand.get(lot, self._nothing))[:1]
        if self._from_stock and quant:
            for field in ("location_id", "package_id", "owner_id"):
                values[field] = quant[field].id
        line.write(values)

    def _move_to_place(self, line, place):
        """Let *line* take its unit from *place*, a :class:`Position`."""
        if Position.of(line) != place:
            line.write(place._asdict())

    def settle(self, lines, transfers):
        """Check the serial numbers typed on *lines*, whichever way, and name their units.

        :param transfers: ``{(part, name): transfers}`` that are validated together
        :return: why they can't be used, a text for each that can't
        """
        problems = []
        self._named -= lines
        counts = Counter((line.product_id, line.lot_name) for line in lines)
        self.learn_serials(lines.mapped("lot_name"))
        for line in lines:
            key = line.product_id, line.lot_name
            status, message = self.judge(*key)
            if counts[key] > 1:
                status, message = "duplicate", self.env._("it is on this transfer twice.")
            elif len(transfers[key]) > 1:
                status, message = "duplicate", self._explain_transfers(transfers[key])
            if status in GIVEN:
                self._claim(line, line.lot_name)
                self.name_unit(line, line.lot_name, now=True)
            else:
                problems.append(f"{line.lot_name}: {message}")
        self._hand_over_answers(lines)
        return problems

    def _hand_over_answers(self, lines):
        """Give what was answered on *lines* to their serial numbers that exist already."""
        for line in lines.filtered(lambda line: not line.lot_id):
            lot = self._serials.get((line.product_id, line.lot_name))
            # What another company had last gets them once it is this one's.
            if lot and lot in self._ours:
                line._copy_answers_to(lot.with_env(self.env))

    def _get_place(self, line):
        """Return the bin that people know the unit on *line* by."""
        if self.picking.serial_units_in_stock:
            return line.location_id
        return self._places.get(line, line.location_dest_id)

    def _lines_by_place(self):
        lines = self.env["stock.move.line"].concat(*self._places)
        return lines.filtered(lambda line: line.location_dest_id != self._places[line]).grouped(
            self._places.get
        )

    # ---------------------------------------------------------------------------- what to say

    def _row(self, entry, status, message, serial="", line=None):
        return {
            "text": entry.text,
            "serial": serial,
            "status": status,
            "message": message,
            "line_id": line.id if line else False,
        }

    def _explain_location(self, name):
        if name in self._locations:
            return self.env._("%(name)s is the name of several bins; scan its barcode.", name=name)
        return self.env._(
            "%(name)s is no bin in %(location)s. Check its name or barcode.",
            name=name,
            location=self.picking._get_serial_root().display_name,
        )

    def _explain_similar(self, similar):
        """Return ``(name, question)`` of *similar*, see ``SimilarSerials.find``."""
        if isinstance(similar, str):
            return similar, self.env._(
                "%(serial)s is on this transfer. Is this the same unit?", serial=similar
            )
        places = self._on_hand.get(similar, self._nothing).location_id & self._visible
        if places:
            return similar.name, self.env._(
                "%(serial)s is in %(location)s. Is this the same unit?",
                serial=similar.name,
                location=", ".join(places.mapped("display_name")),
            )
        return similar.name, self.env._(
            "%(serial)s was here before. Is this the same unit?", serial=similar.name
        )

    def _explain_column(self, label, found):
        if found:
            return self.env._(
                "%(column)s is the label of several custom fields; rename one.", column=label
            )
        definition = self.product.part_type_id._get_questions()
        return self.env._(
            "%(part)s has no custom field %(column)s, only: %(columns)s.",
            part=self.product.display_name,
            column=label,
            columns=", ".join(question["string"] for question in definition) or "-",
        )

    def _explain_transfers(self, transfers):
        return self.env._(
            "it is on %(transfers)s; clear it on all but one of them.",
            transfers=format_list(self.env, transfers.mapped("name")),
        )

    def _explain_surplus(self, product, serial, location):
        if not product:
            return self.env._("No unit on this transfer is left without a serial number.")
        part = product.display_name
        if self._has_unit(product):
            return self.env._(
                "No unit of %(part)s without a serial number is left in %(location)s.",
                part=part,
                location=location.display_name,
            )
        if self._from_stock and (product, serial) in self._serials:
            return self._explain_reserved(product, serial)
        others = self.products.filtered(self._has_unit)
        if others:
            return self.env._(
                "No unit of %(part)s is left without a serial number, only of %(others)s. Scan "
                "the part's barcode first, or choose it under Part.",
                part=part,
                others=format_list(self.env, others.mapped("display_name")),
            )
        return self.env._("No unit of %(part)s is left without a serial number.", part=part)

    def _explain(self, entry):
        """Return the message of an entry that could not be read."""
        facts = entry.facts
        match entry.error:
            case "rest":
                return self.env._(
                    "At most %(limit)s units in one go. This rest was not read: enter it next.",
                    limit=facts["limit"],
                )
            case "limit":
                return self.env._("At most %(limit)s units in one go.", limit=facts["limit"])
            case "long":
                return self.env._(
                    "A serial number has at most %(limit)s characters; this has %(length)s.",
                    limit=facts["limit"],
                    length=facts["length"],
                )
            case "range":
                return self.env._(
                    "No range: write both ends in full, the lower first, like SN008..SN011."
                )
            case "digits":
                return self.env._(
                    "No number to count up from; a range or count needs one, like SN008*4."
                )
            case "count":
                return self.env._("The count behind * must be at least 1.")
            case "cells":
                return self.env._(
                    "Has more columns than the header, which has %(columns)s.",
                    columns=facts["columns"],
                )
            case "twice":
                return self.env._("The header has %(column)s twice.", column=facts["column"])
            case "row":
                return self.env._("A row has at most %(limit)s characters.", limit=facts["limit"])
            case "formula":
                return self.env._("A serial number can't begin with =, as formulas do.")
            case "columns":
                return self.env._("Too many columns: serial number and location are read.")
            case "location":
                return self.env._("Name one bin, like SN008@R1-1A.")
            case "empty":
                return self.env._("The serial number before the bin is missing.")
            case _other:
                return self.env._("Holds characters that can't be printed or seen.")
