from odoo.addons.serialized_parts.models.assignment import (
    code_messages,
    entry_messages,
    pick_messages,
)
from odoo.addons.serialized_parts.models.counting import count_messages
from odoo.addons.serialized_parts.models.counting.count_codes import CountCodes
from odoo.addons.serialized_parts.models.counting.known_units import KnownUnits
from odoo.addons.serialized_parts.tools.additions import find_addition
from odoo.addons.serialized_parts.tools.doubtful import find_range
from odoo.addons.serialized_parts.tools.serial_entries import parse

from . import unbuild_messages as messages


class UnbuiltUnits:
    """Finds the units to be taken apart that a text names, and checks whether they can be.

    :param order: the unbuild order, maybe a new one; its part is preferred where several have a number
    """

    def __init__(self, order):
        self.env = order.env
        self._order = order
        self._known = KnownUnits(order)
        self._checked, self._built = {}, {}

    def find_units(self, text, asked=()):
        """Return ``(units, refused)``: the serial numbers that *text* names, and what could not be
        used, a list of ``{"text", "name", "status", "message"}``, with ``similar`` where people are
        asked whether they mean that.

        :param asked: the texts that people were asked about before: now they are meant as they are
        """
        entries = CountCodes(self._order, parse(text)).entries
        names = {name for entry in entries for name in _list_names(entry)}
        self._known.read_names(names | {_cut_signs(name) for name in names})
        found = self.env["stock.lot"].union(*map(self._known.find, names))
        self._check(found)
        units, refused = found.browse(), []
        for entry in entries:
            for name in _list_names(entry) or ("",):
                unit, row = self._read_name(entry, name, entry.text in asked)
                units |= unit
                refused += [row] if row else []
        return units, refused

    def explain(self, units):
        """Return ``[(name, reason)]`` of those of *units* that can't be taken apart."""
        self._known.read_names(set(units.mapped("name")))
        self._check(units)
        return [(unit.name, self._checked[unit]) for unit in units if self._checked[unit]]

    # ---------------------------------------------------------------------------- one entry

    def _read_name(self, entry, name, is_asked):
        """Return ``(unit, refused row)`` of one serial number of *entry*: one of the two is empty."""
        no_unit = self.env["stock.lot"]
        if problem := self._explain_entry(entry, name):
            return no_unit, self._refuse(entry, name, problem)
        units = self._find(entry, name)
        if not units:
            return no_unit, self._refuse_unknown(entry, name, is_asked)
        if len(units) > 1:
            return no_unit, self._refuse(entry, name, messages.ask_part(units))
        if problem := self._checked[units] or self._explain_other(units):
            return no_unit, self._refuse(entry, name, problem)
        return units, None

    def _explain_entry(self, entry, name):
        if entry.error:
            return entry_messages.explain_error(self.env, entry)
        if not name or entry.location or entry.product or entry.answers:
            return messages.explain_alone(self.env)
        return ""

    def _find(self, entry, name):
        """Return the units called *name*; none where that is only what a code most likely says."""
        units = self._known.find(name if name in entry.serials else "")
        if entry.code:
            units = units.filtered_domain(units._get_scanned_domain(entry.code))
        preferred = units.filtered(lambda unit: unit.product_id == self._order.product_id)
        return preferred or units

    def _refuse_unknown(self, entry, name, is_asked):
        if self._known.is_of_other_company(name):
            return self._refuse(entry, name, count_messages.describe_other_company(self.env))
        if not is_asked and (doubt := self._find_doubt(entry, name)):
            meant, question = doubt
            return {**self._refuse(entry, name, question), "similar": meant}
        return self._refuse(entry, name, messages.explain_unknown(self.env))

    def _find_doubt(self, entry, name):
        """Return ``(meant, question)`` where an unknown number most likely means another, else
        None."""
        if entry.code:
            meant = entry.code.offered
            return (meant, code_messages.ask_offered(self.env, meant)) if meant else None
        if similar := self._known.find_similar(name):
            bins = self._known.get_location(similar)
            where = bins if self._known.is_visible(bins) else bins.browse()
            return similar.name, entry_messages.ask_similar(self.env, similar.name, where)
        if (rest := _cut_signs(name)) and self._known.find(rest):
            return rest, entry_messages.ask_addition(self.env, find_addition(name))
        if meant := find_range(name):
            return meant, entry_messages.ask_range(self.env, meant)
        return None

    def _refuse(self, entry, name, message):
        # Of a range or a count, each number by itself.
        text = name if len(entry.serials) > 1 else entry.text
        return {"text": text, "name": name or entry.text, "status": "invalid", "message": message}

    # ----------------------------------------------------------------------------- one unit

    def _check(self, units):
        """Find out why each of *units* can't be taken apart, if it can't."""
        self._built = self._order._find_productions(units)
        for unit in units:
            self._checked[unit] = self._explain_where(unit) or self._explain_built(unit)

    def _explain_where(self, unit):
        """Return why *unit* can't be taken apart where it is; else an empty text."""
        bins = self._known.get_location(unit)
        if not bins:
            text, _since = self._known.describe_gone(unit)
            return (
                pick_messages.explain_left(self.env, text)
                if text
                else pick_messages.explain_absent(self.env)
            )
        if not self._known.is_visible(bins):
            return messages.explain_hidden(self.env)
        if bins.company_id != self._order.company_id:
            return messages.explain_other_company(bins)
        if reserved := self._known.describe_reserved(unit):
            return messages.explain_reserved(self.env, reserved)
        return ""

    def _explain_other(self, unit):
        """Return that *unit* is not of the manufacturing order that people chose for the first unit;
        else an empty text."""
        order = self._order
        if order.lot_id or not order.mo_id or self._built.get(unit) == order.mo_id._origin:
            return ""
        return messages.explain_other_production(order.mo_id)

    def _explain_built(self, unit):
        """Return why nobody knows what *unit* was made of; else an empty text."""
        if unit in self._built:
            return ""
        bom = self._order._find_bom(unit.product_id)
        if not bom:
            return messages.explain_not_built(self.env)
        parts = bom.bom_line_ids.product_id | bom.byproduct_ids.product_id
        if {*parts.mapped("tracking")} - {"none"}:
            return messages.explain_components_unknown(self.env)
        return ""


def _list_names(entry):
    """Return the serial numbers that *entry* names, or that its code most likely does."""
    if entry.serials or not entry.code:
        return entry.serials
    return (entry.code.offered,) if entry.code.offered else ()


def _cut_signs(name):
    """Return *name* without the signs that a scanner may have added; else an empty text."""
    addition = find_addition(name)
    return addition.rest if addition else ""
