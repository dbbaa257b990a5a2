"""How entries become the serial numbers of a transfer's units: what may be assigned, to which unit,
and what people read about it.

Plain classes that work with records, each made for one call and gone with it. Models don't belong
here, nor does what is read without records: the entries themselves are in ``tools/``.
"""
