"""How entries become the serial numbers of a transfer's units: what may be assigned, to which unit,
and what people read about it.

Plain classes that work with records; each is made for one call. Models don't belong here, nor does
anything that needs no records: entries are read in ``tools/``.
"""
