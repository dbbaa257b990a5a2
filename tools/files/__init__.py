"""What is in a file of serial numbers: its kind, its sheets, and each cell's text as people see it.

Libraries for spreadsheets read everything in a file, and trust it: a small file can keep them busy
for hours, or fill the memory. Here only what leads to the cells is read, each piece once, within
the bounds of :mod:`.limits`.
"""
