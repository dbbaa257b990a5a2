from contextlib import contextmanager

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..fields.serial_answers import SerialAnswers
from .common import SerialCase


@tagged("post_install", "-at_install")
class TestFoundations(SerialCase):
    """What the addon relies on can't be taken away, or is there again when it is needed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.part, 1, cls.bin_a)
        cls.part.product_tmpl_id.uses_serial_numbers = True
        cls.kind = cls.warehouse.serialize_type_id
        groups = ("stock.group_stock_manager", "base.group_system", "product.group_product_manager")
        cls.admin = cls._new_user("admin", *groups)

    def _name_a_unit(self, name="SN1"):
        """Give the unit in stock its serial number, as the clerk; return the transfer."""
        transfer = self._serialize(self.part)
        transfer.enter_serials(name)
        transfer.button_validate()
        self.assertEqual(transfer.state, "done")
        self.assertFalse(self.part.unserialized_quantity)
        self.assertEqual(transfer.move_line_ids.lot_id.location_id, self.bin_a)
        return transfer

    @contextmanager
    def _refused(self, message, error=UserError):
        with self.assertRaisesRegex(error, message), self.env.cr.savepoint():
            yield
            self.env.flush_all()

    # ------------------------------------------------------------------- the operation type

    def test_serialize_is_not_deleted(self):
        with self._refused("Serialize.*serial number"):
            self.kind.with_user(self.boss).unlink()
        other = self.kind.copy({"name": "Other", "sequence_code": "OTH"})
        other.with_user(self.boss).unlink()
        self._name_a_unit()

    def test_serialize_is_archived(self):
        self.kind.with_user(self.boss).active = False
        self.assertEqual(self._name_a_unit().picking_type_id, self.kind)
        self.assertTrue(self.kind.active)

    def test_the_warehouse_no_longer_has_serialize(self):
        self.warehouse.with_user(self.boss).serialize_type_id = False
        self.kind.with_user(self.boss).active = False
        self.assertEqual(self._name_a_unit().picking_type_id, self.kind)

    def test_names_of_another_operation_type_are_taken(self):
        before = self._name_a_unit()
        self.kind.with_user(self.boss).sequence_code = "NAME"
        self.warehouse.with_user(self.boss).serialize_type_id = False
        self._put_in_stock(self.part, 1, self.bin_a)
        after = self._name_a_unit("SN2")
        self.assertNotIn(after.picking_type_id, self.kind)
        self.assertGreater(after.name, before.name)

    def test_serialize_is_created_again(self):
        receipts = self.warehouse.in_type_id
        receipts.barcode = "MINE"
        self.warehouse.with_user(self.boss).serialize_type_id = False
        self.kind.with_user(self.boss).unlink()
        transfer = self._name_a_unit()
        self.assertEqual(transfer.picking_type_id, self.warehouse.serialize_type_id)
        self.assertTrue(transfer.name.startswith(f"{self.warehouse.code}/SER/"))
        self.assertEqual(receipts.barcode, "MINE")

    def test_the_warehouse_cannot_serialize_by_another_operation_type(self):
        other = self.env["stock.warehouse"].create({"name": "Yard 2", "code": "Y2"})
        warehouse = self.warehouse.with_user(self.boss)
        for kind in (warehouse.in_type_id, warehouse.int_type_id, other.serialize_type_id):
            with self._refused("Serialize|is used|belong", ValidationError):
                warehouse.serialize_type_id = kind
        own = self.kind.copy({"name": "Naming", "sequence_code": "NAM"})
        warehouse.serialize_type_id = own
        self.assertEqual(self._name_a_unit().picking_type_id, own)

    def test_serialize_keeps_what_it_needs(self):
        other = self.env["stock.warehouse"].create({"name": "Yard 2", "code": "Y2"})
        kind = self.kind.with_user(self.boss)
        for values in (
            {"code": "outgoing"},
            {"warehouse_id": other.id},
            {"use_create_lots": False},
            {"create_backorder": "never"},
            {"create_backorder": "ask"},
            {"sequence_id": False},
            {"default_location_dest_id": self.bin_a.id},
            {
                "default_location_src_id": other.lot_stock_id.id,
                "default_location_dest_id": other.lot_stock_id.id,
            },
        ):
            with self.subTest(values=values), self._refused("Serialize", ValidationError):
                kind.write(values)
        # People may choose the other values.
        kind.write(
            {"name": "Naming", "reservation_method": "at_confirm", "use_existing_lots": True}
        )
        self.warehouse.in_type_id.with_user(self.boss).create_backorder = "never"
        self._name_a_unit()

    def test_the_location_where_serialize_begins_is_archived(self):
        hall = self.stock.copy({"name": "Hall", "location_id": self.warehouse.view_location_id.id})
        self.kind.with_user(self.boss).write(
            {"default_location_src_id": hall.id, "default_location_dest_id": hall.id}
        )
        hall.with_user(self.boss).active = False
        self.assertEqual(self._name_a_unit().location_id, self.stock)

    def test_a_line_of_a_serialize_transfer_moves_nothing(self):
        transfer = self._serialize(self.part)
        [line] = transfer.move_line_ids
        package = self.env["stock.package"].create({"name": "BOX"})
        for values in (
            {"location_dest_id": self.bin_c.id},
            {"location_id": self.bin_c.id},
            {"result_package_id": package.id},
            {"quantity": 2},
        ):
            with (
                self.subTest(values=values),
                self._refused(f"{transfer.name} gives units in stock", ValidationError),
            ):
                line.write(values)

    def test_the_sequence_is_not_deleted(self):
        with self._refused("Serialize"):
            self.kind.sequence_id.with_user(self.admin).unlink()
        self.env["ir.sequence"].create({"name": "Other"}).with_user(self.admin).unlink()
        self._name_a_unit()

    def test_a_warehouse_is_archived_and_comes_back(self):
        other = self.env["stock.warehouse"].create({"name": "Yard 2", "code": "Y2"})
        other.with_user(self.admin).active = False
        self.assertFalse(other.serialize_type_id.active)
        other.with_user(self.admin).active = True
        self.assertTrue(other.serialize_type_id.active)

    # --------------------------------------------------------------------------- the others

    def test_the_part_type_of_parts_without_category_is_not_deleted(self):
        uncategorized = self.env["product.category"]._get_uncategorized()
        parent = self.env["product.category"].create({"name": "Parent"})
        uncategorized.parent_id = parent
        for category in (uncategorized, parent):
            with self._refused("Uncategorized"):
                category.with_user(self.admin).unlink()
        uncategorized.parent_id = False
        parent.with_user(self.admin).unlink()
        self.assertEqual(self._new_part("Bolt").part_type_id, uncategorized)

    def test_the_daily_check_is_archived_but_not_deleted(self):
        cron = self.env.ref("serialized_parts.ir_cron_serial_checkup").with_user(self.admin)
        with self._refused("Serial Check-up"):
            cron.unlink()
        cron.active = False
        cron.copy().unlink()

    def test_the_activity_type_is_not_deleted_or_used_for_others(self):
        kind = self.env.ref("serialized_parts.mail_activity_type_checkup").with_user(self.admin)
        with self._refused("Serial Check-up"):
            kind.unlink()
        with self._refused("Serial Check-up"):
            kind.res_model = "stock.picking"

    # ----------------------------------------------------------------------------- the models

    def test_models_with_answers_know_how_to_export_them(self):
        """Odoo asks the model, not the field: a model that has the field by delegation, too."""
        models = {
            name
            for name, model in self.registry.items()
            if any(isinstance(field, SerialAnswers) for field in model._fields.values())
        }
        self.assertLessEqual(
            {"product.product", "product.template", "stock.lot", "stock.move.line"}, models
        )
        knowing = self.registry["serialized_parts.answer.fields"]
        self.assertFalse({name for name in models if not issubclass(self.registry[name], knowing)})
