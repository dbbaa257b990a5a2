from collections import defaultdict, deque

from ...tools.serial_names import fold_name


class TransferUnits:
    """The units of a transfer: those that have a serial number, and those that wait for one.

    :param picking: a transfer with one line a unit
    """

    def __init__(self, picking):
        self.lines = lines = picking.serial_line_ids
        self.products = lines.product_id
        self.waiting = lines._awaits_serial()
        self.serialized = lines - self.waiting
        # Each line waits in three queues: for its part, its part and bin, its part and package.
        self._queues = defaultdict(deque)
        for line in self.waiting:
            self._queues[line.product_id].append(line)
            self._queues[line.product_id, line.location_id].append(line)
            self._queues[line.product_id, line.package_id].append(line)
        self._assigned = set()
        self._lines = {}
        self._names_by_folded = {}
        for line in self.serialized:
            self._add(line, line.lot_id.name or line.lot_name)

    def _add(self, line, name):
        self._lines[line.product_id, name] = line
        self._names_by_folded[line.product_id, fold_name(name or "")] = name

    def assign(self, line, name):
        """Note that *line* gets the serial number *name* and no longer waits."""
        self.products |= line.product_id
        self._assigned.add(line)
        self._lines.pop((line.product_id, line.lot_id.name or line.lot_name), None)
        self._add(line, name)

    def find_line(self, product, name):
        """Return the line whose unit of *product* has the serial number *name*, or None."""
        return self._lines.get((product, name))

    def find_similar(self, product, name):
        """Return the serial number on this transfer that is similar to *name*, see ``fold_name``,
        or None."""
        return self._names_by_folded.get((product, fold_name(name)))

    def get_names(self, product):
        """Return the serial numbers of *product* on this transfer, as a list of texts."""
        return [name for part, name in self._lines if part == product]

    def has_waiting(self, product):
        """Return whether a unit of *product* waits for its serial number."""
        return bool(self._get_queue(product))

    def find_waiting(self, product, records=None):
        """Return a line whose unit of *product* waits for its serial number, or None.

        :param records: only units in these bins or packages, in this order
        """
        keys = [product] if records is None else [(product, record) for record in records]
        return next((queue[0] for key in keys if (queue := self._get_queue(key))), None)

    def _get_queue(self, key):
        """Return the queue of a part, a part and bin, or a part and package, without the lines that
        got their serial number through another queue."""
        queue = self._queues[key]
        while queue and queue[0] in self._assigned:
            queue.popleft()
        return queue
