from odoo import fields, models


class SerialCountPerson(models.Model):
    """Where one person is on a count, and what is in their scan box: people who count together don't
    overwrite one another."""

    _name = "serial.count.person"
    _description = "Person Counting"
    _rec_name = "user_id"

    count_id = fields.Many2one("serial.count", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", required=True, ondelete="cascade", default=lambda self: self.env.user
    )
    bin_id = fields.Many2one("serial.count.bin", index="btree_not_null")
    product_id = fields.Many2one("product.product")
    text = fields.Text()

    _unique_person = models.UniqueIndex("(count_id, user_id)")

    def _go_to(self, counted_bin, part):
        """Keep that this person counts in *counted_bin*, a ``serial.count.bin``, units of *part*, which may
        be empty."""
        if self.bin_id != counted_bin or self.product_id != part:
            self.write({"bin_id": counted_bin.id, "product_id": part.id})
