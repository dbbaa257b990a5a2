from odoo import fields, models

from .serial_checkup import KINDS_ON_SITE


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    is_serialize = fields.Boolean(compute="_compute_is_serialize")
    serial_checkup_count = fields.Integer(
        "To Check",
        compute="_compute_serial_checkup_count",
        groups="stock.group_stock_user",
        help="What somebody has to look at in this warehouse, see the Serial Check-up.",
    )

    def _compute_is_serialize(self):
        for operation_type in self:
            operation_type.is_serialize = operation_type._is_serialize()

    def _compute_serial_checkup_count(self):
        serialize = self.filtered(lambda operation_type: operation_type._is_serialize())
        counts = dict(
            serialize
            and self.env["serial.checkup"]._read_group(
                [
                    ("warehouse_id", "in", serialize.warehouse_id.ids),
                    ("kind", "in", KINDS_ON_SITE),
                ],
                ["warehouse_id"],
                ["__count"],
            )
        )
        for operation_type in self:
            found = counts.get(operation_type.warehouse_id, 0)
            operation_type.serial_checkup_count = found if operation_type in serialize else 0

    def _is_serialize(self):
        """Whether this operation type gives units in stock their serial number."""
        return bool(self) and self.warehouse_id.serialize_type_id == self

    def action_open_serial_checkup(self):
        """Open the Serial Check-up of what is in this operation type's warehouse.

        :return: a window action whose rows are those of ``serial_checkup_count``
        :raise AccessError: for who is no warehouse user, or of another company
        """
        self.ensure_one()
        self.env["serial.checkup"].check_access("read")
        return {
            **self.env["ir.actions.actions"]._for_xml_id("serialized_parts.serial_checkup_action"),
            "context": {
                "search_default_warehouse_id": self.warehouse_id.id,
                "search_default_on_site": 1,
            },
        }
