"""Sets up Odoo, PostgreSQL and the linters on a bare machine, and serves and tests the addon with them.

``bootstrap`` needs only the system's Python and builds the private environment that everything else runs in, where
libraries may be used. Code that measures the addon or tries to break it belongs in ``lab/``.
"""
