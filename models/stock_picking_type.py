from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .serial_checkup import KINDS_ON_SITE


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    is_serialize = fields.Boolean(compute="_compute_is_serialize")
    serials_must_be_scanned = fields.Boolean(
        "Serial Numbers Must Be Scanned",
        help="Units that leave stock, or move in it, can't be validated before their serial number was "
        "scanned or typed.",
    )
    serial_checkup_count = fields.Integer(
        "To Check",
        compute="_compute_serial_checkup_count",
        groups="stock.group_stock_user",
        help="Findings of the Serial Check-up in this warehouse.",
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

    @api.constrains(
        *("code", "create_backorder", "default_location_dest_id", "default_location_src_id"),
        *("sequence_id", "use_create_lots", "warehouse_id"),
    )
    def _check_serialize_settings(self):
        for operation_type in self._filter_serialize():
            if problem := operation_type._explain_serialize_settings():
                raise ValidationError(
                    self.env._(
                        "%(operation)s gives units in stock their serial numbers: %(problem)s",
                        operation=operation_type.display_name,
                        problem=problem,
                    )
                )

    def _explain_serialize_settings(self):
        """Return what keeps this operation type from giving units in stock their serial number;
        an empty text if nothing does."""
        source, warehouse = self.default_location_src_id, self._get_serialize_warehouse()
        if self.code != "internal" or self.warehouse_id != warehouse:
            return self.env._(
                "it has to be an internal transfer of the warehouse %(warehouse)s.",
                warehouse=warehouse.name,
            )
        if not self.use_create_lots:
            return self.env._("'Lots/Serial Numbers: Create New' has to be ticked.")
        if self.create_backorder != "always":
            return self.env._("units that have no serial number yet need Create Backorder: Always.")
        if not self.sequence_id:
            return self.env._("it needs a Reference Sequence to name its transfers.")
        if source != self.default_location_dest_id or not source._child_of(
            warehouse.view_location_id
        ):
            return self.env._(
                "the units stay where they are, so source and destination have to be the same "
                "location of the warehouse %(warehouse)s.",
                warehouse=warehouse.name,
            )
        return ""

    @api.ondelete(at_uninstall=False)
    def _unlink_except_serialize(self):
        for operation_type in self._filter_serialize():
            raise UserError(
                self.env._(
                    "%(operation)s can't be deleted: it gives units in stock their serial numbers. To "
                    "hide it, archive it.",
                    operation=operation_type.display_name,
                )
            )

    def _get_serialize_warehouse(self):
        """Return the warehouse whose units get their serial number with this operation type."""
        warehouses = self.env["stock.warehouse"].with_context(active_test=False)
        return warehouses.search([("serialize_type_id", "in", self.ids)], limit=1)

    def _filter_serialize(self):
        """Return the operation types that give a warehouse's units in stock their serial number."""
        warehouses = self.env["stock.warehouse"].with_context(active_test=False)
        return self & warehouses.search([("serialize_type_id", "in", self.ids)]).serialize_type_id

    def _is_serialize(self):
        """Return whether this operation type gives units in stock their serial number."""
        return bool(self) and self.warehouse_id.serialize_type_id == self

    def action_open_serial_checkup(self):
        """Open the Serial Check-up of what is in this operation type's warehouse.

        :return: a window action whose rows are those of ``serial_checkup_count``
        :raise AccessError: if the user is not a warehouse user, or is of another company
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
