"""Serial numbers that differ by letter case only: which of two units is meant is for people to say."""

from .serial_names import fold_name


class SimilarSerials:
    """The names that one typed on a transfer can be mistaken for.

    :param typed: iterable of ``(part, name)`` that are on the transfer already
    """

    def __init__(self, typed):
        self._typed = {}
        self._known = {}
        for product, name in typed:
            self.add(product, name)

    def add(self, product, name):
        """Take in a serial number that is on the transfer from now on."""
        self._typed[product, fold_name(name or "")] = name

    def learn(self, lots):
        """Take in *lots*, serial numbers that the user may see."""
        self._known = {(lot.product_id, fold_name(lot.name)): lot for lot in lots}

    def find(self, product, name):
        """Return what *name* may be mistaken for: a name on this transfer, else a serial number
        that is known, else None."""
        key = product, fold_name(name)
        return self._typed.get(key) or self._known.get(key)
