from functools import cached_property

from ...tools.additions import cut, find_addition
from ...tools.entry_grammar import FRAME, NOT_ALONE, read_entry
from . import entry_messages as messages


class EntryAdditions:
    """Finds what a scanner has added to entries by a setting of its own: signs at the ends, and
    anything around the name of a bin or part.

    :param assignment: the :class:`~.serial_assignment.SerialAssignment` of the transfer
    :param words: the :class:`~.entry_words.EntryWords` of the entries of one call
    """

    def __init__(self, assignment, words):
        self._env = assignment.env
        self._known = assignment.known
        self._units = assignment.units
        self._words = words

    def find(self, entry, product, serial):
        """Return ``(meant, question)`` where something most likely was added to *serial*, an unknown
        serial number of *product*, else None; see :meth:`.entry_doubts.EntryDoubts.find`."""
        return self._find_name(entry, product) or self._find_signs(product, serial)

    def find_error(self, entry):
        """Return the same for an *entry* that can't be read as it is, but without its signs."""
        addition = find_addition(entry.text.strip(FRAME))
        if not addition or not addition.rest or NOT_ALONE.search(addition.rest):
            return None
        if read_entry(addition.rest).error:
            return None
        return addition.rest, messages.ask_addition(self._env, addition)

    def _find_name(self, entry, product):
        for addition, name in self._list_named(entry):
            is_letter = f"{addition.head}{addition.tail}".isalnum()
            # Where others begin with the part's own number, so may this one.
            if is_letter and self._is_usual(product, addition.rest, is_head=not addition.head):
                continue
            question = messages.ask_addition(self._env, addition)
            return addition.rest, f"{question} {name}"
        return None

    def _list_named(self, entry):
        """Return ``[(addition, what its rest is)]`` for what may have been added to a bin or part
        of the transfer in *entry*."""
        additions = self._words.list_additions(entry)
        named = [(addition, self._explain_name(addition.rest)) for addition in additions]
        return [(addition, name) for addition, name in named if name]

    def _explain_name(self, word):
        """Return which bin or part of the transfer *word* is; an empty text if it is none."""
        bins = self._words.find_locations(word)
        if len(bins) == 1:
            return self._env._("%(name)s is a bin.", name=word)
        parts = self._words.find_products([word]) & self._units.products
        if len(parts) == 1:
            return self._env._("%(name)s is a part of this transfer.", name=word)
        return ""

    def _find_signs(self, product, serial):
        addition = find_addition(serial)
        if not addition:
            return None
        if not addition.rest:
            return "", messages.ask_signs(self._env)
        head, tail = (
            "" if self._is_usual(product, signs, is_head) else signs
            for signs, is_head in ((addition.head, True), (addition.tail, False))
        )
        addition = cut(serial, head, tail)
        return addition and (addition.rest, messages.ask_addition(self._env, addition))

    def _is_usual(self, product, text, is_head):
        """Return whether other serial numbers of *product* begin, or end, with *text*."""
        if not text:
            return False
        if (product.id, text, is_head) in self._usual:
            return True
        has = str.startswith if is_head else str.endswith
        return any(has(name, text) for name in self._units.get_names(product))

    @cached_property
    def _usual(self):
        """What :meth:`_is_usual` has to know of the database, read at once when first needed."""
        ends = set()
        for entry in self._words.entries:
            for addition, _name in self._list_named(entry):
                ends.add((addition.rest, not addition.head))
            if len(entry.serials) == 1 and (addition := find_addition(*entry.serials)):
                ends |= {(addition.head, True), (addition.tail, False)}
        return self._known.find_ends({(text, is_head) for text, is_head in ends if text})
