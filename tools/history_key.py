"""Where an entry stands in the history of a unit: the order of its entries, and the cursor of its
pages."""

import re
from datetime import datetime
from typing import NamedTuple

#: What entries are made of. Of the same moment, chatter comes before moves: a serial number is
#: created and answered, then its unit is received.
CHATTER, MOVE = "chatter", "move"

_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{6})?", re.ASCII)
_WRITTEN = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?)"
    rf" (?P<source>{CHATTER}|{MOVE}) (?P<id>\d{{1,18}})",
    re.ASCII,
)


class HistoryKey(NamedTuple):
    """No two entries have the same key, so a page that ends with one loses and repeats none, even if
    many have the same date.

    PostgreSQL compares ``(date, source, id)`` in the same way.
    """

    date: datetime
    source: str
    id: int

    def __str__(self):
        return f"{self.date.isoformat()} {self.source} {self.id}"

    @classmethod
    def parse(cls, text):
        """Return the key that :meth:`__str__` wrote, or that of a date and time: it stands before all
        entries of that moment.

        :raise ValueError: if *text* is anything else
        """
        text = text if isinstance(text, str) else ""
        if _DATE.fullmatch(text):
            return cls(datetime.fromisoformat(text), "", 0)
        found = _WRITTEN.fullmatch(text)
        if not found:
            raise ValueError(text)
        return cls(datetime.fromisoformat(found["date"]), found["source"], int(found["id"]))
