"""What `python3 dev soak` does to a real Odoo server: races, faults, load and bad input."""
