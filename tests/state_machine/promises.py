"""The promises that are kept after every step: each compares the yard before and after it."""

import math
import unicodedata
from collections import Counter, defaultdict

from ...tools.position import INTERNAL_USAGES

#: What can't be seen in a name.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"))


class Promises:
    """Checks each step for what the product promises.

    :ivar without: the names of the promises that are not checked
    :ivar early: ids of the serial numbers that left stock before they were received
    :ivar excused: what the step itself notes: ``("lot", id)`` or ``("line", id)`` whose
        answers it changes or takes back; ``"reserved"`` where it may reserve more than there is
    """

    def __init__(self, yard, without=()):
        self.yard, self.without = yard, without
        self.early = set()
        self.excused = set()
        on_hand = yard.env["stock.location"].search([("usage", "in", INTERNAL_USAGES)])
        self.on_hand = set(on_hand.ids)

    def find_broken(self, before, after):
        """Return ``[(promise, what is wrong)]``.

        :param before, after: the :class:`Snapshot` from before and from after the step
        """
        self._note_early(before, after)
        checks = (
            self._one_position,
            self._totals,
            self._names_of_units,
            self._documents,
            self._flags,
            self._answers,
            self._typed_answers,
            self._duplicates,
            self._reservations,
            self._reserved,
            self._reserved_unserialized,
        )
        named = {check.__name__.strip("_"): check for check in checks}
        return [
            (name, text)
            for name, check in named.items()
            if name not in self.without
            for text in check(before, after)
        ]

    # ------------------------------------------------------------------------------ the units

    def _note_early(self, before, after):
        """Note which serial numbers left before they were received, and forget those whose
        unit came in since."""
        for lot in after.lots:
            below = any(units < 0 for units in after.get_positions(lot, self.on_hand).values())
            story = after.get_story(lot)
            if not below:
                self.early.discard(lot)
            elif story and not before.get_story(lot) and self._leaves(story[0]):
                self.early.add(lot)

    @staticmethod
    def _leaves(entry):
        _company, _document, leaves_stock, target = entry
        return leaves_stock and target != "inventory"

    def _one_position(self, _before, after):
        """A serial number is one unit in one position, negative only before it was received."""
        for lot, serial in after.get_serials().items():
            positions = after.get_positions(lot, self.on_hand)
            units = sorted(positions.values())
            if units in ([], [1]):
                continue
            if lot in self.early and units in ([-1], [-1, 1]) and not self._came_in(after, lot):
                continue
            yield f"{serial['name']}: {self._describe(positions)}"

    def _came_in(self, after, lot):
        """Whether a unit of this serial number came in from outside."""
        return any(
            not leaves_stock and target in INTERNAL_USAGES
            for _company, _document, leaves_stock, target in after.get_story(lot)
        )

    def _totals(self, _before, after):
        """The units in a position, with and without serial number, are those that lines brought."""
        stocked, moved = self._add_up(after.stocked), self._add_up(after.moved)
        # What was there before the machine came was counted in, which is a move, too.
        for product, *position in stocked.keys() | moved.keys():
            key = (product, *position)
            is_storable = after.flags[product][2]
            if is_storable and round(stocked[key] - moved[key], 4) and position[0] in self.on_hand:
                yield f"{self._describe_key(key)}: {stocked[key]} in stock, {moved[key]} moved"

    @staticmethod
    def _add_up(units):
        """Return ``{(product, *position): units}``, all serial numbers together."""
        total = Counter()
        for (product, _lot, *position), quantity in units.items():
            total[(product, *position)] += quantity
        return total

    def _names_of_units(self, before, after):
        """A serial number is where its lines brought or named it, except that any document may
        name a unit without one."""
        then, now = self._surplus(before), self._surplus(after)
        for key in then.keys() | now.keys():
            gained = round(now[key] - then[key], 4)
            product, lot, *position = key
            # Odoo counts a part of a unit as a whole one.
            unserialized = math.ceil(before.stocked[(product, None, *position)])
            if lot and gained and position[0] in self.on_hand and not 0 < gained <= unserialized:
                where = self._describe({tuple(position): gained})
                yield f"{self._name(after, lot)}: {where} more than its lines brought"

    @staticmethod
    def _surplus(snapshot):
        surplus = Counter(snapshot.stocked)
        surplus.subtract(snapshot.moved)
        surplus.subtract(snapshot.named)
        return surplus

    def _reservations(self, _before, after):
        """What quants have reserved is what open lines reserve."""
        reserved, reserving = self._add_up(after.reserved), self._add_up(after.reserving)
        for product, *position in reserved.keys() | reserving.keys():
            if not after.flags[product][2]:
                continue  # It is not kept in stock, so nothing is reserved.
            key = (product, *position)
            if position[0] in self.on_hand and round(reserved[key] - reserving[key], 4):
                yield f"{self._describe_key(key)}: {reserved[key]} reserved, by lines {reserving[key]}"

    def _reserved(self, before, after):
        """No more of a serial number is reserved than there is, except by lines people typed."""
        for key, text in self._find_over_reserved(before, after):
            if key[1]:
                yield text

    def _reserved_unserialized(self, before, after):
        """No more units without a serial number are reserved than exist, see :meth:`_reserved`."""
        for key, text in self._find_over_reserved(before, after):
            if not key[1]:
                yield text

    def _find_over_reserved(self, before, after):
        """Yield, with its text, what has more reserved than before and than there is."""
        if "reserved" in self.excused:
            return
        for key, units in after.reserved.items():
            _product, lot, *position = key
            excess = units - after.picked[key] - max(after.stocked[key], 0)
            excess_before = before.reserved[key] - before.picked[key] - max(before.stocked[key], 0)
            if excess > max(excess_before, 0) and position[0] in self.on_hand:
                where = self._describe({tuple(position): after.stocked[key]})
                yield key, f"{self._name(after, lot)}: {units} reserved of {where}"

    # --------------------------------------------------------------------------- the documents

    def _documents(self, _before, after):
        """Source and Used On are the first and the last document of each company."""
        for lot, serial in after.get_serials().items():
            by_company = defaultdict(list)
            for company, document, *_rest in after.get_story(lot):
                by_company[str(company)].append(document)
            expected = (
                {company: documents[0] for company, documents in by_company.items()},
                {company: names[-1] for company, names in by_company.items() if len(names) > 1},
            )
            found = (serial["source"] or {}, serial["used_on"] or {})
            if found != expected:
                yield f"{serial['name']}: {found}, by its lines {expected}"

    # ------------------------------------------------------------------- flag, answers, names

    def _flags(self, before, after):
        """Once the first serial number was assigned, the part uses serial numbers for good."""
        for product, (started, tracking, is_storable) in after.flags.items():
            if (before.flags[product][0] or started) and (
                not started or tracking != "serial" or not is_storable
            ):
                yield f"{self._part(product)}: {started}, {tracking}, storable {is_storable}"
        for lot in after.get_serials().values():
            if not after.flags[lot["product"]][0]:
                yield f"{lot['name']}: its part is not locked"

    def _answers(self, before, after):
        """An answer of a serial number stays, or is followed by one that was typed for it."""
        typed = defaultdict(set)
        for product, name, answers in before.open_answers.values():
            typed[product, name] |= set(map(str, answers.values()))
        for lot, serial in before.lots.items():
            if lot not in after.lots or ("lot", lot) in self.excused:
                continue
            now = after.lots[lot]["answers"] or {}
            for key, answer in (serial["answers"] or {}).items():
                allowed = {str(answer)} | typed[serial["product"], serial["name"]]
                if str(now.get(key)) not in allowed:
                    yield f"{serial['name']}: {answer} became {now.get(key)}"

    def _typed_answers(self, before, after):
        """What was answered on an open line is on it, on a serial number, or among the refused."""
        kept = Counter(
            str(answer)
            for answers in (
                *(lot["answers"] or {} for lot in after.lots.values()),
                *(answers for _product, _name, answers in after.open_answers.values()),
            )
            for answer in answers.values()
        )
        for line, (_product, name, answers) in before.open_answers.items():
            if ("line", line) in self.excused:
                continue
            for answer in answers.values():
                if (
                    answer is not None
                    and not kept[str(answer)]
                    and str(answer) not in after.refused
                ):
                    yield f"{answer}, typed for {name}, is nowhere"

    def _duplicates(self, _before, after):
        """No two serial numbers of a part and company have the same name, as people see it."""
        seen = defaultdict(set)
        for serial in after.lots.values():
            name = unicodedata.normalize("NFC", serial["name"].translate(INVISIBLE)).strip()
            companies = seen[serial["product"], name]
            if serial["company"] in companies or (
                companies and None in {serial["company"], *companies}
            ):
                yield f"two are named {name}"
            companies.add(serial["company"])

    # ------------------------------------------------------------------------------- in words

    def _name(self, snapshot, lot):
        return snapshot.lots[lot]["name"] if lot in snapshot.lots else "no serial number"

    def _part(self, product):
        return self.yard.env["product.product"].browse(product).name

    def _describe_key(self, key):
        product, *position = key
        return f"{self._part(product)}, {self._describe({tuple(position): 1})}"

    def _describe(self, positions):
        """Return *positions*, ``{(location, package, owner): units}``, as text."""
        env = self.yard.env
        return ", ".join(
            " ".join(
                [
                    f"{units:g} in {env['stock.location'].browse(location).name}",
                    *env["stock.package"].browse(package or ()).mapped("name"),
                    *env["res.partner"].browse(owner or ()).mapped("name"),
                ]
            )
            for (location, package, owner), units in positions.items()
        )
