"""Pure Python: text and bytes in, values and text out. What is typed, scanned, pasted or read from
a file, and how a serial number is written.

What works with records belongs in ``models/``, a field type in ``fields/``.
"""
