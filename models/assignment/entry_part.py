class EntryPart:
    """Finds the part that a serial number is meant for, on a transfer with several.

    :param assignment: the :class:`~.serial_assignment.SerialAssignment` of the transfer
    :param product: the part that was chosen, if any
    :ivar product: the current part, by default the first that awaits a serial number
    :ivar is_open: whether people have to choose the part of the last serial number
    """

    def __init__(self, assignment, product=None):
        self._assignment = assignment
        self._known = assignment.known
        self._units = assignment.units
        self.product = product or self._units.waiting[:1].product_id
        self._is_chosen = bool(product)
        self._takes_any = assignment.picking._takes_any_unit()
        self.is_open = False

    def choose(self, product):
        """Make *product* the current part."""
        self.product = product
        self._is_chosen, self.is_open = True, False

    def find_usable(self, serial):
        """Return the parts that have *serial* and may use it on this transfer."""
        return self._known.find_products(serial).filtered(
            lambda product: self._assignment.may_assign(product, serial)
        )

    def find_lines(self, serial, usable):
        """Return the lines of this transfer that already have *serial*: the current part's; any
        part's, if it can't be meant for a waiting unit.

        :param usable: the parts that have this serial number and may use it
        """
        if line := self._units.find_line(self.product, serial):
            return line
        lines = self._assignment.env["stock.move.line"]
        if self._assignment.is_from_stock:
            # One that is reserved here is what is expected.
            is_meant = self._is_chosen and self.product in usable
            return lines if is_meant else self._find_any_lines(serial)
        if usable.filtered(self._units.has_waiting) or self._is_for_any_serial():
            return lines
        return self._find_any_lines(serial)

    def _find_any_lines(self, serial):
        found = (self._units.find_line(product, serial) for product in self._units.products)
        return self._assignment.env["stock.move.line"].union(*filter(None, found))

    def find_others(self, lines, serial):
        """Return the parts that the scan of *serial*, which *lines* have already, may mean instead:
        several, or none."""
        parts = lines.product_id
        if not self._takes_any or (self._is_chosen and self.product in parts):
            return parts.browse()
        usable = self.find_usable(serial)
        return usable if usable - parts else parts.browse()

    def find_meant(self, serial, usable):
        """Return the part that *serial* is meant for; several, if people have to choose.

        :param usable: the parts that have this serial number and may use it
        """
        parts = usable.filtered(self._units.has_waiting) or usable
        if not parts and self._takes_any:
            # Where its unit is, is the reason that it can't be used.
            parts = self._known.find_named(serial)
        if self.product in parts:
            return self.product if self._is_chosen else parts
        if self._is_for_any_serial():
            return self.product
        products = self._units.products
        return parts or self.product or (products if len(products) == 1 else parts)

    def _is_for_any_serial(self):
        """Return whether any serial number is for the current part, as when units come in."""
        return not self._assignment.is_from_stock and self._units.has_waiting(self.product)
