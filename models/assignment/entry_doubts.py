from ...tools.doubtful import LostZeros, find_range, is_date
from . import entry_messages as messages
from .code_messages import ask_offered
from .entry_additions import EntryAdditions


class EntryDoubts:
    """Finds the serial numbers that people are asked about, because they most likely mean another.

    :param assignment: the :class:`~.serial_assignment.SerialAssignment` of the transfer
    :param words: the :class:`~.entry_words.EntryWords` of the entries of one call
    """

    def __init__(self, assignment, words):
        self._env = assignment.env
        self._assignment = assignment
        self._known = assignment.known
        self._units = assignment.units
        self._additions = EntryAdditions(assignment, words)
        self._is_list = len(words.entries) > 1
        serials = [serial for entry in words.entries for serial in entry.serials]
        self._zeros = LostZeros(serials if self._is_list else ())

    def find(self, entry, product, serial):
        """Return ``(meant, question)`` where people are asked about *serial* of *product*, else None.

        ``meant`` is what it most likely means, as text to enter; empty where nobody knows.
        """
        if self._known.find(product, serial):
            return None
        return (
            self._find_similar(product, serial)
            or self._find_typed(entry, product, serial)
            or self._find_format(product, serial)
        )

    def find_error(self, entry):
        """Return the same for an *entry* that can't be read as it is."""
        if entry.error == "range" and (meant := find_range(entry.text)):
            return meant, messages.ask_range(self._env, meant)
        return self._additions.find_error(entry)

    def find_offered(self, entry, product, as_new):
        """Return the same for an *entry* that is a label, or a code that may have lost a separator.

        :param as_new: whether it is the serial number as it is
        """
        if not entry.code or not entry.code.offered:
            return None
        if entry.serials and (as_new or self._known.find(product, *entry.serials)):
            return None
        return entry.code.offered, ask_offered(self._env, entry.code.offered)

    def _find_similar(self, product, serial):
        if name := self._units.find_similar(product, serial):
            return name, messages.ask_similar(self._env, name, None)
        if similar := self._known.find_similar(product, serial):
            where = self._known.get_visible_locations(similar)
            return similar.name, messages.ask_similar(self._env, similar.name, where)
        return None

    def _find_format(self, product, serial):
        problem = self._assignment.explain_format(product, serial)
        return ("", messages.ask_format(self._env, problem)) if problem else None

    def _find_typed(self, entry, product, serial):
        # A code says exactly what it means.
        if len(entry.serials) != 1 or entry.code:
            return None
        if doubt := self._additions.find(entry, product, serial):
            return doubt
        if meant := find_range(serial):
            return meant, messages.ask_range(self._env, meant)
        if self._is_list and is_date(serial):
            return "", messages.ask_date(self._env)
        if " " in serial:
            meant = serial.replace(" ", "")
            return meant, messages.ask_blanks(self._env, meant)
        if meant := self._zeros.restore(serial):
            return meant, messages.ask_zeros(self._env, meant)
        return None
