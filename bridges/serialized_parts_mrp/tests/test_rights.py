from odoo import Command
from odoo.tests import tagged

from odoo.addons.serialized_parts.tests.rights_case import RightsCase

SEE = "see how many units of an order have their serial number"
ENTER = "enter the serial numbers of an order, produce it"
UNBUILD = "scan the units of an unbuild order, take them apart"


@tagged("post_install", "-at_install")
class TestRights(RightsCase):
    """Who may enter the serial numbers of a manufacturing order."""

    addon = "serialized_parts_mrp"
    groups = {
        "employee": "base.group_user",
        "warehouse user": "stock.group_stock_user",
        "inventory manager": "stock.group_stock_manager",
        "manufacturing user": "mrp.group_mrp_user",
    }

    def setUp(self):
        super().setUp()
        self._tick(self.part)
        self.order = self.env["mrp.production"].create(
            {
                "product_id": self._new_part("Car", True).id,
                "move_raw_ids": [
                    Command.create({"product_id": self.part.id, "product_uom_qty": 1})
                ],
            }
        )
        self.order.action_confirm()
        self.units = self.order._get_units("produced")
        self.units._prepare_serial_lines()
        self.order._get_units("consumed")
        self.unbuild = self.env["mrp.unbuild"].create({"product_id": self.order.product_id.id})

    def _list_calls(self):
        order, units = (self.order._name, self.order.ids), (self.units._name, self.units.ids)
        return {
            SEE: [
                (*order, "read", ["produced_serials", "consumed_serials"]),
                (*units, "read", ["serial_done_count"]),
            ],
            ENTER: [
                (*order, "action_name_produced"),
                (*order, "action_scan_consumed"),
                (*units, "action_open_serial_prompt"),
                (*units, "enter_serials", "CAR1"),
                (*units, "enter_in_prompt", "CAR1"),
                (*units, "preview_serials", "CAR1"),
            ],
            UNBUILD: [(self.unbuild._name, self.unbuild.ids, "read", ["further_unit_ids"])],
        }

    def _list_fields(self):
        entered = {
            "serial_entry": "CAR1",
            "serial_entry_location_id": self.bin_b.id,
            "serial_entry_package": "P1",
            "serial_entry_product_id": self.order.product_id.id,
        }
        lines = [Command.clear()]
        return {
            self.units: {
                ENTER: entered,
                None: {
                    **self._list_computed(),
                    "kind": "consumed",
                    "production_id": self.order.copy().id,
                },
            },
            self.unbuild: {
                UNBUILD: {
                    "component_ids": [],
                    "further_unit_ids": [Command.clear()],
                    "serial_refused": [],
                    "serial_scan": "CAR1",
                },
            },
            self.order: {
                None: {"consumed_serials": "x", "produced_serials": "x", "units_ids": lines},
            },
        }

    def test_each_cell(self):
        self.assertCalls(self._list_calls())

    def test_each_field(self):
        self.assertFields(self._list_fields())

    def test_everything_is_listed(self):
        self.assertFieldsListed(self._list_fields())
        self.assertMethodsListed(self._list_calls())
