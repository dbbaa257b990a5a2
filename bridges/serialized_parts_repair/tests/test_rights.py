from odoo import Command
from odoo.tests import tagged

from odoo.addons.serialized_parts.tests.rights_case import RightsCase

SEE = "see how many parts of a repair have their serial number"
ENTER = "enter the serial numbers of a repair"


@tagged("post_install", "-at_install")
class TestRights(RightsCase):
    """Who may enter the serial numbers of a repair order."""

    addon = "serialized_parts_repair"
    groups = {
        "employee": "base.group_user",
        "warehouse user": "stock.group_stock_user",
        "inventory manager": "stock.group_stock_manager",
    }

    def setUp(self):
        super().setUp()
        self._tick(self.part)
        part = {"product_id": self.part.id, "product_uom_qty": 1}
        self.order = self.env["repair.order"].create(
            {
                "picking_type_id": self.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create({**part, "repair_line_type": kind})
                    for kind in ("add", "remove", "recycle")
                ],
            }
        )
        self.order.action_validate()
        self.units = self.order._get_units("recycle")
        self.units._prepare_serial_lines()
        self.order._get_units("add")
        self.order._get_units("remove")

    def _list_calls(self):
        order, units = (self.order._name, self.order.ids), (self.units._name, self.units.ids)
        return {
            SEE: [
                (*order, "read", ["added_serials", "removed_serials", "recycled_serials"]),
                (*units, "read", ["serial_done_count"]),
            ],
            ENTER: [
                (*order, "action_scan_added"),
                (*order, "action_name_removed"),
                (*order, "action_name_recycled"),
                (*units, "action_open_serial_prompt"),
                (*units, "enter_serials", "OLD1"),
                (*units, "enter_in_prompt", "OLD1"),
                (*units, "preview_serials", "OLD1"),
            ],
        }

    def _list_fields(self):
        entered = {
            "serial_entry": "OLD1",
            "serial_entry_location_id": self.bin_b.id,
            "serial_entry_package": "P1",
            "serial_entry_product_id": self.part.id,
        }
        lines = [Command.clear()]
        return {
            self.units: {
                ENTER: entered,
                None: {
                    **self._list_computed(),
                    "kind": "add",
                    "repair_id": self.order.copy().id,
                },
            },
            self.order: {
                None: {
                    **dict.fromkeys(("added_serials", "removed_serials", "recycled_serials"), "x"),
                    "units_ids": lines,
                },
            },
        }

    def test_each_cell(self):
        self.assertCalls(self._list_calls())

    def test_each_field(self):
        self.assertFields(self._list_fields())

    def test_everything_is_listed(self):
        self.assertFieldsListed(self._list_fields())
        self.assertMethodsListed(self._list_calls())
