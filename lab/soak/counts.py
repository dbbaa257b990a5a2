"""Counts: a bin is counted while its units are delivered, received or scanned, and a count is applied meanwhile.

Units that moved are left where they are, and people read why; nothing is applied twice.
"""

from functools import partial

from lab.soak.scans import Scans, ScanTable


class Counts(Scans):
    """Lets people count for some seconds, at several tables at once."""

    def _lay_table(self, chance):
        return CountTable(self.yard, chance)


class CountTable(ScanTable):
    """What two people do while one of them counts: units of a new part each time."""

    def _get_kinds(self):
        prepares = (
            *(self.apply_missing_and_deliver, self.apply_written_off_and_deliver),
            *(
                self.apply_found_and_deliver,
                self.apply_missing_and_scan,
                self.apply_gone_and_receive,
            ),
            *(self.apply_two_counts, self.apply_twice, self.scan_one_unit, self.enter_one_bin),
            *(self.close_and_scan, self.close_and_deliver),
        )
        return {prepare.__name__.replace("_", " "): prepare for prepare in prepares}

    # ------------------------------------------------------------------------------- counts

    def _count(self, *scans, location=None):
        """Return a new count in which *scans* were scanned in a bin, by default the table's."""
        count = self.one.create("serial.count", product_ids=[(4, self.part)])
        self._enter(self.one, count, *scans, location=location)()
        return count

    def _enter(self, user, count, *scans, location=None):
        bin_name = self.office.read("stock.location", location or self.bin, "complete_name")
        return partial(user.attempt, "serial.count", "scan", [count], "\n".join([bin_name, *scans]))

    def _close(self, user, count):
        return partial(user.attempt, "serial.count", "action_close_bin", [count])

    def _settle(self, count, button):
        """Close the bin of *count* and press *button* on all its lines; return the call that applies it."""
        self._close(self.one, count)()
        self.one.call("serial.count.line", button, [line["id"] for line in self._read_found(count)])
        return partial(self.office.attempt, "serial.count", "action_apply", [count])

    def _read_found(self, count, *names):
        """Return the lines of *count*, by default all."""
        domain = [("count_id", "=", count)]
        domain += [("name", "in", names)] if names else []
        return self.office.search("serial.count.line", domain, "name", "status", "message")

    def _read_bin(self, name):
        domain = [("product_id", "=", self.part), ("name", "=", name)]
        [lot] = self.office.search("stock.lot", domain, "location_id")
        return lot["location_id"]

    # ------------------------------------------------------------------- one applies a count

    def _apply_and(self, button, prepare, *scans, location=None):
        """Return the meeting of somebody who applies a count of the bin, where *button* is pressed on its lines,
        and what *prepare* returns for the unit of the only delivery."""
        delivery, [name] = self._reserve()
        count = self._count(*[scan or name for scan in scans], location=location)
        apply, other = self._settle(count, button), prepare(delivery, name)
        [before] = self._read_found(count, name)

        def find_wrong(*_results):
            [line] = self._read_found(count, name)
            moved = self.office.search("stock.move", [("serial_count_id", "=", count)], "state")
            if self.office.read("serial.count", count, "state") != "done":
                yield "the count isn't applied"
            elif len(moved) + (line["message"] != before["message"]) != 1:
                yield f"{name} was moved by {moved}, and people read {line['message']}"

        return (apply, other), find_wrong

    def _deliver(self, delivery, _name):
        return self._validate(self.two, delivery)

    def apply_missing_and_deliver(self):
        """A unit is moved to Missing while it is delivered."""
        self._receive_units(1)
        return self._apply_and("action_to_missing", self._deliver)

    def apply_written_off_and_deliver(self):
        """A unit is written off while it is delivered."""
        self._receive_units(1)
        return self._apply_and("action_write_off", self._deliver)

    def apply_found_and_deliver(self):
        """A unit is moved into the bin where it was found while it is delivered."""
        self._receive_units(1)
        return self._apply_and("action_move_here", self._deliver, None, location=self.far)

    def apply_missing_and_scan(self):
        """A unit is moved to Missing while it is scanned for a delivery."""
        self._receive_units(1)
        scan = partial(self._scan, self.two)
        return self._apply_and("action_to_missing", scan)

    def apply_gone_and_receive(self):
        """A unit that was sold is found by a count, and comes back on a receipt."""
        _lot, name = self._sell_unit()
        apply = self._settle(self._count(name), "action_move_here")
        return (apply, self._come_in(self.two, name)), self._find_nothing

    def apply_two_counts(self):
        """Two counts have found the same sold unit in different bins."""
        _lot, name = self._sell_unit()
        first, second = self._count(name), self._count(name, location=self.far)
        calls = [self._settle(count, "action_move_here") for count in (first, second)]

        def find_wrong(*_results):
            counts = [("serial_count_id", "in", [first, second])]
            moves = self.office.search("stock.move", counts, "serial_count_id")
            if len({move["serial_count_id"] for move in moves}) != 1:
                yield f"{name} was found in two bins, and moved by {moves}"

        return calls, find_wrong

    def _sell_unit(self):
        self.part = self.yard.add_part("Counted")
        return self._sell()

    def apply_twice(self):
        """Two people apply the same count."""
        self._receive_units(1)
        count = self._count()
        apply = self._settle(count, "action_write_off")

        def find_wrong(*_results):
            moved = self.office.search("stock.move", [("serial_count_id", "=", count)], "state")
            if len(moved) != 1:
                yield f"one unit was written off by {moved}"

        return (apply, apply), find_wrong

    def _find_nothing(self, *_results):
        return ()

    # --------------------------------------------------------------------- two people count

    def scan_one_unit(self):
        """Two people scan the same unit in one count."""
        [name] = self._receive_units(1)
        count = self._count()

        def find_wrong(*results):
            statuses = sorted(rows[-1]["status"] for rows in results if rows)
            if statuses != ["counted", "here"] or len(self._read_found(count)) != 1:
                yield f"{name} was scanned twice: {results}"

        return [self._enter(user, count, name) for user in (self.one, self.two)], find_wrong

    def enter_one_bin(self):
        """Two people begin to count the same bin, and scan different units."""
        names = self._receive_units(2)
        count = self.one.create("serial.count")
        calls = [
            self._enter(user, count, name)
            for user, name in zip((self.one, self.two), names, strict=True)
        ]

        def find_wrong(*results):
            found = self._read_found(count, *names)
            if [line["status"] for line in found] != ["here", "here"]:
                yield f"{names} were scanned, found was {found}: {results}"

        return calls, find_wrong

    def close_and_scan(self):
        """One closes a bin while somebody else scans a unit in it."""
        [name] = self._receive_units(1)
        count = self._count()

        def find_wrong(closed, rows):
            [line] = self._read_found(count)
            status = "here" if rows and rows[-1]["status"] == "here" else "missing"
            if line["status"] != status:
                yield f"{name} was scanned: {rows}, and is {line}"
            if closed is None and rows is None:
                yield "the bin was not closed"

        return (self._close(self.one, count), self._enter(self.two, count, name)), find_wrong

    def close_and_deliver(self):
        """One closes a bin while a unit that wasn't seen in it is delivered."""
        self._receive_units(1)
        delivery, _names = self._reserve()
        count = self._count()
        return (self._close(self.one, count), self._deliver(delivery, "")), self._find_nothing
