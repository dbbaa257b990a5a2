"""Answers to custom fields (Q&A): what fits a question, and the field that keeps them."""

import json
import math
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from functools import cached_property

import pytz

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.orm.fields_properties import Property
from odoo.orm.utils import parse_field_expr
from odoo.tools import SQL
from odoo.tools.misc import format_date, format_datetime, get_lang

from .plain_text import is_possible, quote

#: The types whose answer is one or several of the question's choices.
CHOICE_TYPES = ("selection", "tags")
#: The types whose answers have an order: people look for those above and below a value.
ORDERED_TYPES = ("integer", "float", "date", "datetime")
#: The types of which people look for a part.
TEXT_TYPES = ("char", "text")
#: The types that can be marked as indexed. Of Yes / No each answer is too frequent to gain by it.
INDEXED_TYPES = CHOICE_TYPES + ORDERED_TYPES + TEXT_TYPES

# A date, or a time, of before the year 1000, as Odoo writes it.
_SHORT_YEAR = re.compile("[0-9]{1,3}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?")


class Misfit(ValueError):
    """Raised when an answer does not fit its question."""


class Kept(dict):
    """Answers that fitted when they were given: they are stored as they are, whatever has become
    of their questions since."""


class QuestionDefinition(fields.PropertiesDefinition):
    """The questions of a part type, with their labels in the reader's language."""

    def convert_to_record(self, value, record):
        definition = super().convert_to_record(value, record)
        return record.env["serial.question"]._translate_definition(definition)


class SerialAnswers(fields.Properties):
    """Answers by question, ``{key: value}``: Properties that lose nothing.

    - A question that is not in the part type's definition now (archived, or the part was moved
      to another type) keeps its answer; Odoo's Properties drop it.
    - Writing changes the answers that are given and leaves the others alone. ``None`` takes an
      answer back; so does ``False``, or an empty text, where it is no answer.
    - 0, "no" and an empty text are answers, in search and export too.
    - Answers are checked, and the definition can't be edited from here.
    - An answer that does not fit its question is old data. It is read as none and stays until
      somebody answers anew; it is in nobody's way.
    - What the web client sends of a form are all answers that the form has. Each says what it
      was when it was read, so that only those are written that were edited, see
      :func:`drop_unedited`.
    - A question is not deleted, nor becomes another one, while somebody answers it, see
      ``serial.question._hold``.

    Defaults are not this field's: a serial number starts with those of its part.
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
                self._say_what_is_read(record, answers)
        return result

    def _say_what_is_read(self, record, answers):
        """Add to each of *answers* that is one which record it was read of, and what it was."""
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

    def _hold(self, env, answers):
        """Keep the questions of *answers* as they are until these are stored."""
        given = [key for key, answer in answers.items() if answer is not None]
        if given:
            env["serial.question"]._hold(given)

    def write(self, records, value):  # pylint: disable=method-required-super
        if isinstance(value, Property):
            self._hold(records.env, value._values)
            return fields.Field.write(self, records, value)
        value = drop_unedited(value, records.ids)
        for container, group in records.grouped(self.definition_record).items():
            answers = self.check(group.env, self._read_definition(container), value)
            self._hold(group.env, answers)
            for record in group:
                merged = self.merge(record[self.name], answers)
                fields.Field.write(self, record, merged)
        return None

    def _read_definition(self, container):
        # As Odoo's own properties: who has the record may know its custom fields.
        return container.sudo()[self.definition_record_field] if container else []

    def check(self, env, definition, value):
        """Return the answers in *value* as ``{key: answer}``, ``None`` for one taken back.

        :param list definition: the questions, as the part type has them
        :param value: what was given: a dict, its JSON, or the web client's list
        :raise ValidationError: naming each question whose answer does not fit, and what fits
        """
        if isinstance(value, Kept):
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
            except Misfit:
                problems.append(explain_misfit(env, questions[key], answer))
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
        """Return the answers in *value*, as Odoo's import reads the cells of one row: a blank
        cell takes back the answer that was there *before*, and else says nothing: so it does
        where that answer does not fit, for its cell is blank in an export."""
        if not isinstance(value, list):
            return value
        stored = before._values if isinstance(before, Property) else {}
        answers = {}
        for question in value:
            key, cell = question["name"], question.get("value")
            if cell not in ("", None):
                answers[key] = _read_cell(env, question, cell)
            elif stored.get(key) not in ("", None) and fits(question, stored[key]):
                answers[key] = None
        return answers

    def get_domain(self, keys, choice=None):
        """Return the domain of the records that answer all of these questions.

        :param keys: the keys of the questions
        :param choice: the key of a choice: they answer the one question with it
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
            # As a cell, "no" would be a blank in CSV, which is no answer.
            return str(value)
        return "" if value is None else value

    def _read_searched(self, model, field_expr, operator, value):
        """Return *value* with four digits for a year, as answers have them: Odoo's groups by a
        date are searched for with fewer.

        :raise UserError: for what can be no answer
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
        # To Python 0 is False and 1 is True; Odoo would search for the absence of an answer.
        if operator not in ("in", "not in") or not all(_is_number(number) for number in value):
            return super().condition_to_sql(field_expr, operator, value, model, alias, query)
        answer = model._field_to_sql(alias, field_expr, query)
        numbers = [json.dumps(number) for number in value]
        found = SQL("%s = ANY(%s::jsonb[])", answer, numbers)
        return found if operator == "in" else SQL("(%s) IS NOT TRUE", found)


class LotAnswers(SerialAnswers):
    """The answers of serial numbers. An index finds those to a question that is marked so, see
    ``serial.question._update_indexes``."""

    def create(self, record_values):
        for lot, answers in record_values:
            if isinstance(answers, dict):
                self._hold(lot.env, answers)
        # Those of serial numbers were checked before these were created, see stock.lot.create().
        return super().create(
            [
                (lot, answers)
                for lot, answers in record_values
                if lot.product_id.tracking != "serial"
            ]
        )

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        value = self._read_searched(model, field_expr, operator, value)
        condition = super().condition_to_sql(field_expr, operator, value, model, alias, query)
        by_index = self._find_by_index(field_expr, operator, value, model, alias)
        return SQL("(%s AND %s)", by_index, condition) if by_index else condition

    def _find_by_index(self, field_expr, operator, value, model, alias):
        """Return a condition that the question's index serves. It is met wherever the one that
        was asked for is, whose SQL no index serves; None if there is nothing to gain."""
        _name, key = parse_field_expr(field_expr)
        kind = model.env["serial.question"]._get_indexed().get(key)
        if not kind:
            return None
        answer = model._field_to_sql(alias, field_expr)
        if kind in TEXT_TYPES and operator in ("ilike", "=ilike"):
            return SQL("%s IS NOT NULL", answer)
        values = list(value) if operator == "in" else [value]
        if not all(isinstance(item, str) for item in values):
            return None
        texts = [json.dumps(item) for item in values]
        if operator == "in" and kind in ORDERED_TYPES:
            return SQL("%s = ANY(%s::jsonb[])", answer, texts)
        if operator == "in":
            return SQL(
                "(%s)", SQL(" OR ").join(SQL("%s @> %s::jsonb", answer, text) for text in texts)
            )
        if operator in ("<", "<=", ">", ">=") and kind in ORDERED_TYPES:
            return SQL("%s %s %s::jsonb", answer, SQL(operator), *texts)
        return None


class LineProperty(Property):
    """The answers of a unit on a transfer: those of its serial number if there is one, else the
    defaults of its part, with what was typed.

    :ivar given: what was typed, with ``None`` for an answer that was taken back
    """

    def __init__(self, given, field, record):
        # What is shown is read only where somebody looks: it need not be there to be written.
        self.given, self.field, self.record = given, field, record

    @cached_property
    def _values(self):
        serial = self.record.lot_id or self.record.known_lot_id
        if serial:
            # Those of a unit that another company has by now are not this transfer's to tell.
            base = serial._filtered_access("read").serial_answers
        else:
            base = self.record.product_id.default_serial_answers
        return SerialAnswers.merge(base, self.given)


class LineAnswers(SerialAnswers):
    """Answers typed before the serial number exists, over the defaults of its part.

    What is read are the part's defaults (or the answers of the serial number, if there is one
    with the number on the line) with what was typed; what is kept is what was typed, see
    :class:`LineProperty`.
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
            answers = self.check(group.env, self._read_definition(container), value)
            self._hold(group.env, answers)
            for record in group:
                fields.Field.write(self, record, {**record[self.name].given, **answers})
        return None

    def restore(self, record, given):
        """Write again what was *given* once, but for what has no question any more, or one that
        became another."""
        questions = record.env["serial.question"]._get_translated()
        answers = {
            key: answer
            for key, answer in given.items()
            if key in questions and fits(questions[key], answer)
        }
        self._hold(record.env, answers)
        fields.Field.write(self, record, answers)


def drop_unedited(value, ids):
    """Return *value*, where it is the list that a web client made of one of the records *ids*,
    without the answers that it did not edit: somebody else may have, since it read them."""
    if not isinstance(value, list):
        return value
    return [answer for answer in value if not _is_unedited(answer, ids)]


def _is_unedited(answer, ids):
    match answer:
        case {"read": [id_, before], "value": after} if id_ in ids:
            # To the web client, an empty text is none.
            return (after == before and (after is False) == (before is False)) or (
                after is False and before == ""
            )
    return False


def check_searched(env, value):
    """Refuse to search for what PostgreSQL knows no JSON of, so that it is no answer either.

    :param value: what a condition compares with: one answer, or several
    :raise UserError: for infinity, what is no number, and a text that can't be stored
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


# ------------------------------------------------------------------------ does an answer fit?


def check_answer(question, answer):
    """Return *answer* as it is stored, or ``None`` when it takes the answer back.

    :param dict question: one property definition
    :raise Misfit: when it does not fit the question
    """
    if answer is None:
        return None
    if question["type"] == "boolean" and isinstance(answer, bool):
        return answer
    if question["type"] in ("char", "text") and isinstance(answer, str) and is_possible(answer):
        return answer
    if answer is False or answer in ("", []):
        return None
    return _CHECKS[question["type"]](question, answer)


def fits(question, answer):
    """Tell whether *answer*, as it is stored, is one to *question*, or none at all."""
    try:
        stored = check_answer(question, answer)
    except Misfit:
        return False
    # What a check reads as an answer, a number in a text, is none where it is stored.
    return stored is None or question["type"] == "tags" or stored == answer


def _check_integer(_question, answer):
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        raise Misfit
    try:
        number = int(answer)
    except (ValueError, OverflowError):
        raise Misfit from None
    if isinstance(answer, float) and number != answer:
        raise Misfit
    # The largest that PostgreSQL and spreadsheets tell apart from its neighbours.
    if abs(number) > 2**53:
        raise Misfit
    return number


def _check_float(_question, answer):
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        raise Misfit
    try:
        number = float(answer)
    except (ValueError, OverflowError):
        raise Misfit from None
    if not math.isfinite(number):
        raise Misfit
    return number


def _check_date(_question, answer):
    if isinstance(answer, str):
        answer = _read_time(answer, "%Y-%m-%d")
    if isinstance(answer, datetime):
        answer = answer.date()
    if not isinstance(answer, date):
        raise Misfit
    # Odoo writes the year 999 with three digits, and can't read it again.
    return answer.isoformat()


def _check_datetime(_question, answer):
    if isinstance(answer, str):
        answer = _read_time(answer, "%Y-%m-%d %H:%M:%S")
    if not isinstance(answer, datetime):
        raise Misfit
    return answer.replace(tzinfo=None).isoformat(" ", "seconds")


def _check_selection(question, answer):
    if answer not in [choice for choice, _label in question["selection"]]:
        raise Misfit
    return answer


def _check_tags(question, answer):
    known = [choice for choice, _label, _color in question["tags"]]
    if not isinstance(answer, list | tuple) or any(choice not in known for choice in answer):
        raise Misfit
    return list(dict.fromkeys(answer))


def _refuse(_question, _answer):
    raise Misfit


_CHECKS = {
    "char": _refuse,
    "text": _refuse,
    "boolean": _refuse,
    "integer": _check_integer,
    "float": _check_float,
    "date": _check_date,
    "datetime": _check_datetime,
    "selection": _check_selection,
    "tags": _check_tags,
}


# -------------------------------------------------------------------------- answers and people


def read_answer(env, question, text):
    """Return the answer that a person wrote as *text*, as it is stored.

    Numbers and dates are read as the user's language writes them, or in the standard form;
    choices by their label; a time in the user's time zone.

    :raise Misfit: when it does not fit the question
    """
    text = text.strip()
    match question["type"]:
        case "char" | "text":
            return text
        case "boolean":
            return _read_boolean(env, text)
        case "selection":
            return _read_choice(question["selection"], text)
        case "tags":
            names = filter(None, (name.strip() for name in text.split(",")))
            return [_read_choice(question["tags"], name) for name in names]
        case "integer" | "float":
            text = _read_number(env, text)
        case "date":
            # The dates of a spreadsheet have a time.
            formats = (get_lang(env).date_format, "%Y-%m-%d", "%Y-%m-%d 00:00:00")
            text = _read_time(text, *formats)
        case "datetime":
            lang = get_lang(env)
            local = _read_time(
                text,
                f"{lang.date_format} {lang.time_format}",
                "%Y-%m-%d %H:%M:%S",
                "%Y-%m-%d %H:%M",
            )
            text = _to_utc(env, local)
        case _other:
            raise Misfit
    return check_answer(question, text)


def _read_cell(env, question, cell):
    """Return *cell* of an import as an answer. Odoo writes the dates of a spreadsheet as the
    user's language does, and exports the times of properties in UTC."""
    lang = get_lang(env)
    formats = {
        "date": (lang.date_format,),
        "datetime": (f"{lang.date_format} {lang.time_format}", lang.date_format),
    }
    if question["type"] not in formats or not isinstance(cell, str):
        return cell
    try:
        return _read_time(cell, *formats[question["type"]])
    except Misfit:
        return cell


def _read_boolean(env, text):
    words = {
        True: {"yes", "true", "1", "x", env._("yes").casefold()},
        False: {"no", "false", "0", env._("no").casefold()},
    }
    for answer, spellings in words.items():
        if text.casefold() in spellings:
            return answer
    raise Misfit


def _read_choice(choices, text):
    found = [
        choice for choice, label, *_color in choices if text.casefold() == label.strip().casefold()
    ]
    if len(found) != 1:
        raise Misfit
    return found[0]


def _read_number(env, text):
    lang = get_lang(env)
    text = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    if lang.thousands_sep:
        text = text.replace(lang.thousands_sep, "")
    return text.replace(lang.decimal_point, ".")


def _read_time(text, *formats):
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    raise Misfit


def _to_utc(env, local):
    """Return the naive *local* time of the user as naive UTC.

    :raise Misfit: on the first and the last day that there are
    """
    try:
        return env.tz.localize(local).astimezone(pytz.utc).replace(tzinfo=None)
    except OverflowError:
        raise Misfit from None


def list_missing(definition, answers):
    """Return the labels of the required questions that *answers* leave open, as text, or
    False."""
    given = answers._values
    labels = [
        question["string"]
        for question in definition
        if question.get("required") and given.get(question["name"]) is None
    ]
    return ", ".join(labels) or False


def describe_answer(env, question, answer):
    """Return *answer* as people read it; an empty text when there is none."""
    if answer is None or (answer is False and question["type"] != "boolean"):
        return ""
    if not fits(question, answer):
        return quote(answer)
    match question["type"]:
        case "boolean":
            return env._("Yes") if answer else env._("No")
        case "selection":
            return dict(question["selection"]).get(answer, "")
        case "tags":
            labels = {choice: label for choice, label, _color in question["tags"]}
            return ", ".join(labels[choice] for choice in answer if choice in labels)
        case "date":
            return format_date(env, answer)
        case "datetime":
            # On the first and the last day, the user's time may have no date.
            with suppress(OverflowError):
                return format_datetime(env, answer)
    return str(answer)


def describe_misfit(question, answer):
    """Return an *answer* that does not fit, with the label of its *question* if it has one."""
    return f"{question['string']}: {quote(answer)}" if question else quote(answer)


def explain_misfit(env, question, answer):
    """Return the message for an *answer* that does not fit: its question, it, what fits."""
    match question["type"]:
        case "integer":
            fits = env._("a whole number, like 120000")
        case "float":
            fits = env._("a number, like 1.5")
        case "boolean":
            fits = env._("yes or no")
        case "date":
            fits = env._("a date, like 2026-01-31")
        case "datetime":
            fits = env._("a date and time, like 2026-01-31 14:30:00")
        case "selection" | "tags" as kind:
            labels = [label for _choice, label, *_color in question[kind]]
            fits = env._("one of: %(choices)s", choices=", ".join(labels))
            if kind == "tags":
                fits = env._("some of: %(choices)s", choices=", ".join(labels))
        case _other:
            fits = env._("a text")
    return env._(
        "%(question)s: '%(answer)s' does not fit, it takes %(fits)s.",
        question=question["string"],
        answer=quote(answer),
        fits=fits,
    )
