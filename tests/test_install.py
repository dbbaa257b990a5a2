from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools.sql import index_exists

from .. import hooks
from ..hooks import _post_init_hook, _pre_init_hook, _uninstall_hook
from .common import SerialCase


@tagged("post_install", "-at_install")
class TestInstall(SerialCase):
    """Installing on a database that has serial numbers, and uninstalling."""

    def _serial_of_plain_odoo(self):
        """Return a serial received and delivered, as a database without the addon has it."""
        self.part.product_tmpl_id.tracking = "serial"
        receipt = self._receipt(1)
        receipt.move_line_ids.lot_name = "SN1"
        receipt.button_validate()
        delivery = self._deliver(self.part, 1)
        delivery.button_validate()
        serial = self._serials(self.part)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET source = NULL, used_on = NULL, unit_company_id = NULL"
        )
        self.env.cr.execute("UPDATE product_template SET serials_started = NULL")
        self.env.invalidate_all()
        return serial, receipt, delivery

    def test_serials_get_their_documents_and_lock_their_part(self):
        serial, receipt, delivery = self._serial_of_plain_odoo()
        before = serial.quant_ids.mapped(lambda quant: (quant.location_id, quant.quantity))
        _pre_init_hook(self.env)
        self.assertRecordValues(serial, [{"source": receipt.origin, "used_on": delivery.name}])
        self.assertEqual(serial.unit_company_id, self.env.company)
        self.assertTrue(self.part.serials_started)
        after = serial.quant_ids.mapped(lambda quant: (quant.location_id, quant.quantity))
        self.assertEqual(after, before)

    def test_parts_that_have_no_serials_stay_open(self):
        self.part.product_tmpl_id.tracking = "serial"
        _pre_init_hook(self.env)
        self.assertFalse(self.part.serials_started)

    def test_parts_that_are_not_stocked_stay_open(self):
        part = self.env["product.product"].create({"name": "Shavings", "tracking": "serial"})
        self.env["stock.lot"].create({"name": "SN1", "product_id": part.id})
        _pre_init_hook(self.env)
        self.assertFalse(part.serials_started)

    def test_internal_users_get_the_features(self):
        implied = self.env.ref("base.group_user").all_implied_ids
        self.assertIn(self.env.ref("stock.group_production_lot"), implied)
        self.assertIn(self.env.ref("stock.group_stock_multi_locations"), implied)

    def test_uninstalling_leaves_no_open_transfer_and_installing_again_resumes(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._tick(self.part)
        transfer = self._serialize(self.part)
        operation_type = self.warehouse.serialize_type_id
        _uninstall_hook(self.env)
        self.assertEqual((transfer.state, operation_type.active), ("cancel", False))
        # The column goes with the addon.
        self.env["stock.warehouse"].with_context(active_test=False).search(
            []
        ).serialize_type_id = False
        _post_init_hook(self.env)
        self.assertEqual(self.warehouse.serialize_type_id, operation_type)
        self.assertTrue(operation_type.active)

    def test_uninstalling_leaves_only_the_operation_types_that_were_used(self):
        used = self.warehouse.serialize_type_id
        others = self.env["stock.warehouse"].create(
            [{"name": name, "code": name} for name in ("W2", "W3", "W4")]
        )
        archived, ruled, moved = others.serialize_type_id
        types = used | archived | ruled | moved
        sequences = types.sequence_id
        others[0].active = False
        self._put_in_stock(self.part, 1, self.bin_a)
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        transfer.button_validate()
        rule = self.env["stock.rule"].search([("action", "!=", "buy")], limit=1)
        rule = rule.copy({"picking_type_id": ruled.id})
        self.env["stock.move"].create(
            {"product_id": self.part.id, "picking_type_id": moved.id, "product_uom_qty": 1}
        )
        _uninstall_hook(self.env)
        self.assertEqual(types.exists(), used | ruled | moved)
        self.assertEqual(sequences.exists(), (used | ruled | moved).sequence_id)
        self.assertFalse(any((used | ruled | moved).mapped("active")))
        self.assertEqual(transfer.picking_type_id, used)

    def test_what_was_deleted_is_created_again(self):
        other = self.env["stock.warehouse"].create({"name": "W2", "code": "W2"})
        _uninstall_hook(self.env)
        self.assertFalse(other.serialize_type_id)
        _post_init_hook(self.env)
        self.assertTrue(other.serialize_type_id.active)
        self.assertEqual(other.serialize_type_id.sequence_id.prefix, "W2/SER/")

    def test_the_indexes_go_with_the_addon(self):
        names = {
            "stock_move_line_serial_lot_index",
            "stock_lot_serial_name_index",
            "stock_lot_serial_part_index",
            "stock_lot_serial_source_index",
            "stock_lot_serial_used_on_index",
        }
        self.assertEqual({name for name in names if index_exists(self.env.cr, name)}, names)
        declared = self.env["ir.model.constraint"].search(
            [("module.name", "=", "serialized_parts"), ("type", "=", "i")]
        )
        self.assertLessEqual(names, set(declared.mapped("name")))
        # What uninstalling does to everything that the addon declared.
        declared.unlink()
        self.assertFalse({name for name in names if index_exists(self.env.cr, name)})

    def test_many_serials_are_taken_over_in_steps(self):
        serial, receipt, delivery = self._serial_of_plain_odoo()
        lot = self.env["stock.lot"].create(
            {"name": "LOT", "product_id": self._new_part("Oil", tracking="lot").id}
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_lot SET part_type_id = NULL")
        self.env.invalidate_all()
        with patch.object(hooks, "BATCH", 1):
            _pre_init_hook(self.env)
        self.assertRecordValues(
            serial | lot,
            [
                {
                    "source": receipt.origin,
                    "used_on": delivery.name,
                    "part_type_id": self.part.part_type_id.id,
                },
                {
                    "source": False,
                    "used_on": False,
                    "part_type_id": lot.product_id.part_type_id.id,
                },
            ],
        )
