"""Values from outside: what the database and the web client accept."""

import re

#: The highest id that the database can store.
MAX_ID = 2**31 - 1
#: What stands for a character that got lost.
LOST = "\N{REPLACEMENT CHARACTER}"

# PostgreSQL doesn't accept NUL, and half of a surrogate pair isn't a character in UTF-8.
_IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")


def is_possible(text):
    """Return whether *text* can be stored and sent."""
    return not _IMPOSSIBLE.search(text)


def make_possible(text):
    """Return *text* with what can't be stored or sent replaced by the sign for lost
    characters."""
    return _IMPOSSIBLE.sub(LOST, text)


def is_id(value):
    """Return whether *value* can be the id of a record."""
    return type(value) is int and 0 < value <= MAX_ID


def quote(value, length=100):
    """Return *value*, whatever it is, as a short text for a message."""
    text = make_possible(str(value)[: length + 1])
    return text if len(text) <= length else f"{text[:length]}…"
