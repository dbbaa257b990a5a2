"""What proves README's figures: measuring, racing, killing and feeding a real Odoo, and Odoo's own tests beside it.

Each module of ``lab/commands`` is a command of ``python3 dev``. What only sets Odoo up, serves or tests it belongs in
``dev/``; what every change is to pass, in the addon's ``tests/``.
"""
