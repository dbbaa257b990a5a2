"""The answers typed on a transfer."""

from functools import cached_property

from odoo import fields
from odoo.orm.fields_properties import Property

from ..tools.answer_check import fits
from .serial_answers import SerialAnswers, drop_unedited


class LineProperty(Property):
    """The answers of a unit on a transfer: those of its serial number if there is one, else the
    defaults of its part, with what was typed.

    :ivar given: what was typed, with ``None`` for an answer that was removed
    """

    def __init__(self, given, field, record):
        # What is shown is read only when somebody looks: writing doesn't need it.
        self.given, self.field, self.record = given, field, record

    @cached_property
    def _values(self):
        serial = self.record.lot_id or self.record.known_lot_id
        if serial:
            # A transfer does not show the answers of a unit that another company has now.
            base = serial._filtered_access("read").serial_answers
        else:
            base = self.record.product_id.default_serial_answers
        return SerialAnswers.merge(base, self.given)


class LineAnswers(SerialAnswers):
    """Answers typed before the serial number exists, over the defaults of its part.

    Reading gives the part's defaults (or the answers of the serial number on the line, if it
    exists) with what was typed; only what was typed is kept, see :class:`LineProperty`.
    """

    def convert_to_record(self, value, record):
        return LineProperty(value or {}, self, record)

    def write(self, records, value):  # pylint: disable=method-required-super
        if value is None or value is False:
            return fields.Field.write(self, records, None)
        if isinstance(value, Property):
            value = value.given
        value = drop_unedited(value, records.ids)
        for container, group in records.grouped(self.definition_record).items():
            answers = self.check(group.env, self._read_definition(container, group), value)
            self._lock_questions(group.env, answers)
            for record in group:
                fields.Field.write(self, record, {**record[self.name].given, **answers})
        return None

    def restore(self, record, given):
        """Write again what was *given* before, except answers whose question is gone or has become
        another one."""
        questions = record.env["serial.question"]._get_translated()
        answers = {
            key: answer
            for key, answer in given.items()
            if key in questions and fits(questions[key], answer)
        }
        self._lock_questions(record.env, answers)
        fields.Field.write(self, record, answers)
