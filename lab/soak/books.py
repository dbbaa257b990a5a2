"""The books, which must agree whatever happened, checked in one query."""

from pathlib import Path

#: The tables with a company's own records, and those that all companies share.
OWNED = "stock_lot stock_quant stock_picking stock_move stock_move_line product_template".split()
SHARED = ["product_category", "serial_question"]


def audit(server, database, rules="books"):
    """Return what the queries of ``<rules>.sql`` find wrong, as texts: the rule, then what breaks it."""
    blocks = (Path(__file__).parent / f"{rules}.sql").read_text().split("\n\n")[1:]
    parts = []
    for block in blocks:
        name, query = block.removeprefix("-- ").rstrip().removesuffix(";").split("\n", 1)
        parts.append(f"SELECT '{name}: ' || wrong.text FROM ({query}) AS wrong(text)")
    return [text for [text] in server.query(" UNION ALL ".join(parts), database)]


def fingerprint(server, database, company):
    """Return ``{table: [rows, checksum]}`` of what *company* has in the tables that the addon writes, to detect
    changes."""
    parts = [
        f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(row::text, 0)), 0)::text "
        f"FROM {table} AS row WHERE {f'company_id = {company}' if table in OWNED else 'TRUE'}"
        for table in (*OWNED, *SHARED)
    ]
    return {table: rest for table, *rest in server.query(" UNION ALL ".join(parts), database)}
