from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestUsesSerialNumbers(SerialCase):
    """The check box on the part, and that it can't be undone."""

    def _name_one_unit(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._tick(self.part)
        transfer = self._serialize(self.part)
        transfer.enter_serials("SN1")
        transfer.button_validate()

    def test_a_part_that_is_not_stocked_may_have_serials_as_in_odoo(self):
        part = self.env["product.product"].create({"name": "Leased", "tracking": "serial"})
        self.env["stock.lot"].with_user(self.clerk).create({"name": "L1", "product_id": part.id})
        self.assertFalse(part.is_storable or part.serials_started)
        part.product_tmpl_id.tracking = "none"

    def test_the_box_is_odoo_tracking(self):
        template = self.part.product_tmpl_id
        self._tick(self.part)
        self.assertEqual((template.tracking, self.part.tracking), ("serial", "serial"))
        template.tracking = "lot"
        self.assertFalse(template.uses_serial_numbers)
        template.tracking = "serial"
        self.assertTrue(template.uses_serial_numbers)

    def test_ticking_makes_the_part_storable(self):
        self.part.is_storable = False
        self._tick(self.part)
        self.assertTrue(self.part.is_storable)

    def test_ticking_in_the_form_shows_the_unserialized_units(self):
        self._put_in_stock(self.part, 3, self.bin_a)
        template = self.part.product_tmpl_id.with_user(self.boss)
        with Form(template) as form:
            self.assertEqual(form.unserialized_quantity, 0)
            form.uses_serial_numbers = True
            self.assertEqual(form.tracking, "serial")
            self.assertEqual(form.unserialized_quantity, 3)

    def test_ticking_does_not_send_people_to_an_inventory_adjustment(self):
        self._put_in_stock(self.part, 3, self.bin_a)
        template = self.part.product_tmpl_id.with_user(self.boss)
        outcome = template.onchange(
            {"uses_serial_numbers": True},
            ["uses_serial_numbers"],
            {"uses_serial_numbers": {}, "tracking": {}, "unserialized_quantity": {}},
        )
        self.assertEqual(outcome["value"]["unserialized_quantity"], 3)
        self.assertNotIn("warning", outcome)

    def test_the_variant_form_has_the_box_too(self):
        with Form(self.part.with_user(self.boss)) as form:
            form.uses_serial_numbers = True
        self.assertEqual(self.part.product_tmpl_id.tracking, "serial")

    def test_parts_are_found_by_their_unserialized_units(self):
        serialized, unserialized = self._new_part("Starter"), self.part
        untracked = self._new_part("Bolt")
        for product in (serialized, unserialized):
            self._tick(product)
        for product, quantity in ((unserialized, 3), (untracked, 5)):
            self._put_in_stock(product, quantity, self.bin_a)
            self._put_in_stock(product, -1, self.bin_b)
        for products in (
            serialized | unserialized | untracked,
            (serialized | unserialized | untracked).product_tmpl_id,
        ):
            one, three, none = products.with_user(self.clerk)
            search = products.with_user(self.clerk).search
            domain = [("id", "in", products.ids)]
            for condition, found in (
                ((">", 0), three),
                (("!=", 0), three),
                (("=", 3), three),
                ((">", 3), three.browse()),
                (("=", 0), one | none),
                (("in", [0, 3]), products),
                (("<", 3), one | none),
                (("<=", 3), products),
                (("not in", [3]), one | none),
            ):
                with self.subTest(model=products._name, condition=condition):
                    terms = [*domain, ("unserialized_quantity", *condition)]
                    self.assertEqual(search(terms), found.with_user(self.clerk))

    def test_units_of_an_archived_variant_are_found_where_they_are_counted(self):
        self._tick(self.part)
        self._put_in_stock(self.part, 3, self.bin_a)
        template = self.part.product_tmpl_id
        # A variant that lost its attribute's value is archived by itself.
        self.env.cr.execute(
            "UPDATE product_product SET active = FALSE WHERE id = %s", (self.part.id,)
        )
        for shown in (True, False):
            self.env.invalidate_all()
            Template = template.with_context(active_test=shown)
            count = Template.browse(template.id).unserialized_quantity
            self.assertEqual(count, 0 if shown else 3)
            domain = [("id", "=", template.id), ("unserialized_quantity", "=", count)]
            self.assertEqual(Template.search(domain), template)

    def test_parts_are_found_by_the_box(self):
        Product = self.env["product.product"]
        self._tick(self.part)
        domain = [("id", "=", self.part.id)]
        self.assertTrue(Product.search([("uses_serial_numbers", "=", True), *domain]))
        self.assertFalse(Product.search([("uses_serial_numbers", "=", False), *domain]))
        self.assertFalse(Product.search([("uses_serial_numbers", "!=", True), *domain]))

    def test_it_can_be_unticked_before_the_first_serial(self):
        self._put_in_stock(self.part, 1, self.bin_a)
        self._tick(self.part)
        transfer = self._serialize(self.part)
        self.part.product_tmpl_id.with_user(self.boss).uses_serial_numbers = False
        self.assertEqual(self.part.tracking, "none")
        self.assertEqual(transfer.state, "cancel")

    def test_it_cannot_be_unticked_while_serials_are_typed(self):
        receipt = self._receipt(1)
        self._tick(self.part)
        receipt.enter_serials("SN1")
        with self.assertRaisesRegex(ValidationError, receipt.name):
            self.part.product_tmpl_id.with_user(self.boss).uses_serial_numbers = False

    def test_it_cannot_be_undone_by_any_field_in_any_way(self):
        self._name_one_unit()
        template = self.part.product_tmpl_id
        self.assertTrue(template.serials_started)
        for values in (
            {"uses_serial_numbers": False},
            {"tracking": "none"},
            {"tracking": "lot"},
            {"is_storable": False},
            {"is_storable": False, "tracking": "serial"},
            {"type": "service"},
            {"type": "combo"},
            {"serials_started": False},
            {"serials_started": False, "tracking": "none"},
        ):
            for record in (template, self.part):
                with (
                    self.subTest(values=values, model=record._name),
                    self.assertRaises(ValidationError),
                ):
                    record.with_user(self.boss).write(values)
                    self.env.flush_all()
        self.assertEqual(template.tracking, "serial")

    def test_it_cannot_be_undone_by_import(self):
        self._name_one_unit()
        template = self.part.product_tmpl_id
        for field, value in (("uses_serial_numbers", "False"), ("tracking", "By Quantity")):
            result = template.with_user(self.boss).load([".id", field], [[str(template.id), value]])
            self.assertFalse(result["ids"], field)
            self.assertIn("can't be undone", result["messages"][0]["message"], field)

    def test_it_cannot_be_undone_after_the_serial_is_deleted(self):
        self._tick(self.part)
        lot = self.env["stock.lot"].create({"name": "SN1", "product_id": self.part.id})
        lot.unlink()
        with self.assertRaisesRegex(ValidationError, "can't be undone"):
            self.part.product_tmpl_id.with_user(self.boss).uses_serial_numbers = False

    def test_lots_that_become_serials_lock_the_part(self):
        self.part.product_tmpl_id.tracking = "lot"
        self.env["stock.lot"].create({"name": "L1", "product_id": self.part.id})
        self.assertFalse(self.part.serials_started)
        self._tick(self.part)
        self.assertTrue(self.part.serials_started)

    def test_a_part_that_is_not_stocked_is_locked_when_it_is(self):
        part = self.env["product.product"].create({"name": "Shavings", "tracking": "serial"})
        self.env["stock.lot"].create({"name": "SN1", "product_id": part.id})
        self.assertFalse(part.is_storable or part.serials_started)
        part.product_tmpl_id.is_storable = True
        self.assertEqual(part.tracking, "serial")
        self.assertTrue(part.serials_started)

    def test_a_copy_is_ticked_but_not_locked(self):
        self._name_one_unit()
        copy = self.part.product_tmpl_id.copy()
        self.assertTrue(copy.uses_serial_numbers)
        self.assertFalse(copy.serials_started or copy.serial_ids)
        copy.with_user(self.boss).uses_serial_numbers = False

    def test_a_service_is_refused_with_advice(self):
        service = self._new_part("Advice", type="service", is_storable=False)
        with self.assertRaisesRegex(ValidationError, "Goods"):
            service.product_tmpl_id.with_user(self.boss).uses_serial_numbers = True

    def test_only_inventory_managers_tick_it(self):
        planner = self._new_user("planner", "product.group_product_manager")
        for user in (self.clerk, self.buyer, self.employee, planner):
            with self.assertRaises(AccessError):
                self.part.product_tmpl_id.with_user(user).uses_serial_numbers = True
        self.assertEqual(self.part.tracking, "none")
