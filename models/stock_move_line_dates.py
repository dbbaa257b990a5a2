from datetime import datetime, time

from odoo import fields, models

#: At noon it is the same day wherever people are.
NOON = time(12)


class StockMoveLine(models.Model):
    """The best before date of a scanned code. ``product_expiry`` has that date on serial numbers
    only: until there is one, it is kept here."""

    _inherit = "stock.move.line"

    best_before_date = fields.Date(
        "Best Before",
        copy=False,
        help="The best before date that the new serial number on this line gets.",
    )

    def _action_done(self):
        result = super()._action_done()
        if "use_date" not in self.env["stock.lot"]._fields:
            return result
        dated = self.exists().filtered(lambda line: line.best_before_date and line.lot_id)
        for day, lines in dated.grouped("best_before_date").items():
            # Odoo computes all dates from the expiration date, unless one of them is written.
            lines.lot_id.mapped("use_date")
            lines.lot_id.use_date = datetime.combine(day, NOON)
        return result
