"""Removes characters that can't be seen from the names of serial numbers."""

from odoo.addons.serialized_parts.models.stored_names import clean_stored_names


def migrate(cr, version):
    """Clean the stored names."""
    if version:
        clean_stored_names(cr)
