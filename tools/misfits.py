"""Answers that don't fit their question, or have none: how PostgreSQL tells them.

They are what scripts, other software and older versions left behind: what is written now is
checked, see ``answers.check_answer``.
"""

import json

from odoo.tools import SQL

#: What dates look like where they are stored, and how PostgreSQL reads them.
TIMES = {
    "date": (r"^\d{4}-\d\d-\d\d$", '$.datetime("YYYY-MM-DD")'),
    "datetime": (r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", '$.datetime("YYYY-MM-DD HH24:MI:SS")'),
}
#: The whole numbers that are told from their neighbours, see ``answers._check_integer``.
LARGEST = 2**53


def sql_misfit(question, answer):
    """Return the SQL that tells whether an answer does not fit, as ``answers.fits`` does.

    :param dict question: one property definition
    :param SQL answer: the answer as JSON; where it is null there is none, and so is what this tells
    """
    misfit = _MISFITS[question["type"]](question, answer)
    # Odoo's own properties say false where there is no answer.
    return SQL("(%s AND %s NOT IN ('false', 'null', '\"\"', '[]'))", misfit, answer)


def _is_no_number(_question, answer):
    return SQL("jsonb_typeof(%s) <> 'number'", answer)


def _is_no_integer(_question, answer):
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


def _is_no_time(question, answer):
    look, reading = TIMES[question["type"]]
    return SQL(
        "(%(answer)s IS NOT NULL"
        " AND (%(answer)s #>> '{}' ~ %(look)s AND %(answer)s @? %(reading)s::jsonpath) IS NOT TRUE)",
        answer=answer,
        look=look,
        reading=reading,
    )


def _is_no_choice(question, answer):
    choices = [json.dumps(choice) for choice, _label in question.get("selection", ())]
    return SQL("%s <> ALL(%s::jsonb[])", answer, choices)


def _are_no_tags(question, answer):
    tags = json.dumps([tag for tag, _label, _color in question.get("tags", ())])
    return SQL(
        "(jsonb_typeof(%(answer)s) <> 'array' OR NOT %(answer)s <@ %(tags)s::jsonb)",
        answer=answer,
        tags=tags,
    )


def _is_no_boolean(_question, answer):
    return SQL("jsonb_typeof(%s) <> 'boolean'", answer)


def _is_no_text(_question, answer):
    return SQL("jsonb_typeof(%s) <> 'string'", answer)


_MISFITS = {
    "char": _is_no_text,
    "text": _is_no_text,
    "integer": _is_no_integer,
    "float": _is_no_number,
    "boolean": _is_no_boolean,
    "date": _is_no_time,
    "datetime": _is_no_time,
    "selection": _is_no_choice,
    "tags": _are_no_tags,
}


def sql_group_fitting(question, answer, group):
    """Return the SQL of what records are grouped by: *group*, and none where the *answer* does
    not fit."""
    match question["type"]:
        case "date":
            group = SQL("(%s #>> '{}')::date", answer)
        case "datetime":
            group = SQL("to_timestamp(%s #>> '{}', 'YYYY-MM-DD HH24:MI:SS')", answer)
        case "selection" | "tags":
            # Odoo leaves out what is no choice.
            return group
        case _other:
            return SQL("CASE WHEN %s THEN 'false' ELSE %s END", sql_misfit(question, answer), group)
    return SQL("CASE WHEN %s THEN NULL ELSE %s END", sql_misfit(question, answer), group)


def select_misfits(env):
    """Return the SQL of the serial numbers in use with an answer that does not fit the question
    that their part type asks, or that has no question: ``serial.checkup`` says which columns."""
    answers = SQL.identifier("lot", "serial_answers")
    misfits = [SQL("%s - ARRAY(SELECT key::text FROM serial_question) <> '{}'", answers)]
    for definition, part_type_ids in _read_definitions(env):
        its_misfits = [
            sql_misfit(question, SQL("(%s -> %s)", answers, question["name"]))
            for question in definition
        ]
        misfits.append(
            SQL(
                "(lot.part_type_id = ANY(%s) AND (%s))",
                part_type_ids,
                SQL(" OR ").join(its_misfits),
            )
        )
    return SQL(
        """
        SELECT lot.id AS record_id, lot.product_id, lot.id AS lot_id, lot.location_id,
               location.warehouse_id, NULL::int AS picking_id,
               COALESCE(lot.company_id, location.company_id) AS company_id,
               1 AS quantity, 0 AS expected
          FROM stock_lot lot
          JOIN product_product product ON product.id = lot.product_id
          JOIN product_template part ON part.id = product.product_tmpl_id
     LEFT JOIN stock_location location ON location.id = lot.location_id
         WHERE part.tracking = 'serial' AND lot.active AND (%s)
        """,
        SQL(" OR ").join(misfits),
    )


def _read_definitions(env):
    """Return each definition there is, with the ids of the part types that have it."""
    env["product.category"].flush_model(["serial_question_definition"])
    return env.execute_query(
        SQL(
            """
            SELECT serial_question_definition, array_agg(id)
              FROM product_category
             WHERE jsonb_array_length(serial_question_definition) > 0
          GROUP BY serial_question_definition
            """
        )
    )
