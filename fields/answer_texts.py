"""Answers as people write and read them: in a cell, in a message, in the chatter."""

import re
from contextlib import suppress
from functools import lru_cache

import pytz

from odoo.tools.misc import format_date, format_datetime, get_lang

from ..tools.answer_check import InvalidAnswer, check_answer, fits, read_time
from ..tools.plain_text import quote
from .number_texts import explain_number

# The signs between thousands that have several forms.
_SIGNS = str.maketrans(
    {
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{THIN SPACE}": " ",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    }
)
# How spreadsheets write large numbers, in any language.
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?E[+-]\d{1,3}")
# The grouping of 12,34,567.
_INDIAN = "[3,2,0]"


def read_answer(env, question, text):
    """Return the answer that a person wrote as *text*, as it is stored.

    Dates are read as the user's language writes them, or in the standard form; numbers as in
    :func:`_read_number`; choices by their label; a time in the user's time zone.

    :raise InvalidAnswer: when it does not fit the question
    """
    text = text.strip()
    match question["type"]:
        case "char" | "text":
            return check_answer(question, text)
        case "boolean":
            return _read_boolean(env, text)
        case "selection":
            return _read_choice(question["selection"], text)
        case "tags":
            names = filter(None, (name.strip() for name in text.split(",")))
            return [_read_choice(question["tags"], name) for name in names]
        case "integer":
            text = _read_whole_number(env, text)
        case "float":
            text = _read_number(env, text)
        case "date":
            formats = (get_lang(env).date_format, "%Y-%m-%d", "%Y-%m-%d 00:00:00")
            text = read_time(text, *formats)
        case "datetime":
            lang = get_lang(env)
            local = read_time(
                text,
                f"{lang.date_format} {lang.time_format}",
                "%Y-%m-%d %H:%M:%S",
                "%Y-%m-%d %H:%M",
                # Midnight in a spreadsheet.
                "%Y-%m-%d",
            )
            text = _to_utc(env, local)
        case _other:
            raise InvalidAnswer
    return check_answer(question, text)


def read_cell(env, question, cell):
    """Return the *cell* of an import as an answer. Odoo writes the dates of a spreadsheet in the
    user's language, and exports the times of properties in UTC."""
    lang = get_lang(env)
    formats = {
        "date": (lang.date_format,),
        "datetime": (f"{lang.date_format} {lang.time_format}", lang.date_format),
    }
    if question["type"] not in formats or not isinstance(cell, str):
        return cell
    try:
        return read_time(cell, *formats[question["type"]])
    except InvalidAnswer:
        return cell


def _read_boolean(env, text):
    words = {
        True: {"yes", "true", "1", "x", env._("yes").casefold()},
        False: {"no", "false", "0", env._("no").casefold()},
    }
    for answer, spellings in words.items():
        if text.casefold() in spellings:
            return answer
    raise InvalidAnswer


def _read_choice(choices, text):
    found = [
        choice for choice, label, *_color in choices if text.casefold() == label.strip().casefold()
    ]
    if len(found) != 1:
        raise InvalidAnswer
    return found[0]


def _read_whole_number(env, text):
    """Return a whole number in the standard form; spreadsheets may add a fraction of zero.

    :raise InvalidAnswer: when it is none
    """
    if not text:
        return text
    whole, _point, fraction = _read_number(env, text).partition(".")
    if fraction.strip("0"):
        raise InvalidAnswer
    return whole


def _read_number(env, text):
    """Return a number in the standard form, an empty text as it is.

    It is read as the user's language writes it. Signs between thousands must be in their places;
    blanks there may be in any language, and so may the standard form, like 133.56, unless the point
    stands between thousands: next to 133.567, which is 133567 there, it would mean two things.

    :raise InvalidAnswer: when it is no such number
    """
    if not text:
        return text
    text = text.translate(_SIGNS)
    lang = get_lang(env)
    separators = {" ", (lang.thousands_sep or " ").translate(_SIGNS)}
    points = {lang.decimal_point} | ({"."} - separators)
    for separator in separators:
        for point in points:
            if found := _number_pattern(separator, point, lang.grouping).fullmatch(text):
                whole = found["whole"].replace(separator, "")
                return f"{found['sign']}{whole or 0}.{found['fraction'] or 0}"
    if _SCIENTIFIC.fullmatch(text):
        return text
    raise InvalidAnswer


@lru_cache
def _number_pattern(separator, point, grouping):
    """Return the pattern of numbers with these signs; *grouping* is that of ``res.lang``."""
    separator, point = re.escape(separator), re.escape(point)
    thousands = rf"\d{{1,3}}(?:{separator}\d{{3}})+"
    if grouping == _INDIAN:
        thousands = rf"\d{{1,2}}(?:{separator}\d{{2}})*{separator}\d{{3}}"
    return re.compile(
        rf"(?P<sign>[+-]?)(?P<whole>{thousands}|\d+|(?={point}\d))(?:{point}(?P<fraction>\d*))?"
    )


def _to_utc(env, local):
    """Return the *local* time of the user as UTC, both without a time zone.

    :raise InvalidAnswer: when UTC has no such date, on the first and the last day there are
    """
    try:
        return env.tz.localize(local).astimezone(pytz.utc).replace(tzinfo=None)
    except OverflowError:
        raise InvalidAnswer from None


def find_missing(definition, answers):
    """Return the required questions that *answers* leave open."""
    given = answers._values
    return [
        question
        for question in definition
        if question.get("required") and given.get(question["name"]) is None
    ]


def list_missing(definition, answers):
    """Return the labels of the required questions that *answers* leave open, as text, or
    False."""
    return ", ".join(question["string"] for question in find_missing(definition, answers)) or False


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
            # On the first and the last day there are, the user's time may be out of range.
            with suppress(OverflowError):
                return format_datetime(env, answer)
    return str(answer)


def describe_invalid(question, answer):
    """Return an *answer* that does not fit, with the label of its *question* if it has one."""
    return f"{question['string']}: {quote(answer)}" if question else quote(answer)


def explain_invalid(env, question, answer):
    """Return the message for an *answer* that does not fit: its question, itself and what fits."""
    if question.get("format") and isinstance(answer, str):
        return env._(
            "%(question)s: '%(answer)s' doesn't fit. %(problem)s",
            question=question["string"],
            answer=quote(answer),
            problem=explain_number(env, question["format"], answer.strip()),
        )
    match question["type"]:
        case "integer":
            expected = env._("a whole number, like 120000")
        case "float":
            expected = env._("a number, like 1.5")
        case "boolean":
            expected = env._("yes or no")
        case "date":
            expected = env._("a date, like 2026-01-31")
        case "datetime":
            expected = env._("a date and time, like 2026-01-31 14:30:00")
        case "selection" | "tags" as kind:
            labels = [label for _choice, label, *_color in question[kind]]
            expected = env._("one of: %(choices)s", choices=", ".join(labels))
            if kind == "tags":
                expected = env._("any of: %(choices)s", choices=", ".join(labels))
        case _other:
            expected = env._("a text")
    return env._(
        "%(question)s: '%(answer)s' doesn't fit. It takes %(fits)s.",
        question=question["string"],
        answer=quote(answer),
        fits=expected,
    )
