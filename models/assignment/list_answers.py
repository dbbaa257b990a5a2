from functools import cached_property

from ...fields.answer_texts import explain_invalid, read_answer
from ...tools.answer_check import InvalidAnswer
from . import entry_messages as messages


class ListAnswers:
    """Reads the answers in the columns of a list.

    :param picking: the transfers that the list is for
    """

    def __init__(self, picking):
        self._picking = picking
        self._env = picking.env

    def read_row(self, entry, part):
        """Return ``(answers, problems)``: the answers in the columns of *entry*, a row for a unit of
        *part*, and a message for each column that can't be used."""
        if not entry.answers:
            return {}, []
        questions = {question["name"]: question for question in part.part_type_id._get_questions()}
        labels = {question["string"]: question for question in questions.values()}
        answers, problems = {}, []
        for key, text in entry.answers.items():
            # Another part's custom field may have the same label.
            label = self._labels.get(key, key)
            question = questions.get(key) or labels.get(label)
            if not question:
                problems.append(messages.explain_column(part, label))
                continue
            try:
                answers[question["name"]] = read_answer(self._env, question, text)
            except InvalidAnswer:
                problems.append(explain_invalid(self._env, question, text))
        return answers, problems

    @cached_property
    def _labels(self):
        """The labels of all custom fields on the transfers, by their key."""
        questions = self._picking._get_all_questions()
        return {question["name"]: question["string"] for question in questions}
