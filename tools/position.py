"""Where a unit is."""

from typing import NamedTuple

#: The usages of internal locations: units there are the company's, on hand or on their way.
INTERNAL_USAGES = ("internal", "transit")


class Position(NamedTuple):
    """Where a unit is: the ids of its location, package and owner; False for no package or owner.

    Units of one part that have no serial number differ by their position only.
    """

    location_id: int
    package_id: int | bool
    owner_id: int | bool

    @classmethod
    def of(cls, record):
        """Return the position of a ``stock.quant``, or the one that a move line moves its unit
        from."""
        return cls(record.location_id.id, record.package_id.id, record.owner_id.id)
