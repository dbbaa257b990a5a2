"""What gets Odoo, PostgreSQL and the linters onto a bare machine, and serves and tests the addon with them.

``bootstrap`` works on the system's Python alone and builds the private environment that everything else runs in; there
a library does what a library can. What measures the addon or tries to break it belongs in ``lab/``.
"""
