"""Files of serial numbers, read into the text that the entry box reads."""

import csv
import io

from .entry_grammar import MAX_UNITS
from .spreadsheet import UnreadableFile, read_rows

#: The largest file in bytes, and the longest text of a spreadsheet in characters: a text that many
#: cells share is in the file only once.
MAX_FILE = 10 * 1024**2
MAX_TEXT = 5 * 1024**2


def read_file(name, content):
    """Return the *content* of a CSV, text or XLSX file as text, one line for each row.

    :param str name: the file's name, which shows its kind
    :param bytes content: what is in it
    :raise UnreadableFile: when it is too large, too long, or none of these
    """
    if len(content) > MAX_FILE:
        raise UnreadableFile("large")
    if name.lower().endswith((".xlsx", ".xlsm")):
        return _read_xlsx(content)
    if b"\0" in content:
        raise UnreadableFile("kind")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("kind")


def _read_xlsx(content):
    lines, length = [], 0
    try:
        for row in read_rows(content):
            if len(lines) > MAX_UNITS:
                raise UnreadableFile("long")
            # Checked before the line is made: until then, cells share their texts in memory.
            length += sum(len(cell) + 1 for cell in row)
            if length > MAX_TEXT:
                raise UnreadableFile("much")
            lines.append(_write_row(row))
    except UnreadableFile:
        raise
    except Exception:
        # A broken file raises errors of every kind.
        raise UnreadableFile("kind") from None
    return "\n".join(lines)


def _write_row(cells):
    line = io.StringIO()
    csv.writer(line, delimiter="\t", lineterminator="").writerow(cells)
    return line.getvalue()
