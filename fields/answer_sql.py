"""Invalid answers, those that don't fit their question: how PostgreSQL finds them.

Scripts, other software and older versions left them behind: what is written now is checked, see
``answer_check.check_answer``.
"""

import json

from odoo.tools import SQL

from ..tools.answer_check import LARGEST

#: How dates are stored, and how PostgreSQL reads them.
TIMES = {
    "date": (r"^\d{4}-\d\d-\d\d$", '$.datetime("YYYY-MM-DD")'),
    "datetime": (r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", '$.datetime("YYYY-MM-DD HH24:MI:SS")'),
}


def sql_is_invalid(question, answer):
    """Return the SQL of whether an answer does not fit, the opposite of ``answer_check.fits``.

    :param dict question: one property definition
    :param SQL answer: the answer as JSON; for null, no answer, the result is null too
    """
    invalid = _CONDITIONS[question["type"]](question, answer)
    # Odoo's own properties have false where there is no answer.
    return SQL("(%s AND %s NOT IN ('false', 'null', '\"\"', '[]'))", invalid, answer)


def _is_not_number(_question, answer):
    return SQL("jsonb_typeof(%s) <> 'number'", answer)


def _is_not_integer(_question, answer):
    return SQL(
        """
        CASE jsonb_typeof(%(answer)s)
             WHEN 'number' THEN trunc((%(answer)s)::numeric) <> (%(answer)s)::numeric
                             OR abs((%(answer)s)::numeric) > %(largest)s
             ELSE %(answer)s IS NOT NULL END
        """,
        answer=answer,
        largest=LARGEST,
    )


def _is_not_time(question, answer):
    look, reading = TIMES[question["type"]]
    return SQL(
        "(%(answer)s IS NOT NULL"
        " AND (%(answer)s #>> '{}' ~ %(look)s AND %(answer)s @? %(reading)s::jsonpath) IS NOT TRUE)",
        answer=answer,
        look=look,
        reading=reading,
    )


def _is_not_choice(question, answer):
    choices = [json.dumps(choice) for choice, _label in question.get("selection", ())]
    return SQL("%s <> ALL(%s::jsonb[])", answer, choices)


def _are_not_tags(question, answer):
    tags = json.dumps([tag for tag, _label, _color in question.get("tags", ())])
    return SQL(
        "(jsonb_typeof(%(answer)s) <> 'array' OR NOT %(answer)s <@ %(tags)s::jsonb)",
        answer=answer,
        tags=tags,
    )


def _is_not_boolean(_question, answer):
    return SQL("jsonb_typeof(%s) <> 'boolean'", answer)


def _is_not_text(_question, answer):
    return SQL("jsonb_typeof(%s) <> 'string'", answer)


_CONDITIONS = {
    "char": _is_not_text,
    "text": _is_not_text,
    "integer": _is_not_integer,
    "float": _is_not_number,
    "boolean": _is_not_boolean,
    "date": _is_not_time,
    "datetime": _is_not_time,
    "selection": _is_not_choice,
    "tags": _are_not_tags,
}


def sql_group_valid(question, answer, group):
    """Return the SQL that records are grouped by: *group*, or no value where *answer* does not
    fit."""
    match question["type"]:
        case "date":
            group = SQL("(%s #>> '{}')::date", answer)
        case "datetime":
            group = SQL("to_timestamp(%s #>> '{}', 'YYYY-MM-DD HH24:MI:SS')", answer)
        case "selection" | "tags":
            # Odoo itself leaves out what is not a choice.
            return group
        case _other:
            return SQL(
                "CASE WHEN %s THEN 'false' ELSE %s END", sql_is_invalid(question, answer), group
            )
    return SQL("CASE WHEN %s THEN NULL ELSE %s END", sql_is_invalid(question, answer), group)
