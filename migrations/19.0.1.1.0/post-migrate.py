"""Names of serial numbers are kept without what people can't see."""

from odoo.addons.serialized_parts.tools.look_alikes import clean_stored_names


def migrate(cr, version):
    """Clean the names that are there already."""
    if version:
        clean_stored_names(cr)
