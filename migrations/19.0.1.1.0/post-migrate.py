"""Names of serial numbers are kept without what people can't see."""

from odoo.addons.serialized_parts.models.stored_names import clean_stored_names


def migrate(cr, version):
    """Clean the names that are there already."""
    if version:
        clean_stored_names(cr)
