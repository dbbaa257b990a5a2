"""Field types of our own, and the constraint against duplicate serial numbers: how their values
are checked, stored, searched, read and shown.

What a model does with its fields belongs in ``models/``; what needs neither Odoo nor a database in
``tools/``.
"""
