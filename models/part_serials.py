from odoo import api, fields, models


class PartSerials(models.AbstractModel):
    """How many of a part's units have a serial number, as the button on its form shows it."""

    _name = "serialized_parts.part.serials"
    _description = "Serial Numbers of a Part"

    serial_unit_count = fields.Float(
        "Units On Hand With or Without Serial Number",
        compute="_compute_serial_unit_count",
        digits="Product Unit",
        help="Units on hand, in the part's unit of measure.",
    )

    @api.depends("serial_count", "unserialized_quantity")
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_serial_unit_count(self):
        for part in self:
            part.serial_unit_count = part.serial_count + part.unserialized_quantity

    def action_open_serials(self):
        """Open what shows the serial numbers of this part, for who is on its form.

        :return: the prompt, for warehouse users while units lack a serial number; else the client
            action that opens the form's tab *Serial*, or the list of serial numbers where there is
            no such tab
        :raise AccessError: if the user may not read serial numbers
        """
        self.ensure_one()
        self.check_access("read")
        self.env["stock.lot"].check_access("read")
        is_clerk = self.env.user.has_group("stock.group_stock_user")
        if is_clerk and self.unserialized_quantity:
            return self.action_assign_serials()
        # Odoo's list reads the companies from the context, which a program may not send.
        companies = self.with_context(allowed_company_ids=self.env.companies.ids)
        return {
            "type": "ir.actions.client",
            "tag": "serialized_parts_open_serial_tab",
            "params": {"list": companies.action_open_product_lot()},
        }
