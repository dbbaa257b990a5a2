"""The answers of serial numbers, found by an index."""

import json

from odoo.orm.utils import parse_field_expr
from odoo.tools import SQL

from ..tools.answer_check import ORDERED_TYPES, TEXT_TYPES
from .serial_answers import SerialAnswers


class LotAnswers(SerialAnswers):
    """The answers of serial numbers. An index finds those to a question marked as indexed, see
    ``serial.question._update_indexes``."""

    def create(self, record_values):
        for lot, answers in record_values:
            if isinstance(answers, dict):
                self._lock_questions(lot.env, answers)
        # A serial number's answers were checked before it was created, see stock.lot.create().
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
        """Return a condition that uses the question's index. It holds wherever the requested one
        does, whose own SQL uses no index; None if there is nothing to gain."""
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
