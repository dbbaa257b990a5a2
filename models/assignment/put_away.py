class PutAway:
    """The bins that units go into on internal transfers. A bin that is scanned behind units takes
    them; otherwise it takes those that are scanned behind it.

    :param assignment: the :class:`~.serial_assignment.SerialAssignment` of the transfers
    """

    def __init__(self, assignment):
        picking = assignment.picking
        self.env = assignment.env
        self._root = picking.location_dest_id
        self._is_used = picking._puts_away()
        self._has_bins = self._is_used and bool(self._root.child_ids)
        self._placed = self.env["stock.move.line"]
        # What somebody else has scanned waits for their bin.
        self._waiting = assignment.units.lines.filtered(
            lambda line: line.picked and line.bin_user_id == self.env.user
        )

    def is_target(self, location):
        """Return whether units can be put away into *location*."""
        return self._is_used and any(location._child_of(root) for root in self._root if location)

    def add(self, line):
        """Note that the unit of *line* was scanned and waits for its bin."""
        if self._has_bins:
            self._waiting |= line

    def settle(self, line):
        """Note that the unit of *line* has its bin."""
        self._placed |= line

    def take_waiting(self):
        """Return the lines of the units that wait for a bin; they wait no longer."""
        lines, self._waiting = self._waiting, self._waiting.browse()
        self._placed |= lines
        return lines

    def save(self):
        """Write who has scanned the units that wait for a bin."""
        waiting = self._waiting.filtered(lambda line: line.bin_user_id != self.env.user)
        waiting.sudo().bin_user_id = self.env.user  # A field of our own.
        self._placed.filtered("bin_user_id").sudo().bin_user_id = False  # A field of our own.
