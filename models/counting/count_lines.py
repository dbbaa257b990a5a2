from dataclasses import dataclass, field
from typing import Any

from odoo import fields
from odoo.fields import Domain


@dataclass
class CountedLine:
    """A line of a count, as one call finds or makes it.

    :ivar line: its record; empty for a new one
    :ivar location: its bin
    :ivar user: who counted it
    :ivar values: what is on it; of a new line, or a changed one, all that is to be written
    :ivar is_changed: whether it is to be written
    :ivar rows: the rows that need its id
    """

    line: Any
    location: Any
    user: Any
    values: dict
    is_changed: bool = False
    rows: list = field(default_factory=list)

    @property
    def status(self):
        return self.values["status"]


class CountLines:
    """The lines of a count that one call finds, changes or adds. They are read at once, and written
    at once.

    :param count: the count
    """

    def __init__(self, count):
        self._count = count
        self._env = count.env
        self._bins = {counted_bin.location_id: counted_bin for counted_bin in count.bin_ids}
        self._entered = set()
        self._lines = {}

    def read_lines(self, lots, names, parts):
        """Read the lines of these serial numbers, unknown names, and parts without serial numbers."""
        lines = self._env["serial.count.line"].search(
            Domain("count_id", "=", self._count.id)
            & (
                Domain("lot_id", "in", lots.ids)
                | Domain("status", "=", "unknown") & Domain("name", "in", [*names])
                | Domain("lot_id", "=", False) & Domain("product_id", "in", parts.ids)
            )
        )
        for line in lines:
            values = {"status": line.status, "quantity": line.quantity}
            self._lines[line._get_key()] = CountedLine(
                line, line.bin_id.location_id, line.user_id, values
            )

    def find(self, key):
        """Return the :class:`CountedLine` with this key, see ``serial.count.line._get_key``, or
        None."""
        return self._lines.get(key)

    def get_bin(self, location):
        """Return the ``serial.count.bin`` of *location*, empty for one that wasn't entered yet."""
        return self._bins.get(location, self._env["serial.count.bin"])

    def enter(self, location):
        """Note that *location* is counted, though nothing may be found in it."""
        self._entered.add(location)

    def put(self, key, location, values):
        """Note what is to be written to the line with this key, and return it."""
        line = self._env["serial.count.line"]
        counted = self._lines.setdefault(key, CountedLine(line, location, self._env.user, {}))
        self._entered |= {location, counted.location}
        counted.location, counted.user, counted.is_changed = location, self._env.user, True
        counted.values |= values
        return counted

    def save(self):
        """Write all lines, and the bins that people entered."""
        self._create_bins()
        changed = [counted for counted in self._lines.values() if counted.is_changed]
        new = [counted for counted in changed if not counted.line]
        # Only the addon itself writes these; the count's own access was checked.
        lines = self._env["serial.count.line"].sudo()
        created = lines.create([self._prepare(counted) for counted in new])
        for counted, line in zip(new, created, strict=True):
            counted.line = line
        for counted in changed:
            if counted.line not in created:
                # See above.
                counted.line.sudo().write(self._prepare(counted))
        for counted in self._lines.values():
            for row in counted.rows:
                row["line_id"] = counted.line.id
        bins = self._env["serial.count.bin"].union(*map(self.get_bin, self._entered))
        bins._update_numbers()

    def _create_bins(self):
        new = [location for location in self._entered if location not in self._bins]
        # Only the addon itself writes these; the count's own access was checked.
        bins = (
            self._env["serial.count.bin"]
            .sudo()
            .create([{"count_id": self._count.id, "location_id": location.id} for location in new])
        )
        bins = bins.with_env(self._env)
        self._bins.update({counted_bin.location_id: counted_bin for counted_bin in bins})
        bins._set_expected()

    def _prepare(self, counted):
        return {
            **counted.values,
            "count_id": self._count.id,
            "bin_id": self.get_bin(counted.location).id,
            "user_id": self._env.uid,
            "date": fields.Datetime.now(),
        }
