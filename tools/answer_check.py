"""Checking that an answer fits its question. A question is a property definition: a dict with
its ``type`` and, if it has any, its choices."""

import math
from datetime import date, datetime

from .number_formats import WrongNumber, check_number
from .plain_text import is_possible

#: The types whose answer is one or several of the question's choices.
CHOICE_TYPES = ("selection", "tags")
#: Types whose answers have an order: people search for those above or below a value.
ORDERED_TYPES = ("integer", "float", "date", "datetime")
#: Types whose answers are found by a piece of their text.
TEXT_TYPES = ("char", "text")
#: Types that can be marked as indexed. Each answer to Yes / No is too frequent for an index.
INDEXED_TYPES = CHOICE_TYPES + ORDERED_TYPES + TEXT_TYPES
#: The largest whole number that PostgreSQL and spreadsheets can tell from its neighbours.
LARGEST = 2**53


class InvalidAnswer(ValueError):
    """Raised when an answer does not fit its question."""


def check_answer(question, answer):
    """Return *answer* as it is stored, or ``None`` when it removes the answer.

    :param dict question: one property definition
    :raise InvalidAnswer: when it does not fit the question
    """
    stored = _check_type(question, answer)
    if not stored or not question.get("format"):
        return stored
    stored = stored.strip()
    try:
        check_number(question["format"], stored)
    except WrongNumber:
        raise InvalidAnswer from None
    return stored


def _check_type(question, answer):
    """Return *answer* as :func:`check_answer` does, whatever format its question asks for."""
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
    """Return whether *answer*, as it is stored, fits *question* or is no answer at all. A format
    is asked for when people answer: it makes no answer that is there invalid."""
    try:
        stored = _check_type(question, answer)
    except InvalidAnswer:
        return False
    # The check also reads a number from a text; stored as a text, it does not fit.
    return stored is None or question["type"] == "tags" or stored == answer


def _check_integer(_question, answer):
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        raise InvalidAnswer
    try:
        number = int(answer)
    except (ValueError, OverflowError):
        raise InvalidAnswer from None
    if isinstance(answer, float) and number != answer:
        raise InvalidAnswer
    if abs(number) > LARGEST:
        raise InvalidAnswer
    return number


def _check_float(_question, answer):
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        raise InvalidAnswer
    try:
        number = float(answer)
    except (ValueError, OverflowError):
        raise InvalidAnswer from None
    if not math.isfinite(number):
        raise InvalidAnswer
    return number


def _check_date(_question, answer):
    if isinstance(answer, str):
        answer = read_time(answer, "%Y-%m-%d")
    if isinstance(answer, datetime):
        answer = answer.date()
    if not isinstance(answer, date):
        raise InvalidAnswer
    # Odoo writes the year 999 with three digits, and can't read it again.
    return answer.isoformat()


def _check_datetime(_question, answer):
    if isinstance(answer, str):
        answer = read_time(answer, "%Y-%m-%d %H:%M:%S")
    if not isinstance(answer, datetime):
        raise InvalidAnswer
    return answer.replace(tzinfo=None).isoformat(" ", "seconds")


def _check_selection(question, answer):
    if answer not in [choice for choice, _label in question["selection"]]:
        raise InvalidAnswer
    return answer


def _check_tags(question, answer):
    known = [choice for choice, _label, _color in question["tags"]]
    if not isinstance(answer, list | tuple) or any(choice not in known for choice in answer):
        raise InvalidAnswer
    return list(dict.fromkeys(answer))


def _refuse(_question, _answer):
    raise InvalidAnswer


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


def read_time(text, *formats):
    """Return *text* as a datetime, read by the first of *formats* that matches.

    :raise InvalidAnswer: when none matches
    """
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    raise InvalidAnswer
