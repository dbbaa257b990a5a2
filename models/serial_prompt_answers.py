from odoo import models

#: Context key: the id of the line that the prompt shows first, with its open answer in focus.
LINE_TO_ANSWER = "serial_line_to_answer"


class SerialPrompt(models.AbstractModel):
    """The required answers that a transfer lacks, in the prompt."""

    _inherit = "serial.prompt"

    def _ask_answers(self):
        """Return the prompt of these transfers, on the first line that lacks a required answer, in
        the order of the prompt's list; None if nothing is missing."""
        lines = self._get_all_lines_to_answer()
        if not lines:
            return None
        first = lines.search(
            [("id", "in", lines.ids)], order="lot_id desc, lot_name desc, id", limit=1
        )
        # The transfers of its kind share its prompt.
        action = (first._get_prompts() | self).action_open_serial_prompt()
        action["context"][LINE_TO_ANSWER] = first.id
        return action

    def _get_all_lines_to_answer(self):
        """Return the lines to answer of each of these transfers, see ``_get_lines_to_answer``."""
        lines = [picking._get_lines_to_answer() for picking in self]
        return self.env["stock.move.line"].union(*lines)

    def fill_missing_answers(self, line_id):
        """Give the required answers of one line to all lines in its prompt that lack them; what they
        have is kept.

        :param int line_id: the line whose answers are given
        :return: the number of lines that were answered
        :raise AccessError: if the user may not change this transfer
        """
        self.ensure_one()
        self._check_serial_access()
        pickings = self._get_prompted()
        lines = pickings._get_all_lines_to_answer()
        source = pickings.serial_line_ids.filtered(lambda line: line.id == line_id)
        answers = source._get_answers_to_copy()
        others = (lines - source).grouped(
            lambda line: tuple(
                question["name"]
                for question in line._find_missing_answers()
                if question["name"] in answers
            )
        )
        others.pop((), None)
        for names, lacking in others.items():
            lacking.serial_answers = {name: answers[name] for name in names}
        return sum(map(len, others.values()))
