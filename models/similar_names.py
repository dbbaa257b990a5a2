"""Finding similar names of serial numbers among millions, by an index: names that people can't tell
apart, see ``fold_name``."""

from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.serial_names import sql_clean, sql_fold, sql_is_unclean

#: The names of a part, as people see them. As the name is included, PostgreSQL finds similar ones
#: without reading the table.
SIMILAR_INDEX = f"(product_id, {sql_fold('name')}) INCLUDE (name)"
#: The names that are not stored clean, of which there are hardly any. The name is included so that
#: the table isn't read.
UNCLEAN_INDEX = f"(product_id, name) WHERE {sql_is_unclean('name')}"

#: A name as people see it: one that is stored clean, and any.
SEEN_NAME = SQL(sql_fold("name"))
FOLDED_NAME = SQL(sql_fold(sql_clean("name")))
IS_UNCLEAN = SQL(sql_is_unclean("name"))


def get_folded_domain(names):
    """Return the domain of the lots that have one of *names*, or a similar one."""
    return get_same_domain("name", names, sql_fold)


def get_same_domain(field, texts, write_sql, has_index=True):
    """Return the domain of the records whose *field* is the same as one of *texts* to a function.

    :param write_sql: returns the SQL of what the function makes of a column
    :param has_index: whether an index has what the function makes of *field*
    """
    # In SQL, as PostgreSQL and Python don't agree on the lower case of every letter. An index is
    # searched for the elements of an array; without one, a hash is faster.
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            "%s = ANY(ARRAY(%s))" if has_index else "%s IN (%s)",
            SQL(write_sql("%s"), SQL.identifier(alias, field, to_flush=model._fields[field])),
            SQL(
                "SELECT %s FROM unnest(%s::varchar[]) AS typed",
                SQL(write_sql("typed")),
                list(texts),
            ),
        )
    )


def get_similar_domain(lot):
    """Return the domain of the lots of the same part that have a similar name, *lot* included."""
    folded = SQL("(SELECT %s FROM stock_lot WHERE id = %s)", FOLDED_NAME, lot.id)
    ids = SQL(
        "(SELECT id FROM stock_lot WHERE product_id = %(part)s AND %(seen)s = %(folded)s"
        " UNION SELECT id FROM stock_lot"
        " WHERE product_id = %(part)s AND %(unclean)s AND %(stored)s = %(folded)s)",
        part=lot.product_id.id,
        folded=folded,
        seen=SEEN_NAME,
        unclean=IS_UNCLEAN,
        stored=FOLDED_NAME,
    )
    lot.flush_model(["name", "product_id"])
    return Domain("id", "in", ids)
