"""How entries are counted: which bin, part or unit each means, where the books have that unit, and
what people read about it.

Plain classes that work with records; each is made for one call. Models don't belong here.
"""
