"""What the rules choose from."""

from hypothesis import strategies as st

from .yard import BINS, FAR

PARTS = st.sampled_from((0, 0, 1))
NAMES = st.sampled_from(("S1", "S2", "S3", "S4"))
#: Names that most likely exist.
KNOWN = st.sampled_from(("S1", "S2", "S1", "S2", "S3", "S4"))
SPELLINGS = NAMES | st.sampled_from((" S1", "S2\u200b", "s1"))
SEVERAL = st.lists(NAMES, min_size=1, max_size=2, unique=True)
LOCATIONS = st.sampled_from((*BINS, FAR))
ALL_LOCATIONS = st.sampled_from((*BINS, FAR, "Stock", "customer", "vendor"))
NTH = st.integers(0, 3)
BOXES = st.integers(0, 2)
UNITS = st.integers(1, 3)
QUANTITIES = st.sampled_from((0, 0.5, 1, 2))
OPEN = ("draft", "waiting", "confirmed", "partially_available", "assigned")
OPEN_EDITS = {
    "lot_name": NAMES | st.just(False),
    "lot_id": NAMES | st.just(False),
    "quantity": QUANTITIES,
    "location_id": ALL_LOCATIONS,
    "location_dest_id": ALL_LOCATIONS,
    "package_id": BOXES,
    "result_package_id": BOXES,
    "owner_id": st.booleans(),
    "picked": st.booleans(),
}
DONE_EDITS = {
    **{name: edit for name, edit in OPEN_EDITS.items() if name not in ("lot_name", "picked")},
    "date": st.integers(-3, 3),
}

QUANT_EDITS = {
    **{name: OPEN_EDITS[name] for name in ("lot_id", "location_id", "package_id", "owner_id")},
    "quantity": QUANTITIES,
    "reserved_quantity": QUANTITIES,
}


def edits(choices):
    """Return a strategy for the values of one edit: of one field, or of two."""
    return st.lists(st.sampled_from(tuple(choices)), min_size=1, max_size=2, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: choices[name] for name in names})
    )
