from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    serialize_type_id = fields.Many2one(
        "stock.picking.type",
        check_company=True,
        copy=False,
        help="Operation type that gives units already in stock their serial number.",
    )

    @api.constrains("serialize_type_id")
    def _check_serialize_type(self):
        for warehouse in self.filtered("serialize_type_id"):
            others = [
                name
                for name, field in self._fields.items()
                if field.comodel_name == "stock.picking.type" and name != "serialize_type_id"
            ]
            operation_type = warehouse.serialize_type_id
            if operation_type in (warehouse[name] for name in others):
                raise ValidationError(
                    self.env._(
                        "%(operation)s of %(warehouse)s is used for other work: giving units in stock their "
                        "serial numbers needs an operation type of its own.",
                        operation=operation_type.name,
                        warehouse=warehouse.name,
                    )
                )
            if operation_type.warehouse_id != warehouse:
                raise ValidationError(
                    self.env._(
                        "%(operation)s does not belong to the warehouse %(warehouse)s.",
                        operation=operation_type.name,
                        warehouse=warehouse.name,
                    )
                )
            operation_type._check_serialize_settings()

    def _get_serialize_type(self):
        """Return the operation type *Serialize* of this warehouse; it is created if it is missing,
        and unarchived if it is archived."""
        self.ensure_one()
        if not self.serialize_type_id.active:
            # Warehouse users may not set up operation types, but need this one.
            warehouse = self.sudo()
            warehouse.serialize_type_id = (
                warehouse.serialize_type_id
                or warehouse._find_serialize_type()
                or warehouse._make_serialize_type()
            )
            warehouse.serialize_type_id.active = True
        return self.serialize_type_id

    def _find_serialize_type(self):
        """Return the operation type that served this warehouse before, if there is one."""
        internal = [("warehouse_id", "=", self.id), ("code", "=", "internal")]
        prefix = self._get_sequence_values()["serialize_type_id"]["prefix"]
        return (
            self.env["stock.picking.type"]
            .with_context(active_test=False)
            .search(
                [
                    *internal,
                    *("|", ("sequence_code", "=", "SER"), ("sequence_id.prefix", "=", prefix)),
                ],
                limit=1,
            )
        )

    def _make_serialize_type(self):
        """Return a new operation type *Serialize*; Odoo's own stay as people set them up."""
        sequence = self.env["ir.sequence"].create(self._get_sequence_values()["serialize_type_id"])
        # Names of transfers from an earlier operation type are taken.
        taken = self.env["stock.picking"].search(
            [("name", "=like", f"{sequence.prefix}%"), ("company_id", "=", self.company_id.id)]
        )
        numbers = [name.removeprefix(sequence.prefix) for name in taken.mapped("name")]
        sequence.number_next = 1 + max(
            (int(number) for number in numbers if number.isdigit()), default=0
        )
        values, _sequence = self._get_picking_type_create_values(self.int_type_id.sequence)
        return self.env["stock.picking.type"].create(
            {
                **values["serialize_type_id"],
                **self._get_picking_type_update_values()["serialize_type_id"],
                "warehouse_id": self.id,
                "sequence_id": sequence.id,
            }
        )

    def _add_serialize_type(self):
        """Give each warehouse its operation type *Serialize*; one left by an earlier installation
        is reused."""
        for warehouse in self.filtered(lambda wh: not wh.serialize_type_id):
            warehouse.serialize_type_id = warehouse._find_serialize_type()
            values = warehouse._create_or_update_sequences_and_picking_types()
            if values:
                warehouse.write(values)

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name=name, code=code)
        name, code = name or self.name, code or self.code
        short = self.serialize_type_id.sequence_code or "SER"
        values["serialize_type_id"] = {
            "name": self.env._("%(name)s Sequence serialize", name=name),
            "prefix": f"{code}/{short}/",
            "padding": 5,
            "company_id": self.company_id.id,
        }
        return values

    def _get_picking_type_create_values(self, max_sequence):
        values, next_sequence = super()._get_picking_type_create_values(max_sequence)
        values["serialize_type_id"] = {
            "name": self.env._("Serialize"),
            "code": "internal",
            "use_create_lots": True,
            "use_existing_lots": False,
            "reservation_method": "manual",
            "create_backorder": "always",
            "default_location_src_id": self.lot_stock_id.id,
            "default_location_dest_id": self.lot_stock_id.id,
            "sequence": next_sequence + 1,
            "sequence_code": "SER",
            "company_id": self.company_id.id,
        }
        return values, next_sequence + 2

    def _get_picking_type_update_values(self):
        values = super()._get_picking_type_update_values()
        values["serialize_type_id"] = {
            "active": self.active,
            "barcode": self.code.replace(" ", "").upper() + "SER",
        }
        return values
