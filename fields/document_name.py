"""The field that keeps the name of a document, and the index that finds it."""

import json

from odoo import fields
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL
from odoo.tools.sql import pattern_to_translated_trigram_pattern

_ALL_NAMES = "(jsonb_path_query_array(%s, '$.*')::text)"


def can_index_texts(registry):
    """Return whether PostgreSQL can find a piece of a text by an index."""
    return registry.has_trigram and registry.has_unaccent != FunctionStatus.PRESENT


def index_names(column):
    """Return the definition of the index of a :class:`DocumentName`: one for all companies, for
    whole names and for pieces of them."""

    def define(registry):
        texts = ""
        if can_index_texts(registry):
            texts = f", ({registry.unaccent(_ALL_NAMES % column)}) gin_trgm_ops"
        return f"USING gin ({column} jsonb_path_ops{texts}) WHERE {column} IS NOT NULL"

    return define


class DocumentName(fields.Char):
    """The name of a document, one for each company: ``{company id: name}`` in the database.

    Odoo searches for the name in one company, or else a default; PostgreSQL can't index that,
    because turning the default into JSON is not IMMUTABLE (``to_jsonb``). So an index searches
    the names in all companies first, as Odoo does for translated texts.
    """

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        condition = super().condition_to_sql(field_expr, operator, value, model, alias, query)
        by_index = self._find_by_index(operator, value, model, alias)
        return SQL("(%s AND %s)", by_index, condition) if by_index else condition

    def _find_by_index(self, operator, value, model, alias):
        """Return a condition that uses the index and holds wherever the requested one does; None
        if there is none."""
        if self.get_company_dependent_fallback(model):
            return None
        names = SQL.identifier(alias, self.name, to_flush=self)
        if operator == "in" and all(isinstance(name, str) and name for name in value):
            company = str(model.env.company.id)
            found = [SQL("%s @> %s::jsonb", names, json.dumps({company: name})) for name in value]
            return SQL("(%s)", SQL(" OR ").join(found))
        if operator in ("ilike", "=ilike") and can_index_texts(model.pool):
            unaccent = model.pool.unaccent
            return SQL(
                "%s ILIKE %s",
                unaccent(SQL(_ALL_NAMES, names)),
                unaccent(SQL("%s", pattern_to_translated_trigram_pattern(str(value)))),
            )
        return None
