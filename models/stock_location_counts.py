"""When the units of a bin were counted by scan."""

from odoo import api, fields, models
from odoo.fields import Domain


class StockLocation(models.Model):
    _inherit = "stock.location"

    serial_bin_ids = fields.One2many(
        "serial.count.bin", "location_id", "Counts", groups="stock.group_stock_user"
    )
    serial_counted_on = fields.Datetime(
        "Counted On",
        compute="_compute_serial_counted_on",
        search="_search_serial_counted_on",
        groups="stock.group_stock_user",
        help="When this bin was last closed in a count by scan.",
    )

    @api.depends("serial_bin_ids.state", "serial_bin_ids.date")
    def _compute_serial_counted_on(self):
        groups = self.env["serial.count.bin"]._read_group(
            [("location_id", "in", self.ids), ("state", "=", "closed")],
            ["location_id"],
            ["date:max"],
        )
        counted = {location.id: date for location, date in groups}
        for location in self:
            location.serial_counted_on = counted.get(location.id, False)

    @api.model
    def _search_serial_counted_on(self, operator, value):
        """Find bins by their latest count: ``=`` and ``!=`` with False only, and the inequalities."""
        match operator:
            case "in" if set(value) == {False}:
                return ~self._get_counted_domain()
            case ">" | ">=":
                return self._get_counted_domain(Domain("date", operator, value))
            case "<" | "<=":
                # The latest is before it if there is one, and none that is not.
                later = Domain("date", ">=" if operator == "<" else ">", value)
                return self._get_counted_domain() & ~self._get_counted_domain(later)
        return NotImplemented

    @api.model
    def _get_counted_domain(self, domain=Domain.TRUE):
        """Return the domain of the bins that have a closed count of *domain*."""
        return Domain("serial_bin_ids", "any", Domain("state", "=", "closed") & domain)
