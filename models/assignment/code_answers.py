from datetime import datetime

from ...fields.answer_texts import explain_invalid, read_answer
from ...tools.answer_check import InvalidAnswer
from ...tools.code_labels import find_answers
from ..stock_move_line_dates import NOON

#: The GS1 application identifiers of the best before date and the expiration date.
BEST_BEFORE, EXPIRES = "15", "17"


class CodeAnswers:
    """What the scanned codes of one call say about units besides their serial numbers: answers to
    custom fields that are called so, and the dates of parts that have expiration dates, which only
    some installations do.

    :param picking: the transfer
    :param known: the :class:`~.known_serials.KnownSerials` of its serial numbers
    """

    def __init__(self, picking, known):
        self.env = picking.env
        self._known = known
        self._expirations = {}
        self._best_before = {}

    def find(self, code, line, serial):
        """Return what *code* says about the unit on *line* that gets the number *serial*.

        :return: ``(answers, problem)``: the answers to custom fields that nobody answered yet, and
            what is wrong with the others, a text
        """
        lot = self._known.find(line.product_id, serial)
        found = find_answers(code, line.part_type_id._get_questions())
        if "use_expiration_date" in line._fields and line.use_expiration_date:
            found.pop(BEST_BEFORE, None)
            self._note_dates(code, line, lot)
        answers, problems = {}, []
        for question, text in found.values():
            name = question["name"]
            if name in line.serial_answers.given or (lot and lot.serial_answers.get(name)):
                continue
            try:
                answers[name] = read_answer(self.env, question, text)
            except InvalidAnswer:
                problems.append(explain_invalid(self.env, question, text))
        return answers, " ".join(problems)

    def _note_dates(self, code, line, lot):
        """Note the dates of *code* that :meth:`save` writes."""
        if day := code.dates.get(EXPIRES):
            self._expirations[line] = day
        if (day := code.dates.get(BEST_BEFORE)) and not lot:
            self._best_before[line] = day

    def save(self):
        """Write the dates to the lines: a new serial number gets them from there."""
        for line, day in self._expirations.items():
            line.expiration_date = datetime.combine(day, NOON)
        for line, day in self._best_before.items():
            line.best_before_date = day
