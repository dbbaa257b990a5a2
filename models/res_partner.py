from odoo import fields, models

#: How many headers are kept for a vendor.
MOST_LISTS = 20


class ResPartner(models.Model):
    """How a vendor's lists of serial numbers are read."""

    _name = "res.partner"
    _inherit = ["res.partner", "serialized_parts.own.fields"]

    _own_fields = {"serial_list_columns"}

    serial_list_columns = fields.Json(
        "Columns of Serial Lists",
        copy=False,
        groups="stock.group_stock_user",
        help="Which column is which in the vendor's lists, by their header, as people chose it.",
    )

    def _get_list_columns(self, header):
        """Return which column is which in this vendor's lists with *header*, as people chose it the
        last time; empty where nobody did."""
        return dict(self.serial_list_columns or ()).get(header, {})

    def _keep_list_columns(self, header, columns):
        """Keep which column is which in lists with *header*; the oldest are forgotten.

        :param str header: what tells this vendor's lists apart
        :param dict columns: ``{kind or key of a custom field: index}``
        """
        lists = [kept for kept in self.serial_list_columns or () if kept[0] != header]
        lists.append([header, columns])
        if lists != self.serial_list_columns:
            self.serial_list_columns = lists[-MOST_LISTS:]
