"""The field that keeps answers to custom fields (Q&A)."""

import json
import math
import re
from collections.abc import Iterable

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.orm.fields_properties import Property
from odoo.tools import SQL

from ..tools.answer_check import InvalidAnswer, check_answer, fits
from ..tools.plain_text import is_possible, quote
from .answer_texts import explain_invalid, read_cell

# A date, or a time, before the year 1000, as Odoo writes it.
_SHORT_YEAR = re.compile("[0-9]{1,3}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?")


class CheckedAnswers(dict):
    """Answers that fit when they were given: they are stored as they are, whatever has happened
    to their questions since."""


class QuestionDefinition(fields.PropertiesDefinition):
    """The questions of a part type, with their labels in the reader's language."""

    def convert_to_record(self, value, record):
        definition = super().convert_to_record(value, record)
        return record.env["serial.question"]._translate_definition(definition)


class SerialAnswers(fields.Properties):
    """Answers by question, ``{key: value}``: Properties that lose nothing.

    - A question that is not in the part type's definition now (archived, or the part was moved
      to another type) keeps its answer; Odoo's Properties drop it.
    - Writing changes the answers that are given and leaves the others alone. ``None`` removes
      an answer; so does ``False``, or an empty text, where it is no answer.
    - 0, "no" and an empty text are answers, in search and export too.
    - Answers are checked, and the definition can't be edited from here.
    - An answer that does not fit its question is old data. It is read as no answer and stays
      until somebody answers again; it blocks nothing.
    - The web client sends all the answers in a form, each with what it was when it was read, so
      that only edited ones are written, see :func:`drop_unedited`.
    - A question can't be deleted or become another one while somebody answers it, see
      ``serial.question._lock_for_answers``.

    Defaults don't come from this field: a serial number starts with those of its part.
    """

    precompute = False

    def _setup_definition_attrs(self, model_class):
        result = super()._setup_definition_attrs(model_class)
        if self.definition and not self.inherited_field:
            # What is stored does not depend on the definition.
            self._depends = self.compute = None
        return result

    @classmethod
    def _dict_to_list(cls, values_dict, properties_definition):
        answers = super()._dict_to_list(values_dict, properties_definition)
        for answer in answers:
            if "value" in answer and not fits(answer, answer["value"]):
                del answer["value"]
        return answers

    def convert_to_read_multi(self, values, records, use_display_name=True):
        result = super().convert_to_read_multi(values, records, use_display_name)
        if use_display_name:
            for record, answers in zip(records, result, strict=True):
                self._note_what_is_read(record, answers)
        return result

    def _note_what_is_read(self, record, answers):
        """Add to each given answer which record it was read from, and what it was."""
        stored = record._origin
        before = answers
        if stored and not record.id:
            # This is the form that somebody edits.
            before = self.convert_to_read(stored[self.name], stored, use_display_name=False)
        read = {answer["name"]: answer.get("value") for answer in before if stored}
        for answer in answers:
            if read.get(answer["name"]) is not None:
                answer["read"] = [stored.id, read[answer["name"]]]

    @classmethod
    def _list_to_dict(cls, values_list):
        return {
            answer["name"]: answer["value"]
            for answer in values_list
            if answer.get("name") and "value" in answer
        }

    def _add_default_values(self, env, values):
        return values.get(self.name) or {}

    def create(self, record_values):
        # Where nothing is answered, there is nothing to check.
        return super().create([(record, answers) for record, answers in record_values if answers])

    def _lock_questions(self, env, answers):
        """Keep the questions of *answers* as they are until these are stored."""
        given = [key for key, answer in answers.items() if answer is not None]
        if given:
            env["serial.question"]._lock_for_answers(given)

    def write(self, records, value):  # pylint: disable=method-required-super
        if isinstance(value, Property):
            self._lock_questions(records.env, value._values)
            return fields.Field.write(self, records, value)
        value = drop_unedited(value, records.ids)
        for container, group in records.grouped(self.definition_record).items():
            answers = self.check(group.env, self._read_definition(container, group), value)
            self._lock_questions(group.env, answers)
            for record in group:
                merged = self.merge(record[self.name], answers)
                fields.Field.write(self, record, merged)
        return None

    def _read_definition(self, container, records):
        """Return the questions that answers of *records* are checked against."""
        # Whoever has the record may see its custom fields, as with Odoo's own properties.
        questions = container.sudo()[self.definition_record_field] if container else []
        if all(records._ids):
            return questions
        # A form that is being edited: an error now would make the web client forget what was typed.
        # The format is checked when it is saved.
        return [{**question, "format": False} for question in questions]

    def check(self, env, definition, value):
        """Return the answers in *value* as ``{key: answer}``, ``None`` for one to remove.

        :param list definition: the questions, as the part type has them
        :param value: what was given: a dict, its JSON, or the web client's list
        :raise ValidationError: naming each question whose answer does not fit, and what fits
        """
        if isinstance(value, CheckedAnswers):
            return dict(value)
        given = self._read_given(env, value)
        questions = {question["name"]: question for question in definition}
        answers, problems = {}, []
        for key, answer in given.items():
            if key not in questions:
                problems.append(env._("There is no custom field %(key)s here.", key=quote(key)))
                continue
            try:
                answers[key] = check_answer(questions[key], answer)
            except InvalidAnswer:
                problems.append(explain_invalid(env, questions[key], answer))
        if problems:
            raise ValidationError("\n".join(problems))
        return answers

    def _read_given(self, env, value):
        try:
            given = self.convert_to_cache(value, env[self.model_name]) or {}
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            raise ValidationError(
                env._("%(answers)s can't be read as answers.", answers=quote(value))
            )
        return given

    @staticmethod
    def merge(before, changes):
        """Return the answers *before* with *changes*, see :meth:`check`."""
        merged = {**(before._values if isinstance(before, Property) else before or {})}
        merged.update(changes)
        return {key: answer for key, answer in merged.items() if answer is not None}

    def read_cells(self, env, value, before=()):
        """Return the answers in *value*, as Odoo's import reads the cells of one row. A blank
        cell removes the answer that was there *before*; it means nothing where there was none, or
        an invalid one, whose cell is blank in an export."""
        if not isinstance(value, list):
            return value
        stored = before._values if isinstance(before, Property) else {}
        answers = {}
        for question in value:
            key, cell = question["name"], question.get("value")
            if cell not in ("", None):
                answers[key] = read_cell(env, question, cell)
            elif stored.get(key) not in ("", None) and fits(question, stored[key]):
                answers[key] = None
        return answers

    def get_domain(self, keys, choice=None):
        """Return the domain of the records that answer all of these questions.

        :param keys: the keys of the questions
        :param choice: the key of a choice: only records that answer the one question with it
        """
        answer = SQL("-> %s ? %s", *keys, choice) if choice else SQL("?& %s", list(keys))
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "(%s %s) IS TRUE", SQL.identifier(alias, self.name, to_flush=self), answer
            )
        )

    def convert_to_export(self, value, record):
        if isinstance(value, Property):
            value = value._values
        if value is False:
            # In CSV, "no" would be a blank cell, which means no answer.
            return str(value)
        return "" if value is None else value

    def _read_searched(self, model, field_expr, operator, value):
        """Return *value* with four-digit years, as in answers: Odoo searches for groups by date
        with fewer digits.

        :raise UserError: for what can't be an answer
        """
        check_searched(model.env, value)
        if operator.endswith("like"):
            return value
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, Iterable) or not any(_has_short_year(item) for item in values):
            return value
        kind = model.get_property_definition(field_expr).get("type")
        if kind not in ("date", "datetime"):
            return value
        length = len("2026-01-31" if kind == "date" else "2026-01-31 14:30:00")
        padded = [item.zfill(length) if _has_short_year(item) else item for item in values]
        return padded[0] if isinstance(value, str) else padded

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        value = self._read_searched(model, field_expr, operator, value)
        # In Python, 0 equals False and 1 equals True: Odoo would search for a missing answer.
        if operator not in ("in", "not in") or not all(_is_number(number) for number in value):
            return super().condition_to_sql(field_expr, operator, value, model, alias, query)
        answer = model._field_to_sql(alias, field_expr, query)
        numbers = [json.dumps(number) for number in value]
        found = SQL("%s = ANY(%s::jsonb[])", answer, numbers)
        return found if operator == "in" else SQL("(%s) IS NOT TRUE", found)


def drop_unedited(value, ids):
    """Return *value*; if it is a web client's list for one of the records *ids*, without the
    answers that were not edited there: somebody else may have edited them since."""
    if not isinstance(value, list):
        return value
    return [answer for answer in value if not _is_unedited(answer, ids)]


def _is_unedited(answer, ids):
    match answer:
        case {"read": [id_, before], "value": after} if id_ in ids:
            # To the web client, an empty text is no answer.
            return (after == before and (after is False) == (before is False)) or (
                after is False and before == ""
            )
    return False


def check_searched(env, value):
    """Refuse to search for what PostgreSQL's JSON can't hold, which can't be an answer either.

    :param value: what a condition compares with: one answer, or several
    :raise UserError: for infinity, NaN, and a text that can't be stored
    """
    for item in [value] if isinstance(value, str) or not isinstance(value, Iterable) else value:
        if (isinstance(item, float) and not math.isfinite(item)) or (
            isinstance(item, str) and not is_possible(item)
        ):
            raise UserError(env._("%(value)s can't be searched for.", value=quote(item)))


def _has_short_year(value):
    return isinstance(value, str) and bool(_SHORT_YEAR.fullmatch(value))


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)
