"""Proves the README's figures: measures a real Odoo, tries to break it, and runs Odoo's own tests with the addon.

Each module of ``lab/commands`` is a command of ``python3 dev``. Code that only sets Odoo up, serves or tests it belongs
in ``dev/``; tests that every change must pass, in the addon's ``tests/``.
"""
