from odoo import api, fields, models

#: Context key: the count whose moves are created, a record, which no client can send.
COUNT = "serialized_parts_count"


class StockMove(models.Model):
    _inherit = "stock.move"

    serial_count_id = fields.Many2one(
        "serial.count",
        "Count",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The count that this move applies.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        count = self.env.context.get(COUNT)
        if isinstance(count, models.BaseModel):
            # Only the addon itself writes it. What follows from a move isn't the count's.
            moves.sudo().filtered("is_inventory").serial_count_id = count
        return moves
